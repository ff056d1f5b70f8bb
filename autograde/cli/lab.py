"""`autograde lab`: JupyterLab on the course, with an exchange and a gradebook of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import click

from autograde.course.course import find_course
from autograde.course.files import write_atomically
from autograde.course.lay import RELEASED, lay
from autograde.course.release import lesson_names, to_lay
from autograde.course.settings import FILE
from autograde.errors import AutogradeError
from autograde.limits import use_one_thread
from autograde.practice.served import FILES, FORMGRADER, LISTS_ALL, SERVER_FILE, ipython, opens


@click.command(context_settings={"ignore_unknown_options": True})
@click.option("--port", default=8888, show_default=True, help="The port to serve on.")
@click.option("--no-browser", is_flag=True, help="Only print the address.")
@click.option("--as-learner", is_flag=True, help="Try the lessons as a learner, in a workspace apart.")
@click.option("--solutions", is_flag=True, help="List the folder solutions/, which is left out otherwise.")
@click.argument("jupyter", nargs=-1, type=click.UNPROCESSED, metavar="[JUPYTER OPTION ...]")
def lab(port: int, no_browser: bool, as_learner: bool, solutions: bool, jupyter: tuple[str, ...]) -> None:
    """Start JupyterLab on the course: lessons, Assignments, Formgrader.

    At the first start the lessons are released into the exchange under .course/. With
    AUTOGRADE_WORKSPACE set, JupyterLab opens that folder, as a learner's. With --as-learner that is
    .course/as-learner, up to date with solutions/ at each start: trying a lesson there blocks no release.

    Example: autograde lab --port 8889
    """
    root = _root()
    if as_learner:
        os.environ["AUTOGRADE_WORKSPACE"] = str(_as_learner(root))
    workspace = Path(os.environ.get("AUTOGRADE_WORKSPACE") or root).resolve()
    (workspace / "lessons").mkdir(parents=True, exist_ok=True)
    if (root / "solutions").is_dir():
        _release_first(root)
    formgrader = str(FORMGRADER) if (root / "solutions").is_dir() and not as_learner else None
    paths = (str(_settings(root, solutions)), formgrader, str(root), os.environ.get("JUPYTER_CONFIG_PATH"))
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, paths))
    use_one_thread()
    programs = str(Path(sys.executable).parent)
    os.environ["PATH"] = os.pathsep.join((programs, os.environ.get("PATH", os.defpath)))
    os.environ.setdefault("IPYTHONDIR", str(ipython(root)))
    options = [f"--ServerApp.port={port}", f"--ServerApp.root_dir={workspace}", *opens(workspace), *jupyter]
    options += ["--no-browser"] * no_browser + ["--allow-root"] * _is_root()
    os.chdir(workspace)
    sys.stdout.flush()
    command = [sys.executable, "-m", "jupyterlab", *options]
    if os.name == "nt":  # where execv would give the terminal back at once
        sys.exit(subprocess.call(command))
    os.execv(sys.executable, command)


def _root() -> Path:
    """Return the course's repository; where a learner has none, the workspace."""
    try:
        return find_course()
    except AutogradeError:
        named = os.environ.get("AUTOGRADE_WORKSPACE")
        here = Path(named) if named else Path.cwd()
        if (here / RELEASED).is_dir() or (here / "lessons" / FILE).is_file():
            return here.resolve()
        raise


def _as_learner(root: Path) -> Path:
    """Return a workspace that is as a learner's bundle lays it out, of the course as it is now."""
    from autograde.nbgrader_plugins.generate import generate

    workspace = root / ".course" / "as-learner"
    for path, text in to_lay(generate(root, lesson_names(root))).items():
        write_atomically(workspace / path, text)
    for path in lay(workspace):
        click.echo(f"{path}: laid beside your work; it is newer than what you began with.", err=True)
    return workspace


def _is_root() -> bool:
    return hasattr(os, "getuid") and os.getuid() == 0


def _release_first(root: Path) -> None:
    """Release the lessons that the exchange does not have yet; later starts skip this in no time."""
    from autograde.nbgrader_plugins.config import load_config

    exchange = Path(load_config(root).Exchange.root)
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


def _settings(root: Path, solutions: bool) -> Path:
    """Return a folder of settings for JupyterLab in which cards may open files; it asks nobody about news."""
    folder = root / ".course" / ("jupyter-solutions" if solutions else "jupyter")
    (folder / "labconfig").mkdir(parents=True, exist_ok=True)
    for name, settings in (FILES | {SERVER_FILE: LISTS_ALL} if solutions else FILES).items():
        (folder / name).write_text(json.dumps(settings, indent=1) + "\n", "utf-8")
    return folder
