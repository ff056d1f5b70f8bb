"""The exercise card in JupyterLab: as a person uses it, by mouse and by keyboard."""

from __future__ import annotations

import os
import shutil
import zipfile
from pathlib import Path

import nbformat
import pytest
import tiny
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Locator, Page, expect

from autograde.course.settings import read_settings
from autograde.course.workspace import Workspace
from autograde.practice.progress import progress_rows
from autograde.practice.start import write_start_page

pytestmark = pytest.mark.browser

KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
FILE = "tones/pitch.py"
SHOTS = os.environ.get("SCREENSHOTS")


@pytest.fixture
def course(lab):
    """Return the folder of the lab with the tiny course in it, nothing written yet, and one notebook."""
    workspace = tiny.workspace(lab.folder)
    for name in (".autograde/state.json", *(f"backup/{FILE}",)):
        (lab.folder / name).unlink(missing_ok=True)
    for old in (lab.folder / "backup").glob("**/*.py.*"):
        old.unlink()
    cells = [new_code_cell("%load_ext autograde.notebook"), new_code_cell('check("01.1")'), new_code_cell("")]
    folder = workspace.lessons / "01_octaves"
    nbformat.write(new_notebook(cells=cells, metadata=KERNEL), folder / "01_octaves.ipynb")
    return lab


def shoot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"))


def opened(
    course, page: Page, theme: str = "JupyterLab Light", notebook: str = "01_octaves.ipynb"
) -> Locator:
    """Open the notebook, run it, and return its card."""
    course.open(page, f"lessons/01_octaves/{notebook}", theme=theme)
    course.run_all(page)
    card = page.locator(".ag-exercise")
    expect(card).to_be_visible(timeout=90_000)
    return card


def press(card: Locator, name: str) -> None:
    card.get_by_role("button", name=name, exact=True).click()


def editor(page: Page) -> Locator:
    return page.locator(".jp-FileEditor .cm-content")


def write(page: Page, text: str, above: str) -> None:
    """Type a line in the open editor, as a person does; nothing is saved."""
    editor(page).locator(".cm-line", has_text=above).first.click(position={"x": 60, "y": 8})
    page.keyboard.press("Home")
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def test_a_first_exercise_by_mouse(course, page: Page) -> None:
    card = opened(course, page)
    expect(card).to_contain_text("01.1 octave")
    shoot(page, "card-new")
    press(card, "Open")
    expect(editor(page)).to_contain_text("def octave")
    panels = page.locator(".jp-MainAreaWidget, .jp-NotebookPanel").locator("visible=true")
    assert panels.count() >= 2, "the file is not beside the notebook"
    write(page, "return 2 * frequency", "raise NotImplementedError")
    expect(card.get_by_role("status")).to_have_text(
        "The editor holds text that is not saved. Check saves it first."
    )
    press(card, "Check")
    expect(card.get_by_role("status")).to_contain_text(": accepted.")
    assert "return 2 * frequency" in (course.folder / FILE).read_text()

    expect(page.locator(".jp-OutputArea").nth(1)).not_to_contain_text("is not written yet.")
    shoot(page, "card-accepted")


def test_reset_and_undo_follow_in_the_open_editor(course, page: Page) -> None:
    tiny.write(course.folder, octave="return 3 * frequency")
    card = opened(course, page)
    press(card, "Open")
    expect(editor(page)).to_contain_text("return 3 * frequency")
    press(card, "Reset")
    press(card, "Keep my code")
    assert "return 3 * frequency" in (course.folder / FILE).read_text()
    press(card, "Reset")
    shoot(page, "card-reset")
    press(card, "Put back")
    expect(card.get_by_role("status")).to_contain_text("is back to where it began")
    expect(editor(page)).to_contain_text("is not written yet")
    press(card, "Undo")
    expect(editor(page)).to_contain_text("return 3 * frequency")
    assert "return 3 * frequency" in (course.folder / FILE).read_text()
    expect(page.locator("dialog, .jp-Dialog")).to_have_count(0)


def test_check_on_save(course, page: Page) -> None:
    card = opened(course, page)
    card.get_by_label("Check on save").check()
    expect(card.get_by_role("status")).to_contain_text("Checking at each save is on.")
    press(card, "Open")
    write(page, "return 2 * frequency", "raise NotImplementedError")
    page.keyboard.press("Control+s")
    expect(card.get_by_role("status")).to_contain_text(": accepted.")
    kept = [path.read_text() for path in (course.folder / "backup/tones").iterdir()]
    assert (course.folder / FILE).read_text() in kept


