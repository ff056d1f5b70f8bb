"""What `autograde audit --regions` prints."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from autograde.audit.regions import ExerciseRegions


def report_regions(
    root: Path, exercise_ids: Sequence[str], *, seed: str, workers: int, as_json: bool, fresh: bool
) -> bool:
    """Print which promised regions the hidden checks visit; return whether they visit all of them."""
    from autograde.audit.kept import cache_folder
    from autograde.audit.regions import audit_regions

    ask = partial(audit_regions, root, exercise_ids, seed=seed, cache=cache_folder(), fresh=fresh)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as executor:
        found = []
        for each in ask(executor):
            found.append(each)
            if not as_json:
                print_regions(each)
    if as_json:
        click.echo(json.dumps([each.as_json() for each in found], indent=2))
    else:
        _print_total(found)
    return all(each.is_complete for each in found)


def print_regions(found: ExerciseRegions) -> None:
    """Print what the checks of one exercise visit, and what they do not."""
    from autograde.audit.regions import SECRETS

    click.echo(f"{found.id} visits {found.visited} of {found.promised} promised regions")
    lucky = (f"{name} ({count} of {SECRETS} secrets)" for name, count in found.lucky.items())
    _print_names(found.id, "never visited", found.never)
    _print_names(found.id, "visited, not compared", found.uncompared)
    _print_names(found.id, "by luck", lucky)
    for problem in found.problems:
        click.echo(f"{found.id} {problem}")


def _print_names(exercise: str, what: str, names: Iterable[str]) -> None:
    if text := "; ".join(names):
        click.echo(f"{exercise} {what}: {text}")


def _print_total(found: Sequence[ExerciseRegions]) -> None:
    visited, promised = sum(each.visited for each in found), sum(each.promised for each in found)
    share = visited / promised if promised else 1.0
    click.echo(f"regions visited: {visited} of {promised} ({share:.0%})")
