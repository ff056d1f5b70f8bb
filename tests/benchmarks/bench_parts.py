"""Where the time of the heavy lessons goes: interpreter, compilation, outside limits, training."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from row import Row

from autograde.call import Call
from autograde.course.course import Course
from autograde.course.submission import read_sources
from autograde.judge import judge_sources
from autograde.sandbox.sandbox import Sandbox
from autograde.sandbox.session import Session

ROOT = Path(__file__).resolve().parent.parent.parent


def part(call: Call) -> str:
    """Return what a call is spent on."""
    if call.mode == "compile":
        return "compilation"
    if call.target.name == "train_recall":
        return "training"
    if call.memory_bytes is not None or call.timeout_s is not None:
        return "outside limits"
    if call.mode == "guarded" or call.target.holder == "cuda.kernels":
        return "interpreter"
    return "counting" if call.mode.startswith("cost") else "plain calls"


class TimedSandbox(Sandbox):
    """Adds up how long the calls of its sessions take, by part."""

    def __init__(self) -> None:
        super().__init__()
        self.spent: dict[str, float] = defaultdict(float)

    def session(self, *args: Any, **kwargs: Any) -> Session:
        session = super().session(*args, **kwargs)
        ask = session.call

        def timed(call: Call, **limits: Any) -> Any:
            start = time.perf_counter()
            try:
                return ask(call, **limits)
            finally:
                self.spent[part(call)] += time.perf_counter() - start

        session.call = timed  # type: ignore[method-assign]
        return session


def measure() -> Iterator[Row]:
    course = Course(ROOT)
    sources = read_sources(ROOT / "solutions", "attnlib")
    early = [lesson for lesson in course.lessons if lesson < "08"]
    late = [lesson for lesson in course.lessons if lesson >= "08"]
    with TimedSandbox() as sandbox:
        for lesson in course.lessons:  # warm
            judge_sources(sources, lesson=lesson, course=course, sandbox=sandbox)
        for name, lessons, wanted in (("00 to 07", early, 3.0), ("08 and 09", late, 20.0)):
            sandbox.spent.clear()
            start = time.perf_counter()
            for lesson in lessons:
                judge_sources(sources, lesson=lesson, course=course, sandbox=sandbox)
            yield Row(f"all hidden checks of {name}", (time.perf_counter() - start,), "s", wanted)
            for what, seconds in sorted(sandbox.spent.items(), key=lambda item: -item[1]):
                yield Row(f"  of that: {what}", (seconds,), "s")
