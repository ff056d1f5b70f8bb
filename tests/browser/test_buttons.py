"""A whole round trip by nbgrader's own buttons: what a learner and an instructor click in JupyterLab.

Release -> Fetch -> Validate -> Submit -> Collect -> Autograde -> Feedback -> Fetch Feedback, and again
after a better submission. Screenshots lie in the test's temporary folder.
"""

from __future__ import annotations

import getpass
import os
import re
import secrets
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import tiny
from playwright.sync_api import Browser, FrameLocator, Locator, Page, expect
from serving import free_port, running

from autograde.nbgrader_plugins.cycle import Nbgrader

LESSON = "02_melodies"
CLICK_MS = 120_000


@dataclass(frozen=True)
class Server:
    """A running `autograde lab`."""

    url: str
    token: str

    def answers(self) -> bool:
        """Return whether the server answers."""
        urllib.request.urlopen(f"{self.url}/api?token={self.token}", timeout=2).close()
        return True

    def open(self, page: Page) -> None:
        """Open JupyterLab in a fresh workspace."""
        page.goto(f"{self.url}/lab/workspaces/{secrets.token_hex(4)}?reset&token={self.token}")
        page.wait_for_selector(".lm-MenuBar-item", timeout=CLICK_MS)

    def choose(self, page: Page, item: str) -> None:
        """Choose an item of the menu Nbgrader."""
        page.locator(".lm-MenuBar-item", has_text="Nbgrader").click(timeout=CLICK_MS)
        page.locator(".lm-Menu-item", has_text=re.compile(f"^{item}$")).click()


@contextmanager
def served(course: Path, workspace: Path | None, log: Path) -> Iterator[Server]:
    """Run `autograde lab` in the course, on the course itself or on a learner's workspace."""
    port = free_port()
    token = secrets.token_hex(8)
    program = Path(sys.executable).with_name("autograde")
    command = [str(program), "lab", "--port", str(port), "--no-browser"]
    own = {"JUPYTER_CONFIG_DIR": str(log.parent / "config"), "IPYTHONDIR": str(log.parent / "ipython")}
    own |= {"AUTOGRADE_WORKSPACE": str(workspace)} if workspace else {}
    command += [f"--IdentityProvider.token={token}"]
    server = Server(f"http://127.0.0.1:{port}", token)
    with running(command, server.answers, log, os.environ | own, course):
        yield server


class Learner:
    """The Assignments page, as a learner uses it."""

    def __init__(self, server: Server, page: Page, workspace: Path) -> None:
        self.page, self.workspace = page, workspace
        server.open(page)
        server.choose(page, "Assignment List")

    def fetch(self) -> None:
        row = self.page.locator("#released_assignments_list .list_item", has_text=LESSON)
        row.get_by_text("Fetch", exact=True).click(timeout=CLICK_MS)
        expect(self.page.locator("#fetched_assignments_list")).to_contain_text(LESSON, timeout=CLICK_MS)

    def solve(self, expression: str) -> None:
        tiny.write(self.workspace, two_octaves=f"return {expression}")

    def validate(self) -> str:
        """Press Validate and return what the dialog says."""
        lesson = self.page.locator("#fetched_assignments_list .list_item", has_text=LESSON).first
        button = self.page.locator("#fetched_assignments_list").get_by_text("Validate", exact=True)
        if not button.first.is_visible():
            lesson.locator("a").first.click()
        button.first.click(timeout=CLICK_MS)
        dialog = self.page.locator(".jp-Dialog")
        dialog.wait_for(timeout=CLICK_MS)
        text = dialog.inner_text()
        dialog.locator("button").last.click()
        return text

    def submit(self, count: int) -> None:
        """Press Submit and wait until the page lists `count` submissions."""
        row = self.page.locator("#fetched_assignments_list .list_item", has_text=LESSON).first
        row.get_by_text("Submit", exact=True).click(timeout=CLICK_MS)
        expect(self.submissions).to_have_count(count, timeout=CLICK_MS)

    @property
    def submissions(self) -> Locator:
        return self.page.locator("#submitted_assignments_list .nested_list_item")

    def refresh(self) -> None:
        self.page.locator("#refresh_assignments_list").click()

    def fetch_feedback(self, count: int) -> Path:
        """Press Fetch Feedback, wait until all submissions have some, and return the newest page."""
        self.refresh()
        available = self.submissions.filter(has_text="feedback available")
        expect(available).to_have_count(1, timeout=CLICK_MS)
        self.page.get_by_role("button", name="Fetch Feedback").first.click(timeout=CLICK_MS)
        expect(self.submissions.filter(has_text="view feedback")).to_have_count(count, timeout=CLICK_MS)
        return max((self.workspace / "lessons" / LESSON / "feedback").glob("*/*.html"))


