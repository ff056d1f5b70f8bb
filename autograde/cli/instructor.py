"""The instructor's commands: release, collect, grade, feedback, report, export, lab."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from autograde.cli.lab import lab
from autograde.course import release as releasing
from autograde.course.course import find_course
from autograde.errors import AutogradeError, explain

if TYPE_CHECKING:
    from autograde.classroom.grading import Graded
    from autograde.classroom.report import Standing
    from autograde.nbgrader_plugins.cycle import Nbgrader

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
LESSONS = click.argument("lessons", nargs=-1, metavar="[LESSON ...]")


def _nbgrader() -> Nbgrader:
    from autograde.nbgrader_plugins.cycle import Nbgrader

    return Nbgrader(find_course())


def _chosen(nbgrader: Nbgrader, lessons: tuple[str, ...]) -> list[str]:
    """Return the lessons that were asked for, or all that are in the exchange."""
    known = nbgrader.lessons()
    unknown = [name for name in lessons if name not in known]
    if unknown or not known:
        expected = f"one of {', '.join(known)}" if known else "a released lesson"
        raise AutogradeError(
            explain("lesson", expected, ", ".join(unknown) or "none", "Run: autograde release")
        )
    return sorted(set(lessons)) or known


@click.command()
@LESSONS
@click.option("--check", is_flag=True, help="Only say which generated files are stale.")
@click.option("--no-exchange", is_flag=True, help="Only write the learner's files here.")
@click.option(
    "--bundle",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.zip",
    help="Write a zip for learners without an exchange instead.",
)
def release(lessons: tuple[str, ...], check: bool, no_exchange: bool, bundle: Path | None) -> None:
    """Generate what learners get from solutions/, and put it into the exchange.

    Without LESSON all lessons are released. A file in which somebody has worked is never overwritten.
    The one folder to keep away from learners is solutions/: the reference, hidden checks, known answers.

    Exit code 0: done, or up to date. 1: --check found stale files. 2: nothing was written, and why.

    Example: autograde release 01_vectors
    """
    from autograde.nbgrader_plugins.generate import generate

    root = find_course()
    names = releasing.lesson_names(root, lessons)
    generated = generate(root, names)
    scope = releasing.scope(root, names if lessons else ())
    if check:
        _check_generated(releasing.differences(root, generated, scope))
    elif bundle is not None:
        releasing.write_bundle(bundle, root, generated)
        click.echo(f"{bundle}: {len(names)} lessons, {bundle.stat().st_size:,} bytes")
    else:
        for difference in releasing.write_generated(root, generated, scope):
            click.echo(f"{difference.path}: {'removed' if difference.state == 'left over' else 'written'}")
        if not no_exchange:
            _release_into_exchange(root, names)


def _check_generated(stale: list[releasing.Difference]) -> None:
    for difference in stale:
        click.echo(f"{difference.path}: {difference.state}")
    click.echo("Run: autograde release --no-exchange" if stale else "Generated files are up to date.")
    sys.exit(1 if stale else 0)


def _release_into_exchange(root: Path, names: list[str]) -> None:
    from autograde.nbgrader_plugins.generate import generate

    nbgrader = _nbgrader()
    generate(root, names, gradebook=True)
    for name in names:
        nbgrader.release(name)
        click.echo(f"{name}: released")


@click.command()
@LESSONS
def collect(lessons: tuple[str, ...]) -> None:
    """Collect the newest submission of every student from the exchange.

    Exit code 0: all were collected. 1: some were refused, each with its reason.

    Example: autograde collect
    """
    nbgrader = _nbgrader()
    refused: list[str] = []
    for lesson in _chosen(nbgrader, lessons):
        refused += (here := nbgrader.collect(lesson))
        click.echo(
            f"{lesson}: {len(nbgrader.submitted(lesson))} submissions" + f", {len(here)} refused" * bool(here)
        )
    for sentence in refused:
        click.echo(sentence, err=True)
    sys.exit(1 if refused else 0)


@click.command()
@LESSONS
@click.option("--student", metavar="NAME", help="Grade one student only.")
@click.option("--again", is_flag=True, help="Judge even what has not changed since it was judged.")
@AS_JSON
def grade(lessons: tuple[str, ...], student: str | None, again: bool, as_json: bool) -> None:
    """Judge all collected submissions in the sandbox and write the gradebook.

    Exit code 0: every submission has its grade. 1: some grades stay open; each with its reason.

    Example: autograde grade 01_vectors --student ada
    """
    from autograde.classroom.grading import forget, warm_grader

    nbgrader = _nbgrader()
    names = _chosen(nbgrader, lessons)
    waiting = [(name, each) for name in names for each in nbgrader.submitted(name) if student in (None, each)]
    if not waiting:
        who = student or "any student"
        raise AutogradeError(explain("submissions", f"some of {who}", "none", "Run: autograde collect"))
    failed: list[str] = []
    with warm_grader(nbgrader.root):
        for lesson, each in _shown(waiting, quiet=as_json):
            if again:
                forget(nbgrader.root, each, lesson)
            failed += _grade_one(nbgrader, lesson, each)
    for sentence in failed:
        click.echo(sentence, err=True)
    _show(nbgrader, waiting, as_json)
    sys.exit(1 if failed else 0)


def _grade_one(nbgrader: Nbgrader, lesson: str, student: str) -> list[str]:
    """Grade one submission; return why its grade stays open, if it does."""
    from autograde.classroom.grading import kept_result

    try:
        nbgrader.autograde(lesson, student)
    except (AutogradeError, OSError) as error:
        reason = str(error).removeprefix(f"{student}, {lesson}: ")
        return [f"{student}, {lesson}: not graded. {reason}"]
    graded = kept_result(nbgrader.root, student, lesson)
    if graded is None or graded.open:
        problem = (graded.problem if graded else "") or "A hidden check failed for a reason of its own."
        return [f"{student}, {lesson}: the grade stays open. {problem}"]
    return []


def _shown(waiting: list[tuple[str, str]], quiet: bool) -> Iterator[tuple[str, str]]:
    """Yield what waits, with a progress bar on a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=quiet) as progress:
        task = progress.add_task("grading", total=len(waiting))
        for lesson, student in waiting:
            progress.update(task, description=f"{lesson}  {student}")
            yield lesson, student
            progress.advance(task)


