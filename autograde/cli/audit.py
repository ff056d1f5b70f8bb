"""The instructor's commands that check the checks: audit and add-misconception."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from concurrent.futures import Executor, ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from os import cpu_count
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

if TYPE_CHECKING:
    from autograde.audit.audit import ExerciseAudit
    from autograde.audit.closing import Figure, Further
    from autograde.audit.secrets import Varying

T = TypeVar("T")
WIDTH = 110  # of the table where no terminal says how wide it is
SECRETS = 20  # under which --whole judges a sample
LONGEST = 8
"""So many exercises are named with their share of the time."""


@click.command("audit")
@click.argument("exercises", nargs=-1, metavar="[EXERCISE ...]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--mutants",
    type=click.Choice(["all", "numpy", "none"]),
    default="all",
    show_default=True,
    help="Which mutants of the reference to judge; those of the NumPy path are quick.",
)
@click.option("--regions", is_flag=True, help="Show which promised inputs no check visits, and nothing else.")
@click.option("--verbose", is_flag=True, help="Show which checks each wrong answer fails.")
@click.option("--seed", default="audit", show_default=True, help="Draw other inputs.")
@click.option("--fresh", is_flag=True, help="Judge also what an earlier audit found sound on this machine.")
@click.option(
    "--secrets", default=0, metavar="N", help="Judge a sample of answers under N secrets, and nothing else."
)
@click.option("--whole", is_flag=True, help="Ask for every figure of the closing table; it takes far longer.")
@click.option("--workers", default=cpu_count() or 1, show_default=True, help="Processes to use.")
def audit_command(
    exercises: tuple[str, ...],
    as_json: bool,
    mutants: str,
    regions: bool,
    verbose: bool,
    seed: str,
    secrets: int,
    fresh: bool,
    whole: bool,
    workers: int,
) -> None:
    """Judge every known right and wrong answer, and mutants of the reference, with the hidden checks.

    Exit code 0: every wrong answer fails, by a name that is true or by none; every right answer passes;
    no check is useless; enough mutants are killed. 1: something of that is not so. The table says what.
    What was sound, and depends on nothing that has changed since, is not judged again.
    With --secrets: 0 where the points of no answer depend on the secret.
    With --regions: 0 where every region of the inputs that a docstring promises is visited and compared.
    With --whole: 0 where all of that is so, and no wrong answer passes all public checks.

    Example: autograde audit 01.2
    """
    from autograde.audit.audit import audit, is_sound
    from autograde.audit.closing import figures
    from autograde.audit.kept import cache_folder
    from autograde.course.course import Course, find_course

    root = find_course()
    course = Course(root, seed)
    wanted = list(exercises) or [exercise.id for exercise in course.exercises()]
    if regions:
        from autograde.cli.regions import report_regions

        complete = report_regions(root, wanted, seed=seed, workers=workers, as_json=as_json, fresh=fresh)
        sys.exit(0 if complete else 1)
    if secrets:
        sys.exit(_vary(root, wanted, secrets, workers, fresh))
    packages = {each: course.exercise(each).packages for each in wanted}
    mutated = {each for each in wanted if mutants == "all" or packages[each] == mutants}
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as executor:
        found = audit(root, wanted, executor, seed=seed, mutated=mutated, cache=cache_folder(), fresh=fresh)
        audits = _tracked(found, len(wanted), "answers")
    audits.sort(key=lambda done: wanted.index(done.id))
    further = _ask_further(root, wanted, seed, workers, fresh) if whole else None
    closing = figures(audits, further)
    if as_json:
        click.echo(json.dumps([each.as_json() for each in audits], indent=2))
    else:
        console = Console(width=None if sys.stdout.isatty() else WIDTH)
        _print(console, audits, verbose)
        if further is not None:
            _print_further(further)
        _print_closing(console, closing)
    sys.exit(0 if is_sound(audits) and all(each.sound for each in closing) else 1)


def _tracked(found: Iterable[T], total: int, what: str) -> list[T]:
    """Return so many results of exercises, and tell meanwhile how many are there."""
    progress = Progress(console=Console(stderr=True), transient=True)
    with progress:
        done = list(progress.track(found, total=total, description=what))
    if not sys.stderr.isatty():
        click.echo(f"{what}: {len(done)} exercises asked", err=True)
    return done


def _vary(root: Path, wanted: list[str], secrets: int, workers: int, fresh: bool) -> int:
    """Print the answers whose points depend on the secret; return 1 if there are any."""
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as executor:
        found = _varying(root, wanted, secrets, executor, fresh)
    for each in found:
        click.echo(str(each))
    click.echo(f"answers whose points depend on the secret: {len(found)}, wanted 0")
    return int(bool(found))


def _varying(root: Path, wanted: list[str], secrets: int, executor: Executor, fresh: bool) -> list[Varying]:
    """Judge a sample of answers under many secrets; the last lessons take longest and begin first."""
    from autograde.audit.kept import cache_folder
    from autograde.audit.secrets import varying

    ask = partial(varying, root, secrets=secrets, cache=cache_folder(), fresh=fresh)
    tasks = [executor.submit(ask, each) for each in sorted(wanted, reverse=True)]
    done = (task.result() for task in tasks)
    return [each for found in reversed(_tracked(done, len(tasks), "secrets")) for each in found]


def _ask_further(root: Path, wanted: list[str], seed: str, workers: int, fresh: bool) -> Further:
    """Ask what takes longest: regions, points under many secrets, and the public checks."""
    from autograde.audit.closing import Further
    from autograde.audit.kept import cache_folder
    from autograde.audit.public import public_here
    from autograde.audit.regions import audit_regions

    spawn = get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=spawn) as executor:  # before any gradient, see `trace`
        found = audit_regions(root, wanted, executor, seed=seed, cache=cache_folder(), fresh=fresh)
        regions = _tracked(found, len(wanted), "regions")
    with ProcessPoolExecutor(workers, mp_context=spawn) as executor:
        varying = _varying(root, wanted, SECRETS, executor, fresh)
        ask = partial(public_here, root, cache=cache_folder(), fresh=fresh)
        public = _tracked(executor.map(ask, wanted), len(wanted), "public checks")
    return Further(regions, varying, SECRETS, public)


def _print_further(further: Further) -> None:
    from autograde.cli.regions import print_regions

    for regions in further.regions:
        if not regions.is_complete:
            print_regions(regions)
    for varying in further.varying:
        click.echo(str(varying))
    for public in further.public:
        for name in public.passed:
            click.echo(f"{public.exercise} misconception {name}: passes all public checks")


def _print_closing(console: Console, closing: list[Figure]) -> None:
    table = Table(show_edge=False)
    for column in ("in all", "found", "wanted"):
        table.add_column(column)
    for each in closing:
        style = None if each.sound else "red"
        table.add_row(each.what, each.found, each.wanted, style=style)
    console.print(table)


def _print(console: Console, audits: list[ExerciseAudit], verbose: bool) -> None:
    table = Table(show_edge=False)
    for column in (
        "exercise",
        "checks",
        "right",
        "misconceptions",
        "other wrong",
        "true names",
        "false",
        "missing",
        "mutants",
        "killed",
        "equivalent",
        "seconds",
    ):
        table.add_column(column, justify="left" if column == "exercise" else "right")
    for each in audits:
        answers = len(each.checks), len(each.right), each.misconceptions
        others = len(each.wrong) - each.misconceptions
        counted = *answers, others, *_named(each), each.mutants, each.killed, each.equivalent
        table.add_row(each.id, *map(str, counted), f"{each.seconds:.0f}")
    console.print(table)
    for each in audits:
        if verbose:
            for answer in each.wrong:
                console.print(f"{each.id} {answer.kind} {answer.name}: fails {', '.join(answer.failed)}")
        for problem in each.problems:
            console.print(f"[red]{each.id} {escape(problem)}[/red]")
        for survivor in each.survivors:
            console.print(f"[yellow]{each.id} survives: {escape(survivor)}[/yellow]")
    console.print(_shares(audits), soft_wrap=True)


def _named(audit: ExerciseAudit) -> tuple[int, int, int]:
    return audit.names.true, audit.names.false, audit.names.missing


def _shares(audits: list[ExerciseAudit]) -> str:
    """Return how many answers were judged now, and which exercises took most of the time."""
    answers, kept = sum(each.answers for each in audits), sum(each.kept for each in audits)
    seconds = sum(each.seconds for each in audits)
    text = f"{answers:,} answers, {kept:,} of them known from an earlier audit"
    longest = sorted(audits, key=lambda each: -each.seconds)[:LONGEST]
    shares = ", ".join(f"{each.id} {each.seconds / seconds:.0%}" for each in longest if each.seconds)
    return f"{text}; {seconds:.0f} s of judging: {shares}" if shares else text


@click.command("add-misconception")
@click.argument("submission", type=click.Path(path_type=Path))
@click.argument("exercise")
@click.argument("name")
@click.option(
    "--sentence",
    prompt="One or two sentences that lead a learner to the fix",
    help="What the learner reads; asked for when it is not given.",
)
def add_misconception_command(submission: Path, exercise: str, name: str, sentence: str) -> None:
    """Keep the wrong answer of SUBMISSION to EXERCISE as the misconception NAME.

    The function is taken out of the submission's package and written to solutions/misconceptions.
    Then the submission is judged again: the last lines tell whether it is now diagnosed by this name,
    and whether a right answer would be. Nothing is kept that names a right answer.

    Example: autograde add-misconception .course/submitted/ann/01_vectors 01.2 forgets_the_root
    """
    from autograde.audit.known import add_misconception
    from autograde.course.course import Course, find_course

    added = add_misconception(Course(find_course()), submission, exercise, name, sentence)
    click.echo(f"written: {added.path}")
    click.echo(f"diagnosed now: {', '.join(added.named) or 'by no name'}")
    if name not in added.named:
        click.echo("Another misconception gives the same answers; compare the two files.")
    sys.exit(0 if added.named == (name,) else 1)


COMMANDS: list[click.Command] = [audit_command, add_misconception_command]
