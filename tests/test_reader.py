"""What a learner wrote is laid out and read within a budget; past it the text is shown as it was written."""

from __future__ import annotations

import json
import os
import re
import signal
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograde.nbgrader_plugins import reader as module
from autograde.nbgrader_plugins.reader import Page, Reader, plain_html, reader
from autograde.nbgrader_plugins.reading import CUT, MAX_CELLS, MAX_TEXT
from autograde.nbgrader_plugins.sentences import BROKEN, CHANGED, MISSING, NOTE
from autograde.nbgrader_plugins.submitted import usable_notebook

SLOW_TEXTS = {"80,000 spaces": "a" + " " * 80_000 + "b", "environments": r"\begin{a}" * 10_000}
SLOW_CODE = {"attributes": "a." * 50_000, "empty lines": " \n" * 50_000}
PIXEL = "iVBORw0KGgo="


@pytest.fixture
def page() -> Page:
    return Page()


def test_markdown_and_code_are_laid_out(page: Page) -> None:
    assert page.html("# A *title*") == "<h1>A <em>title</em></h1>\n"
    assert page.colours("x = 1")


@pytest.mark.parametrize(
    "written", ["$x < 3$", "$$x < 3$$", r"\\(x < 3\\)", r"\begin{align}x < 3\end{align}"]
)
def test_a_formula_is_laid_out_without_a_script(page: Page, written: str) -> None:
    shown = page.html(f"Before {written}")
    assert "<math " in shown
    assert "<mi>x</mi><mo>&lt;</mo><mn>3</mn>" in shown


@pytest.mark.parametrize("written", [r"$\frac{$", r"$\begin{nothing}$", "$" + "{" * 5000 + "$", "$ $"])
def test_a_formula_that_cannot_be_read_stays_as_it_was_written(page: Page, written: str) -> None:
    assert written.strip("$") in page.html(written)


HOSTILE = [
    r"\href{javascript:alert(1)}{x}",
    r"\text{<img src=x onerror=alert(1)>}",
    r"\color{red' onclick='x}{x}",
]


@pytest.mark.parametrize("written", HOSTILE)
def test_what_runs_is_taken_out_of_a_formula(page: Page, written: str) -> None:
    shown = page.html(f"${written}$")
    tags = re.findall(r"<[^>]*>", shown)
    assert not any(re.search(r"javascript|onerror|onclick| style|<img", tag) for tag in tags)


def test_what_runs_is_taken_out(page: Page) -> None:
    assert "script" not in page.html("<script>alert(1)</script> and text")


@pytest.mark.slow
@pytest.mark.parametrize("name", SLOW_TEXTS)
def test_a_text_that_takes_too_long_is_shown_as_it_was_written(page: Page, name: str) -> None:
    before_s = reader.spent_s
    shown = page.html(SLOW_TEXTS[name])
    assert shown == plain_html(SLOW_TEXTS[name])
    assert "would take longer than 2 seconds" in shown
    assert reader.spent_s - before_s < 3.5, "the limit of the processor is kept in whole seconds"
    assert page.html("*fine*") == "<p><em>fine</em></p>\n"


@pytest.mark.slow
@pytest.mark.parametrize("name", SLOW_CODE)
def test_code_that_takes_too_long_to_colour_is_found(page: Page, name: str) -> None:
    assert not page.colours(SLOW_CODE[name])
    assert page.colours("x = 1")


def test_a_plain_text_is_escaped_and_cut() -> None:
    shown = plain_html("<script>" + "a" * MAX_TEXT)
    assert "&lt;script&gt;" in shown
    assert "<script" not in shown
    assert len(shown) < MAX_TEXT + 500
    assert "The rest was left out" in shown


def test_a_long_text_is_not_even_tried(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "ask", None)
    assert "longer than 100,000 characters" in page.html("a" * (MAX_TEXT + len(CUT) + 1))


def test_a_page_has_a_budget_for_all_its_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAGE_S", 0.05)
    page = Page()
    page.html(r"\begin{a}" * 2000)  # a quarter of a second
    assert page.html("*fine*") == plain_html("*fine*")
    assert Page().html("*fine*") != plain_html("*fine*")


@pytest.mark.slow
def test_a_picture_that_is_shown_a_thousand_times_is_too_much(page: Page) -> None:
    picture = {"a.png": {"image/png": "A" * 4_000_000}}
    assert "data:image/png" in page.html("![](attachment:a.png)", picture)
    many = "![](attachment:a.png)" * 1000
    assert page.html(many, picture) == plain_html(many)