def test_submit_saves_shows_what_goes_in_and_hands_in(course, page: Page) -> None:
    shutil.copytree(tiny.SOLUTIONS / "tones", course.folder / "tones", dirs_exist_ok=True)
    cells = [new_code_cell("%load_ext autograde.notebook"), new_code_cell('check("01.2")')]
    made = new_notebook(cells=cells, metadata=KERNEL)
    nbformat.write(made, course.folder / "lessons/01_octaves/last.ipynb")
    card = opened(course, page, notebook="last.ipynb")
    press(card, "Open")
    write(page, "# typed a moment ago", "import")
    press(card, "Submit")
    expect(card).to_contain_text("files go in", timeout=60_000)
    expect(card.get_by_role("button", name="Hand in", exact=True)).to_be_focused()
    shoot(page, "card-submit")
    assert not (course.folder / "handed_in").exists()
    press(card, "Hand in")
    expect(card.get_by_role("status")).to_contain_text("Written: handed_in/01_octaves_", timeout=60_000)
    shoot(page, "card-handed-in")
    (path,) = (course.folder / "handed_in").iterdir()
    with zipfile.ZipFile(path) as archive:
        assert any(b"# typed a moment ago" in archive.read(name) for name in archive.namelist())


def test_by_keyboard_alone(course, page: Page) -> None:
    card = opened(course, page, "JupyterLab Dark")
    card.get_by_role("button", name="Check", exact=True).focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(card.locator("details.ag-hint")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(card.locator("details.ag-hint[open]")).to_have_count(1)
    expect(card.locator("details.ag-hint")).to_have_count(2)
    shoot(page, "card-dark")


def test_without_jupyterlab_itself_the_card_says_save_first(course, page: Page) -> None:
    page.add_init_script(
        "Object.defineProperty(window, 'jupyterapp', { get: () => undefined, set: () => {} })"
    )
    card = opened(course, page)
    expect(card.get_by_role("status")).to_have_text("Save your file before you check it.")
    expect(card.get_by_role("button", name="Open", exact=True)).to_be_hidden()
    tiny.write(course.folder, octave="return 2 * frequency")
    press(card, "Check")
    expect(card.get_by_role("status")).to_contain_text(": accepted.")


def test_a_notebook_opened_again_still_shows_what_was_said(course, page: Page) -> None:
    opened(course, page)
    page.locator(".lm-MenuBar-item", has_text="File").click()
    page.locator(".lm-Menu-item[data-command='docmanager:save']").click()
    notebook = course.folder / "lessons/01_octaves/01_octaves.ipynb"
    expect(page.locator(".lm-DockPanel-tabBar .jp-mod-dirty")).to_have_count(0)
    assert "An octave above" in notebook.read_text()
    page.reload()
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=120_000)
    shoot(page, "card-again")
    expect(page.locator(".jp-OutputArea-output").first).to_contain_text("An octave above")


def test_before_the_extension_is_loaded_a_cell_says_what_to_run(course, page: Page) -> None:
    folder = course.folder / "lessons/01_octaves"
    nbformat.write(
        new_notebook(cells=[new_code_cell('check("01.1")')], metadata=KERNEL), folder / "early.ipynb"
    )
    course.open(page, "lessons/01_octaves/early.ipynb")
    course.run_all(page)
    said = page.locator(".jp-OutputArea-output").first
    expect(said).to_have_text(
        "check: run the first cell of this notebook before it, %load_ext autograde.notebook", timeout=60_000
    )


def test_the_start_page_leads_into_the_lesson(course, page: Page) -> None:
    tiny.write(course.folder, octave="return 2 * frequency")
    workspace = Workspace(course.folder, read_settings(course.folder / "lessons"))
    list(progress_rows(workspace))
    write_start_page(workspace)
    page.goto(f"{course.url}/lab/tree/lessons/START.md?reset&token={course.token}")
    shown = page.locator(".jp-MarkdownViewer .jp-RenderedMarkdown")
    expect(shown).to_contain_text("Go on with 01_octaves: exercise 01.2", timeout=120_000)
    expect(shown.locator("td").nth(1)).to_have_text("1 of 2")
    shoot(page, "start-page")
    shown.get_by_role("link", name="01_octaves").first.click()
    expect(page.locator(".jp-Notebook .jp-Cell").first).to_be_visible(timeout=60_000)
    page.get_by_text("| Idle").wait_for()  # a server that starts a kernel does not end
