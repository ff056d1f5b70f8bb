"""The instructor's commands: release, grade, feedback, report, lab."""

from __future__ import annotations

import json
import os
import random
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from autograde.cli import cluster
from autograde.cli.lab import lab
from autograde.cli.opened import AS_JSON, LESSONS
from autograde.cli.opened import chosen as _chosen
from autograde.cli.opened import opened as _nbgrader
from autograde.course import release as releasing
from autograde.course.course import find_course
from autograde.course.files import write_atomically
from autograde.errors import AutogradeError, explain

if TYPE_CHECKING:
    from autograde.classroom.regrade import Change
    from autograde.nbgrader_plugins.cycle import Nbgrader
    from autograde.nbgrader_plugins.grade_class import Outcome


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
    from autograde.nbgrader_plugins.rehearsal import rehearse

    root = find_course()
    names = releasing.lesson_names(root, lessons)
    only_here = check or no_exchange or bundle is not None
    generated = generate(root, names) if only_here else rehearse(_nbgrader(), names)
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
    from autograde.nbgrader_plugins.due import write_due
    from autograde.nbgrader_plugins.generate import generate

    nbgrader = _nbgrader()
    generate(root, names, gradebook=True)
    write_due(nbgrader, names)
    for name in names:
        nbgrader.release(name)
        click.echo(f"{name}: released")


@click.command()
@LESSONS
@click.option("--student", metavar="NAME", help="Grade one student only.")
@click.option("--regrade", is_flag=True, help="Judge even what has not changed since it was judged.")
@click.option(
    "--workers", type=click.IntRange(1), metavar="N", help="Processes that judge; by default one a core."
)
@click.option("--dry-run", is_flag=True, help="Judge, say whose points would change, and change nothing.")
@cluster.SCHEDULER
@cluster.INSECURE
@AS_JSON
def grade(
    lessons: tuple[str, ...],
    student: str | None,
    regrade: bool,
    workers: int | None,
    dry_run: bool,
    scheduler: str | None,
    insecure: bool,
    as_json: bool,
) -> None:
    """Judge what is new of the collected submissions in the sandbox, and write the gradebook.

    New is what was handed in since, and what was judged by checks that have changed since. Stopped at any
    moment, the next run does the rest.

    Exit code 0: every submission has its grade. 1: some grades stay open; each with its reason.

    Example: autograde grade 01_vectors --student ada
    """
    from autograde.cli.progress import Shown
    from autograde.nbgrader_plugins.due import write_due
    from autograde.nbgrader_plugins.from_lms import set_times
    from autograde.nbgrader_plugins.grade_class import ClassGrader

    nbgrader = _nbgrader()
    names = _chosen(nbgrader, lessons)
    if not dry_run:
        write_due(nbgrader, names)
        for name in names:
            set_times(nbgrader, name)
    waiting = [(name, each) for name in names for each in nbgrader.submitted(name) if student in (None, each)]
    if not waiting:
        who = student or "any student"
        raise AutogradeError(explain("submissions", f"some of {who}", "none", "Run: autograde collect"))
    here = min(workers or cores(), len(waiting))
    failed: list[str] = []
    not_graded: set[tuple[str, str]] = set()
    found: list[Change] = []

    def tell(outcome: Outcome) -> None:
        shown.tell(outcome)
        failed.extend(_left_open(outcome))
        if outcome.how == "failed":
            not_graded.add((outcome.lesson, outcome.student))

    judges = cluster.connected(nbgrader.root, scheduler, insecure) if scheduler else here
    with (
        Shown(len(waiting), quiet=as_json) as shown,
        ClassGrader(nbgrader, judges, regrade=regrade, told=tell) as grader,
    ):
        for name in names:
            students = [each for lesson, each in waiting if lesson == name]
            if dry_run:
                found += grader.rehearse(name, students)
            else:
                grader.grade(name, students)
    for sentence in failed:
        click.echo(sentence, err=True)
    if dry_run:
        _show_changes(found, as_json)
    else:
        _show(nbgrader, waiting, not_graded, as_json)
    sys.exit(1 if failed else 0)


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _left_open(outcome: Outcome) -> Iterator[str]:
    """Yield why a grade stays open, if it does."""
    who = f"{outcome.student}, {outcome.lesson}"
    graded = outcome.graded
    if outcome.how == "failed":
        yield f"{who}: not graded. {outcome.problem}"
    elif graded is None or graded.open:
        problem = (graded.problem if graded else "") or "A hidden check failed for a reason of its own."
        yield f"{who}: the grade stays open. {problem}"


def _show_changes(found: list[Change], as_json: bool) -> None:
    from autograde.cli.report import print_changes

    if as_json:
        click.echo(json.dumps([asdict(each) | {"difference": each.difference} for each in found], indent=2))
    else:
        print_changes(Console(), found)


def _show(
    nbgrader: Nbgrader,
    chosen: Iterable[tuple[str, str]],
    not_graded: set[tuple[str, str]],
    as_json: bool,
) -> None:
    from autograde.classroom.report import Standing
    from autograde.classroom.report import as_json as report_as_json
    from autograde.classroom.store import kept_results
    from autograde.cli.report import print_standings

    found = {(each.lesson, each.student): each for each in nbgrader.standings()}
    asked, told = set(chosen), set(chosen) - not_graded
    standings = [found.get(pair) or Standing(pair[1], pair[0], 0.0, 0.0) for pair in sorted(asked)]
    results = (each for each in kept_results(nbgrader.root) if (each.lesson, each.student) in told)
    if as_json:
        click.echo(json.dumps(report_as_json(standings, results), indent=2))
    else:
        print_standings(Console(), standings, results)