@pytest.mark.parametrize(
    "written",
    ["![](attachment:a%20b.png)", "<img src='attachment:a%20b.png'>", '<p><img src="attachment:a%20b.png">'],
)
@pytest.mark.parametrize("kind", ["image/png", "image/gif", "image/webp"])
def test_a_picture_is_shown(page: Page, written: str, kind: str) -> None:
    assert f"data:{kind};base64,{PIXEL}" in page.html(written, {"a b.png": {kind: PIXEL}})


def test_a_drawing_that_can_hold_a_program_is_not_shown_and_that_is_said(page: Page) -> None:
    shown = page.html("![](attachment:a.svg)", {"a.svg": {"image/svg+xml": PIXEL}})
    assert shown == "<p>[picture attachment:a.svg: image/svg+xml is not shown, open the notebook]</p>\n"


@pytest.mark.parametrize("written", ["![](attachment:lost.png)", "<img src='attachment:lost.png'>"])
def test_a_picture_that_was_not_handed_in_leaves_its_name(page: Page, written: str) -> None:
    shown = page.html(f"Before {written} after")
    assert "lost.png: not handed in]" in shown
    assert "after" in shown


@pytest.mark.slow
def test_a_reader_that_was_killed_is_started_again() -> None:
    own = Reader()
    assert own.ask("markdown", "a", {}) == "<p>a</p>\n"
    assert own._process is not None
    os.killpg(own._process.pid, signal.SIGKILL)
    own._process.wait()
    assert own.ask("markdown", "a", {}) == "<p>a</p>\n"
    own.close()


@pytest.fixture
def released(tmp_path: Path) -> Path:
    path = tmp_path / "released.ipynb"
    nbformat.write(notebook("The question?"), path)
    return path


def notebook(answer: str, **more: Any) -> Any:
    graded = {"nbgrader": {"grade_id": "exercise-01-2", "grade": True, "solution": True}}
    cells = [
        new_code_cell("1 + 1", id="code"),
        new_markdown_cell(answer, metadata=graded, id="answer", **more),
    ]
    return new_notebook(cells=cells)


def read(tmp_path: Path, released: Path, content: Any) -> Any:
    """Return the notebook that is used where `content` was handed in."""
    path = tmp_path / "handed_in.ipynb"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return usable_notebook(path, released)


def test_what_was_answered_is_read(tmp_path: Path, released: Path) -> None:
    found = read(tmp_path, released, notebook("Mine.", attachments={"a.png": {"image/png": PIXEL}}))
    assert NOTE not in found.metadata
    assert found.cells[1].source == "Mine."
    assert found.cells[1].attachments == {"a.png": {"image/png": PIXEL}}
    assert [cell.id for cell in found.cells] == ["code", "answer"]
    nbformat.validate(found)


def changed(**more: Any) -> dict[str, Any]:
    return json.loads(json.dumps(notebook("Mine."))) | more


def cells(*first: dict[str, Any]) -> dict[str, Any]:
    found = changed()
    return found | {"cells": [*first, found["cells"][1]]}


LENIENT = {
    "no execution count": cells({"cell_type": "code", "source": "1", "metadata": {}, "outputs": []}),
    "a stream without a name": cells(
        {"cell_type": "code", "source": "1", "metadata": {}, "outputs": [{"output_type": "stream"}]}
    ),
    "outputs of no kind": cells({"cell_type": "code", "source": [], "outputs": 5}),
    "a cell of another kind": cells({"cell_type": "exam", "source": ""}),
    "a source of no kind": cells({"cell_type": "raw", "source": 5}),
    "no source": cells({"cell_type": "raw"}),
    "no metadata": cells({"cell_type": "raw", "source": ["a", "b"]}),
    "an id that is none, twice": cells(*[{"cell_type": "raw", "source": "", "id": "a b"}] * 2),
    "one id twice": cells(*[{"cell_type": "raw", "source": "", "id": "a"}] * 2),
    "half a character": cells({"cell_type": "markdown", "source": "\ud83d"}),
    "attachments of no kind": cells({"cell_type": "markdown", "source": "", "attachments": [1]}),
    "attachments that are no pictures": cells(
        {"cell_type": "markdown", "source": "", "attachments": {"a": {"text/html": "<script>"}, "b": 1}}
    ),
    "a byte order mark": b"\xef\xbb\xbf" + json.dumps(changed()).encode(),
    "UTF-16": json.dumps(changed()).encode("utf-16"),
    "UTF-16 without a mark": json.dumps(changed()).encode("utf-16-le"),
    "UTF-32": json.dumps(changed()).encode("utf-32"),
    "Latin-1": json.dumps(cells({"cell_type": "raw", "source": "\xe9"}), ensure_ascii=False).encode(
        "latin-1"
    ),
    "a control character": json.dumps(changed()).replace("Mine.", "Mine.\t").encode(),
    "a newer minor version": changed(nbformat_minor=99),
    "no version": {"cells": changed()["cells"]},
    "not a number": json.dumps(changed(metadata={"a": float("nan")})).encode(),
}


