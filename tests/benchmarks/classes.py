"""The same honest class, as three graders take it: ours, stock nbgrader, and Otter.

The stock ones execute what was handed in, beside their own tests and without a sandbox. So this class is
made of the reference and of answers of ours that are harmless; three in ten are wrong on purpose.

    python classes.py make KIND FOLDER LESSON N
    python classes.py grade KIND FOLDER LESSON [PROCESSES]
    python classes.py cluster ours FOLDER LESSON

LESSON is 03, three exercises in NumPy and a puzzle; 06, five exercises in torch; or tones, the first lesson
of the course in tests/course: one exercise in NumPy and one in torch. What a grader imports is part of what
it costs, so nothing is imported here that not all of them need.
"""

from __future__ import annotations

import json
import shutil
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parent.parent.parent
LEARNERS = ROOT / "solutions" / "answers" / "learners"
TURNS = (None, None, None, None, 0, None, None, 1, 2, None)
"""Of ten students seven are right, and the others make the three mistakes."""


def right_ones(number: int) -> int:
    """Return how many of so many students are right."""
    return sum(TURNS[each % len(TURNS)] is None for each in range(number))


SOFTMAX = {
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
ATTENTION = {
    "weights": (
        "torch.allclose(attention_weights(Q, K), torch.tensor([0.25, 0.75]))",
        "torch.allclose(attention_weights(Q, K, scale=1.0), torch.tensor([0.1, 0.9]))",
    ),
    "attention": (
        "torch.allclose(attention(Q, K, torch.tensor([[[[0.0], [4.0]]]])), torch.tensor(3.0))",
        "torch.allclose(attention(torch.ones(1, 4, 1, 2), torch.ones(1, 2, 1, 2), TWO).flatten(), FOUR)",
    ),
    "hidden": (
        "torch.allclose(attention(ONES, ONES, SIX, is_causal=True).flatten(), torch.tensor([6.0, 4.0]))",
        "torch.allclose(attention(ONES, ONES, SIX, MASK).flatten(), torch.tensor([0.0, 2.0]))",
    ),
}
TENSORS = """
import math, torch
Q, K = torch.tensor([[[[2.0, 0, 0, 0]]]]), torch.tensor([[[[0.0, 0, 0, 0], [math.log(3), 0, 0, 0]]]])
TWO, FOUR = torch.tensor([10.0, 20.0]).reshape(1, 2, 1, 1), torch.tensor([10.0, 10.0, 20.0, 20.0])
ONES, SIX = torch.ones(1, 1, 2, 1), torch.tensor([[[[6.0], [2.0]]]])
MASK = torch.tensor([[False, False], [False, True]])
"""
TONES = {
    "tone": (
        "torch.allclose(Tone(1.0)(torch.tensor([0.0, 0.25])), torch.tensor([0.0, 1.0]), atol=1e-6)",
        "torch.allclose(Tone(3.0)(torch.tensor([[0.25], [1.0]])), torch.tensor([[-1.0], [0.0]]), atol=1e-5)",
    ),
    "gradient": ("abs(torch.autograd.grad(Tone(1.0)(WHEN), WHEN)[0].item() - 2 * math.pi) < 1e-4",),
    "parameter": ("[each.item() for each in Tone(5.0).parameters()] == [5.0]",),
}
MOMENTS = """
import math, torch
WHEN = torch.tensor(0.0, requires_grad=True)
"""


@dataclass(frozen=True)
class Lesson:
    """What a class hands in for one lesson.

    Args:
        solutions: where the course has what is not shown to learners.
        package: the learner's.
        name: the lesson's folder.
        file: what is right or wrong, inside the package.
        beside: the lesson's other files, which are right.
        wrong: three mistakes by name, each the text of `file`.
        first: the imports of the stock tests.
        tests: what the stock graders ask: the questions of the public checks, as assertions.
    """

    solutions: Path
    package: str
    name: str
    file: Path
    beside: tuple[Path, ...]
    wrong: Mapping[str, Callable[[str], str]]
    first: str
    tests: Mapping[str, tuple[str, ...]]

    def students(self, number: int) -> Iterator[tuple[str, str]]:
        """Yield the name and the text of each; no two are equal."""
        right = (self.solutions / self.package / self.file).read_text("utf-8")
        for each in range(number):
            turn = TURNS[each % len(TURNS)]
            author = "right" if turn is None else [*self.wrong][turn]
            text = right if turn is None else self.wrong[author](right)
            yield f"{author}{each:05}", f"{text}\n# Handed in by number {each}.\n"


def learner(name: str, file: Path) -> Callable[[str], str]:
    """Return what replaces a text by a kept answer of somebody."""
    return lambda _: (LEARNERS / name / "attnlib" / file).read_text("utf-8")


def changed(old: str, new: str) -> Callable[[str], str]:
    """Return what makes a mistake in a text that is right."""

    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new)

    return change


