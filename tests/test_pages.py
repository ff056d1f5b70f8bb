"""The pages around the lessons: cheat sheet, glossary, the instructor's guide, further reading."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from cheat_sheet import PAGE, sheet

from autograde.course.course import Course

ROOT = Path(__file__).resolve().parent.parent
LESSONS = ROOT / "solutions" / "lessons"
NOTEBOOKS = sorted(LESSONS.glob("*/*.ipynb"))

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:nbformat")


def text(path: Path) -> str:
    return "\n".join(cell.source for cell in nbformat.read(path, 4).cells if cell.cell_type == "markdown")


def rows(path: Path) -> list[list[str]]:
    """Return the cells of the first table of a page, without its head."""
    lines = [line for line in path.read_text("utf-8").splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_the_cheat_sheet_is_up_to_date(course: Course) -> None:
    assert PAGE.read_text("utf-8") == sheet(course), "run: python tests/cheat_sheet.py"


@pytest.mark.parametrize("row", rows(LESSONS / "00_welcome" / "glossary.md"), ids=lambda row: row[0])
def test_a_word_of_the_glossary_stands_in_its_lesson(row: list[str]) -> None:
    word, _, lesson = row
    (path,) = LESSONS.glob(f"{lesson}_*/*.ipynb")
    assert word.lower() in text(path).lower()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_guide_gives_each_lesson_the_minutes_that_it_states(path: Path) -> None:
    stated = re.search(r"\*\*Time:\*\* (\d+) minutes", text(path))
    minutes = {row[0]: row[1] for row in rows(ROOT / "solutions" / "GUIDE.md")}
    assert stated is not None
    assert minutes[path.stem] == stated[1]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_lesson_ends_with_at_most_three_titles_and_why(path: Path) -> None:
    reading = text(path).partition("## Further reading\n")[2]
    titles = re.findall(r"^\* \[.+?\]\(https://.+?\), .+?: .+\.$", reading, re.MULTILINE)
    assert 1 <= len(titles) <= 3
    assert len(titles) == len(re.findall(r"^\* ", reading, re.MULTILINE))
