"""Processes of their own in which what learners wrote is read, within a budget of time, memory and bytes.

Markdown, HTML, the colouring of code and JSON can all be made to cost minutes or gigabytes by a short
text. So a process that has loaded what it takes forks, and the fork answers, or ends at a limit. It answers
others as long as what it is asked is cheap: a fork costs more than reading a notebook. Seconds are the
processor's: on a busy machine nobody's text is refused for somebody else's work.
"""

from __future__ import annotations

import atexit
import html
import importlib
import json
import math
import os
import resource
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from markupsafe import Markup

from autograde.nbgrader_plugins import reading

SECONDS = {"markdown": 2, "code": 2, "prose": 2, "notebook": 20}
"""What one request may take of the processor."""

PLACE = {"markdown": "rendering", "code": "rendering", "prose": "reading", "notebook": "reading"}
"""Which module answers a request; what lays out texts loads for a third of a second."""

LATE = 3
"""How a fork ends that has loaded what lays out texts: from now on it is loaded before a fork."""

PAGE_S = 10.0
"""What the texts of one page may take together."""

CHEAP_S = 0.25
"""A fork that has had more of the processor, or had no answer, answers nobody else."""

MEMORY_BYTES = 1 << 30
MAX_ANSWER_BYTES = 40 << 20
PATIENCE = 30
ANSWER, SPENT = b"=", b"!"  # how a line begins: the value, if there is one; then the seconds
ENDED = {"problem": "the reader ended"}
ENGINE = Path(__file__).resolve().parent.parent.parent
START = (
    "import sys; sys.path.insert(0, sys.argv[1]); from autograde.nbgrader_plugins.reader import main; main()"
)
NOTE = (
    "Shown as it was written: it is longer than {:,} characters, "
    "or would take longer than {} seconds to lay out."
)


class Unreadable(Exception):
    """What was to be read is not what it should be, or costs more than it may."""


class Reader:
    """The host's side. The process starts with the first question.

    `spent_s` are the seconds that all questions have taken of the processor.
    """

    def __init__(self) -> None:
        self.spent_s = 0.0
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._lock = threading.Lock()

    def ask(self, what: str, *arguments: Any) -> Any:
        """Return what the function `what` of `reading` returns in there; raises Unreadable."""
        question = json.dumps([what, arguments]).encode() + b"\n"
        with self._lock:
            answer, spent_s = self._exchange(question, SECONDS[what] * PATIENCE)
            if answer == ENDED:  # that says nothing about the text: somebody may have killed it
                answer, spent_s = self._exchange(question, SECONDS[what] * PATIENCE)
        self.spent_s += spent_s
        if "problem" in answer:
            raise Unreadable(answer["problem"])
        return answer["value"]

    def close(self) -> None:
        """End the process and its fork; the next question starts another."""
        process, self._process = self._process, None
        if process is not None and self._owner == os.getpid():
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()

    def _exchange(self, question: bytes, patience_s: float) -> tuple[dict[str, Any], float]:
        process = self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        answer: dict[str, Any] | None = None
        try:
            process.stdin.write(question)
            process.stdin.flush()
            ready, _, _ = select.select([process.stdout], [], [], patience_s)
            line = process.stdout.readline(MAX_ANSWER_BYTES) if ready else b""
            if line.startswith(ANSWER):
                answer = json.loads(line[1:])
                line = process.stdout.readline(MAX_ANSWER_BYTES)
            spent_s = float(line.removeprefix(SPENT))
        except (OSError, ValueError):  # it has ended, or what it says has no end
            answer, spent_s = ENDED, patience_s
            self.close()
        if answer is None:  # it ended at a limit, and has said so
            self.close()
        return answer or {"problem": "it takes too long, or too much"}, spent_s

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._owner != os.getpid():
            command = [sys.executable, "-B", "-c", START.format(__name__), str(ENGINE)]
            pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
            self._process = subprocess.Popen(
                command, stdin=pipe, stdout=pipe, stderr=nothing, start_new_session=True
            )
            self._owner = os.getpid()
        return self._process


