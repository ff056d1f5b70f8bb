"""The instructor's commands: release, collect, grade, feedback, report, export."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.console import Console

from autograde import release as releasing
from autograde.errors import AutogradeError, explain


def course_root() -> Path:
    """Return the course around the current folder."""
    for folder in (Path.cwd(), *Path.cwd().parents):
        if (folder / "solutions" / "lessons").is_dir() and (folder / "nbgrader_config.py").is_file():
            return folder
    next_step = "Run this in the course's repository."
    raise AutogradeError(explain(str(Path.cwd()), "a course with solutions/lessons", "none", next_step))


@click.command()
@click.argument("lessons", nargs=-1, metavar="[LESSON ...]")
@click.option("--check", is_flag=True, help="Only say which generated files are stale.")
@click.option("--no-exchange", is_flag=True, help="Only write attnlib/ and lessons/.")
@click.option(
    "--bundle",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.zip",
    help="Write a zip for learners without an exchange instead.",
)
def release(lessons: tuple[str, ...], check: bool, no_exchange: bool, bundle: Path | None) -> None:
    """Generate what learners get from solutions/, and put it into the exchange.

    Without LESSON all lessons are released. A file in which somebody has worked is never overwritten.

    Exit code 0: done, or up to date. 1: --check found stale files. 2: nothing was written, and why.

    Example: autograde release 03_softmax
    """
    from autograde.nbgrader_plugins.generate import generate

    console, root = Console(), course_root()
    names = releasing.lesson_names(root, lessons)
    generated = generate(root, names)
    scope = ["attnlib", *(f"lessons/{name}" for name in names)] if lessons else ["attnlib", "lessons"]
    if check:
        stale = releasing.differences(root, generated, scope)
        for difference in stale:
            console.print(f"{difference.path}: {difference.state}")
        console.print("Run: autograde release --no-exchange" if stale else "Generated files are up to date.")
        sys.exit(1 if stale else 0)
    if bundle is not None:
        releasing.write_bundle(bundle, root, generated)
        console.print(f"{bundle}: {len(names)} lessons, {bundle.stat().st_size:,} bytes")
        return
    for difference in releasing.write_generated(root, generated, scope):
        console.print(f"{difference.path}: {'removed' if difference.state == 'left over' else 'written'}")
    if not no_exchange:
        _release_into_exchange(console, root, names)


def _release_into_exchange(console: Console, root: Path, names: list[str]) -> None:
    from autograde.nbgrader_plugins.cycle import Nbgrader
    from autograde.nbgrader_plugins.generate import generate

    nbgrader = Nbgrader(root)
    generate(root, names, gradebook=True)
    for name in names:
        nbgrader.release(name)
        console.print(f"{name}: released")


COMMANDS: list[click.Command] = [release]
