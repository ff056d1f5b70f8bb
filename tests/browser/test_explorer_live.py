"""The attention explorer in JupyterLab and in exported pages, in a real browser."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
import pytest
from jupyterlab_here import change_theme
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Page, expect

from autograde.notebook.page import OfflinePage

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parent.parent.parent

CELL = """\
import numpy as np
from attnlib.widgets import explore
weights = np.zeros((2, 3, 3, 3))
weights[..., 0] = 1.0
weights[1, 2] = [[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.04, 0.05, 0.91]]
explorer = explore(weights, ["The", "cat", "<b>sat</b>"], layer=1, head=2)
explorer"""

KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
SHOTS = os.environ.get("SCREENSHOTS")


def shoot(page: Page, name: str) -> None:
    """Keep a picture for human eyes where the environment asks for it."""
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"))


def walk_through(page: Page) -> None:
    """Read, hover, click and use the keys."""
    say, queries = page.locator(".ax-say"), page.locator(".ax-side:first-child .ax-list")
    keys = page.locator(".ax-side:last-child .ax-list")
    expect(say).to_have_text("Layer 1, head 2: all 3 × 3 weights. Choose a token to read its own.")
    expect(page.locator(".ax-lines line")).to_have_count(9)
    queries.locator(".ax-token").nth(1).hover()
    expect(say).to_have_text(
        "Layer 1, head 2: “cat” looks most at “cat” 80 %, “The” 10 %, “<b>sat</b>” 10 %."
    )
    keys.locator(".ax-token").nth(2).hover()
    expect(say).to_contain_text("“<b>sat</b>” is looked at most by “<b>sat</b>” 91 %")
    queries.locator(".ax-token").nth(0).click()
    page.mouse.move(2, 2)
    expect(say).to_contain_text("“The” looks most at “The” 70 %, “cat” 20 %")
    queries.focus()
    page.keyboard.press("End")
    expect(queries.locator(".ax-token").nth(2)).to_have_attribute("aria-selected", "true")
    expect(keys.locator(".ax-number").nth(2)).to_have_text("0.91")
    page.keyboard.press("ArrowLeft")
    expect(say).to_contain_text("Layer 1, head 1: “<b>sat</b>” looks most at “The” 100 %")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(say).to_contain_text("Layer 0, head 0")
    page.locator(".ax").get_by_label("layer", exact=True).select_option("1")
    page.locator(".ax").get_by_label("head", exact=True).select_option("2")
    page.get_by_label("hide weights below").fill("15")
    expect(page.locator(".ax-lines line")).to_have_count(4)
    keys.focus()
    expect(say).to_contain_text("“The” is looked at most by")
    page.keyboard.press("Escape")
    expect(say).to_contain_text("all 3 × 3 weights")


def test_the_explorer_works_in_jupyterlab(lab, page: Page):
    cells = [new_code_cell(CELL), new_code_cell("print(explorer.layer, explorer.head, explorer.token)")]
    nbformat.write(new_notebook(cells=cells, metadata=KERNEL), lab.folder / "explorer.ipynb")
    lab.open(page, "explorer.ipynb")
    lab.run_all(page)
    page.wait_for_selector(".ax-say", timeout=90_000)
    walk_through(page)
    page.locator(".ax-token").nth(1).click()
    page.mouse.move(2, 2)
    for theme in ("Dark", "Light"):
        change_theme(page, theme)
        shoot(page, f"explorer-{theme.lower()}")
        colour = page.locator(".ax").evaluate("element => getComputedStyle(element).color")
        assert ("255, 255, 255" in colour) == (theme == "Dark")
    the_kernel_knows_what_is_chosen(page)


def the_kernel_knows_what_is_chosen(page: Page) -> None:
    page.locator(".ax-token").nth(2).click()
    page.locator(".jp-CodeCell").nth(1).locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".jp-CodeCell").nth(1).locator(".jp-OutputArea-output")).to_contain_text("1 2 2")


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Execute a notebook with the explorer and export it, as File > Save and Export As > HTML does."""
    notebook = new_notebook(cells=[new_code_cell(CELL)])
    where = {"metadata": {"path": str(ROOT)}}
    NotebookClient(notebook, kernel_name="python3", resources=where).execute()
    assert "widgets" in notebook.metadata  # with its state stored, as nbclient does
    page, _ = HTMLExporter(preprocessors=[OfflinePage]).from_notebook_node(notebook)
    target = tmp_path_factory.mktemp("page") / "exported.html"
    target.write_text(page, encoding="utf-8")
    return target


def test_the_explorer_works_in_an_exported_page_from_a_file(page: Page, exported: Path):
    page.goto(exported.as_uri())
    walk_through(page)
    shoot(page, "explorer-exported")


def test_a_picture_stands_there_where_scripts_do_not_run(browser, exported: Path):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(exported.as_uri())
    picture = page.locator("img[alt='Layer 1, head 2: attention of 3 queries to 3 keys.']")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.naturalWidth") > 200
    context.close()
