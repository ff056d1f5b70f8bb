"""What a learner waits for in JupyterLab: from pressing Check, or saving, to the answer; and `progress()`.

A save is that of one more line, with check on save: all cards of that file check, and it is loaded anew. The
work is the reference's, in a course of its own, in Chromium. On Linux the kernel's own CPU time stands
beside, which other work on the machine does not lengthen.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from row import Row, timed

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "tests")]

from jupyterlab_here import Lab, chromium, serving_lab  # noqa: E402
from playwright.sync_api import Locator, Page, expect  # noqa: E402

from autograde.course.lesson import Lessons  # noqa: E402
from autograde.course.remembered import recall, remember  # noqa: E402
from autograde.course.workspace import Workspace, find_workspace  # noqa: E402
from autograde.exercise import Exercise  # noqa: E402
from autograde.practice.progress import progress_rows  # noqa: E402

LESSONS = ("01", "02", "03", "04", "05")
RUNS = 5
PATIENCE_MS, PAUSE_MS = 300_000, 1_000
PLACE = "lessons/03_softmax/waiting.ipynb"
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
STDOUT = '[data-mime-type="application/vnd.jupyter.stdout"]'
TICK_MS = 1e3 / os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 0.0

ANSWERED = """async (card) => {
  const line = card.querySelector("[role=status]");
  const check = [...card.querySelectorAll("button")].find((each) => each.textContent === "Check");
  const opened = [...window.jupyterapp.shell.widgets("main")];
  const editor = opened.find((each) => each.isVisible && each.content?.editor);
  const source = editor?.context.model.sharedModel;
  source?.setSource(`${source.getSource()}#\\n`);
  line.textContent = "";
  const began = performance.now();
  await new Promise((answered) => {
    const seen = new MutationObserver(() => line.textContent.startsWith("Checked") && answered());
    seen.observe(line, { childList: true, characterData: true, subtree: true });
    %s;
  });
  return performance.now() - began;
}"""
HOW = {"by its button": "check.click()", "by a save": "editor.context.save()"}


def learner(folder: Path) -> tuple[Workspace, list[Exercise]]:
    """Lay a workspace in which all is written and checked; return it, and exercises of 01 to 05."""
    shutil.copytree(ROOT / "lessons", folder / "lessons")
    for name, source in (("attnlib", ROOT / "solutions"), (".autograde/skeleton/attnlib", ROOT)):
        shutil.copytree(source / "attnlib", folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    workspace = find_workspace(folder)
    chosen = [each for each in Lessons(workspace.lessons).values() if each.id[:2] in LESSONS]
    exercises = [exercise for lesson in chosen for exercise in lesson.exercises]
    list(progress_rows(workspace))
    cells = ["%load_ext autograde.notebook", "import os; print(os.getpid())"]
    cells += [f'check("{exercise.id}")' for exercise in exercises]
    made = new_notebook(cells=[*map(new_code_cell, cells)], metadata=KERNEL)
    nbformat.write(made, folder / PLACE)
    return workspace, exercises


def cpu_ms(process: int) -> float:
    """Return the CPU time of a process so far; 0 where the system does not tell."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return TICK_MS * (int(fields[11]) + int(fields[12]))


def answers(page: Page, exercises: list[Exercise], how: str) -> Iterator[Row]:
    """Measure what each card takes to answer; by a save, its file is opened beside the notebook first."""
    process = int(page.locator(STDOUT).first.text_content() or 0)
    waited: list[float] = []
    spent = cpu_ms(process)
    for number, exercise in enumerate(exercises):
        card = page.locator(".ag-exercise").nth(number)
        expect(card).to_contain_text(f"{exercise.id} {exercise.target.name} ")
        card.scroll_into_view_if_needed()
        if how == "by a save":
            card.get_by_role("button", name="Open", exact=True).click()
            editor = page.locator(".jp-FileEditor .cm-content").locator("visible=true")
            expect(editor).to_contain_text(f" {exercise.target.name}", timeout=PATIENCE_MS)
        times = tuple(one_answer(page, card, how) for _ in range(RUNS))
        waited.append(statistics.median(times))
        yield Row(f"check {exercise.id} {how}", times, wanted=150.0)
    yield Row(f"check {how}: median of all exercises of 01 to 05", tuple(waited), wanted=150.0)
    per_check = (cpu_ms(process) - spent) / (RUNS * len(exercises))
    yield Row(f"check {how}: CPU time of the kernel, mean", (per_check,))


def one_answer(page: Page, card: Locator, how: str) -> float:
    """Return the milliseconds until a card answers; the other cards of its file have checked before."""
    if how == "by a save":
        page.wait_for_timeout(PAUSE_MS)
    return float(card.evaluate(ANSWERED % HOW[how]))


def show_cards(lab: Lab, page: Page, exercises: list[Exercise]) -> None:
    """Open the notebook and run it, until its last card is there."""
    lab.open(page, PLACE)
    lab.run_all(page)
    last = page.locator(".ag-exercise").nth(len(exercises) - 1)
    expect(last).to_contain_text(exercises[-1].id, timeout=PATIENCE_MS)


def measure() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as home, chromium() as browser:
        workspace, exercises = learner(Path(home) / "course")
        yield Row(
            "progress() where nothing has changed",
            timed(lambda: list(progress_rows(workspace)), RUNS),
            wanted=1000.0,
        )
        with serving_lab(Path(home)) as lab:
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            for how in HOW:
                remember(workspace, replace(recall(workspace), check_on_save=how == "by a save"))
                show_cards(lab, page, exercises)
                yield from answers(page, exercises, how)