class Instructor:
    """Formgrader, as an instructor uses it."""

    def __init__(self, server: Server, page: Page) -> None:
        self.page = page
        server.open(page)
        server.choose(page, "Formgrader")

    @property
    def frame(self) -> FrameLocator:
        return self.page.frame_locator("iframe")

    def press(self, icon: str, row: str = LESSON) -> str:
        """Press the button with this icon in the row and return what the dialog says."""
        line = self.frame.locator("tr", has_text=row)
        line.locator(f".glyphicon-{icon}").first.click(timeout=CLICK_MS)
        dialog = self.frame.locator(".modal.in")
        dialog.wait_for(timeout=CLICK_MS)
        text = dialog.inner_text()
        dialog.get_by_role("button").last.click()
        dialog.wait_for(state="detached", timeout=CLICK_MS)
        return text

    def open_submissions(self) -> None:
        self.frame.locator("tr", has_text=LESSON).locator(".num-submissions a").click(timeout=CLICK_MS)
        self.frame.locator(".glyphicon-flash").first.wait_for(timeout=CLICK_MS)

    def open_assignments(self) -> None:
        self.frame.get_by_role("link", name="Manage Assignments").first.click()
        self.frame.locator("tr", has_text=LESSON).wait_for(timeout=CLICK_MS)

    def row(self) -> str:
        return str(self.frame.locator("tr", has_text=getpass.getuser()).inner_text())


def generate_says_why_it_stops(instructor: Instructor, course: Path) -> None:
    worked = course / "lessons" / LESSON / f"{LESSON}.ipynb"
    before = worked.read_text()
    worked.write_text(before.replace("A melody is", "My own notes:"))
    said = instructor.press("education")
    assert "There was an error creating" in said
    assert f"lessons/{LESSON}/{LESSON}.ipynb: expected the text that was generated last" in said
    assert "My own notes" in worked.read_text()
    worked.write_text(before)


@pytest.mark.browser
@pytest.mark.slow
def test_a_round_trip_by_the_buttons(tmp_path: Path, browser: Browser, page: Page):
    course = tiny.released(tmp_path / "course")
    workspace = course / ".course" / "learners" / "one"
    with (
        served(course, None, tmp_path / "instructor.log") as office,
        served(course, workspace, tmp_path / "learner.log") as desk,
    ):
        learner = Learner(desk, page, workspace)
        instructor = Instructor(office, browser.new_page(viewport={"width": 1400, "height": 900}))
        generate_says_why_it_stops(instructor, course)
        assert "Successfully created" in instructor.press("education")
        assert "Successfully unreleased" in instructor.press("remove")
        assert "Successfully released" in instructor.press("cloud-upload")
        learner.refresh()
        learner.fetch()
        assert "02.1 two_octaves is not written yet" in learner.validate()
        for count, (expression, score) in enumerate(
            (("2 * frequency", "0 / 15"), ("4 * frequency", "5 / 15")), start=1
        ):
            learner.solve(expression)
            learner.submit(count)
            page.screenshot(path=tmp_path / "assignments.png")
            assert "Successfully collected" in instructor.press("cloud-download")
            instructor.page.screenshot(path=tmp_path / "formgrader.png")
            instructor.open_submissions()
            assert "needs autograding" in instructor.row()
            assert "Successfully autograded" in instructor.press("flash", getpass.getuser())
            expect(instructor.frame.locator("tr", has_text=getpass.getuser())).to_contain_text(score)
            assert "Successfully generated feedback" in instructor.press("comment", getpass.getuser())
            assert "Successfully released feedback" in instructor.press("envelope", getpass.getuser())
            instructor.page.screenshot(path=tmp_path / "submissions.png")
            instructor.open_assignments()
            feedback = learner.fetch_feedback(count)
            assert f"{score[0]} of 15 points" in feedback.read_text()
        said = learner.validate()
        assert "You did not provide a response." in said  # the written answer
        assert 'check("02.1")' not in said
        page.goto(feedback.as_uri())
        page.screenshot(path=tmp_path / "feedback.png", full_page=True)
        assert page.locator("script").count() == 0


