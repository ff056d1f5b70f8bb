"""The command `autograde`: a thin face over the library."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from autograde.cli import audit, instructor, learner
from autograde.cli.results import print_result
from autograde.errors import AutogradeError


class Group(click.Group):
    """Turns an `AutogradeError` into its one sentence and exit code 2."""

    def invoke(self, context: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(context)
        except AutogradeError as error:
            Console(stderr=True).print(f"[red]{context.invoked_subcommand}[/red]: ", end="")
            click.echo(str(error), err=True)
            sys.exit(2)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="autograde")
def main() -> None:
    """Learn by exercises, and grade what was learned.

    Learners: check, hint, reset, progress. Instructors: release, collect, grade, feedback, report,
    export, judge. Everybody: doctor.
    """


@main.command()
@click.argument("directory", type=click.Path(path_type=Path))
@click.option("--lesson", metavar="LESSON", help="Judge one lesson only, such as 01_vectors.")
@click.option("--exercise", metavar="ID", help="Judge one exercise only, such as 01.2.")
@click.option("--student", default="", help="Draw the inputs that this student gets.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--unsafe-no-sandbox", is_flag=True, help="Judge without a sandbox: only for code you wrote.")
def judge(
    directory: Path,
    lesson: str | None,
    exercise: str | None,
    student: str,
    as_json: bool,
    unsafe_no_sandbox: bool,
) -> None:
    """Judge the package in DIRECTORY with the hidden checks.

    Exit code 0: everything was accepted. 1: something was not. 2: it could not be judged.

    Example: autograde judge solutions --lesson 01_vectors
    """
    from autograde import judge as judging
    from autograde.course.course import Course, find_course
    from autograde.sandbox.sandbox import Sandbox

    course = Course(find_course())
    with Sandbox(course.limits, unsafe=unsafe_no_sandbox) as sandbox:
        result = judging.judge(
            directory, lesson, exercise=exercise, student=student, course=course, sandbox=sandbox
        )
    if as_json:
        click.echo(json.dumps(result.as_json(), indent=2))
    else:
        print_result(Console(), result)
    sys.exit(0 if all(each.accepted for each in result.exercises) else 1)


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


for command in (*learner.COMMANDS, *instructor.COMMANDS, *audit.COMMANDS):
    main.add_command(command)
