"""What the checks of an exercise have to judge: known right and wrong answers, trivial ones, mutants."""

from __future__ import annotations

import inspect
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from autograde.audit import trivial
from autograde.audit.mutate import mutants
from autograde.audit.names import trivial_names, true_name
from autograde.course.answer import answer_files
from autograde.course.course import Course
from autograde.course.stub import skeleton

Kind = Literal["right", "nearly", "misconception", "wrong", "trivial", "mutant"]

FOLDERS: Mapping[str, Kind] = {
    "answers/right": "right",
    "answers/nearly": "nearly",
    "misconceptions": "misconception",
    "answers/wrong": "wrong",
}
"""The folders of `solutions/` that hold known answers."""


@dataclass(frozen=True)
class Candidate:
    """One answer to an exercise.

    Args:
        exercise: the exercise's id.
        kind: what is expected of the answer.
        name: what it is called in its folder, or what identifies the mutant.
        source: the text of the package's file with this answer in it.
        true_name: the misconception that it is, if it is one.
    """

    exercise: str
    kind: Kind
    name: str
    source: str
    true_name: str | None = None


@dataclass(frozen=True)
class Plan:
    """What there is to judge in one exercise.

    Args:
        exercise: its id.
        context: what identifies everything else that a verdict depends on, see `kept.context_digest`.
        checks: the names of its hidden checks.
        precision: those that ask for digits alone.
        judged: the answers to judge.
        mutants: the names of all mutants; none where no mutants were asked for.
        equivalent: the names of those that behave like the reference, which are not judged.
    """

    exercise: str
    context: str
    checks: tuple[str, ...]
    precision: tuple[str, ...]
    judged: tuple[Candidate, ...]
    mutants: tuple[str, ...]
    equivalent: tuple[str, ...]


def plan_exercise(course: Course, exercise_id: str, context: str, *, mutated: bool) -> Plan:
    """Return what there is to judge in one exercise."""
    checks = course.hidden(exercise_id).checks
    found = list(candidates(course, exercise_id, mutated=mutated))
    mutants = tuple(one.name for one in found if one.kind == "mutant")
    equivalent = _equivalent_mutants(course, exercise_id)
    return Plan(
        exercise_id,
        context,
        tuple(check.name for check in checks),
        tuple(check.name for check in checks if check.precision),
        tuple(one for one in found if one.kind != "mutant" or one.name not in equivalent),
        mutants,
        equivalent,
    )


def candidates(course: Course, exercise_id: str, *, mutated: bool) -> Iterator[Candidate]:
    """Yield every answer there is, the mutants that are known to be equivalent too."""
    exercise = course.exercise(exercise_id)
    source = (course.solutions / exercise.file).read_text("utf-8")
    yield Candidate(exercise_id, "right", "reference", source)
    for folder, kind in FOLDERS.items():
        for path in answer_files(course.solutions / folder / exercise_id):
            text = replaced(source, course.answer_text(path, exercise_id), exercise.package)
            true = path.stem if kind == "misconception" else true_name(path.read_text("utf-8"))
            yield Candidate(exercise_id, kind, path.stem, text, true)
    known = trivial_names(course.solutions, exercise_id)
    for name in trivial.TRIVIAL:
        text = _trivial(source, exercise.names, name)
        yield Candidate(exercise_id, "trivial", name, text, known.get(name))
    yield Candidate(exercise_id, "trivial", "skeleton", skeleton(source))
    if mutated:
        for mutant in mutants(source, exercise.names):
            yield Candidate(exercise_id, "mutant", mutant.name, mutant.source)


def _equivalent_mutants(course: Course, exercise_id: str) -> tuple[str, ...]:
    path = course.solutions / "checks" / "equivalent_mutants.toml"
    listed = tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}
    return tuple(listed.get(exercise_id, {}))


def replaced(source: str, answer: str, package: str) -> str:
    """Return a module in which the functions of `answer`, a file of the course, replace those of `source`.

    What the answer takes from the reference it takes from the submission's own package there.
    """
    lines = [line for line in answer.splitlines() if not line.startswith("from __future__")]
    return source + "\n\n" + "\n".join(lines).replace("from reference", f"from {package}") + "\n"


def _trivial(source: str, functions: tuple[str, ...], kind: str) -> str:
    replacement = "\n".join(f"{name} = trivial({name}, {kind!r})" for name in functions)
    return f"{source}\n\n{inspect.getsource(trivial)}\n\n{replacement}\n"
