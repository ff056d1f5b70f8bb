"""A damaged notebook: the released one again, with what a learner wrote in it."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest
import tiny
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograde.course.lay import RELEASED
from autograde.course.renew import renew

ANSWER = {"nbgrader": {"grade_id": "why", "locked": False, "solution": True, "grade": True}}
QUESTION = {"nbgrader": {"grade_id": "question", "locked": True}}
MINE = 'It said "twice",\n\twith a \\ and an é.'


def released() -> str:
    cells = [
        new_markdown_cell("Why is an octave a ratio?", metadata=QUESTION, id="a"),
        new_markdown_cell("YOUR ANSWER HERE", metadata=ANSWER, id="b"),
        new_code_cell('check("01.1")', id="c"),
    ]
    return nbformat.writes(new_notebook(cells=cells))


def worked() -> str:
    """Return it as a learner left it: an answer, a changed question, an output, a cell more."""
    made = nbformat.reads(released(), 4)
    made.cells[0].source = "A question that is not mine to change"
    made.cells[1].source = MINE
    made.cells[2].outputs = [nbformat.v4.new_output("stream", text='{"cell_type": "raw", "source": "no"}')]
    made.cells.append(new_code_cell("print(1)\nprint(2)\n", id="d"))
    return nbformat.writes(made)


def texts(path: Path) -> list[str]:
    made = nbformat.read(path, 4)
    nbformat.validate(made)
    return [cell.source for cell in made.cells]


def torn(text: str) -> str:
    """Return the text up to the middle of its last cell's second line."""
    return text[: text.index("print(2)") + 6]


@pytest.mark.parametrize(
    ("damage", "last"),
    [
        (lambda text: text, "print(1)\nprint(2)\n"),
        (lambda text: text + "}", "print(1)\nprint(2)\n"),
        (lambda text: text.replace('"nbformat": 4', '"nbformat": <<<<<<< HEAD'), "print(1)\nprint(2)\n"),
        (torn, "print(1)\nprint("),
    ],
    ids=["whole", "a brace too many", "a merge", "torn"],
)
def test_what_was_written_is_in_the_notebook_that_is_laid_beside(tmp_path: Path, damage, last: str) -> None:
    path = tmp_path / "n.ipynb"
    path.write_text(damage(worked()))
    before = path.read_bytes()
    made = renew(path, released().encode(), tmp_path)
    assert (made.path, made.cells) == ("n.restored.ipynb", 2)
    assert texts(tmp_path / made.path) == ["Why is an octave a ratio?", MINE, 'check("01.1")', last]
    assert path.read_bytes() == before
    assert renew(path, released().encode(), tmp_path).path == "n.restored2.ipynb"


@pytest.mark.slow
def test_every_tear_leaves_a_notebook_that_opens(tmp_path: Path) -> None:
    path, text = tmp_path / "n.ipynb", worked()
    for length in range(0, len(text), 7):
        path.write_text(text[:length])
        made = tmp_path / renew(path, released().encode(), tmp_path).path
        assert "Why is an octave a ratio?" in texts(made)
        made.unlink()


def test_a_notebook_that_is_gone_is_laid_there_by_the_command(tmp_path: Path) -> None:
    root = tiny.workspace(tmp_path).root
    kept = root / RELEASED / "lessons/01_octaves/01_octaves.ipynb"
    kept.parent.mkdir(parents=True)
    kept.write_text(released())
    done = tiny.command("restore", "01_octaves", "--json", cwd=root, AUTOGRADE_WORKSPACE="")
    assert json.loads(done.stdout)["cells"] == 0
    assert len(texts(root / "lessons/01_octaves/01_octaves.ipynb")) == 3
    refused = tiny.command("restore", "02_melodies", cwd=root, AUTOGRADE_WORKSPACE="")
    assert "the released notebook, got no such file" in refused.stderr
