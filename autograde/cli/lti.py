"""`autograde send-scores`: the grades of a lesson, sent to a learning platform by LTI."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime

import click

from autograde.cli.opened import opened
from autograde.errors import AutogradeError, explain


@click.command("send-scores")
@click.argument("lesson", required=False)
@click.option("--public-key", is_flag=True, help="Print the key set to register at the platform.")
def send_scores(lesson: str | None, public_key: bool) -> None:
    """Send the scores of LESSON to the platform that .course/lti.toml names.

    It has client_id and token_url, as the platform shows them, and a table [lineitems] with a line
    LESSON = "https://..." for each column of its gradebook.

    Exit code 0: all were taken. 1: some were not, each with its reason.

    Example: autograde send-scores 01_vectors
    """
    from autograde.classroom import ags
    from autograde.classroom.lms_export import Grades, lti_scores
    from autograde.nbgrader_plugins.people import roster

    nbgrader = opened()
    if public_key:
        click.echo(json.dumps(ags.public_key(ags.signing_key(nbgrader.root)), indent=2))
        return
    if lesson is None:
        raise AutogradeError(explain("send-scores", "LESSON or --public-key", "neither"))
    grades = Grades(roster(nbgrader), nbgrader.standings())
    found = lti_scores(grades, lesson, datetime.now(UTC))
    taken, refused = ags.send_scores(nbgrader.root, lesson, found.scores)
    click.echo(f"{lesson}: {taken} scores taken")
    for sentence in (*found.left_out, *refused):
        click.echo(sentence, err=True)
    sys.exit(1 if refused or found.left_out else 0)


COMMANDS: list[click.Command] = [send_scores]
