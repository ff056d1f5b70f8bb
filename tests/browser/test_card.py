"""The exercise card in JupyterLab: as a person uses it, by mouse and by keyboard."""

from __future__ import annotations

import os
import shutil
import zipfile
from pathlib import Path

import nbformat
import pytest
import tiny
from jupyterlab_here import VIEWPORT, change_theme, findings, offline
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Browser, Locator, Page, expect

from autograde.classroom.feedback import Feedback, Written
from autograde.classroom.feedback import page as feedback_page
from autograde.classroom.store import Graded
from autograde.course.backup import keep_present
from autograde.course.settings import read_settings
from autograde.course.workspace import Workspace
from autograde.practice.progress import progress_rows
from autograde.practice.start import write_start_page
from autograde.verdict import CheckResult, ExerciseResult, SubmissionResult, Verdict

pytestmark = pytest.mark.browser

LOAD = "%load_ext autograde.notebook"
EXPLORER = """\
import numpy as np
from attnlib.widgets import explore
explore(np.full((1, 2, 3, 3), 1 / 3), ["The", "cat", "sat"])"""
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
FILE = "tones/pitch.py"
SHOTS = os.environ.get("SCREENSHOTS")


@pytest.fixture
def page(tab: Page) -> Page:
    """Return the page that the tests of this file share, in its size."""
    tab.set_viewport_size(VIEWPORT)
    return tab


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


def right(of: Locator) -> float:
    """Return where something ends on the right, in pixels."""
    box = of.bounding_box()
    assert box is not None
    return float(box["x"] + box["width"])


def feedback() -> str:
    """Return a page of feedback with all that may stand on one."""
    sentence = "Every frequency of [[1, 2], [3, 4]] doubles, and none of them changes on the way there."
    checks = [
        CheckResult(f"c{number}", sentence, verdict, number, 12, "octave: expected 2, got 3. " * 2)
        for number, verdict in enumerate(Verdict)
    ]
    exercise = ExerciseResult("01.1", "pitch.octave", 1.25, 12.5, tuple(checks), "It is so.")
    result = SubmissionResult("ada", "01_octaves", 3, 15, {"sandbox": "full"}, (exercise,))
    graded = Graded("ada", "01_octaves", "key", ("A note.",), result=result)
    written = [Written("01-why", "<p>Why?</p>", "<pre>a = 1</pre>", 1.5, 2, "Good.")]
    return feedback_page(Feedback("01_octaves", graded, 3, 15, "today", "late", "then", "Ada", 1, written))


def test_the_feedback_page_fits_a_phone_and_a_screen_reader(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(feedback())
    for scheme in ("light", "dark"):
        page = browser.new_page(viewport={"width": 360, "height": 800}, color_scheme=scheme, bypass_csp=True)
        page.goto((tmp_path / "page.html").as_uri())
        assert findings(page, "body") == []
        for card in page.locator(".card").all():
            for score in card.locator(".score").all():
                assert right(score) <= right(card) - 8, score.inner_text()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        for width in (360, 800, 1280, 1600):
            page.set_viewport_size({"width": width, "height": 900})
            shoot(page, f"feedback-{scheme}-{width}")
        page.close()


def test_no_piece_shuts_anybody_out_and_feedback_is_one_click_away(course, page: Page) -> None:
    tiny.write(course.folder, octave="return 3 * frequency")
    folder = course.folder / "lessons/01_octaves"
    path = folder / "feedback/2026-12-02 10:00:00.0 UTC/01_octaves.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(feedback())
    keep_present(course.folder, FILE)
    cells = [LOAD, EXPLORER, "progress()", "submit()", 'restore("01.1")', 'check("01.1")']
    nbformat.write(new_notebook(cells=[*map(new_code_cell, cells)], metadata=KERNEL), folder / "all.ipynb")
    course.open(page, "lessons/01_octaves/all.ipynb")
    course.run_all(page)
    card = page.locator(".ag-exercise").last
    expect(card).to_contain_text("01.1 octave", timeout=90_000)
    for _ in range(3):
        card.get_by_role("button", name="Hint").click()
    expect(card.get_by_role("button", name="All hints shown")).to_be_visible()
    press(card, "Reset")
    page.evaluate("document.activeElement.blur()")
    assert page.locator(".ag-card th").count() == 3
    for theme in ("Dark", "Light"):
        change_theme(page, theme)
        fits_and_shuts_nobody_out(page, theme)
    page.get_by_role("link", name="feedback: 3 of 15 points").click()
    opened = page.frame_locator(".jp-HTMLViewer iframe, iframe.jp-HTMLViewer")
    expect(opened.locator("h1")).to_have_text("01_octaves")


def fits_and_shuts_nobody_out(page: Page, theme: str) -> None:
    found = [finding for piece in (".ag-exercise", ".ag-card", ".ax") for finding in findings(page, piece)]
    assert found == []
    for width in (800, 1280, 1600):
        page.set_viewport_size({"width": width, "height": 1000})
        for name, index in (("explorer", 1), ("progress", 2), ("submit", 3), ("restore", 4), ("card", 5)):
            cell = page.locator(".jp-CodeCell").nth(index)
            cell.scroll_into_view_if_needed()
            shoot(page, f"{name}-{theme}-{width}")
            output = cell.locator(".jp-OutputArea-output").last
            assert right(cell.locator(".ag-card, .ax").last) <= right(output) + 1, (name, width)
        explorer = "(found => found.scrollWidth - found.clientWidth)(document.querySelector('.ax-main'))"
        assert page.evaluate(explorer) == 0, width


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
    page.evaluate("() => void window.jupyterapp.commands.execute('kernelmenu:restart')")
    page.locator("dialog .jp-mod-accept").click()
    expect(card.get_by_role("status")).to_contain_text("The kernel was restarted.")


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
    expect(card.locator("details.ag-hint")).to_have_count(2)
    expect(card.locator("details.ag-hint[open]")).to_have_count(1)
    shoot(page, "card-dark")


def test_without_jupyterlab_itself_the_card_says_save_first(course, browser: Browser) -> None:
    with offline(browser) as page:
        page.add_init_script(
            "Object.defineProperty(window, 'jupyterapp', { get: () => undefined, set: () => {} })"
        )
        saves_first(course, opened(course, page))


def saves_first(course, card: Locator) -> None:
    expect(card.get_by_role("status")).to_have_text("Save your file before you check it.")
    expect(card.get_by_role("button", name="Open", exact=True)).to_be_hidden()
    tiny.write(course.folder, octave="return 2 * frequency")
    press(card, "Check")
    expect(card.get_by_role("status")).to_contain_text(": accepted.")


def test_a_notebook_opened_again_still_shows_what_was_said(course, browser: Browser) -> None:
    with offline(browser) as page:
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
    for theme in ("Dark", "Light"):
        change_theme(page, theme)
        assert findings(page, ".jp-MarkdownViewer") == []
        for width in (800, 1600, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            shoot(page, f"start-{theme}-{width}")
    shown.get_by_role("link", name="01_octaves").first.click()
    expect(page.locator(".jp-Notebook .jp-Cell").first).to_be_visible(timeout=60_000)
    page.get_by_text("| Idle").wait_for()  # a server that starts a kernel does not end
