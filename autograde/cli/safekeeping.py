"""What an instructor owes the class: backups, and to whom asks for it, their data or none of it."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import click

from autograde.cli.opened import AS_JSON, opened

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("file", type=FILE)
@click.option("--with-secret", is_flag=True, help="The seed of all drawn inputs too: a regrade repeats them.")
def backup(file: Path, with_secret: bool) -> None:
    """Write gradebook, verdicts, submissions and feedback into FILE, an archive that you alone can read.

    It may run while submissions are graded, and while learners hand in. What they have handed in and you have
    not collected is in it: the newest of each student and lesson.

    Example: autograde backup class.zip
    """
    from autograde.classroom.safekeeping import backup as write
    from autograde.nbgrader_plugins.waiting import copy_waiting

    nbgrader = opened()
    with tempfile.TemporaryDirectory(dir=nbgrader.root / ".course", prefix="waiting-") as folder:
        waiting = Path(folder)
        left_out = copy_waiting(nbgrader, waiting)
        count = write(
            nbgrader.root, nbgrader.course_id, file.absolute(), with_secret=with_secret, waiting=waiting
        )
        handed_in = len([*waiting.iterdir()])
    secret = ", the secret among them" if with_secret else ""
    click.echo(f"{file}: {count} files{secret}, {handed_in} hand-ins that are not collected yet")
    for sentence in left_out:
        click.echo(sentence, err=True)
    sys.exit(1 if left_out else 0)


@click.command("restore-course")
@click.argument("file", type=FILE)
def restore_course(file: Path) -> None:
    """Bring back what autograde backup wrote; what is there now is laid aside, not lost.

    Hand-ins that waited go into the exchange again, to be collected with the time at which they had come.

    Example: autograde restore-course class.zip
    """
    from autograde.classroom.safekeeping import restore_course as bring_back
    from autograde.nbgrader_plugins.waiting import inbound

    nbgrader = opened()
    laid, aside = bring_back(file, nbgrader.root, nbgrader.course_id, inbound(nbgrader))
    click.echo(f"Brought back: {', '.join(laid)}.")
    if aside is not None:
        click.echo(f"What was there lies in {aside}.")
    if "secret" not in laid:
        click.echo("The archive has no secret: a regrade meets other inputs if the course's own is lost.")


@click.command()
@click.argument("student")
@click.confirmation_option(prompt="This cannot be undone. Remove all that is kept of this student?")
@AS_JSON
def forget(student: str, as_json: bool) -> None:
    """Remove one STUDENT everywhere: gradebook, verdicts, submissions, feedback, exchange; and say what.

    Backups, an account of the machine and the work in its home stay.

    Example: autograde forget ada --yes
    """
    from autograde.classroom.safekeeping import laid_aside
    from autograde.nbgrader_plugins.person import forget as remove

    nbgrader = opened()
    done, aside = remove(nbgrader, student), list(map(str, laid_aside(nbgrader.root)))
    if as_json:
        click.echo(json.dumps({"student": student, "removed": done, "laid_aside": aside}, indent=2))
        return
    for sentence in done:
        click.echo(sentence)
    click.echo("Not removed: backups that you made, the account of the machine, the work in its home.")
    for folder in aside:
        click.echo(f"Not removed: {folder}, the class as it was before restore-course.")


COMMANDS: list[click.Command] = [backup, restore_course, forget]
