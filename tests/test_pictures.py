"""The pictures of the lessons: one language, legible on any page, in words for whoever cannot see them."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import nbformat
import numpy as np
import pytest
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from autograde.course.course import Course
from autograde.notebook.page import VIEW, OfflinePage

ROOT = Path(__file__).resolve().parent.parent
WEIGHTS = np.array([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1]])
NARROW = 592
"""Pixels that a picture has where JupyterLab's window has 800 and shows one notebook."""

STATE: dict[str, Any] = {"application/vnd.jupyter.widget-state+json": {"state": {"1": {}}}}
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def attnlib(course: Course) -> Any:
    """Return a function that imports a module of the reference."""
    return lambda name: importlib.import_module(f"reference.{name}")


@pytest.fixture(params=["data_flow", "encoder_decoder", "heads", "cache", "memory", "block", "model"])
def diagram(request: pytest.FixtureRequest, attnlib: Any) -> Any:
    diagrams = attnlib("diagrams")
    made = {
        "data_flow": lambda: diagrams.data_flow(
            *np.ones((2, 3, 4)), np.ones((3, 5)), np.eye(3), np.ones((3, 5))
        ),
        "encoder_decoder": lambda: diagrams.encoder_decoder(np.eye(4), np.eye(5), np.ones((5, 4))),
        "heads": lambda: diagrams.split_and_merge(np.ones((3, 4, 2)), np.ones((4, 6))),
        "cache": lambda: diagrams.cache_step(5),
        "memory": lambda: diagrams.memory_levels(8192, 64, 32),
        "block": lambda: diagrams.transformer_block(13, 384, 1536),
        "model": lambda: diagrams.language_model(95, 85, 64, 3),
    }
    return made[request.param]()


def test_a_diagram_stays_on_its_sheet_and_is_told_in_words(diagram: Any) -> None:
    drawn = ElementTree.fromstring(diagram._repr_html_())
    assert (drawn.findtext(f"{SVG}title"), drawn.findtext(f"{SVG}desc")) == (
        diagram.title,
        diagram.description,
    )
    assert drawn.get("role") == "img"
    for rect in drawn.iter(f"{SVG}rect"):
        left, top, width, height = (float(rect.get(name, "")) for name in ("x", "y", "width", "height"))
        assert 0 <= left < left + width <= diagram.width
        assert 0 <= top < top + height <= diagram.height
    shapes = {
        text for each in drawn.iter(f"{SVG}text") if re.fullmatch(r"\(\d+, \d+\)", text := str(each.text))
    }
    assert all(shape in diagram.description for shape in shapes)


def test_a_diagram_shows_the_shapes_of_the_arrays(attnlib: Any) -> None:
    query, key = np.ones((2, 7)), np.ones((5, 7))
    page = (
        attnlib("diagrams")
        .data_flow(query, key, np.ones((5, 3)), np.ones((2, 5)), np.ones((2, 3)))
        ._repr_html_()
    )
    for shape in ("(2, 7)", "(5, 7)", "(5, 3)", "(2, 5)", "(2, 3)", "√7"):
        assert shape in page


def test_a_figure_has_the_colour_of_the_page_and_a_text(attnlib: Any) -> None:
    plotting, theme = attnlib("plotting"), attnlib("theme")
    page = plotting.heatmap(WEIGHTS, ["a", "b"], ["c", "d", "e"], title="Who looks").figure._repr_html_()
    assert "currentColor" in page
    assert theme.INK not in page
    assert "#ffffff" not in page
    assert "<style" not in page  # it would be that of the whole page
    assert 'aria-label="Who looks; across: is looked at (key); upwards: looks (query)' in page


@pytest.mark.slow
def test_a_wide_figure_shrinks_to_a_narrow_notebook(attnlib: Any) -> None:
    plotting = attnlib("plotting")
    many = [f"token {number}" for number in range(14)]
    weights = np.ones((4, 12, 3, 3))
    bars = plotting.bars(np.ones(14), many, y_label="weight").figure
    for figure in (bars, plotting.head_gallery(weights), plotting.heatmaps({"a": np.eye(14)}, many, many)):
        least = re.search(r"min-width: (\d+)px", attnlib("theme").drawing(figure))
        assert least
        assert int(least[1]) <= NARROW


