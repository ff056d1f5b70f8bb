"""`autograde hub`: several people on one machine, each with an account of the system."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
from rich.console import Console

from autograde.cli.opened import AS_JSON
from autograde.course.course import find_course


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--instructor", "instructors", multiple=True, metavar="NAME", help="By default the course's owner."
)
@click.option("--learner", "learners", multiple=True, metavar="NAME", help="An account. Can be repeated.")
@click.option("--learner-group", default="", metavar="NAME", help="Everybody in this group of the system.")
@click.option(
    "--exchange",
    default="/srv/autograde/exchange",
    show_default=True,
    metavar="FOLDER",
    help="Where lessons and submissions pass.",
)
@click.option(
    "--port", default=8000, show_default=True, help="The port to serve on; the two after it are used too."
)
@click.option("--lti", is_flag=True, help="Print the lines for a login from a learning platform by LTI 1.3.")
@click.option("--check", is_flag=True, help="Only say what is wrong with the hub in FOLDER.")
@AS_JSON
def hub(
    folder: Path,
    instructors: tuple[str, ...],
    learners: tuple[str, ...],
    learner_group: str,
    exchange: str,
    port: int,
    lti: bool,
    check: bool,
    as_json: bool,
) -> None:
    """Write a JupyterHub for the course into FOLDER, with its exchange; run it as root.

    Everybody logs in with an account of this machine. Instructors get the course and formgrader, learners a
    folder of their own. What may be set stands in FOLDER/hub.toml; what you changed there stays.

    Exit code 0: done, or --check found nothing wrong. 1: it found something. 2: it could not be written.

    Example: autograde hub /etc/autograde-hub --learner ada --learner bob
    """
    if lti:
        from autograde.hub.lti import LINES

        click.echo(LINES, nl=False)
        return
    if check:
        _check(folder, as_json)
    from autograde.hub.write import course_hub, write_hub

    made = course_hub(
        find_course(),
        instructors=instructors,
        learners=learners,
        learner_group=learner_group,
        exchange=exchange,
        port=port,
    )
    written = write_hub(folder.absolute(), made)
    if as_json:
        click.echo(json.dumps({"written": [*map(str, written.files)], "run": written.run}, indent=2))
        return
    for path in written.files:
        click.echo(f"{path}: written")
    click.echo("Run as root:")
    for line in written.run:
        click.echo(f"  {line}")


def _check(folder: Path, as_json: bool) -> None:
    from autograde.cli.results import print_findings
    from autograde.hub.check import check_hub

    findings = check_hub(folder.absolute())
    if as_json:
        click.echo(json.dumps([finding.as_json() for finding in findings], indent=2))
    else:
        print_findings(Console(), findings)
    sys.exit(0 if all(finding.works for finding in findings if finding.needed) else 1)


COMMANDS: list[click.Command] = [hub]
