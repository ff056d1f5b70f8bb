"""The sandbox alone: how long a submission waits for its first answer, and what each call costs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial

import numpy as np
from row import Row, timed

from autograde.call import Call, Target
from autograde.limits import Packages
from autograde.sandbox.level import LAYERS, Level
from autograde.sandbox.sandbox import Sandbox
from autograde.sandbox.session import Session

SOURCES = {"task.py": b"def run(x):\n    return x\n"}
WARM: tuple[Packages, ...] = ("numpy", "torch", "triton")
SMALL = np.ones((4, 7))
MEGABYTE = np.ones(1 << 17)
SUBMISSIONS = 50


def measure() -> Iterator[Row]:
    with Sandbox() as sandbox:
        for packages in WARM:
            yield Row(f"{packages}: start a zygote", timed(partial(_answer, sandbox, packages), 1))
            waits, ends = zip(*(_submission(sandbox, packages) for _ in range(SUBMISSIONS)), strict=True)
            yield Row(f"{packages}: first answer of a submission", waits, wanted=20.0)
            yield Row(f"{packages}: kill and reap", ends)
        with sandbox.session("attnlib", SOURCES) as session:
            yield Row("a later call", timed(lambda: _call(session, SMALL), 500), wanted=1.0)
            yield Row("1 MB there and back", timed(lambda: _call(session, MEGABYTE), 30))
            large = np.ones(7 << 20)
            yield Row("56 MB there and back", timed(lambda: _call(session, large), 3))
    with Sandbox(layers=LAYERS[Level.STANDARD]) as sandbox:
        _answer(sandbox, "numpy")
        waits = tuple(_submission(sandbox, "numpy")[0] for _ in range(SUBMISSIONS))
        yield Row("numpy: first answer at level standard", waits)


def _submission(sandbox: Sandbox, packages: Packages) -> tuple[float, float]:
    """Return the milliseconds to the first answer, and those that the end takes."""
    start = time.perf_counter()
    session = sandbox.session("attnlib", SOURCES, packages=packages)
    _call(session, SMALL)
    answered = time.perf_counter()
    session.close()
    return (answered - start) * 1e3, (time.perf_counter() - answered) * 1e3


def _answer(sandbox: Sandbox, packages: Packages) -> None:
    with sandbox.session("attnlib", SOURCES, packages=packages) as session:
        _call(session, SMALL)


def _call(session: Session, value: np.ndarray) -> None:
    session.call(Call(Target.of("task.run"), (value,)))
