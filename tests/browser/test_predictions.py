"""The card with questions in JupyterLab: answered by keyboard alone, and still answered after a reload."""

from __future__ import annotations

import nbformat
import pytest
import tiny
from jupyterlab_here import findings
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

NOTEBOOK = "lessons/01_octaves/01_octaves.ipynb"
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
QUESTIONS = """
[recall.octave]
lesson = "00"
ask = "Which tone is an *octave* above 220?"
choices = ["330", "440", "880"]
answer = "440"
because = "`octave` doubles."

[recall.rising]
lesson = "00"
ask = "From low to high?"
order = ["bass", "alto", "tenor II"]
because = "So they sing."

[predict.fifths]
ask = "How many fifths are seven octaves?"
answer = 11.97
within = 0.5
because = "12 fifths are a little more."
"""


def test_questions_are_answered_by_keyboard_and_remembered(lab, page: Page) -> None:
    workspace = tiny.workspace(lab.folder)
    (lab.folder / ".autograde" / "state.json").unlink(missing_ok=True)
    folder = workspace.lessons / "01_octaves"
    (folder / "questions.toml").write_text(QUESTIONS)
    sources = "%load_ext autograde.notebook", 'questions("01")', 'predict("01.fifths")', 'predictions("01")'
    cells = [new_code_cell(source) for source in sources]
    nbformat.write(new_notebook(cells=cells, metadata=KERNEL), folder / "01_octaves.ipynb")
    lab.open(page, NOTEBOOK)
    lab.run_all(page)
    recall, prediction = page.locator(".ag-questions").nth(0), page.locator(".ag-questions").nth(1)
    expect(recall.get_by_role("group")).to_have_count(2, timeout=90_000)
    assert findings(page, ".ag-questions") == []
    press = page.keyboard.press

    recall.get_by_label("330").focus()
    press("ArrowDown")
    press("Tab")
    press("Enter")
    expect(recall.get_by_role("status")).to_contain_text("You: 440. It is: 440 (right). octave doubles.")
    expect(recall.get_by_role("button", name="Ask me again")).to_be_focused()

    recall.get_by_role("button", name="alto: move up").focus()  # shown as alto, bass, tenor II
    press("Tab")
    press("Enter")
    expect(recall.get_by_role("button", name="alto: move down")).to_be_focused()
    recall.get_by_role("button", name="Answer").focus()
    press("Enter")
    expect(recall).to_contain_text("bass → alto → tenor II")

    prediction.get_by_role("textbox").focus()
    page.keyboard.type("7d")  # a letter that is a command to JupyterLab outside a field
    press("Enter")
    expect(prediction.get_by_role("status")).to_contain_text("expected a number, got '7d'")
    press("Backspace")
    press("Enter")
    expect(prediction).to_contain_text("something else came out")

    lab.open(page, NOTEBOOK, theme="JupyterLab Dark")
    lab.run_all(page)
    back = page.locator(".ag-questions").nth(2)
    expect(back).to_contain_text("You7", timeout=90_000)
    expect(back.get_by_role("button")).to_have_count(0)
    assert findings(page, ".ag-questions") == []
