"""Formgrader in a real Jupyter server: its buttons answer at once, and say what came out for each student."""

from __future__ import annotations

import json
import os
import re
import secrets
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import tiny
from serving import free_port, running

from autograde.nbgrader_plugins.cycle import Nbgrader
from autograde.nbgrader_plugins.formgrader.outcome import FAILED, LIMIT, UNSAFE
from autograde.nbgrader_plugins.rubric import beside
from autograde.practice.served import FORMGRADER

ROOT = Path(__file__).resolve().parent.parent
LESSON = "02_melodies"
CLASS = {
    "ada": "return 4 * frequency",
    "bob": "return 2 * frequency",
    "cyd": "while True: pass",
    "dan": "return 4 * frequency",
    "eve": "return 4 * frequency",
}
AT_ONCE_S = 2.0
"""Within which anything is answered while a job runs, on a machine with other work; blocked it takes 10."""


@dataclass(frozen=True)
class Server:
    """A running Jupyter server on a course of five students."""

    course: Path
    url: str
    token: str

    def ask(self, path: str, *, post: bool = False) -> tuple[int, str, float]:
        """Return the status, the text and the seconds of an answer."""
        begin = time.monotonic()
        request = urllib.request.Request(
            f"{self.url}{path}",
            data=b"" if post else None,
            headers={"Authorization": f"token {self.token}"},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read().decode(), time.monotonic() - begin
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(), time.monotonic() - begin

    def progress(self, *, kept: bool = False) -> dict[str, Any]:
        path = f"/formgrader/autograde/{LESSON}/progress{'?kept=1' * kept}"
        return json.loads(self.ask(path)[1])

    def press(self, path: str) -> dict[str, Any]:
        """Press a button, and return the job once it has ended; meanwhile the server answers at once."""
        status, text, seconds = self.ask(path, post=True)
        assert (status, seconds < AT_ONCE_S) == (202, True), text
        number = json.loads(text)["job"]["id"]
        for _ in range(240):
            status, _, seconds = self.ask("/formgrader/api/status")
            assert (status, seconds < AT_ONCE_S) == (200, True)
            job = next(job for job in self.progress()["jobs"] if job["id"] == number)
            if job["ended"]:
                return job
            time.sleep(0.5)
        pytest.fail("the job did not end")


def hand_in(nbgrader: Nbgrader, student: str, body: str) -> None:
    workspace = nbgrader.root / ".course" / "learners" / student
    nbgrader.fetch(LESSON, student, workspace)
    tiny.write(workspace, two_octaves=body)
    notebook = workspace / "lessons" / LESSON / f"{LESSON}.ipynb"
    notebook.write_text(
        notebook.read_text().replace("YOUR ANSWER HERE", f"The ratio, says {student}: $x^2$.")
    )
    nbgrader.submit(LESSON, student, workspace)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("formgrader")
    course = tiny.released(home / "course")
    nbgrader = Nbgrader(course)
    for student, body in CLASS.items():
        hand_in(nbgrader, student, body)
    assert nbgrader.collect(LESSON) == []
    (course / ".course/submitted/dan" / LESSON / "link.txt").symlink_to("/etc/hostname")
    blocked = course / ".course/autograded/eve"
    blocked.parent.mkdir(parents=True)
    blocked.write_text("a file in the way of the folder")
    port = free_port()
    token = secrets.token_hex(8)
    command = [sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", f"--port={port}"]
    command += [f"--ServerApp.root_dir={course}", f"--IdentityProvider.token={token}"]
    own = {
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_CONFIG_PATH": os.pathsep.join([str(FORMGRADER), str(course)]),
        "PYTHONPATH": str(ROOT),
    }
    started = Server(course, f"http://127.0.0.1:{port}", token)

    def answers() -> bool:
        return started.ask("/formgrader/api/status")[0] == 200

    with running(command, answers, home / "log", os.environ | own, course):
        yield started


@pytest.mark.slow
def test_autograde_all_answers_at_once_and_marks_who_is_to_be_looked_at(server: Server):
    job = server.press(f"/formgrader/autograde/{LESSON}/autograde")
    assert (job["total"], job["done"], job["problem"]) == (5, 5, "")
    marks = {student: each["mark"] for student, each in job["outcomes"].items()}
    assert marks == {"ada": "", "bob": "", "cyd": LIMIT, "dan": UNSAFE, "eve": FAILED}
    assert job["outcomes"]["ada"]["text"].startswith("5 of 11 for code")
    points = {each.student: each.points for each in Nbgrader(server.course).standings()}
    assert points == {"ada": 5, "bob": 0, "cyd": 0, "dan": 0}


@pytest.mark.slow
def test_autograde_of_one_answers_at_once(server: Server):
    tiny.write(server.course / ".course/submitted/bob" / LESSON, two_octaves=CLASS["ada"])
    job = server.press(f"/formgrader/api/submission/{LESSON}/bob/autograde")
    assert (job["total"], job["done"], job["students"]) == (1, 1, ["bob"])
    assert job["outcomes"]["bob"]["text"].startswith("5 of 11 for code")
    failed = server.press(f"/formgrader/api/submission/{LESSON}/nobody/autograde")
    assert "nobody" in failed["problem"]


@pytest.mark.slow
def test_feedback_answers_at_once_and_says_for_whom_there_is_none(server: Server):
    job = server.press(f"/formgrader/api/assignment/{LESSON}/generate_feedback")
    marks = {student: each["mark"] for student, each in job["outcomes"].items()}
    assert marks == {"ada": "", "bob": "", "cyd": "", "dan": ""}
    assert (server.course / ".course/feedback/ada" / LESSON / f"{LESSON}.html").is_file()
    one = server.press(f"/formgrader/api/assignment/{LESSON}/ada/generate_feedback")
    assert one["outcomes"]["ada"]["text"] == "The feedback page was written."


@pytest.mark.slow
def test_what_came_out_is_known_to_a_page_that_is_opened_later(server: Server):
    outcomes = server.progress(kept=True)["outcomes"]
    assert outcomes["cyd"]["mark"] == LIMIT


@pytest.mark.slow
def test_a_process_that_ends_is_said_and_replaced(server: Server):
    server.press(f"/formgrader/api/submission/{LESSON}/ada/autograde")
    begun = json.loads(server.ask(f"/formgrader/autograde/{LESSON}/autograde", post=True)[1])["job"]["id"]
    _kill_desk(server)
    for _ in range(40):
        job = next(job for job in server.progress()["jobs"] if job["id"] == begun)
        if job["ended"]:
            break
        time.sleep(0.5)
    assert "Press again" in job["problem"]
    assert server.press(f"/formgrader/api/submission/{LESSON}/ada/autograde")["problem"] == ""


def _kill_desk(server: Server) -> None:
    """End the desk of this server's: the process with its module in the command, that works in its folder."""
    for path in Path("/proc").glob("[0-9]*"):
        try:
            is_desk = b"formgrader.desk" in (path / "cmdline").read_bytes()
            if is_desk and (path / "cwd").readlink() == server.course:
                os.kill(int(path.name), 9)
        except OSError:
            continue


@pytest.mark.slow
def test_the_page_of_submissions_offers_to_autograde_all(server: Server):
    html = server.ask(f"/formgrader/manage_submissions/{LESSON}")[1]
    assert "Autograde all" in html
    assert server.ask("/formgrader/autograde/static/formgrader.js")[0] == 200


@pytest.mark.slow
def test_an_answer_is_graded_beside_its_rubric_without_a_name_and_without_a_network(server: Server):
    with Nbgrader(server.course).gradebook() as gradebook:
        (book,) = gradebook.find_submission(LESSON, "ada").notebooks
    status, html, _ = server.ask(f"/formgrader/submissions/{book.id}/")
    assert status == 200
    assert "both pairs have the same one" in html
    assert "We hear ratios, not differences." in html
    assert html.count('class="autograde-beside"') == 1
    assert "<msup><mi>x</mi><mn>2</mn></msup>" in html
    assert re.findall(r"""(?:src|href)=["'](?:https?:)?//[^"']*""", html) == []
    assert "mathjax" not in html.lower().replace("window.mathjax", "").replace(
        "waits for mathjax", ""
    ).replace("without mathjax", "")


RUBRICS = [
    (root, lesson)
    for root in (ROOT, ROOT / "tests" / "course")
    for lesson in sorted((root / "solutions/lessons").glob("*/"))
]


@pytest.mark.parametrize(("root", "lesson"), RUBRICS, ids=[lesson.name for _, lesson in RUBRICS])
def test_the_points_of_a_rubric_are_those_of_its_exercise(root: Path, lesson: Path):
    (path,) = lesson.glob("*.ipynb")
    cells = json.loads(path.read_text())["cells"]
    worth = {each["metadata"].get("nbgrader", {}).get("grade_id"): each["metadata"] for each in cells}
    for name, each in beside(root, lesson.name).items():
        points = [
            int(found) for found in re.findall(r"^\* \*\*(\d+) points?:\*\*", each.rubric, re.MULTILINE)
        ]
        assert sum(points) == worth[name]["nbgrader"]["points"]
        assert each.model
