"""The same honest class, as three graders take it: ours, stock nbgrader, and Otter.

The stock ones execute what was handed in, beside their own tests and without a sandbox. So this class is
made of the reference and of answers of ours that are harmless; three in ten are wrong on purpose.

    python classes.py make KIND FOLDER N
    python classes.py grade KIND FOLDER [PROCESSES]
    python classes.py cluster ours FOLDER
"""

from __future__ import annotations

import json
import shutil
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

ROOT = Path(__file__).resolve().parent.parent.parent
LEARNERS = ROOT / "solutions" / "answers" / "learners"
LESSON = "03_softmax"
FILE = Path("attnlib") / "cpu" / "softmax.py"
MIX = ("right", "right", "right", "right", "dana", "right", "right", "fay", "gus", "right")
WRONG = {"dana", "fay", "gus"}

TESTS = {
    "softmax": (
        "np.allclose(softmax(np.log([1.0, 2.0, 3.0])), np.array([1, 2, 3]) / 6)",
        "np.allclose(softmax(np.array([[1000.0, 1000.0], [0.0, 0.0]])), 0.5)",
        "np.allclose(softmax(np.log([[1.0, 3.0], [3.0, 1.0]]), axis=0), [[0.25, 0.75], [0.75, 0.25]])",
        "softmax(np.array([2, 2, 2, 2], np.int8)).dtype == np.float64",
    ),
    "temperature": ("np.allclose(softmax_with_temperature(np.log([1.0, 3.0]), 0.5), [0.1, 0.9])",),
    "backward": (
        "np.allclose(softmax_backward(np.array([[0.25, 0.75]]), np.array([[1.0, 3.0]])), [[-0.375, 0.375]])",
    ),
}
"""What the stock graders ask: the questions of the lesson's public checks, as assertions."""