def test_weights_are_blue_and_scores_are_not(attnlib: Any) -> None:
    plotting, theme = attnlib("plotting"), attnlib("theme")
    for matrix, colour in (
        (WEIGHTS, theme.WEIGHTS),
        (5 * WEIGHTS, theme.SCORES),
        (WEIGHTS - 1, theme.SCORES),
    ):
        (image,) = plotting.heatmap(matrix, "ab", "cde").images
        strongest = image.cmap(1.0)
        assert strongest[:3] == pytest.approx(
            tuple(int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)), abs=0.01
        )
        assert image.cmap(image.norm(0.0))[3] == pytest.approx(0, abs=0.03)  # 0 is the page itself


def test_one_look_spread_over_a_picture_has_the_colour_of_weights(attnlib: Any) -> None:
    spread = {"sun": np.eye(4) / 4}
    strongest = attnlib("plotting").heatmaps(spread, "0123", "0123").axes[0].images[0].cmap(1.0)
    assert strongest[2] > strongest[0], "it is not blue"


def test_curves_have_colours_of_their_own(attnlib: Any) -> None:
    ax = attnlib("plotting").curves([1, 2], {"score 1": [1, 2], "score 2": [2, 3]}, x_label="", y_label="")
    assert len({line.get_color() for line in ax.lines}) == 2


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_an_exported_page_has_formulas_and_widgets_without_a_network() -> None:
    text = r"Length: $|q|\,\text{d\_head}$, not `$x$`, for 5$ or 6$." + "\n\n$$S = Q K^\\top$$"
    shown = new_output(
        "display_data", {VIEW: {"model_id": "1"}, "text/html": "<p>the page that it carries</p>"}
    )
    book = new_notebook(cells=[new_markdown_cell(text), new_code_cell("widget", outputs=[shown])])
    book.metadata.widgets = STATE
    page, _ = HTMLExporter(preprocessors=[OfflinePage]).from_notebook_node(book)
    body = page[page.index("<main") :]
    assert len(re.findall("<math ", body)) == 2
    assert "<mtext>d&#95;head</mtext>" in body.replace("_", "&#95;")
    assert "<code>$x$</code>" in body
    assert "5$ or 6$" in body
    assert "the page that it carries" in body
    assert "jupyter.widget" not in page
    assert asked(page) == []


def asked(page: str) -> list[str]:
    """Return the scripts that a page asks a server for."""
    return re.findall(r'<script [^>]*src="(http[^"]*)"', page)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(
    ("text", "output", "scripts"),
    [
        ("A sum, $1 + 1$.", {"text/plain": "2"}, []),
        ("No formula, $\\left( 1$.", {"text/plain": "2"}, ["mathjax"]),
        ("", {"text/latex": "$x$"}, ["mathjax"]),
        ("", {VIEW: {"model_id": "1"}}, ["require.js"]),
    ],
)
def test_an_exported_page_asks_for_a_script_only_where_it_needs_one(
    text: str, output: dict[str, Any], scripts: list[str]
) -> None:
    cell = new_code_cell("show()", outputs=[new_output("display_data", output)])
    book = new_notebook(cells=[new_markdown_cell(text), cell], metadata={"widgets": STATE})
    page, _ = HTMLExporter(preprocessors=[OfflinePage]).from_notebook_node(book)
    assert [
        name for name in ("require.js", "mathjax") if any(name in each for each in asked(page))
    ] == scripts


def test_every_formula_of_the_lessons_can_be_shown_without_a_network() -> None:
    for path in sorted((ROOT / "solutions" / "lessons").glob("*/*.ipynb")):
        for cell in nbformat.read(path, 4).cells:
            changed, _ = OfflinePage().preprocess_cell(cell, {}, 0)
            if cell.cell_type == "markdown":
                prose = re.sub(r"```.*?```|`[^`]*`", "", changed.source, flags=re.DOTALL)
                assert "$" not in prose, f"{path.stem} {cell.id}"
                assert re.findall("<mi>(?:&amp;|\N{PRIME}|[a-z]{2})", prose) == [], f"{path.stem} {cell.id}"