CLASS = {"ada": "return 4 * frequency", "bob": "return 2 * frequency", "cyd": "while True: pass"}
ANSWER = "The ratio $\\\\frac{f_2}{f_1}$ is what we hear."


def handed_in(nbgrader: Nbgrader, student: str, body: str) -> None:
    workspace = nbgrader.root / ".course" / "learners" / student
    nbgrader.fetch(LESSON, student, workspace)
    tiny.write(workspace, two_octaves=body)
    notebook = workspace / "lessons" / LESSON / f"{LESSON}.ipynb"
    notebook.write_text(notebook.read_text().replace("YOUR ANSWER HERE", ANSWER))
    nbgrader.submit(LESSON, student, workspace)


def box(of: Locator) -> Any:
    found = of.bounding_box()
    assert found is not None
    return found


@pytest.mark.browser
@pytest.mark.slow
def test_a_class_is_graded_by_one_button_and_an_answer_beside_its_rubric(tmp_path: Path, browser: Browser):
    course = tiny.released(tmp_path / "course")
    nbgrader = Nbgrader(course)
    for student, body in CLASS.items():
        handed_in(nbgrader, student, body)
    assert nbgrader.collect(LESSON) == []
    context = browser.new_context(viewport={"width": 1300, "height": 900})
    context.route(lambda url: not url.startswith("http://127.0.0.1"), lambda route: route.abort())
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    with served(course, None, tmp_path / "log") as server:
        page.goto(f"{server.url}/formgrader/manage_assignments?token={server.token}")
        page.goto(f"{server.url}/formgrader/manage_submissions/{LESSON}")
        page.get_by_role("button", name="Autograde all").click(timeout=CLICK_MS)
        expect(page.locator("#autograde-progress")).to_contain_text("3 done", timeout=CLICK_MS)
        expect(page.locator("tr", has_text="cyd")).to_contain_text("limit exceeded")
        expect(page.locator("tr", has_text="ada")).to_contain_text("5 / 15")
        page.screenshot(path=tmp_path / "submissions.png")
        page.goto(f"{server.url}/formgrader/manage_assignments")
        row = page.locator("tr", has_text=LESSON)
        row.get_by_role("button", name="Autograde all").click(timeout=CLICK_MS)
        page.locator(".modal.in", has_text="Successfully autograded").wait_for(timeout=CLICK_MS)
        with nbgrader.gradebook() as gradebook:
            (book,) = gradebook.find_submission(LESSON, "ada").notebooks
        page.goto(f"{server.url}/formgrader/submissions/{book.id}/")
        beside = page.get_by_role("complementary", name="Rubric and model answer")
        expect(beside).to_contain_text("both pairs have the same one")
        expect(beside).to_contain_text("We hear ratios, not differences.")
        score = page.locator("#exercise-02-3")
        assert box(score)["x"] < box(beside)["x"]
        assert box(page.locator("mfrac").first)["height"] > 15, "the formula is laid out"
        expect(page.get_by_text("ada", exact=True)).to_be_hidden()
        page.screenshot(path=tmp_path / "answer.png", full_page=True)
        page.get_by_role("button", name="Show the name").click()
        expect(page.get_by_text("ada", exact=True)).to_be_visible()
        score.fill("3")
        score.blur()
        expect(page.locator("#exercise-02-3")).to_have_value("3")
        page.set_viewport_size({"width": 500, "height": 900})
        page.screenshot(path=tmp_path / "narrow.png", full_page=True)
    context.close()
    assert errors == []