NUMPY, TORCH, PUZZLES = Path("cpu") / "softmax.py", Path("cuda") / "attention.py", Path("puzzles.py")
SOLUTIONS, OTHERS = ROOT / "solutions", ROOT / "tests" / "course" / "solutions"
LESSONS = {
    "03": Lesson(
        SOLUTIONS,
        "attnlib",
        "03_softmax",
        NUMPY,
        (PUZZLES,),
        {name: learner(name, NUMPY) for name in ("dana", "fay", "gus")},
        "import numpy as np",
        SOFTMAX,
    ),
    "06": Lesson(
        SOLUTIONS,
        "attnlib",
        "06_cuda",
        TORCH,
        (Path("cuda") / "multi_head.py", PUZZLES),
        {
            "unscaled": changed("1 / math.sqrt(query.shape[-1]) if scale is None", "1.0 if scale is None"),
            "tiled": changed(
                "key.repeat_interleave(query.shape[-3] // key.shape[-3], dim=-3)",
                "key.repeat(1, query.shape[-3] // key.shape[-3], 1, 1)",
            ),
            "open": changed("allowed.tril() if is_causal else allowed", "allowed"),
        },
        TENSORS,
        ATTENTION,
    ),
    "tones": Lesson(
        OTHERS,
        "tones",
        "01_octaves",
        Path("sound.py"),
        (Path("pitch.py"),),
        {
            "slow": changed("2 * math.pi * self", "self"),
            "fixed": changed("nn.Parameter(torch.tensor(float(frequency)))", "float(frequency)"),
            "cut": changed("self.frequency * times)", "self.frequency * times.detach())"),
        },
        MOMENTS,
        TONES,
    ),
}


def make_ours(folder: Path, lesson: Lesson, number: int) -> None:
    """Make a course like this one, with everybody's work collected."""
    from autograde.course.release import write_generated
    from autograde.nbgrader_plugins.cycle import Nbgrader
    from autograde.nbgrader_plugins.generate import generate

    noise = shutil.ignore_patterns("__pycache__")
    shutil.copytree(lesson.solutions, folder / "solutions", ignore=noise)
    shutil.copyfile(ROOT / "nbgrader_config.py", folder / "nbgrader_config.py")
    nbgrader = Nbgrader(folder)
    name, package = lesson.name, lesson.package
    write_generated(folder, generate(folder, [name], gradebook=True), [package, "lessons"])
    nbgrader.release(name)
    for student, text in lesson.students(number):
        place = folder / ".course" / "submitted" / student / name
        shutil.copytree(folder / package, place / package, ignore=noise)
        for path in lesson.beside:
            shutil.copyfile(lesson.solutions / package / path, place / package / path)
        (place / package / lesson.file).write_text(text, "utf-8")
        shutil.copyfile(folder / "lessons" / name / f"{name}.ipynb", place / f"{name}.ipynb")
        (place / "timestamp.txt").write_text("2026-01-01 12:00:00 UTC")


def grade_ours(folder: Path, lesson: Lesson, processes: str = "2") -> list[str]:
    """Grade with as many processes of this machine, or on the scheduler whose address that is."""
    from autograde.classroom.store import kept_results
    from autograde.cli.cluster import connected
    from autograde.nbgrader_plugins.cycle import Nbgrader
    from autograde.nbgrader_plugins.grade_class import ClassGrader

    nbgrader = Nbgrader(folder)
    judges = int(processes) if processes.isdigit() else connected(folder, processes, insecure=False)
    with ClassGrader(nbgrader, judges) as grader:
        grader.grade(lesson.name, nbgrader.submitted(lesson.name))
    kept = ((each.student, each.result) for each in kept_results(folder))
    return [student for student, found in kept if found and found.points == found.max_points]


