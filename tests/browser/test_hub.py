"""The whole cycle by three accounts of the machine, in a browser, through a hub of `autograde hub`."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import hub
import pytest
import tiny
from accounts import Account, machine, missing
from playwright.sync_api import Browser, Page, expect
from test_buttons import CLICK_MS, Instructor, Learner

NO_HUB = missing() or ("" if hub.programs() else "jupyterhub or configurable-http-proxy is not installed")
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.skipif(bool(NO_HUB), reason=NO_HUB)]


class Seat:
    """One account's place at the hub: what the pages of nbgrader need to know of a server."""

    def __init__(self, hub: hub.Hub, account: Account) -> None:
        self.hub, self.account = hub, account

    def open(self, page: Page) -> None:
        """Log in, and wait for JupyterLab."""
        page.goto(f"{self.hub.url}/hub/login?next=%2Fhub%2Fspawn", timeout=CLICK_MS)
        page.locator("#username_input").fill(self.account.name)
        page.locator("#password_input").fill(self.account.password)
        page.locator("#login_submit").click()
        page.wait_for_selector(".lm-MenuBar-item", timeout=CLICK_MS)

    def choose(self, page: Page, item: str) -> None:
        """Choose an item of the menu Nbgrader."""
        page.locator(".lm-MenuBar-item", has_text="Nbgrader").click(timeout=CLICK_MS)
        page.locator(".lm-Menu-item", has_text=re.compile(f"^{item}$")).click()


def own_page(browser: Browser) -> Page:
    page = browser.new_context(viewport={"width": 1400, "height": 900}).new_page()
    page.set_default_timeout(CLICK_MS)
    return page


def test_the_cycle_by_three_accounts_and_a_hub_started_again(browser: Browser, tmp_path: Path) -> None:
    with machine() as people:
        course = tiny.copied(people.base / "course")
        port = hub.three_free_ports()
        names = ("--learner", people.ada.name, "--learner", people.bob.name, "--port", str(port))
        folder = hub.written(people, course, *names)
        with hub.served(people, course, folder, port) as served:
            try:
                play(browser, served, people.teacher, people.ada, people.bob)
            finally:
                shutil.copyfile(served.log, tmp_path / "log")
        with hub.served(people, course, folder, port) as again:
            ada = people.ada
            learner = Learner(Seat(again, ada), own_page(browser), ada.home / "first-tones")
            expect(learner.submissions).to_have_count(1, timeout=CLICK_MS)
        told = (tmp_path / "log").read_text()
    assert "submission_secret" not in told
    assert not re.search(r"02_melodies\+20\d\d", told), "the random names of submissions"
    assert not re.search(r"\b(score|points|auto_score)\b", told)


def play(browser: Browser, served: hub.Hub, teacher: Account, ada: Account, bob: Account) -> None:
    instructor = Instructor(Seat(served, teacher), own_page(browser))
    assert "Successfully created" in instructor.press("education")
    assert "Successfully released" in instructor.press("cloud-upload")
    learners = {}
    for account, code in ((ada, "4 * frequency"), (bob, "2 * frequency")):
        learner = Learner(Seat(served, account), own_page(browser), account.home / "first-tones")
        learner.fetch()
        learner.solve(code)
        said = learner.validate()
        assert "You did not provide a response." in said, "a kernel has run the notebook"
        assert ('check("02.1")' in said) is (account is bob)
        learner.submit(1)
        learners[account.name] = learner
    for path in served.inbound.iterdir():
        assert path.name.startswith((ada.name, bob.name))
        assert path.stat().st_mode & 0o007 == 0
    learners_get_no_formgrader(learners[bob.name].page, served, teacher, bob)
    assert "Successfully collected" in instructor.press("cloud-download")
    instructor.open_submissions()
    for account, score in ((ada, "5 / 15"), (bob, "0 / 15")):
        assert "Successfully autograded" in instructor.press("flash", account.name)
        row = instructor.frame.locator("tr", has_text=account.name)
        expect(row).to_contain_text(score, timeout=CLICK_MS)
        assert "Successfully generated feedback" in instructor.press("comment", account.name)
        assert "Successfully released feedback" in instructor.press("envelope", account.name)
    page = learners[ada.name].fetch_feedback(1)
    assert "5 of 15 points" in page.read_text()
    assert ada.shell('cat "$PAGE"', PAGE=page).stdout == page.read_text()
    assert bob.shell('cat "$PAGE"', PAGE=page).returncode == 1


def learners_get_no_formgrader(page: Page, served: hub.Hub, teacher: Account, learner: Account) -> None:
    for owner in (learner, teacher):
        answer = page.request.get(f"{served.url}/user/{owner.name}/formgrader/manage_assignments")
        assert answer.status in (403, 404), answer.text()[:500]
