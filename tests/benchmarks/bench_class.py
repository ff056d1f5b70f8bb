"""A class from collected to gradebook: ours at several sizes, and beside stock nbgrader and Otter.

CLASS=10000 adds a class of that size, PEERS=200 sets how many the others get (they take a while). Otter
takes part where it is installed: pip install otter-grader==7.0.0. Processor time is that of all processes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from row import Row

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SIZES = (10, 100, 1000)
PEERS = 200
PICTURE = ROOT / ".course" / "bench" / "class.png"


@dataclass(frozen=True)
class Run:
    """One class graded: how many, and what it took."""

    what: str
    number: int
    wall_s: float
    cpu_s: float
    peak_mb: float
    full: int
    wrong_passed: int

    def rows(self) -> Iterator[Row]:
        """Yield what is shown of it."""
        name = f"{self.number} by {self.what}"
        yield Row(f"{name}: processor time of each", (1e3 * self.cpu_s / self.number,), "CPU ms")
        yield Row(f"{name}: graded in a second", (self.number / self.wall_s,), "a second")
        yield Row(f"{name}: memory of the grader", (self.peak_mb,), "MB")
        yield Row(f"{name}: wrong ones with full marks", (float(self.wrong_passed),), "wrong", wanted=0.0)


def measure() -> Iterator[Row]:
    runs = []
    for run in measured():
        runs.append(run)
        yield from run.rows()
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    draw(runs, PICTURE)


def measured() -> Iterator[Run]:
    """Yield every run."""
    peers, more = int(os.environ.get("PEERS", PEERS)), os.environ.get("CLASS")
    with tempfile.TemporaryDirectory() as folder:
        for number in sorted({*SIZES, peers, *([int(more)] if more else [])}):
            place = _made("ours", Path(folder) / f"ours-{number}", number)
            yield _graded("ours, 2 processes", "ours", place, number, "2")
            yield _graded("ours, unchanged", "ours", place, number, "2")
        yield _graded("ours, 1 process", "ours", _made("ours", Path(folder) / "one", peers), peers, "1")
        if find_spec("distributed") is not None:
            yield _on_dask(Path(folder) / "dask", peers)
        for kind in ("nbgrader", "otter"):
            if find_spec(kind) is not None:
                yield _graded(kind, kind, _made(kind, Path(folder) / kind, peers), peers)


def _made(kind: str, place: Path, number: int) -> Path:
    _called(sys.executable, str(HERE / "classes.py"), "make", kind, str(place), str(number))
    return place


def _graded(what: str, kind: str, place: Path, number: int, *more: str) -> Run:
    command = (sys.executable, str(HERE / "classes.py"), "grade", kind, str(place), *more)
    found, spent = _called(sys.executable, str(HERE / "spent.py"), *command)[-2:]
    return Run(what, number, **json.loads(spent), **json.loads(found))


def _on_dask(folder: Path, number: int) -> Run:
    """Grade on a scheduler and two workers of this machine; their processor time is not in the figures."""
    place = _made("ours", folder, number)
    cluster = [sys.executable, str(HERE / "classes.py"), "cluster", "ours", str(place)]
    with subprocess.Popen(cluster, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as started:
        assert started.stdout is not None
        address = started.stdout.readline().strip()
        found = _graded("ours, 2 Dask workers", "ours", place, number, address)
        started.communicate("")
    return found


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
    bars = ax.barh([f"{run.number:,} by {run.what}" for run in runs], values, color=colours)
    ax.bar_label(bars, [f"{value:,.0f}" for value in values], padding=3)
    ax.margins(x=0.15)
    ax.invert_yaxis()
    ax.set_xscale("log")
    ax.set_xlabel("milliseconds of the processor for each submission, all processes, start included")
    figure.savefig(path, dpi=120)
    plt.close(figure)
