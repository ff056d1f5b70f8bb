"""How a text is compared with what is computed. test_lessons.py does it in each notebook, as it runs."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import nbformat
import pytest
from claims import lesson_problems, numbers

from autograde.course.course import Course
from autograde.course.questions import Question

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "solutions" / "lessons").glob("*/*.ipynb"))
WORDS_A_MINUTE = 150
CELLS_A_MINUTE = 2
WRITTEN = re.compile(r"\*(\d+) minutes, read by your instructor")

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:nbformat")


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


def texts(path: Path) -> list[str]:
    return [cell.source for cell in nbformat.read(path, 4).cells if cell.cell_type == "markdown"]


def test_a_text_gives_each_exercise_the_minutes_of_its_declaration(course: Course, path: Path) -> None:
    for exercise in course.lessons[path.stem].exercises:
        task = re.search(rf"## Exercise {exercise.id}.*", "\n".join(texts(path)), re.DOTALL)
        stated = re.search(r"\*(\w+), (\d+) minutes", task[0] if task else "")
        assert stated is not None, exercise.id
        assert (stated[1].lower(), int(stated[2])) == (exercise.level, exercise.minutes), exercise.id


def test_the_time_of_a_lesson_is_that_of_its_exercises_and_its_reading(course: Course, path: Path) -> None:
    stated = re.search(r"\*\*Time:\*\* (\d+) minutes", texts(path)[0])
    assert stated is not None
    exercises = sum(exercise.minutes for exercise in course.lessons[path.stem].exercises)
    exercises += sum(int(minutes) for minutes in WRITTEN.findall("\n".join(texts(path))))
    reading = len(" ".join(texts(path)).split()) / WORDS_A_MINUTE
    running = (len(nbformat.read(path, 4).cells) - len(texts(path))) / CELLS_A_MINUTE
    assert int(stated[1]) == pytest.approx(exercises + reading + running, abs=10)


def made_up(text: str, claims: dict[str, str]) -> list[str]:
    code = nbformat.v4.new_code_cell("slope = 79 / 100\nsizes = [64, 128]", id="code")
    cells = [code, nbformat.v4.new_markdown_cell(text, id="text")]
    return list(lesson_problems(nbformat.v4.new_notebook(cells=cells), {"text": claims}))


@pytest.mark.parametrize(
    ("claims", "found"),
    [
        ({}, "Answer: 0.79. It rises.': expected a claim"),
        ({"Answer: 0.79": "slope + 1"}, "[predict-slope] 'Answer: 0.79': expected 1.79, as computed"),
        ({"Answer: 0.79": "slope"}, ""),
    ],
)
def test_a_prediction_is_judged_once_the_cell_after_it_has_run(claims: dict[str, str], found: str) -> None:
    asked = Question("03.slope", "How steep?", "number", (), "0.79", "It rises.")
    sources = {"predict-slope": 'predict("03.slope")', "code": "slope = 79 / 100 + 0"}
    cells = [nbformat.v4.new_code_cell(source, id=name) for name, source in sources.items()]
    book = nbformat.v4.new_notebook(cells=cells)
    problems = list(lesson_problems(book, {"predict-slope": claims}, {asked.id: asked}))
    assert [found in problem for problem in problems] == ([True] if found else [])


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("The slope is 0.79.", {"slope is 0.79": "slope"}),
        ("The slope is 0.8, or 79 %.", {"0.8, or 79 %": "[slope, slope]"}),
        ("A minus: −1.58, and 1.58 million.", {"−1.58": "-2 * slope", "1.58 million": "2e6 * slope"}),
        ("It is large, 1.8 · 10³⁰⁸.", {"1.8 · 10³⁰⁸": "np.finfo(float).max"}),
        ("It falls by half.", {"falls by half": "slope < 1"}),
        ("In lesson 03, exercise 03.1, with `x[12]` and float16, 64 or 128 columns at n = 500.", {}),
        ("The paper of 2017 has 3 parts, layer 11 has a head; 25 minutes.", {}),
    ],
)
def test_what_is_computed_or_states_nothing_is_no_problem(text: str, claims: dict[str, str]) -> None:
    assert made_up(text, claims) == []


@pytest.mark.parametrize(
    ("text", "claims", "problem"),
    [
        ("The slope is 0.83.", {"slope is 0.83": "slope"}, "expected 0.79, as computed"),
        ("The slope is 0.83.", {}, "expected a claim that computes this number"),
        ("The slope is 0.03.", {"slope is 0.03": "slope - 0.77"}, "expected 0.02, as computed"),
        ("Beside 57 others.", {}, "expected a claim that computes this number"),
        ("The paper of 1066 words.", {}, "expected a claim that computes this number"),
        ("It falls by half.", {"falls by half": "slope > 1"}, "expected to be true"),
        ("It falls.", {"slope is 0.83": "slope"}, "no such piece"),
        ("Both are 0.79.", {"Both are 0.79": "[slope, slope]"}, "expected 2 numbers"),
        ("0.79 here, 0.79 there.", {"0.79 here": "slope"}, "expected a claim that computes this number"),
        ("−0.79, a minus.", {"−0.79": "slope"}, "expected 0.79, as computed"),
        ("1.8 · 10³⁰⁷ is less.", {"1.8 · 10³⁰⁷": "np.finfo(float).max"}, "as computed"),
    ],
)
def test_what_is_not_computed_is_a_problem(text: str, claims: dict[str, str], problem: str) -> None:
    (found,) = made_up(text, claims)[:1]
    assert problem in found


def test_a_claim_of_a_cell_that_is_gone_is_a_problem() -> None:
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("Text.", id="text")])
    assert "expected the id of a text cell" in next(lesson_problems(book, {"gone": {}}))


def test_numbers_are_read_as_they_are_written() -> None:
    found = numbers("1,000 and 2.5 · 10⁻³ and 4 million")
    assert [number.value for number in found] == [1000, Fraction(1, 400), 4_000_000]