def students(number: int) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each; no two are equal."""
    for each in range(number):
        author = MIX[each % len(MIX)]
        folder = ROOT / "solutions" if author == "right" else LEARNERS / author
        text = (folder / FILE).read_text("utf-8")
        yield f"{author}{each:05}", f"{text}\n# Handed in by number {each}.\n"


def make_ours(folder: Path, number: int) -> None:
    """Make a course like this one, with everybody's work collected."""
    from autograde.course.release import write_generated
    from autograde.nbgrader_plugins.cycle import Nbgrader
    from autograde.nbgrader_plugins.generate import generate

    shutil.copytree(ROOT / "solutions", folder / "solutions", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copyfile(ROOT / "nbgrader_config.py", folder / "nbgrader_config.py")
    nbgrader = Nbgrader(folder)
    write_generated(folder, generate(folder, [LESSON], gradebook=True), ["attnlib", "lessons"])
    nbgrader.release(LESSON)
    skeleton = [path.relative_to(folder) for path in (folder / "attnlib").rglob("*.py")]
    for student, text in students(number):
        place = folder / ".course" / "submitted" / student / LESSON
        for path in skeleton:
            (place / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(folder / path, place / path)
        (place / FILE).write_text(text, "utf-8")
        shutil.copyfile(folder / "lessons" / LESSON / f"{LESSON}.ipynb", place / f"{LESSON}.ipynb")
        (place / "timestamp.txt").write_text("2026-01-01 12:00:00 UTC")


def grade_ours(folder: Path, processes: str = "2") -> list[str]:
    """Grade with as many processes of this machine, or on the scheduler whose address that is."""
    from autograde.classroom.cluster import Cluster
    from autograde.nbgrader_plugins.cycle import Nbgrader
    from autograde.nbgrader_plugins.grade_class import ClassGrader

    nbgrader = Nbgrader(folder)
    judges = int(processes) if processes.isdigit() else Cluster(folder, processes)
    with ClassGrader(nbgrader, judges) as grader:
        grader.grade(LESSON, nbgrader.submitted(LESSON))
    return [each.student for each in nbgrader.standings() if each.points == each.max_points]


def make_stock(folder: Path, number: int) -> None:
    """Make a course of nbgrader's own: a notebook with a cell to fill in, and tests in hidden cells."""
    from nbgrader.apps.api import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory

    source = folder / "source" / LESSON
    source.mkdir(parents=True)
    nbformat.write(
        new_notebook(cells=_cells("### BEGIN SOLUTION\n### END SOLUTION")), source / "lesson.ipynb"
    )
    directory = CourseDirectory(root=str(folder), db_url=f"sqlite:///{folder / 'gradebook.db'}")
    NbGraderAPI(directory).generate_assignment(LESSON)
    for student, text in students(number):
        place = folder / "submitted" / student / LESSON
        place.mkdir(parents=True)
        notebook = nbformat.read(folder / "release" / LESSON / "lesson.ipynb", as_version=4)
        notebook.cells[0].source = text
        nbformat.write(notebook, place / "lesson.ipynb")


def _cells(answer: str) -> list[nbformat.NotebookNode]:
    def cell(name: str, source: str, **kind: object) -> nbformat.NotebookNode:
        known = {"schema_version": 3, "grade_id": name, "locked": False, "task": False, **kind}
        return new_code_cell(source, metadata={"nbgrader": known})

    tests = [
        cell(
            f"test-{name}",
            "import numpy as np\n" + "\n".join(f"assert {each}" for each in asked),
            grade=True,
            solution=False,
            points=1,
            locked=True,
        )
        for name, asked in TESTS.items()
    ]
    return [cell("answer", answer, grade=False, solution=True), *tests]


def grade_stock(folder: Path) -> list[str]:
    """Grade with nbgrader as it comes, all in one process."""
    from nbgrader.api import Gradebook
    from nbgrader.converters import Autograde
    from nbgrader.coursedir import CourseDirectory

    url = f"sqlite:///{folder / 'gradebook.db'}"
    directory = CourseDirectory(root=str(folder), db_url=url, assignment_id=LESSON)
    converter = Autograde(coursedir=directory, create_student=True)
    converter.create_student = True
    converter.start()
    with Gradebook(url) as gradebook:
        return [
            each.student.id
            for each in gradebook.assignment_submissions(LESSON)
            if each.score == each.max_score
        ]


def make_otter(folder: Path, number: int) -> None:
    """Make what `otter generate` makes, and a notebook of each student."""
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / "autograder.zip", "w") as archive:
        archive.writestr("otter_config.json", "{}")
        for name, asked in TESTS.items():
            case = {
                "code": "".join(f">>> assert {each}\n" for each in asked),
                "hidden": True,
                "locked": False,
            }
            suite = {"cases": [case], "scored": True, "setup": "", "teardown": "", "type": "doctest"}
            test = {"name": name, "points": 1, "suites": [suite]}
            archive.writestr(
                f"tests/{name}.py",
                f"OK_FORMAT = True\ntest = {test!r}\n",
            )
    for student, text in students(number):
        first = new_code_cell("import numpy as np\nimport otter\ngrader = otter.Notebook()")
        nbformat.write(new_notebook(cells=[first, new_code_cell(text)]), folder / f"{student}.ipynb")


def grade_otter(folder: Path) -> list[str]:
    """Grade with Otter, without its containers, which would add seconds to each."""
    from otter.api import grade_submission

    full = []
    for path in sorted(folder.glob("*.ipynb")):
        found = grade_submission(str(path), str(folder / "autograder.zip"), quiet=True)
        if found.total == found.possible:
            full.append(path.stem)
    return full


MAKE: dict[str, Callable[[Path, int], None]] = {
    "ours": make_ours,
    "nbgrader": make_stock,
    "otter": make_otter,
}
GRADE: dict[str, Callable[..., list[str]]] = {
    "ours": grade_ours,
    "nbgrader": grade_stock,
    "otter": grade_otter,
}


def cluster(place: Path) -> None:
    """Print the address of a scheduler with two workers, and keep them until the input ends."""
    from distributed import LocalCluster

    from autograde.classroom.cluster import FOLDER, make_certificate, trusted

    make_certificate(place)
    security = trusted(place / FOLDER)
    where = {"protocol": "tls://", "security": security, "dashboard_address": None}
    with LocalCluster(n_workers=2, threads_per_worker=1, **where) as found:
        print(found.scheduler_address, flush=True)
        sys.stdin.read()


def main() -> None:
    step, kind, place, *more = sys.argv[1:]
    if step == "cluster":
        cluster(Path(place))
        return
    if step == "make":
        MAKE[kind](Path(place), int(more[0]))
        return
    full = GRADE[kind](Path(place), *more)
    wrong = [each for each in full if each[:-5] in WRONG]
    print(json.dumps({"full": len(full), "wrong_passed": len(wrong)}))


if __name__ == "__main__":
    main()
