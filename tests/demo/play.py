"""Plays a whole class through release, fetch, submit, collect, grade, feedback and report.

Everything is real: the exchange, the gradebook, the sandbox. The class lives in `.course/demo`, away
from your own. `solutions/answers/learners/` holds what each learner wrote; `STORIES` what else they did.

    python tests/demo/play.py
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import nbformat
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograde.classroom.grading import warm_grader
from autograde.classroom.report import common_mistakes, reason
from autograde.classroom.store import kept_result
from autograde.cli.report import print_mistakes
from autograde.course.release import write_generated
from autograde.errors import AutogradeError
from autograde.nbgrader_plugins.cycle import Nbgrader
from autograde.nbgrader_plugins.generate import generate

ROOT = Path(__file__).resolve().parent.parent.parent
LEARNERS = ROOT / "solutions" / "answers" / "learners"
LESSON = "03_softmax"
NOTEBOOK = Path("lessons") / LESSON / f"{LESSON}.ipynb"
CANARY = Path("/tmp/autograde-demo-canary.txt")
CANARY_TEXT = "Nobody may read or change this.\n"


def main() -> None:
    """Play the class and say where to look."""
    console = Console()
    started = time.monotonic()
    with _step(console, "release"):
        nbgrader = _course(ROOT / ".course" / "demo")
    with _step(console, "fetch, solve, submit"):
        workspaces = {path.name: _fetched(nbgrader, path.name) for path in sorted(LEARNERS.iterdir())}
        _hand_in(nbgrader, workspaces)
    with _step(console, "collect"):
        refused = nbgrader.collect(LESSON)
    CANARY.write_text(CANARY_TEXT)
    with _step(console, "grade"), warm_grader(nbgrader.root):
        for student in nbgrader.submitted(LESSON):
            nbgrader.autograde(LESSON, student)
        _again(nbgrader, workspaces["rosa"])
    with _step(console, "feedback"):
        _return_feedback(nbgrader, workspaces)
    _show(console, nbgrader, refused)
    untouched = CANARY.read_text() == CANARY_TEXT
    CANARY.unlink()
    console.print(f"The canary is {'untouched' if untouched else '[red]changed[/red]'}.")
    _say_where_to_look(console, nbgrader.root, time.monotonic() - started)
    sys.exit(0 if untouched else 1)


@contextmanager
def _step(console: Console, name: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    console.print(f"[dim]{name}: {time.monotonic() - began:.1f} s[/dim]")


def _course(root: Path) -> Nbgrader:
    """Return a course of its own with this repository's solutions, freshly released."""
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    shutil.copytree(ROOT / "solutions", root / "solutions", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copyfile(ROOT / "nbgrader_config.py", root / "nbgrader_config.py")
    nbgrader = Nbgrader(root)
    write_generated(root, generate(root, [LESSON], gradebook=True), ["attnlib", "lessons"])
    nbgrader.release(LESSON)
    return nbgrader


def _fetched(nbgrader: Nbgrader, student: str) -> Path:
    """Let a learner fetch the lesson and write what they wrote."""
    workspace = nbgrader.root / "learners" / student
    nbgrader.fetch(LESSON, student, workspace)
    if (LEARNERS / student / "attnlib").is_dir():
        shutil.copytree(LEARNERS / student / "attnlib", workspace / "attnlib", dirs_exist_ok=True)
    return workspace


def _hand_in(nbgrader: Nbgrader, workspaces: dict[str, Path]) -> None:
    """Let everybody submit; the last one after the due date."""
    for student, workspace in workspaces.items():
        if student != "nora":
            STORIES.get(student, _nothing)(workspace)
            nbgrader.submit(LESSON, student, workspace)
    with nbgrader.gradebook() as gradebook:
        due = datetime.now(UTC).replace(tzinfo=None) - timedelta(seconds=0.001)
        gradebook.update_or_create_assignment(LESSON, duedate=due)
    nbgrader.submit(LESSON, "nora", workspaces["nora"])
    _plant_a_link(nbgrader)


def _nothing(workspace: Path) -> None:
    """Submit as it is."""


def _cut_off(workspace: Path) -> None:
    path = workspace / NOTEBOOK
    path.write_bytes(path.read_bytes()[:500])


def _delete(workspace: Path) -> None:
    (workspace / NOTEBOOK).unlink()


def _forge(workspace: Path) -> None:
    """Delete a graded cell, write full marks into the others, and a script for the instructor."""
    notebook = nbformat.read(workspace / NOTEBOOK, as_version=4)
    graded = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    notebook.cells.remove(graded[0])
    for cell in graded[1:]:
        cell.source = "1000.0"
        cell.metadata.tags = ["skip-execution"]
        cell.outputs = [nbformat.v4.new_output("execute_result", data={"text/plain": "1000.0"})]
    notebook.cells.append(nbformat.v4.new_markdown_cell("<script>alert('full marks')</script>"))
    nbformat.write(notebook, workspace / NOTEBOOK)


def _wrong_at_first(workspace: Path) -> None:
    path = workspace / "attnlib" / "cpu" / "softmax.py"
    path.write_text(path.read_text().replace("scores / temperature", "scores"))


STORIES: dict[str, Callable[[Path], None]] = {
    "lena": _cut_off,
    "milo": _delete,
    "omar": _forge,
    "rosa": _wrong_at_first,
}


def _plant_a_link(nbgrader: Nbgrader) -> None:
    """Put a link into quin's submission, behind the back of `submit`, which would have refused it."""
    inbound = nbgrader.root / ".course" / "exchange" / "self-attention" / "inbound"
    submission = next(inbound.glob("quin+*"))
    stolen = submission / "attnlib" / "cpu" / "softmax.py"
    stolen.unlink()
    stolen.symlink_to(nbgrader.root / "solutions" / "attnlib" / "cpu" / "softmax.py")


def _again(nbgrader: Nbgrader, workspace: Path) -> None:
    """Let rosa hand in a better version, and grade that."""
    shutil.copytree(LEARNERS / "rosa" / "attnlib", workspace / "attnlib", dirs_exist_ok=True)
    nbgrader.submit(LESSON, "rosa", workspace)
    nbgrader.collect(LESSON)
    nbgrader.autograde(LESSON, "rosa")


def _return_feedback(nbgrader: Nbgrader, workspaces: dict[str, Path]) -> None:
    nbgrader.generate_feedback(LESSON)
    nbgrader.release_feedback(LESSON)
    for student in nbgrader.submitted(LESSON):
        nbgrader.fetch_feedback(LESSON, student, workspaces[student])


def _show(console: Console, nbgrader: Nbgrader, refused: list[str]) -> None:
    """Print what each got and why."""
    table = Table(title=f"{LESSON}: what each got, and why", title_justify="left", show_lines=True)
    table.add_column("learner", no_wrap=True)
    table.add_column("what they did", ratio=2)
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("why", ratio=3)
    standings = {each.student: each for each in nbgrader.standings()}
    for path in sorted(LEARNERS.iterdir()):
        did = (path / "about.txt").read_text().strip()
        standing = standings.get(path.name)
        if standing is None:
            why = next(each for each in refused if each.startswith(path.name)).partition(": ")[2]
            table.add_row(path.name, did, "–", escape(f"refused: {why}"))
            continue
        why = reason(kept_result(nbgrader.root, path.name, LESSON)) + "; late" * (standing.late_s > 0)
        table.add_row(path.name, did, f"{standing.points:g} of {standing.max_points:g}", escape(why))
    console.print(table)
    results = (kept_result(nbgrader.root, student, LESSON) for student in standings)
    print_mistakes(console, common_mistakes(each for each in results if each is not None))


def _say_where_to_look(console: Console, root: Path, seconds: float) -> None:
    here = root.relative_to(ROOT) if Path.cwd() == ROOT else root
    program = Path(sys.executable).with_name("autograde")
    console.print(f"\nPlayed in {seconds:.0f} s. Where to look:")
    console.print(
        f"  a learner's feedback   {here}/.course/feedback/gus/{LESSON}/{LESSON}.html", soft_wrap=True
    )
    console.print(f"  the gradebook          {here}/.course/gradebook.db", soft_wrap=True)
    console.print(f"  in Formgrader          cd {here} && {program} lab", soft_wrap=True)
    console.print("  what they wrote        solutions/answers/learners/", soft_wrap=True)


if __name__ == "__main__":
    try:
        main()
    except AutogradeError as error:
        sys.exit(f"demo: {error}")
