"""`autograde lab`: JupyterLab on the course, with an exchange and a gradebook of its own."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import click

from autograde.course.course import find_course
from autograde.course.release import lesson_names
from autograde.errors import AutogradeError

FORMGRADER = Path(__file__).resolve().parent.parent / "nbgrader_plugins" / "formgrader" / "jupyter"
"""Settings that put our pages and buttons into formgrader."""

PAGE_CONFIG = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}


@click.command(context_settings={"ignore_unknown_options": True})
@click.option("--port", default=8888, show_default=True, help="The port to serve on.")
@click.option("--no-browser", is_flag=True, help="Only print the address.")
@click.argument("jupyter", nargs=-1, type=click.UNPROCESSED, metavar="[JUPYTER OPTION ...]")
def lab(port: int, no_browser: bool, jupyter: tuple[str, ...]) -> None:
    """Start JupyterLab on the course: lessons, Assignments, Formgrader.

    At the first start the lessons are released into the exchange under .course/. With
    AUTOGRADE_WORKSPACE set, JupyterLab opens that folder, as a learner's.

    Example: autograde lab --port 8889
    """
    root = find_course()
    workspace = Path(os.environ.get("AUTOGRADE_WORKSPACE") or root).resolve()
    (workspace / "lessons").mkdir(parents=True, exist_ok=True)
    _release_first(root)
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(
        filter(
            None, (str(_settings(root)), str(FORMGRADER), str(root), os.environ.get("JUPYTER_CONFIG_PATH"))
        )
    )
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    programs = str(Path(sys.executable).parent)
    os.environ["PATH"] = os.pathsep.join((programs, os.environ.get("PATH", os.defpath)))
    options = [f"--ServerApp.port={port}", f"--ServerApp.root_dir={workspace}", *jupyter]
    options += ["--no-browser"] * no_browser + ["--allow-root"] * (os.getuid() == 0)
    os.chdir(workspace)
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "jupyterlab", *options])


def _release_first(root: Path) -> None:
    """Release the lessons that the exchange does not have yet; later starts skip this in no time."""
    exchange = root / ".course" / "exchange"
    missing = [name for name in lesson_names(root) if not list(exchange.glob(f"*/outbound/{name}"))]
    if not missing:
        return
    from autograde.course.release import scope, write_generated
    from autograde.nbgrader_plugins.cycle import Nbgrader
    from autograde.nbgrader_plugins.generate import generate

    click.echo(f"Releasing {', '.join(missing)}.")
    generated = generate(root, missing, gradebook=True)
    try:
        write_generated(root, generated, scope(root, missing))
        for name in missing:
            Nbgrader(root).release(name)
    except AutogradeError as error:
        click.echo(f"Not everything was released. {error}", err=True)


def _settings(root: Path) -> Path:
    """Return a folder of settings for JupyterLab in which it asks no questions about news."""
    folder = root / ".course" / "jupyter"
    (folder / "labconfig").mkdir(parents=True, exist_ok=True)
    (folder / "labconfig" / "page_config.json").write_text(json.dumps(PAGE_CONFIG, indent=1) + "\n", "utf-8")
    return folder
