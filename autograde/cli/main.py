"""The command `autograde`: a thin face over the library."""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click
from rich.console import Console

from autograde.cli import audit, hub, instructor, learner, lms, lti, roster, safekeeping
from autograde.cli.results import print_result
from autograde.errors import TRACEBACK, AutogradeError, explain, sentence

if TYPE_CHECKING:
    from autograde.course.course import Course
    from autograde.sandbox.sandbox import Sandbox


class Group(click.Group):
    """Turns whatever a command raises into one sentence and exit code 2."""

    def invoke(self, context: click.Context) -> Any:
        """Run the command. What a terminal cannot show, it shows replaced."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")
        try:
            return super().invoke(context)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if os.environ.get(TRACEBACK):
                raise
            Console(stderr=True).print(f"[red]{context.invoked_subcommand}[/red]: ", end="")
            click.echo(sentence(error), err=True)
            sys.exit(2)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="autograde")
def main() -> None:
    """Learn by exercises, and grade what was learned.

    Learners: check, hint, reset, restore, progress, submit. Instructors: roster, due, release, collect,
    grade, feedback, report, export, judge, hub, backup, forget. Everybody: doctor.
    """


@main.command()
@click.argument("directory", type=click.Path(path_type=Path), required=False)
@click.option("--lesson", metavar="LESSON", help="Judge one lesson only, such as 01_vectors.")
@click.option("--exercise", metavar="ID", help="Judge one exercise only, such as 01.2.")
@click.option("--student", default="", help="Draw the inputs that this student gets.")
@click.option(
    "--replay", nargs=2, metavar="STUDENT LESSON", help="Judge again what the grade of a student came from."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--unsafe-no-sandbox", is_flag=True, help="Judge without a sandbox: only for code you wrote.")
def judge(
    directory: Path | None,
    lesson: str | None,
    exercise: str | None,
    student: str,
    replay: tuple[str, str] | None,
    as_json: bool,
    unsafe_no_sandbox: bool,
) -> None:
    """Judge the package in DIRECTORY with the hidden checks, or once more what was graded.

    Exit code 0: everything was accepted; with --replay, every verdict is the one that was kept. 1: not so.
    2: it could not be judged.

    Example: autograde judge solutions --lesson 01_vectors
    """
    from autograde import judge as judging
    from autograde.course.course import Course, find_course
    from autograde.sandbox.sandbox import Sandbox

    if (directory is None) == (replay is None):
        raise AutogradeError(explain("judge", "DIRECTORY or --replay STUDENT LESSON", "none or both"))
    course = Course(find_course(outside=directory))
    with Sandbox(course.limits, unsafe=unsafe_no_sandbox) as sandbox:
        if replay is not None:
            _replay(*replay, course, sandbox, as_json)
        result = judging.judge(
            directory or "", lesson, exercise=exercise, student=student, course=course, sandbox=sandbox
        )
    if as_json:
        click.echo(json.dumps(result.as_json(), indent=2))
    else:
        print_result(Console(), result)
    sys.exit(0 if all(each.accepted for each in result.exercises) else 1)


def _replay(student: str, lesson: str, course: Course, sandbox: Sandbox, as_json: bool) -> NoReturn:
    from autograde.classroom.replay import replay

    again = replay(student, lesson, course, sandbox)
    if as_json:
        click.echo(json.dumps(again.result.as_json() | {"differences": list(again.differences)}, indent=2))
    else:
        print_result(Console(), again.result)
        for line in again.differences or ("Every verdict is the one that was kept.",):
            click.echo(line)
    sys.exit(1 if again.differences else 0)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def doctor(as_json: bool) -> None:
    """Say what this machine offers: sandbox, GPU, Triton, nbgrader, and what is missing.

    Exit code 0: submissions can be graded here. 1: they cannot.

    Example: autograde doctor
    """
    from autograde.cli.results import print_findings
    from autograde.doctor import examine

    findings = examine()
    if as_json:
        click.echo(json.dumps([finding.as_json() for finding in findings], indent=2))
    else:
        print_findings(Console(), findings)
    sys.exit(0 if all(finding.works for finding in findings if finding.needed) else 1)


ROOMS = (learner, instructor, lms, roster, audit, hub, lti, safekeeping)
for command in (each for room in ROOMS for each in room.COMMANDS):
    main.add_command(command)