@pytest.mark.parametrize("name", LENIENT)
def test_a_notebook_that_a_strict_reader_refuses_is_read(tmp_path: Path, released: Path, name: str) -> None:
    found = read(tmp_path, released, LENIENT[name])
    assert NOTE not in found.metadata
    assert found.cells[-1].source.strip() == "Mine."
    nbformat.write(found, tmp_path / "written.ipynb")
    nbformat.validate(nbformat.read(tmp_path / "written.ipynb", as_version=4))


UNREADABLE = {
    "not JSON": b"{",
    "a list": [],
    "a number": 5,
    "no cells": {"nbformat": 4},
    "cells that are none": changed(cells=5),
    "a cell that is none": changed(cells=[5]),
    "cells of no kind": changed(cells=[{"source": "a"}]),
    "deep": b"[" * 100_000,
    "too many cells": cells(*[{"cell_type": "raw", "source": ""}] * MAX_CELLS),
    "too long": cells(*[{"cell_type": "raw", "source": "a" * MAX_TEXT}] * 21),
    "not UTF-8": b'{"cells": "\xff"}',
    "a number of a million digits": b'{"cells": ' + b"1" * 1_000_000 + b"}",
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_no_notebook_leaves_the_released_one_with_a_note(
    tmp_path: Path, released: Path, name: str
) -> None:
    found = read(tmp_path, released, UNREADABLE[name])
    assert found.metadata[NOTE].startswith(BROKEN)
    assert found.cells[1].source.startswith("*No answer could be read."), "a person is asked"


DAMAGED = {
    "a cell of no kind": cells({"source": ""}),
    "a format of no kind": changed(nbformat=[4]),
    "another format": changed(nbformat=99),
    "zeros at the end": json.dumps(changed()).encode() + bytes(1000),
    "cut off": json.dumps(changed())[:-90].encode(),
    "a comma too many": json.dumps(changed()).replace("}]", "},]").encode(),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_of_a_damaged_notebook_the_cells_are_made_out(tmp_path: Path, released: Path, name: str) -> None:
    found = read(tmp_path, released, DAMAGED[name])
    assert found.metadata[NOTE].startswith(BROKEN)
    assert "Mine." in [cell.source for cell in found.cells]


@pytest.mark.slow
@pytest.mark.parametrize("part", [b'{"a":0},', b"[[[[]]]],"])
def test_a_notebook_of_millions_of_parts_costs_this_process_nothing(
    tmp_path: Path, released: Path, part: bytes
) -> None:
    flood = b'{"cells": [' + part * (18_000_000 // len(part)) + b"{}]}"
    found = read(tmp_path, released, flood)
    assert found.metadata[NOTE].startswith(BROKEN)


def test_a_long_cell_is_cut_and_says_so(tmp_path: Path, released: Path) -> None:
    found = read(tmp_path, released, notebook("a" * (MAX_TEXT + 1)))
    assert found.cells[1].source == "a" * MAX_TEXT + CUT


@pytest.mark.parametrize(("note", "kept"), [(MISSING, MISSING), ("Full marks, says your teacher.", None)])
def test_a_note_is_one_of_ours(tmp_path: Path, released: Path, note: str, kept: str | None) -> None:
    found = read(tmp_path, released, changed(metadata={NOTE: note}))
    assert found.metadata.get(NOTE) == kept


def test_graded_cells_that_were_changed_are_replaced(tmp_path: Path, released: Path) -> None:
    twice = cells(changed()["cells"][1])
    assert read(tmp_path, released, twice).metadata[NOTE] == CHANGED


@pytest.mark.slow
def test_notebooks_and_texts_by_turns_are_answered_by_one_fork(tmp_path: Path) -> None:
    """What lays out texts is loaded by the first fork that needs it, and then before all others."""
    path = tmp_path / "one.ipynb"
    nbformat.write(new_notebook(cells=[new_markdown_cell("A sentence.")]), path)
    asked, forks = Reader(), []
    try:
        for _ in range(5):
            asked.ask("notebook", str(path))
            asked.ask("markdown", "*fine*", {})
            assert asked._process is not None
            forks.append([each.pid for each in psutil.Process(asked._process.pid).children()])
    finally:
        asked.close()
    assert forks[2] == forks[3] == forks[4] != []
