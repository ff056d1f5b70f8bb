"""The notebook of a submission, made fit for nbgrader's converter; and grades that never go stale.

nbgrader reads a submitted notebook before any preprocessor of ours runs. One that cannot be read would
leave the student's old grade in the gradebook without a word.
"""

from __future__ import annotations

import base64
import re
import shutil
from copy import deepcopy
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbformat.corpus.words import generate_corpus_id as random_cell_id
from nbformat.v4 import nbformat, nbformat_minor, reads
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde
from nbgrader.utils import find_all_notebooks

from autograde.course.submission import COLLECTED_LIMITS, SubmissionRefused, refuse_unsafe
from autograde.nbgrader_plugins import compiled as compiled
from autograde.nbgrader_plugins.answers import (
    REFERENCE,
    Cell,
    HandedIn,
    Released,
    Written,
    everything,
    grade_id,
)
from autograde.nbgrader_plugins.notes import released_notebook
from autograde.nbgrader_plugins.reader import Page, Unreadable, reader
from autograde.nbgrader_plugins.sentences import BROKEN, CHANGED, ELSEWHERE, MISSING, NOTE, RENAMED

KEPT_FILES = ("timestamp.txt", "submission_secret.txt")
MAX_NOTEBOOKS = 5
"""How many notebooks of other names are read in one folder."""

MAX_PICTURE_BYTES = 5 << 20
MAGIC = {
    b"\x89PNG\r\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
}
PICTURE_FILE = re.compile(
    r"""(!\[[^\[\]]{0,300}\]\(\s{0,9}|<img\b[^<>]{0,300}?\ssrc\s{0,9}=\s{0,9}["'])([^\s)"'<>:]{1,300})"""
)
PAPERS = frozenset({".md", ".txt", ".pdf", ".docx", ".odt", ".rtf", ".html", ".tex", ".png", ".jpg", ".jpeg"})
"""What an answer may have been written on instead."""

UNREAD = "*No answer could be read. It may be in what was handed in beside it: {}.*"


class SubmittedExporter(NotebookExporter):
    """Reads what was submitted, or the released notebook in its place, and says so in the metadata.

    nbgrader creates its exporter before it touches a submission; that is where the hook is set that
    refuses unsafe folders and opens the student's grades.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if isinstance(self.parent, Autograde):
            self.parent.pre_convert_hook = self._prepare

    def from_filename(
        self, filename: str, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Convert a notebook; what a learner handed in is looked at first."""
        if not isinstance(self.parent, Autograde) or not self.parent._sanitizing:
            return super().from_filename(filename, resources=resources, **kw)
        path = Path(filename)
        found = {} if resources is None else resources
        found["metadata"] = {"name": path.stem, "path": str(path.parent)}
        notebook = usable_notebook(path, released_notebook(self.parent, path.parent.name, path.name))
        return super().from_notebook_node(notebook, resources=found, **kw)

    def _prepare(self, *, notebooks: list[str], **_: Any) -> None:
        """Run once for each submission, before anything of it is copied. nbgrader swallows what it raises."""
        folder = Path(notebooks[0]).parent
        directory = self.parent.coursedir
        student, lesson = folder.parent.name, folder.name
        with Gradebook(directory.db_url, directory.course_id) as gradebook:
            open_grades(gradebook, lesson, student)
        try:
            refuse_unsafe(folder, COLLECTED_LIMITS)
        except SubmissionRefused as refusal:
            self.log.error("%s, %s: %s", student, lesson, refusal)
            replace_unsafe(Path(directory.root), folder, str(refusal))
            for notebook in notebooks:
                released = released_notebook(self.parent, lesson, Path(notebook).name)
                shutil.copyfile(released, folder / Path(notebook).name)


def open_grades(gradebook: Gradebook, lesson: str, student: str) -> None:
    """Take back what was found out about the last submission: until it is graded, its grade is open.

    What a person has graded counts on.
    """
    try:
        submission = gradebook.find_submission(lesson, student)
    except MissingEntry:
        return
    for notebook in submission.notebooks:
        notebook.late_submission_penalty = None
        for grade in notebook.grades:
            grade.auto_score = None
            grade.needs_manual_grade |= grade.manual_score is None
        for comment in notebook.comments:
            comment.auto_comment = None
    gradebook.db.commit()


def refusal_path(root: Path, student: str, lesson: str) -> Path:
    """Return where the reason is kept for which a collected submission was refused."""
    return root / ".course" / "refused" / student / lesson / "reason.txt"


