"""A class from collected to gradebook: ours at several sizes, and beside stock nbgrader and Otter.

SIZES=10,100,1000,10000 are the classes of lesson 03 that ours grades by two processes, by one and on Dask.
The largest of them also hands in a small lesson with torch, that of the course in tests/course. PEERS=200 is
how many of lesson 03, of the small one, and of 06, five exercises with torch, the others get too (they take a
while). Otter takes part where it is installed: pip install otter-grader==7.0.0. Processor time is that of all
processes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from classes import right_ones
from row import Row

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SIZES, PEERS = "10,100,1000", "200"
TORCH = 100  # of ours in lesson 06 at least: five processes load torch first, whatever the size
SMALL = "tones"
TWO = "ours, 2 processes"
PICTURE = ROOT / ".course" / "bench" / "class.png"


@dataclass(frozen=True)
class Run:
    """One class of a lesson graded: how many, and what it took."""

    what: str
    lesson: str
    number: int
    wall_s: float
    cpu_s: float
    peak_mb: float
    full: int
    wrong_passed: int

    @property
    def rate(self) -> float:
        """How many were graded in a second."""
        return self.number / self.wall_s

    def rows(self) -> Iterator[Row]:
        """Yield what is shown of it."""
        name = f"{self.number} by {self.what}, lesson {self.lesson}"
        yield Row(f"{name}: processor time of each", (1e3 * self.cpu_s / self.number,), "CPU ms")
        yield Row(f"{name}: graded in a second", (self.rate,), "a second")
        yield Row(f"{name}: memory of the grader", (self.peak_mb,), "MB")
        missed = right_ones(self.number) - (self.full - self.wrong_passed)
        yield Row(f"{name}: right ones without full marks", (float(missed),), "right", wanted=0.0)
        yield Row(f"{name}: wrong ones with full marks", (float(self.wrong_passed),), "wrong", wanted=0.0)


def measure() -> Iterator[Row]:
    runs = []
    for run in measured():
        runs.append(run)
        yield from run.rows()
    yield from _beside_others(runs)
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    draw(runs, PICTURE)


def _beside_others(runs: list[Run]) -> Iterator[Row]:
    """Yield how many times as many as others ours grades in a second, by two processes and as they come."""
    ours = {run.lesson: run for run in sorted(runs, key=lambda run: run.number) if run.what == TWO}
    for run in runs:
        if not run.what.startswith("ours"):
            best = ours[run.lesson]
            name = f"lesson {run.lesson}: {best.number} by ours as fast as {run.number} by {run.what}"
            yield Row(name, (best.rate / run.rate,), "times")


def measured() -> Iterator[Run]:
    """Yield every run."""
    sizes = [int(size) for size in os.environ.get("SIZES", SIZES).split(",")]
    for number in sizes:
        yield from _ours("03", number)
        if find_spec("distributed") is not None:
            with _made("ours", "03", number) as place:
                yield _on_dask(place, number)
    peers = int(os.environ.get("PEERS", PEERS))
    more = {"03": peers, SMALL: max(sizes), "06": max(peers, TORCH)}
    for lesson, number in more.items():
        if lesson != "03" or number not in sizes:
            yield from _ours(lesson, number)
        for kind in ("nbgrader", "otter"):
            if find_spec(kind) is not None:
                with _made(kind, lesson, peers) as place:
                    yield _graded(kind, kind, place, lesson, peers)


def _ours(lesson: str, number: int) -> Iterator[Run]:
    with _made("ours", lesson, number) as place:
        yield _graded(TWO, "ours", place, lesson, number, "2")
        yield _graded("ours, nothing changed", "ours", place, lesson, number, "2")
    with _made("ours", lesson, number) as place:
        yield _graded("ours, 1 process", "ours", place, lesson, number, "1")


@contextmanager
def _made(kind: str, lesson: str, number: int) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "course"
        _called(sys.executable, str(HERE / "classes.py"), "make", kind, str(place), lesson, str(number))
        yield place


def _graded(what: str, kind: str, place: Path, lesson: str, number: int, *more: str) -> Run:
    command = (sys.executable, str(HERE / "classes.py"), "grade", kind, str(place), lesson, *more)
    found, spent = _called(sys.executable, str(HERE / "spent.py"), *command)[-2:]
    return Run(what, lesson, number, **json.loads(spent), **json.loads(found))


def _on_dask(place: Path, number: int) -> Run:
    """Grade on a scheduler and two workers of this machine; what they spend counts, the wall time is ours."""
    cluster = [str(HERE / "classes.py"), "cluster", "ours", str(place), "03"]
    command = [sys.executable, str(HERE / "spent.py"), sys.executable, *cluster]
    environment = os.environ | {"PYTHONPATH": f"{ROOT}:{os.environ.get('PYTHONPATH', '')}"}
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env=environment, **pipes) as started:
        address = started.stdout.readline().strip() if started.stdout else ""
        found = _graded("ours, 2 Dask workers", "ours", place, "03", number, address)
        theirs = json.loads(started.communicate("")[0].splitlines()[-1])
    return replace(found, cpu_s=found.cpu_s + theirs["cpu_s"])


def _called(*command: str) -> list[str]:
    """Run a command and return the lines that it printed."""
    environment = os.environ | {"PYTHONPATH": f"{ROOT}:{os.environ.get('PYTHONPATH', '')}"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: {done.stderr[-2000:]}")
    return done.stdout.splitlines()


def draw(runs: list[Run], path: Path) -> None:
    """Draw the processor time of each submission as bars on a logarithmic axis."""
    figure, ax = plt.subplots(figsize=(8, 1 + 0.35 * len(runs)), layout="constrained")
    values = [1e3 * run.cpu_s / run.number for run in runs]
    colours = ["#3b6ea5" if run.what.startswith("ours") else "#b0b0b0" for run in runs]
    names = [f"{run.number:,} by {run.what}, lesson {run.lesson}" for run in runs]
    bars = ax.barh(names, values, color=colours)
    ax.bar_label(bars, [f"{value:,.0f}" for value in values], padding=3)
    ax.margins(x=0.15)
    ax.invert_yaxis()
    ax.set_xscale("log")
    ax.set_xlabel("CPU ms for each submission, start included")
    figure.savefig(path, dpi=120)
    plt.close(figure)
