"""Every lesson: its exercises, hints, notebook and links. `autograde audit` judges its checks."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest
from claims import JUDGING, claims_of, judging_cells, strangers
from kernels import Kernels, run

from autograde.course.answer import answer_files
from autograde.course.course import Course
from autograde.course.questions import read_questions
from autograde.exercise import Exercise

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
LESSONS = sorted(path.parent.name for path in (ROOT / "solutions" / "lessons").glob("*/checks.py"))
WRITTEN = {"04.5", "07.6", "09.6"}
LONGEST_CELL = 15
LONGEST_LINE = 88  # what JupyterLab shows without scrolling in a window of 1180 pixels

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:nbformat")


@pytest.fixture(params=LESSONS)
def lesson(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def notebook(lesson: str, folder: str = "solutions/lessons") -> nbformat.NotebookNode:
    return nbformat.read(ROOT / folder / lesson / f"{lesson}.ipynb", as_version=4)


def exercises(course: Course, lesson: str) -> tuple[Exercise, ...]:
    return course.lessons[lesson].exercises


def graded_cells(lesson: str) -> dict[str, Mapping[str, object]]:
    cells = (cell.metadata.get("nbgrader", {}) for cell in notebook(lesson).cells)
    return {cell["grade_id"]: cell for cell in cells if cell.get("grade")}


def test_each_exercise_is_documented_and_checked(course: Course, lesson: str) -> None:
    for exercise in exercises(course, lesson):
        assert len(exercise.hints) == 3, exercise.id
        assert len(set(exercise.hints)) == 3, exercise.id
        assert exercise.checks, f"{exercise.id} has no public check"
        assert 1 <= exercise.minutes <= 60
        hidden = course.hidden(exercise.id)
        assert hidden.checks[0].gate, f"{exercise.id}: the first hidden check is its gate"
        assert all(check.points > 0 for check in hidden.checks)
        assert len({check.name for check in hidden.checks}) == len(hidden.checks)
        assert len(course.misconceptions(exercise.id)) >= 2
        assert len(answer_files(course.solutions / "answers" / "right" / exercise.id)) >= 4


def test_each_exercise_builds_on_stand_ins_that_exist(course: Course, lesson: str) -> None:
    for exercise in exercises(course, lesson):
        stand_ins = course.stand_ins(exercise)
        for earlier in exercise.builds_on:
            assert earlier < exercise.id
            for name in course.exercise(earlier).names:
                target = f"{course.exercise(earlier).target.holder}.{name}"
                assert target in stand_ins, f"{exercise.id} builds on {target}, which has no stand-in"


def test_the_notebook_s_points_are_those_of_the_hidden_checks(course: Course, lesson: str) -> None:
    cells = graded_cells(lesson)
    expected = {f"exercise-{each.id.replace('.', '-')}" for each in exercises(course, lesson)}
    written = {f"exercise-{each.replace('.', '-')}" for each in WRITTEN if each[:2] == lesson[:2]}
    assert set(cells) == expected | written
    for exercise in exercises(course, lesson):
        cell = cells[f"exercise-{exercise.id.replace('.', '-')}"]
        assert cell["points"] == course.hidden(exercise.id).max_points, exercise.id


def test_the_notebook_s_cells_are_short_and_clean(lesson: str) -> None:
    book = notebook(lesson)
    nbformat.validate(book)
    for cell in book.cells:
        if cell.cell_type == "code":
            assert not cell.outputs
            assert cell.execution_count is None
            lines = cell.source.splitlines()
            assert len(lines) <= LONGEST_CELL, cell.source
            assert [line for line in lines if len(line) > LONGEST_LINE] == []


def test_a_lesson_asks_before_it_tells(lesson: str) -> None:
    """Five questions about earlier lessons at the start, predictions before cells, a look back at the end."""
    number, cells = lesson[:2], [cell.source for cell in notebook(lesson).cells]
    asked = read_questions(ROOT / "solutions" / "lessons" / lesson)
    recalled = [each for each in asked.values() if each.lesson]
    predicted = [each for each in asked.values() if not each.lesson]
    if number != "00":
        assert cells.index(f'questions("{number}")') == cells.index("%load_ext autograde.notebook") + 1
        assert len(recalled) == 5
        assert all(each.lesson < number for each in recalled)
        assert number == "01" or len({each.lesson for each in recalled}) > 1, "not spaced"
    assert predicted
    for each in predicted:
        assert cells.count(f'predict("{each.id}")') == 1, each.id
    assert cells[-1] == f'predictions("{number}")'
    for each in asked.values():
        assert len(set(each.choices)) == len(each.choices), each.id
        assert each.kind != "order" or each.read(" > ".join(each.choices)) != each.answer, each.id


def test_links_in_the_notebook_lead_somewhere(lesson: str) -> None:
    text = "\n".join(cell.source for cell in notebook(lesson).cells if cell.cell_type == "markdown")
    for target in re.findall(r"\]\((?!https?:|#|attachment:)([^)\s]+)\)", text):
        path = target.partition("#")[0]
        assert (ROOT / "lessons" / lesson / path).exists(), target


def test_every_exercise_s_function_stands_in_its_file(course: Course, lesson: str) -> None:
    for exercise in exercises(course, lesson):
        source = (ROOT / "solutions" / exercise.file).read_text()
        defined = {
            node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef | ast.ClassDef)
        }
        assert set(exercise.names) <= defined, exercise.id
        assert f"# Exercise {exercise.id} (" in source


@pytest.fixture(scope="module")
def workspaces(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Two workspaces: one with the reference and one with the skeleton."""
    base = tmp_path_factory.mktemp("workspaces")
    for name, attnlib in (("solved", "solutions/attnlib"), ("skeleton", "attnlib")):
        shutil.copytree(ROOT / attnlib, base / name / "attnlib", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copytree(ROOT / "lessons", base / name / "lessons")
    return {name: base / name for name in ("solved", "skeleton")}


@pytest.fixture(scope="module")
def kernels() -> Iterator[Kernels]:
    with Kernels([ROOT, HERE]) as warm:
        yield warm


@dataclass(frozen=True)
class Cell:
    """A code cell that has run."""

    id: str
    source: str
    outputs: list[dict[str, Any]]

    @property
    def said(self) -> str:
        return "".join(each.get("text", "") for each in self.outputs)


def executed(
    kernels: Kernels, workspace: Path, lesson: str, cells: Iterable[nbformat.NotebookNode]
) -> list[Cell]:
    """Run the code cells of a notebook up to the first that fails."""
    found = []
    with kernels.kernel(workspace / "lessons" / lesson, {"AUTOGRADE_WORKSPACE": str(workspace)}) as client:
        for cell in cells:
            if cell.cell_type == "code":
                well, outputs = run(client, cell.source)
                found.append(Cell(cell.id, cell.source, outputs))
                if not well:
                    break
    return found


def errors(cells: list[Cell]) -> Iterator[tuple[Cell, dict[str, Any]]]:
    for cell in cells:
        for output in cell.outputs:
            if output["output_type"] == "error" or output.get("name") == "stderr":
                yield cell, output


GIVEN = """\
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
    print(name, *sys.modules)
"""
ABSENT = {"anywidget", "ipywidgets", "traitlets", "matplotlib", "autograde", "attnlib.widgets"}


@pytest.mark.slow
def test_what_a_submission_is_judged_by_needs_no_jupyter(course: Course) -> None:
    """The process that runs it has numpy and torch alone: exercises import neither pictures nor widgets."""
    every = (exercise for lesson in LESSONS for exercise in exercises(course, lesson))
    modules = sorted({f"attnlib.{exercise.target.holder}" for exercise in every})
    command = [sys.executable, "-c", GIVEN, *modules]
    done = subprocess.run(command, cwd=ROOT / "solutions", capture_output=True, text=True, check=True)
    loaded = {name: set(others) for name, *others in map(str.split, done.stdout.splitlines())}
    assert sorted(loaded) == modules
    assert {name: others & ABSENT for name, others in loaded.items() if others & ABSENT} == {}


REFERENCE = sorted((ROOT / "solutions" / "attnlib").rglob("*.py"))
EXERCISE = re.compile(r"# Exercise (\d\d\.\d+)[^(]*\((\d+ to )?(\d+) lines?\)")
REGION = re.compile(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", re.DOTALL)
MOST_LINES = 12
TOLD = 12  # so many characters of code, or more, are a line that a hint must not spell


def written(path: Path) -> Iterator[tuple[str, int | None, list[str]]]:
    """Yield each exercise that a file of the reference names, how many lines are promised, and its lines.

    Where the promise is "2 to 3 lines" it is None.
    """
    _, *parts = re.split(r"(?=# Exercise \d)", path.read_text())
    for part in parts:
        found = EXERCISE.match(part)
        assert found is not None, part.splitlines()[0]
        lines = [line.strip() for region in REGION.findall(part) for line in region.splitlines()]
        yield (
            found[1],
            None if found[2] else int(found[3]),
            [line for line in lines if line and not line.startswith("#")],
        )


@pytest.mark.parametrize("path", REFERENCE, ids=lambda path: f"{path.parent.name}.{path.stem}")
def test_a_learner_is_promised_as_many_lines_as_the_reference_has(path: Path) -> None:
    for exercise, promised, lines in written(path):
        assert promised in (None, len(lines)), (exercise, lines)


def test_an_answer_is_short() -> None:
    counts: Counter[str] = Counter()
    for path in REFERENCE:
        for exercise, _, lines in written(path):
            counts[exercise] += len(lines)
    assert len(counts) > 40
    assert {exercise: count for exercise, count in counts.items() if count > MOST_LINES} == {}


def bare(text: str) -> str:
    """Return a text without spaces and the comment at its end, its quotes all alike."""
    return re.sub(r"\s+", "", text.partition("  #")[0]).replace("'", '"')


def test_no_hint_spells_a_line_of_the_solution(course: Course, lesson: str) -> None:
    """Neither the whole line, nor what it returns or assigns; a line of a word or two may be said."""
    solved = {exercise: lines for path in REFERENCE for exercise, lines in every_line(path).items()}
    for exercise in exercises(course, lesson):
        told = [(line, hint) for line in solved[exercise.id] for hint in exercise.hints if spells(hint, line)]
        assert told == [], exercise.id


def every_line(path: Path) -> dict[str, list[str]]:
    """Return the lines of each exercise in a file."""
    found: dict[str, list[str]] = defaultdict(list)
    for exercise, _, lines in written(path):
        found[exercise] += lines
    return found


def spells(hint: str, line: str) -> bool:
    """Whether a hint holds a line of code, or the value in it."""
    value = re.sub(r"^(return|[\w,.:\[\]|]+=)", "", bare(line))
    return len(value) >= TOLD and value in bare(hint)


def test_no_hint_says_again_what_the_docstring_says(course: Course, lesson: str) -> None:
    for exercise in exercises(course, lesson):
        tree = ast.parse((ROOT / "solutions" / exercise.file).read_text())
        holders = [node for node in tree.body if getattr(node, "name", "") in exercise.names]
        nodes = [node for holder in holders for node in ast.walk(holder)]
        kinds = ast.FunctionDef, ast.ClassDef
        docstring = bare(" ".join(ast.get_docstring(node) or "" for node in nodes if isinstance(node, kinds)))
        parts = [part for hint in exercise.hints for part in re.split(r"(?<=[.;:?])\s+", hint)]
        again = [part for part in parts if len(bare(part)) > 20 and bare(part).strip(".;:") in docstring]
        assert again == [], exercise.id


@pytest.mark.notebooks
def test_the_notebook_runs_with_the_reference(
    kernels: Kernels, lesson: str, workspaces: dict[str, Path]
) -> None:
    """And every number of its texts is computed there; `claims.py` says how a claim is written."""
    told = notebook(lesson), *claims_of(lesson)
    assert [*strangers(*told)] == []
    cells = executed(kernels, workspaces["solved"], lesson, judging_cells(*told))
    assert list(errors(cells)) == []
    assert [cell.said for cell in cells if cell.id.startswith(JUDGING) and cell.said] == []
    for cell in cells:
        if "attnlib.widgets" in cell.source and "pip install" not in cell.said:  # where the model is missing
            shown = [each.get("data", {}) for each in cell.outputs]
            assert any("application/vnd.jupyter.widget-view+json" in each for each in shown)


@pytest.mark.notebooks
def test_the_notebook_stops_at_the_first_exercise_with_the_skeleton(
    course: Course, kernels: Kernels, lesson: str, workspaces: dict[str, Path]
) -> None:
    cells = executed(kernels, workspaces["skeleton"], lesson, notebook(lesson, "lessons").cells)
    found = list(errors(cells))
    first = exercises(course, lesson)[0].id
    assert len(found) == 1
    cell, output = found[0]
    assert f'check("{first}")' in cell.source
    assert "Traceback" not in "".join(output.get("traceback", []))