def replace_unsafe(root: Path, folder: Path, reason: str) -> None:
    """Move an unsafe submission aside, unopened, and put an empty one in its place."""
    kept = refusal_path(root, folder.parent.name, folder.name)
    shutil.rmtree(kept.parent, ignore_errors=True)
    kept.parent.mkdir(parents=True)
    folder.rename(kept.parent / "submission")
    kept.write_text(reason, "utf-8")
    folder.mkdir()
    for name in KEPT_FILES:
        file = kept.parent / "submission" / name
        if file.is_file() and not file.is_symlink() and file.stat().st_nlink == 1:
            shutil.copyfile(file, folder / name)


def read_released(path: Path) -> Released:
    """Return the cells of a released notebook."""
    return Released(reads(path.read_text("utf-8")))


def usable_notebook(path: Path, released: Path, known: Released | None = None) -> NotebookNode:
    """Return the submitted notebook, or the released one with the learner's cells, with a note on why.

    Graded cells must be there once and be of their kind. What is not a graded cell stays as it is,
    without its metadata and outputs. The answers are those of all notebooks that lie in the folder.

    Args:
        path: the submitted one.
        released: the one that was released.
        known: the cells of that one, where they were read before; the notebook has copies of them.
    """
    known = known or read_released(released)
    found, note = _read(path, known)
    others = [each for name in _others(path, released) if (each := _read(path.parent / name, known)[0])]
    renamed = max(others, key=lambda each: each.recognised, default=None)
    if (found is None or note == MISSING) and renamed is not None and renamed.recognised:
        others.remove(renamed)
        found, note = renamed, RENAMED.format(path.name, renamed.name)
    notes = [note] if note else []
    notebooks = [each for each in (found, *others) if each is not None]
    answers = _answers(known, notebooks, path.parent, released.parent, notes)
    notebook = _as_handed_in(found, known) if found is not None and not note.startswith(BROKEN) else None
    if notebook is None:
        notebook = _rebuilt(found, known)
        if found is not None and not note.startswith(BROKEN):
            notes.append(CHANGED)
    _write_answers(notebook, answers, known)
    notebook.metadata = deepcopy(known.notebook.metadata)
    if notes:
        notebook.metadata[NOTE] = " ".join(notes)
    return notebook


def _read(path: Path, known: Released) -> tuple[HandedIn | None, str]:
    """Return the cells of a notebook, or None where there are none to be had; and what is to be said."""
    try:
        found = reader.ask("notebook", str(path))
    except Unreadable as reason:
        return None, f"{BROKEN} ({reason})"
    note = f"{BROKEN} ({found['problem']})" if found["problem"] else found["note"] or ""
    return HandedIn(path.name, found["cells"], known), note


def _others(path: Path, released: Path) -> list[str]:
    """Return the further notebooks in the folder of one, by their names."""
    given = {path.name, *(each.name for each in released.parent.glob("*.ipynb"))}
    names = [name for name in find_all_notebooks(str(path.parent)) if Path(name).name not in given]
    return sorted(names)[:MAX_NOTEBOOKS]


def _answers(
    known: Released, notebooks: list[HandedIn], folder: Path, released: Path, notes: list[str]
) -> dict[str, Written]:
    """Return the answers by the names of their cells, as they are shown; say where they were looked for."""
    page = Page()
    found = {}
    elsewhere = False
    for place in known.answers:
        answer = Written()
        for notebook in notebooks:
            more = notebook.answer(place, page.is_prose)
            if more and more.text not in answer.text:
                answer.add(more, f"*In {notebook.name}:*" if answer else "")
        if not answer:
            answer = everything(notebooks, page.is_prose, "The cell of the answer was left as it was.")
            elsewhere |= bool(answer)
            answer = answer or _not_in_a_notebook(folder, released, notes)
        _find_pictures(answer, notebooks, folder)
        found[grade_id(known.cells[place])] = answer
    elsewhere |= any(notebook.elsewhere for notebook in notebooks)
    notes += [ELSEWHERE] * elsewhere
    return found


def _not_in_a_notebook(folder: Path, released: Path, notes: list[str]) -> Written:
    """Return what a person must look at where no notebook has an answer, or nothing."""
    broken = [note for note in notes if note.startswith(BROKEN)]
    kept = {*KEPT_FILES, *(path.name for path in released.iterdir())}
    files = [path.name for path in sorted(folder.iterdir()) if path.suffix.lower() in PAPERS]
    files = [name for name in files if name not in kept]
    if broken or files:
        return Written(UNREAD.format(", ".join(["the notebook itself"] * bool(broken) + files)))
    return Written()