def make_stock(folder: Path, lesson: Lesson, number: int) -> None:
    """Make a course of nbgrader's own: a notebook with a cell to fill in, and tests in hidden cells."""
    import nbformat
    from nbformat.v4 import new_notebook
    from nbgrader.apps.api import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory

    source = folder / "source" / lesson.name
    source.mkdir(parents=True)
    cells = _cells(lesson, "### BEGIN SOLUTION\n### END SOLUTION")
    nbformat.write(new_notebook(cells=cells), source / "lesson.ipynb")
    directory = CourseDirectory(root=str(folder), db_url=f"sqlite:///{folder / 'gradebook.db'}")
    NbGraderAPI(directory).generate_assignment(lesson.name)
    for student, text in lesson.students(number):
        place = folder / "submitted" / student / lesson.name
        place.mkdir(parents=True)
        notebook = nbformat.read(folder / "release" / lesson.name / "lesson.ipynb", as_version=4)
        notebook.cells[0].source = text
        nbformat.write(notebook, place / "lesson.ipynb")


def _cells(lesson: Lesson, answer: str) -> list[NotebookNode]:
    from nbformat.v4 import new_code_cell

    def cell(name: str, source: str, **kind: object) -> NotebookNode:
        known = {"schema_version": 3, "grade_id": name, "locked": False, "task": False, **kind}
        return new_code_cell(source, metadata={"nbgrader": known})

    tests = [
        cell(
            f"test-{name}",
            "\n".join([lesson.first, *(f"assert {each}" for each in asked)]),
            grade=True,
            solution=False,
            points=1,
            locked=True,
        )
        for name, asked in lesson.tests.items()
    ]
    return [cell("answer", answer, grade=False, solution=True), *tests]


def grade_stock(folder: Path, lesson: Lesson) -> list[str]:
    """Grade with nbgrader as it comes, all in one process."""
    from nbgrader.api import Gradebook
    from nbgrader.converters import Autograde
    from nbgrader.coursedir import CourseDirectory

    url = f"sqlite:///{folder / 'gradebook.db'}"
    directory = CourseDirectory(root=str(folder), db_url=url, assignment_id=lesson.name)
    converter = Autograde(coursedir=directory, create_student=True)
    converter.create_student = True
    converter.start()
    with Gradebook(url) as gradebook:
        return [
            each.student.id
            for each in gradebook.assignment_submissions(lesson.name)
            if each.score == each.max_score
        ]


def make_otter(folder: Path, lesson: Lesson, number: int) -> None:
    """Make what `otter generate` makes, and a notebook of each student."""
    import nbformat
    from nbformat.v4 import new_code_cell, new_notebook

    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / "autograder.zip", "w") as archive:
        archive.writestr("otter_config.json", "{}")
        for name, asked in lesson.tests.items():
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
    for student, text in lesson.students(number):
        first = new_code_cell(f"{lesson.first}\nimport otter\ngrader = otter.Notebook()")
        nbformat.write(new_notebook(cells=[first, new_code_cell(text)]), folder / f"{student}.ipynb")


def grade_otter(folder: Path, lesson: Lesson) -> list[str]:
    """Grade with Otter, without its containers, which would add seconds to each."""
    from otter.api import grade_submission

    full = []
    for path in sorted(folder.glob("*.ipynb")):
        found = grade_submission(str(path), str(folder / "autograder.zip"), quiet=True)
        if found.total == found.possible:
            full.append(path.stem)
    return full


MAKE: dict[str, Callable[[Path, Lesson, int], None]] = {
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
    step, kind, place, name, *more = sys.argv[1:]
    lesson = LESSONS[name]
    if step == "cluster":
        cluster(Path(place))
        return
    if step == "make":
        MAKE[kind](Path(place), lesson, int(more[0]))
        return
    full = GRADE[kind](Path(place), lesson, *more)
    wrong = [each for each in full if each[:-5] in lesson.wrong]
    print(json.dumps({"full": len(full), "wrong_passed": len(wrong)}))


if __name__ == "__main__":
    main()