@click.command()
@LESSONS
@click.option(
    "--no-exchange", is_flag=True, help="Only write the pages, for a look before they are returned."
)
@click.option(
    "--zip",
    "archive",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.zip",
    help="Return them by a zip for Canvas or Moodle instead, to work that came from there.",
)
def feedback(lessons: tuple[str, ...], no_exchange: bool, archive: Path | None) -> None:
    """Write the feedback pages and return them to the learners.

    Exit code 0: done. 1: some pages were not returned, each with its reason.

    Example: autograde feedback 01_vectors
    """
    from autograde.nbgrader_plugins.returned import write_pages

    nbgrader = _nbgrader()
    graded = {each.lesson for each in nbgrader.standings()}
    names = [name for name in _chosen(nbgrader, lessons) if name in graded]
    if not names:
        raise AutogradeError(explain("feedback", "graded submissions", "none", "Run: autograde grade"))
    returning = not no_exchange and archive is None
    kept_back = 0
    for name in names:
        write_pages(nbgrader, name)
        if not returning:
            pages = len(list((nbgrader.root / ".course" / "feedback").glob(f"*/{name}/*.html")))
            click.echo(f"{name}: {pages} pages written")
            continue
        done = nbgrader.release_feedback(name)
        for sentence in (*done.kept_back, *done.risks):
            click.echo(sentence, err=True)
        click.echo(f"{name}: {done.pages} pages returned")
        kept_back += len(done.kept_back)
    if archive is not None:
        _write_feedback(nbgrader, names, archive)
    sys.exit(1 if kept_back else 0)


def _write_feedback(nbgrader: Nbgrader, names: list[str], archive: Path) -> None:
    from autograde.nbgrader_plugins.to_lms import write_feedback

    written, left_out = write_feedback(nbgrader, names, archive)
    click.echo(f"{archive}: {written} pages")
    for sentence in left_out:
        click.echo(sentence, err=True)
    sys.exit(1 if left_out else 0)


@click.command()
@LESSONS
@click.option("--anonymous", is_flag=True, help="Give every student a number, another one in each report.")
@click.option(
    "--html",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Where the pages go; .course/report by default.",
)
@AS_JSON
def report(lessons: tuple[str, ...], anonymous: bool, html: Path | None, as_json: bool) -> None:
    """Show how the class stands, and what goes wrong most often.

    With LESSON one page for each, to open in a browser: points, every check, mistakes and how long they
    lived, who waits for a person, rare mistakes that few share.

    Example: autograde report 01_vectors --anonymous
    """
    from autograde.classroom.report import as_json as report_as_json
    from autograde.classroom.report import common_mistakes
    from autograde.classroom.store import kept_results
    from autograde.cli.report import print_class, print_mistakes

    nbgrader = _nbgrader()
    if lessons:
        _report_on(nbgrader, _chosen(nbgrader, lessons), html, anonymous=anonymous, as_json=as_json)
        return
    if html is not None:
        raise AutogradeError(explain("--html", "LESSON with it, a page for each", "none"))
    standings = nbgrader.standings(everybody=True)
    results = kept_results(nbgrader.root)
    if anonymous:
        names = numbers(each.student for each in standings)
        standings = [replace(each, student=names[each.student]) for each in standings]
        results = (replace(each, student=names[each.student]) for each in results if each.student in names)
    if as_json:
        click.echo(json.dumps(report_as_json(standings, results), indent=2))
        return
    print_class(Console(), standings)
    print_mistakes(Console(), common_mistakes(results))


def _report_on(
    nbgrader: Nbgrader, lessons: list[str], folder: Path | None, *, anonymous: bool, as_json: bool
) -> None:
    from autograde.classroom.analysis import analyse, page, renamed
    from autograde.classroom.history import history
    from autograde.classroom.store import kept_results
    from autograde.cli.report import print_analysis

    standings = nbgrader.standings(everybody=True)
    folder = folder or nbgrader.root / ".course" / "report"
    names = numbers(each.student for each in standings)
    found = []
    for lesson in lessons:
        here = [each for each in standings if each.lesson == lesson]
        results = [each for each in kept_results(nbgrader.root) if each.lesson == lesson]
        known = {each.student for each in here}
        analysis = analyse(
            lesson, here, [each for each in results if each.student in known], history(nbgrader.root, lesson)
        )
        analysis = renamed(analysis, names) if anonymous else analysis
        found.append(asdict(analysis))
        path = folder / f"{lesson}.html"
        try:
            write_atomically(path, page(analysis).encode())
        except OSError as error:
            raise AutogradeError(
                explain(str(path), "a file to write", error.strerror, "Name another folder.")
            ) from error
        if not as_json:
            print_analysis(Console(), analysis)
            click.echo(f"{path}: written")
    if as_json:
        click.echo(json.dumps(found, indent=2))


def numbers(students: Iterable[str]) -> dict[str, str]:
    """Return a number for each student in place of the name, drawn anew each time."""
    names = sorted(set(students))
    drawn = random.SystemRandom().sample(range(1, len(names) + 1), len(names))
    width = len(str(len(names)))
    return {name: f"student {number:0{width}}" for name, number in zip(names, drawn, strict=True)}


COMMANDS: list[click.Command] = [release, grade, feedback, report, lab, *cluster.COMMANDS]
