"""Takes the pictures of the README: python tests/browser/pictures.py

A learner in the middle of the course, in JupyterLab as it starts here: the start page, an exercise beside its
file, and progress. The reference writes what the learner has written so far.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Page, ViewportSize, expect

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from jupyterlab_here import Lab, chromium, serving_lab  # noqa: E402

from autograde.course.reset import reset  # noqa: E402
from autograde.course.workspace import Workspace, find_lesson, find_workspace  # noqa: E402
from autograde.practice.progress import progress_rows  # noqa: E402
from autograde.practice.start import write_start_page  # noqa: E402

TARGET = ROOT / ".github"
WRITTEN = ("shapes.py", "cpu/projections.py", "cpu/scores.py")
PROGRESS = "lessons/03_softmax/progress.ipynb"
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
SIZE: ViewportSize = {"width": 1280, "height": 800}


def learner(folder: Path) -> Workspace:
    """Return a workspace in which the first three lessons are done and the fourth is begun."""
    for name in ("lessons", "attnlib"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copytree(ROOT / "attnlib", folder / ".autograde/skeleton/attnlib")
    for name in WRITTEN:
        shutil.copyfile(ROOT / "solutions/attnlib" / name, folder / "attnlib" / name)
    softmax = folder / "attnlib/cpu/softmax.py"
    softmax.write_text(begun(softmax.read_text()))
    cells = [new_code_cell("%load_ext autograde.notebook"), new_code_cell("progress()")]
    nbformat.write(new_notebook(cells=cells, metadata=KERNEL), folder / PROGRESS)
    workspace = find_workspace(folder)
    reset(workspace, find_lesson(workspace, "07.1")[1])  # it lies in a file that was copied whole
    list(progress_rows(workspace))
    write_start_page(workspace)
    return workspace


def begun(text: str) -> str:
    """Return the skeleton of softmax.py with a first attempt, which overflows for large scores."""
    lines = "weights = np.exp(scores)\n    return weights / weights.sum(axis=axis, keepdims=True)"
    return re.sub(r"raise NotImplementedError\([^)]*\)", lines, text, count=1)


def shoot(page: Page, name: str) -> None:
    """Keep the page as a picture in 64 colours, which is a third of the bytes."""
    from PIL import Image

    path = TARGET / f"{name}.png"
    page.screenshot(path=path)
    Image.open(path).convert("RGB").quantize(64).save(path, optimize=True)
    print(path.relative_to(ROOT), path.stat().st_size, "bytes")


def take(lab: Lab, page: Page) -> None:
    """Walk through the three scenes."""
    page.goto(f"{lab.url}/lab/tree/lessons/START.md?reset&token={lab.token}")
    expect(page.locator(".jp-RenderedMarkdown").first).to_contain_text("Go on with", timeout=120_000)
    shoot(page, "start")
    notebook = "lessons/03_softmax/03_softmax.ipynb"
    lab.open(page, notebook)
    page.evaluate("window.jupyterapp.commands.execute('application:toggle-left-area')")
    lab.run_all(page)
    card = page.locator(".ag-exercise").first
    expect(card).to_contain_text("03.1 softmax", timeout=120_000)
    card.get_by_role("button", name="Open", exact=True).click()
    card.scroll_into_view_if_needed()
    page.mouse.move(0, 0)
    page.wait_for_timeout(1500)
    shoot(page, "notebook")
    lab.open(page, PROGRESS, theme="JupyterLab Dark")
    lab.run_all(page)
    expect(page.locator(".ag-card")).to_contain_text("exercises accepted", timeout=120_000)
    shoot(page, "progress")


def main() -> None:
    """Take them."""
    with tempfile.TemporaryDirectory() as home, chromium() as browser:
        learner(Path(home) / "course")
        with serving_lab(Path(home)) as lab:
            page = browser.new_page(viewport=SIZE)
            take(lab, page)


if __name__ == "__main__":
    main()
