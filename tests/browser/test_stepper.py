"""The stepper, and the explorer for a typed sentence, in JupyterLab and in an exported page."""

from __future__ import annotations

import os
import time
from pathlib import Path

import nbformat
import pytest
from jupyterlab_here import change_theme, findings
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Page, expect

from autograde.notebook.page import OfflinePage

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parent.parent.parent

CELL = """\
import numpy as np
from attnlib.widgets import explore_text, step_through
def read(text):
    words = text.split()
    return words, np.full((len(words), len(words)), 1 / len(words))
display(step_through("scores"), explore_text(read, "The cat sat"))"""

KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
SHOTS = os.environ.get("SCREENSHOTS")


def test_a_learner_sees_what_comes_first_and_types_a_sentence(lab, page: Page):
    """In a workspace in which nothing is written yet."""
    nbformat.write(new_notebook(cells=[new_code_cell(CELL)], metadata=KERNEL), lab.folder / "stepper.ipynb")
    lab.open(page, "stepper.ipynb")
    lab.run_all(page)
    expect(page.locator(".st-wait")).to_contain_text("Exercise 01.2 comes first", timeout=90_000)
    page.get_by_role("button", name="x", exact=True).click()
    expect(page.locator(".st-say")).to_have_text("“cat”, “alive”: 1")
    line = page.get_by_label("your sentence")
    line.fill("A dog ran home")
    start = time.monotonic()
    expect(page.locator(".ax-say")).to_contain_text("all 4 × 4 weights")
    assert time.monotonic() - start < 5  # on a machine that may be busy; quiet, it is well below one second
    line.fill("")
    expect(page.locator(".ax-note")).to_have_text("Type a sentence.")
    expect(page.locator(".ax-say")).to_contain_text("all 4 × 4 weights")
    for theme in ("Light", "Dark"):
        change_theme(page, theme)
        assert [finding for piece in (".st", ".ax") for finding in findings(page, piece)] == []
        if SHOTS:
            page.screenshot(path=str(Path(SHOTS) / f"stepper-{theme.lower()}.png"))


def test_the_stepper_walks_through_all_numbers_in_an_exported_page(browser, page: Page, tmp_path: Path):
    solved = f"import sys\nsys.path.insert(0, {str(ROOT / 'solutions')!r})\n"
    book = new_notebook(cells=[new_code_cell(solved + CELL)])
    NotebookClient(book, kernel_name="python3").execute()
    exported, _ = HTMLExporter(preprocessors=[OfflinePage]).from_notebook_node(book)
    (tmp_path / "stepper.html").write_text(exported, encoding="utf-8")
    page.goto((tmp_path / "stepper.html").as_uri())
    say = page.locator(".st-say")
    expect(say).to_have_text("“cat”, “cat”: 0.9 · 0 + 1.1 · 2 + 0.4 · 0 + 0.4 · 1 = 2.6")
    page.get_by_role("button", name="cat, cat: 2.6").focus()
    page.keyboard.press("ArrowRight")
    expect(say).to_have_text("“cat”, “sat”: 0.9 · 0 + 1.1 · 0.5 + 0.4 · 1 + 0.4 · 0 = 0.95")
    page.get_by_role("button", name="Next").click()
    expect(say).to_have_text("“cat”, “sat”: 0.95 / √4 = 0.475")
    page.get_by_role("button", name="Next").click()
    expect(say).to_have_text("“cat”, “sat”: e^0.475 / (e^0.725 + e^1.3 + e^0.475) ≈ 0.219")
    assert findings(page, ".st") == []
    page.get_by_role("button", name="output").click()
    expect(page.locator(".st-head")).to_have_text("Step 8 of 8. Output: the values, mixed by the weights")
    expect(page.get_by_label("your sentence")).not_to_be_editable()
    context = browser.new_context(java_script_enabled=False)
    still = context.new_page()
    still.goto((tmp_path / "stepper.html").as_uri())
    expect(still.locator("pre", has_text="Weights: each row shared out by softmax")).to_be_visible()
    context.close()
