"""The sliders and the mask painter in JupyterLab and in an exported page, in a real browser."""

from __future__ import annotations

import os
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

SLIDERS = """\
import numpy as np
from attnlib.widgets import mask_painter, scaling_demonstration, temperature_slider
def softmax(scores, temperature):
    powers = np.exp(scores / temperature - (scores / temperature).max())
    return powers / powers.sum()
def plain(query, key):
    return query @ key.T
def scaled(query, key):
    return query @ key.T / np.sqrt(query.shape[-1])
display(temperature_slider([1.0, 2.0, 3.0], softmax), scaling_demonstration(plain, scaled))"""

PAINTER = """\
painter = mask_painter(np.log([[1, 1, 2], [1, 1, 2], [1, 3, 4]]), ["The", "cat", "sat"])
painter"""

KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
SHOTS = os.environ.get("SCREENSHOTS")


def shoot(page: Page, name: str) -> None:
    """Keep a picture for human eyes where the environment asks for it."""
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"))


def move_everything(page: Page) -> None:
    """Move both sliders, paint with mouse and keys."""
    temperature = page.get_by_label("temperature", exact=True)
    expect(page.locator(".sl-say").nth(0)).to_have_text("Temperature 1. 1: 0.09, 2: 0.24, 3: 0.67.")
    temperature.focus()
    page.keyboard.press("End")
    expect(page.locator(".sl-say").nth(0)).to_have_text("Temperature 50. 1: 0.33, 2: 0.33, 3: 0.34.")
    size = page.get_by_label("d_head", exact=True)
    size.focus()
    page.keyboard.press("End")
    expect(page.locator(".sl-bar output").nth(1)).to_have_text("d_head = 256")
    expect(page.locator(".sl-panels")).to_contain_text("standard deviation 15.9")
    cells = page.locator(".sl-cell")
    expect(cells.nth(8)).to_have_text("0.50")
    cells.nth(8).click()
    expect(cells.nth(8)).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".sl-say").nth(2)).to_have_text(
        "“sat” may look at 2 of 3 tokens: The 0.25, cat 0.75."
    )
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    expect(cells.nth(7)).to_have_text("1.00")
    page.get_by_role("button", name="nothing").click()
    expect(page.locator(".sl-say").nth(2)).to_have_text("“sat” may look at 0 of 3 tokens.")
    page.get_by_role("button", name="causal").click()
    expect(cells.nth(3)).to_have_text("0.50")
    expect(cells.nth(5)).to_have_text("–")


def test_sliders_and_painter_work_in_jupyterlab(lab, page: Page):
    sources = (SLIDERS, PAINTER, "print(painter.mask.sum(), painter.mask[0])")
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources], metadata=KERNEL)
    nbformat.write(notebook, lab.folder / "sliders.ipynb")
    page.set_viewport_size({"width": 1200, "height": 1700})
    lab.open(page, "sliders.ipynb")
    lab.run_all(page)
    page.wait_for_selector(".sl-cell", timeout=90_000)
    move_everything(page)
    for theme in ("Light", "Dark"):
        change_theme(page, theme)
        assert findings(page, ".sl") == []
        shoot(page, f"sliders-{theme.lower()}")
    last = page.locator(".jp-CodeCell").nth(2)
    last.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    expect(last.locator(".jp-OutputArea-output")).to_contain_text("6 [ True False False]")


def test_sliders_and_painter_work_in_an_exported_page(page: Page, tmp_path: Path):
    notebook = new_notebook(cells=[new_code_cell(SLIDERS), new_code_cell(PAINTER)])
    where = {"metadata": {"path": str(ROOT)}}
    NotebookClient(notebook, kernel_name="python3", store_widget_state=False, resources=where).execute()
    exported, _ = HTMLExporter(preprocessors=[OfflinePage]).from_notebook_node(notebook)
    target = tmp_path / "sliders.html"
    target.write_text(exported, encoding="utf-8")
    page.goto(target.as_uri())
    move_everything(page)
