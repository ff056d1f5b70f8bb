"""`make bench`: runs every benchmark beside this file, prints one table, keeps it with a plot.

A benchmark is a file `bench_<what>.py` with a function `measure()` that yields `Row`s. Times are
medians of several runs, and each benchmark has a process of its own. On a noisy machine compare rows of
one run with each other, not with another day.
"""

from __future__ import annotations

import importlib
import json
import os
import platform
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from rich.console import Console
from rich.table import Table
from row import Row

HERE = Path(__file__).resolve().parent
OUTPUT = HERE.parent.parent / ".course" / "bench"


def measured(name: str) -> list[Row]:
    """Return the rows of one benchmark."""
    return list(importlib.import_module(f"bench_{name}").measure())


def in_a_process_of_its_own(name: str) -> list[Row]:
    """Return the rows of one benchmark, measured where no other has left anything behind."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
        return executor.submit(measured, name).result()


def main() -> None:
    programs = str(Path(sys.executable).parent)  # nbgrader starts alembic by its name
    os.environ["PATH"] = os.pathsep.join((programs, os.environ.get("PATH", os.defpath)))
    chosen = sys.argv[1:] or [path.stem.removeprefix("bench_") for path in sorted(HERE.glob("bench_*.py"))]
    console = Console()
    rows: list[Row] = []
    for name in chosen:
        with console.status(f"{name} ..."):
            rows += in_a_process_of_its_own(name)
    table = Table(
        "what",
        "median",
        "slowest tenth",
        "runs",
        "wanted",
        "",
        title=f"{platform.machine()}, {platform.python_version()}",
    )
    for row in rows:
        mark = (
            ""
            if row.wanted is None
            else "[green]yes[/green]"
            if row.median <= row.wanted
            else "[red]no[/red]"
        )
        wanted = "" if row.wanted is None else f"{row.wanted:g} {row.unit}"
        table.add_row(
            row.name, f"{row.median:.4g} {row.unit}", f"{row.slow:.4g}", str(len(row.values)), wanted, mark
        )
    console.print(table)
    OUTPUT.mkdir(parents=True, exist_ok=True)
    (OUTPUT / "bench.json").write_text(json.dumps([row.as_json() for row in rows], indent=2))
    if times := [row for row in rows if row.unit == "ms"]:
        plot(times, OUTPUT / "bench.png")
    console.print(f"kept in {OUTPUT}")


def plot(rows: list[Row], path: Path) -> None:
    """Draw the medians as bars on a logarithmic axis, what is wanted as a mark."""
    figure, ax = plt.subplots(figsize=(9, 1 + 0.4 * len(rows)), layout="constrained")
    places = range(len(rows))
    ax.barh(places, [row.median for row in rows], color="#3b6ea5")
    for place, row in zip(places, rows, strict=True):
        if row.wanted is not None:
            ax.plot([row.wanted] * 2, [place - 0.4, place + 0.4], color="#c0392b")
    ax.set_yticks(places, [row.name for row in rows])
    ax.invert_yaxis()
    ax.set_xscale("log")
    ax.set_xlabel("milliseconds, median; the red mark is what is wanted")
    figure.savefig(path, dpi=120)
    plt.close(figure)


if __name__ == "__main__":
    main()