def _show(nbgrader: Nbgrader, chosen: Iterable[tuple[str, str]], as_json: bool) -> None:
    from autograde.classroom.report import Standing
    from autograde.classroom.report import as_json as report_as_json
    from autograde.cli.report import print_standings

    found = {(each.lesson, each.student): each for each in nbgrader.standings()}
    standings = [found.get(pair) or Standing(pair[1], pair[0], 0.0, 0.0) for pair in chosen]
    results = _results(nbgrader, standings)
    if as_json:
        click.echo(json.dumps(report_as_json(standings, results), indent=2))
    else:
        print_standings(Console(), standings, results)


def _results(nbgrader: Nbgrader, standings: Iterable[Standing]) -> list[Graded]:
    from autograde.classroom.grading import kept_result

    found = (kept_result(nbgrader.root, each.student, each.lesson) for each in standings)
    return [graded for graded in found if graded is not None]


@click.command()
@LESSONS
@click.option(
    "--no-exchange", is_flag=True, help="Only write the pages, for a look before they are returned."
)
def feedback(lessons: tuple[str, ...], no_exchange: bool) -> None:
    """Write the feedback pages and return them to the learners.

    Example: autograde feedback 01_vectors
    """
    nbgrader = _nbgrader()
    graded = {each.lesson for each in nbgrader.standings()}
    names = [name for name in _chosen(nbgrader, lessons) if name in graded]
    if not names:
        raise AutogradeError(explain("feedback", "graded submissions", "none", "Run: autograde grade"))
    for name in names:
        nbgrader.generate_feedback(name)
        if not no_exchange:
            nbgrader.release_feedback(name)
        pages = len(list((nbgrader.root / ".course" / "feedback").glob(f"*/{name}/*.html")))
        click.echo(f"{name}: {pages} pages {'written' if no_exchange else 'returned'}")


@click.command()
@AS_JSON
def report(as_json: bool) -> None:
    """Show how the class stands, and what goes wrong most often.

    Example: autograde report
    """
    from autograde.classroom.report import as_json as report_as_json
    from autograde.classroom.report import common_mistakes
    from autograde.cli.report import print_class, print_mistakes

    nbgrader = _nbgrader()
    standings = nbgrader.standings()
    results = _results(nbgrader, standings)
    if as_json:
        click.echo(json.dumps(report_as_json(standings, results), indent=2))
        return
    print_class(Console(), standings)
    print_mistakes(Console(), common_mistakes(results))


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="[FILE.csv]", required=False)
def export(file: Path | None) -> None:
    """Write the grades as CSV, to FILE or to the screen.

    Example: autograde export grades.csv
    """
    from autograde.classroom.report import as_csv

    text = as_csv(_nbgrader().standings())
    if file is None:
        click.echo(text, nl=False)
        return
    try:
        file.write_text(text, "utf-8")
    except OSError as error:
        raise AutogradeError(
            explain(str(file), "a file to write", error.strerror, "Name another one.")
        ) from error
    click.echo(f"{file}: {len(text.splitlines()) - 1} grades")


COMMANDS: list[click.Command] = [release, collect, grade, feedback, report, export, lab]