def _find_pictures(answer: Written, notebooks: list[HandedIn], folder: Path) -> None:
    """Add the pictures that an answer shows and that lie in another cell, or in a file."""
    for name in set(REFERENCE.findall(answer.text)) - set(answer.pictures):
        found = [each for notebook in notebooks for each in notebook.pictures(name)]
        if len(found) == 1:
            answer.pictures[name] = found[0]

    def attached(link: re.Match[str]) -> str:
        bundle = _picture(folder, unquote(link[2]))
        if bundle is None:
            return link[0]
        answer.pictures[link[2]] = bundle
        return f"{link[1]}attachment:{link[2]}"

    answer.text = PICTURE_FILE.sub(attached, answer.text)


def _picture(folder: Path, name: str) -> dict[str, str] | None:
    """Return a picture that was handed in as a file, as a notebook holds it."""
    path = (folder / name.removeprefix("./")).resolve()
    try:
        if not path.is_relative_to(folder.resolve()) or path.stat().st_size > MAX_PICTURE_BYTES:
            return None
        content = path.read_bytes()
    except (OSError, ValueError):
        return None
    kind = next((kind for magic, kind in MAGIC.items() if content.startswith(magic)), None)
    return {kind: base64.b64encode(content).decode()} if kind else None


def _as_handed_in(found: HandedIn, known: Released) -> NotebookNode | None:
    """Return the notebook with the released metadata on its graded cells, or None if those were changed."""
    there = [
        (cell["grade_id"], cell["cell_type"]) for cell in found.cells if cell["grade_id"] in known.graded
    ]
    if sorted(there) != sorted((name, cell.cell_type) for name, cell in known.graded.items()):
        return None
    nodes = []
    for each, cell in enumerate(found.cells):
        graded = known.graded.get(cell["grade_id"])
        if graded is not None or each not in found.taken:
            nodes.append(_node(cell, graded.metadata if graded is not None else NotebookNode()))
    return _notebook(nodes)


def _rebuilt(found: HandedIn | None, known: Released) -> NotebookNode:
    """Return the released notebook with the learner's own cells and changes at their places."""
    own: dict[int, list[Cell]] = {}
    changed: dict[int, Cell] = {}
    before = -1
    for each, (cell, place) in enumerate(zip(found.cells, found.places, strict=True) if found else ()):
        if place is not None:
            before = place
            changed.setdefault(place, cell)
        elif found is not None and each not in found.taken:
            own.setdefault(before, []).append(cell)
    cells = [_node(cell, NotebookNode()) for cell in own.get(-1, ())]
    for place, cell in enumerate(known.cells):
        new = changed.get(place)
        same = new is None or grade_id(cell) or new["cell_type"] != cell.cell_type
        cells.append(deepcopy(cell) if same or new is None else _node(new, cell.metadata))
        cells += [_node(each, NotebookNode()) for each in own.get(place, ())]
    return _notebook(cells)


def _node(cell: Cell, metadata: NotebookNode) -> NotebookNode:
    kind = cell["cell_type"]
    node = NotebookNode(cell_type=kind, metadata=deepcopy(metadata), source=cell["source"])
    node.id = cell["id"] or random_cell_id()
    if kind == "code":
        node.update(execution_count=None, outputs=[])
    elif cell["attachments"]:
        node.attachments = cell["attachments"]
    return node


def _notebook(cells: list[NotebookNode]) -> NotebookNode:
    """Return a notebook in which no two cells share an id; what is in them was looked at before."""
    ids: set[str] = set()
    for cell in cells:
        if cell.id in ids:
            cell.id = random_cell_id()
        ids.add(cell.id)
    return NotebookNode(cells=cells, metadata={}, nbformat=nbformat, nbformat_minor=nbformat_minor)


def _write_answers(notebook: NotebookNode, answers: dict[str, Written], known: Released) -> None:
    for cell in notebook.cells:
        answer = answers.get(grade_id(cell))
        if answer is None:
            continue
        cell.source = answer.text if answer else known.graded[grade_id(cell)].source
        cell.pop("attachments", None)
        if answer.pictures:
            cell.attachments = answer.pictures
