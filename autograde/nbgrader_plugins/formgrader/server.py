"""The server's side of formgrader: handlers that answer at once, and a page with rubrics and no network."""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader
from jupyter_server.utils import url_path_join
from nbconvert.exporters import HTMLExporter
from nbgrader.server_extensions.formgrader import apihandlers, handlers
from nbgrader.server_extensions.formgrader.base import BaseApiHandler, check_notebook_dir, check_xsrf
from nbgrader.server_extensions.formgrader.formgrader import FormgradeExtension
from tornado import web

from autograde.nbgrader_plugins.formgrader import outcome

HERE = Path(__file__).resolve().parent
ENGINE = HERE.parent.parent.parent
START = "import sys; sys.path.insert(0, sys.argv[1]); from {} import main; main()"
ENDED = "The process that did it has ended. Press again: what was done is kept."
MAX_JOBS = 50
"""How many jobs are remembered, the newest ones."""


@dataclass
class Job:
    """What one press of a button has started; no `students` means all of the lesson."""

    id: int
    what: str
    root: str
    lesson: str
    students: list[str]
    total: int | None = None
    done: int = 0
    ended: bool = False
    problem: str = ""
    begun: float | None = None
    outcomes: dict[str, dict[str, str]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return what the page shows of it; `left_s` is an estimate, None before there is one."""
        left_s = None
        if self.begun is not None and self.done and self.total is not None:
            left_s = round((time.monotonic() - self.begun) / self.done * (self.total - self.done))
        shown = {key: value for key, value in asdict(self).items() if key not in ("root", "begun")}
        return shown | {"left_s": left_s, "running": self.begun is not None and not self.ended}


class Desk:
    """The process that does the jobs, one after the other, and what it has said."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []
        self._ids = itertools.count(1)
        self._process: asyncio.subprocess.Process | None = None
        self._starting = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, what: str, root: str, lesson: str, students: list[str]) -> Job:
        """Begin a job, or return the one that is on its way for the same."""
        for job in self.jobs:
            if not job.ended and (job.what, job.root, job.lesson, job.students) == (
                what,
                root,
                lesson,
                students,
            ):
                return job
        job = Job(next(self._ids), what, root, lesson, students)
        self.jobs = [*self.jobs, job][-MAX_JOBS:]
        self._background(self._send(job))
        return job

    def of(self, root: str, lesson: str) -> list[Job]:
        """Return the jobs of one lesson, the oldest first."""
        return [job for job in self.jobs if (job.root, job.lesson) == (root, lesson)]

    def _background(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send(self, job: Job) -> None:
        async with self._starting:
            if self._process is None:
                try:
                    await self._begin()
                except OSError as error:
                    job.ended, job.problem = True, f"No process could be started: {error.strerror}."
                    return
        order = {key: getattr(job, key) for key in ("id", "what", "root", "lesson", "students")}
        process = self._process
        if process is not None and process.stdin is not None:
            process.stdin.write(json.dumps(order).encode() + b"\n")

    async def _begin(self) -> None:
        command = [sys.executable, "-c", START.format(f"{__package__}.desk"), str(ENGINE)]
        pipe = asyncio.subprocess.PIPE
        self._process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
        self._background(self._listen(self._process))

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            event = json.loads(line)
            job = next((job for job in self.jobs if job.id == event["job"]), None)
            if job is not None:
                _hear(job, event)
        self._process = None
        for job in self.jobs:
            if not job.ended:
                job.ended, job.problem = True, ENDED
        await process.wait()


def _hear(job: Job, event: dict[str, Any]) -> None:
    if "total" in event:
        job.total, job.begun = event["total"], time.monotonic()
    elif "outcome" in event:
        job.done += 1
        job.outcomes[event["outcome"]["student"]] = event["outcome"]
    else:
        job.ended, job.problem = True, event["problem"]


def _desk(handler: Any) -> Desk:
    desk: Desk = handler.settings.setdefault("autograde_desk", None) or Desk()
    handler.settings["autograde_desk"] = desk
    return desk


def is_ours(root: str) -> bool:
    """Whether a course is one of this engine."""
    return (Path(root) / "solutions" / "lessons" / "course.toml").is_file()


def _start(handler: Any, what: str, lesson: str, student: str | None = None) -> None:
    """Answer at once that a job has begun, in the words that nbgrader's own page expects."""
    job = _desk(handler).start(what, str(handler.coursedir.root), lesson, [student] if student else [])
    log = "It runs outside the server. How far it is, the page Manage Submissions says."
    handler.set_status(202)
    handler.write(json.dumps({"success": True, "log": log, "job": job.as_json()}))


def _guarded(method: Callable[..., Any]) -> Callable[..., Any]:
    """Return a handler's method with the guards that all of formgrader's have."""
    guarded: Callable[..., Any] = web.authenticated(check_xsrf(check_notebook_dir(method)))
    return guarded


def _at_once(what: str, post: Callable[..., None]) -> Callable[..., Any]:
    """Return a `post` that starts a job; on the page of another course it is nbgrader's own."""

    def posted(self: Any, assignment_id: str, student_id: str | None = None) -> None:
        if is_ours(self.coursedir.root):
            _start(self, what, assignment_id, student_id)
        else:
            post(self, *filter(None, (assignment_id, student_id)))

    return _guarded(posted)


class AutogradeAll(BaseApiHandler):
    """Grades all submissions of a lesson."""

    @_guarded
    def post(self, assignment_id: str) -> None:
        """Begin, and answer at once."""
        _start(self, "autograde", assignment_id)


class Progress(BaseApiHandler):
    """Says how far the jobs of a lesson are, and what came out for each student last."""

    @_guarded
    async def get(self, assignment_id: str) -> None:
        """Answer; with `kept` also from the store what came out before this server was started."""
        root = str(self.coursedir.root)
        jobs = _desk(self).of(root, assignment_id)
        outcomes: dict[str, dict[str, str]] = {}
        if self.get_argument("kept", ""):
            outcomes = await asyncio.to_thread(outcome.kept, Path(root), assignment_id)
        for job in jobs:
            if job.what == "autograde" or any(each["mark"] for each in job.outcomes.values()):
                outcomes |= job.outcomes
        self.write({"jobs": [job.as_json() for job in jobs], "outcomes": outcomes})


def extend(app: Any) -> None:
    """Change formgrader in a server, whether nbgrader's extension was loaded before or will be."""
    for handler, what in (
        (apihandlers.AutogradeHandler, "autograde"),
        (apihandlers.GenerateFeedbackHandler, "feedback"),
        (apihandlers.GenerateAllFeedbackHandler, "feedback"),
    ):
        handler.post = _at_once(what, handler.post)
    base = app.web_app.settings["base_url"]
    routes: list[tuple[Any, ...]] = [
        (r"/formgrader/autograde/([^/]+)/autograde", AutogradeAll),
        (r"/formgrader/autograde/([^/]+)/progress", Progress),
        (r"/formgrader/autograde/static/(.*)", web.StaticFileHandler, {"path": str(HERE / "static")}),
    ]
    app.web_app.add_handlers(".*$", [(url_path_join(base, route), *rest) for route, *rest in routes])
    rules = app.web_app.default_router.rules
    rules.insert(0, rules.pop(-2))  # before nbgrader's, which answers for all that begins with /formgrader/
    if "nbgrader_formgrader" in app.web_app.settings:
        _own_pages(app.web_app.settings["nbgrader_formgrader"], app.web_app)
    set_up = FormgradeExtension.init_tornado_settings

    def own(self: Any, webapp: Any) -> None:
        set_up(self, webapp)
        _own_pages(self, webapp)

    FormgradeExtension.init_tornado_settings = own


def _own_pages(formgrader: Any, webapp: Any) -> None:
    """Put our pages before nbgrader's: templates of the same name extend them."""
    stock = FileSystemLoader([handlers.template_path])
    loaders = [FileSystemLoader(HERE / "templates"), stock, PrefixLoader({"nbgrader": stock})]
    config = formgrader.config.copy()
    config.HTMLExporter.template_name = "autograde_formgrade"
    config.HTMLExporter.extra_template_basedirs = [str(HERE / "templates"), handlers.template_path]
    config.HTMLExporter.extra_template_paths = [handlers.template_path]
    webapp.settings["nbgrader_jinja2_env"] = Environment(loader=ChoiceLoader(loaders))
    webapp.settings["nbgrader_exporter"] = HTMLExporter(config=config)