reader = Reader()
"""The reader of this process."""

atexit.register(reader.close)


class Page:
    """Lays out the texts of one page. What costs too much is shown as it was written, and so is the rest."""

    def __init__(self) -> None:
        self._until_s = reader.spent_s + PAGE_S

    def html(self, text: str, attachments: dict[str, Any] | None = None) -> Markup:
        """Return Markdown as sanitised HTML."""
        laid_out = self._ask("markdown", text, attachments or {})
        return plain_html(text) if laid_out is None else Markup(laid_out)

    def colours(self, text: str) -> bool:
        """Return whether a text can be coloured as code."""
        return self._ask("code", text) is not None

    def is_prose(self, text: str) -> bool:
        """Return whether a code cell holds sentences, or whether that is not to be had."""
        return self._ask("prose", text) is not False

    def _ask(self, what: str, text: str, *more: Any) -> Any:
        """Return the answer, or None where it is not to be had."""
        if len(text) > reading.MAX_TEXT + len(reading.CUT) or reader.spent_s >= self._until_s:
            return None
        try:
            return reader.ask(what, text, *more)
        except Unreadable:
            return None


def plain_html(text: str) -> Markup:
    """Return a text as it was written, with a sentence on why, and cut where it is too long."""
    why = NOTE.format(reading.MAX_TEXT, SECONDS["markdown"])
    shown = text if len(text) <= reading.MAX_TEXT else text[: reading.MAX_TEXT] + reading.CUT
    return Markup(f"<p><em>{why}</em></p><pre>{html.escape(shown)}</pre>")


def main() -> None:
    """Run in the process: load what a question takes and fork, and again when a fork has answered enough.

    One that ended at a limit could not say what it has cost. That is said here, and the process ends too.
    """
    code = 0
    while code in (0, LATE) and (question := sys.stdin.buffer.readline()):
        if code == LATE:
            _function("markdown")
        _function(question[2:].partition(b'"')[0].decode())
        pid = os.fork()
        if pid == 0:
            _serve(question)
        _, status, usage = os.wait4(pid, 0)
        code = os.waitstatus_to_exitcode(status)
    if code not in (0, LATE):
        _say(SPENT, usage.ru_utime + usage.ru_stime)


def _function(what: str) -> Callable[..., Any]:
    """Return the function that answers a question, with its module loaded."""
    found: Callable[..., Any] = getattr(importlib.import_module(_module(what)), what)
    return found


def _module(what: str) -> str:
    return f"autograde.nbgrader_plugins.{PLACE[what]}"


def _serve(question: bytes) -> NoReturn:
    """Run in the fork: answer each line of JSON within limits, as long as it is cheap."""
    code, had_it = 1, _module("markdown") in sys.modules
    try:
        _limit(resource.RLIMIT_CORE, 0)
        if sys.platform == "linux":  # elsewhere the system does not keep this limit
            _limit(resource.RLIMIT_AS, _address_space_bytes() + MEMORY_BYTES)
        while question and _answer(*json.loads(question)):  # at its end nothing is asked any more
            question = sys.stdin.buffer.readline()
        code = 0 if had_it or _module("markdown") not in sys.modules else LATE
    finally:
        os._exit(code)


def _answer(what: str, arguments: list[Any]) -> bool:
    """Answer one question, and return whether all so far was cheap, which loading is not."""
    function = _function(what)
    before_s = time.process_time()
    _limit(resource.RLIMIT_CPU, math.ceil(before_s + SECONDS[what]))
    answer = reading.tried(function, *arguments)
    _say(ANSWER, answer)
    after_s = time.process_time()
    _say(SPENT, after_s - before_s)
    return "problem" not in answer and after_s < CHEAP_S


def _say(kind: bytes, value: object) -> None:
    sys.stdout.buffer.write(kind + json.dumps(value).encode() + b"\n")
    sys.stdout.buffer.flush()


def _limit(kind: int, value: int) -> None:
    resource.setrlimit(kind, (value, resource.getrlimit(kind)[1]))


def _address_space_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
