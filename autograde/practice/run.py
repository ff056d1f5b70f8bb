"""The public checks, run here and now on the learner's own files.

What comes out is plain data. The notebook and the command line show it.
"""

from __future__ import annotations

import contextlib
import importlib
import linecache
import os
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, Self

from autograde.accelerator import has_gpu
from autograde.course.backup import names
from autograde.course.lesson import Lesson, Lessons
from autograde.course.workspace import Workspace, find_lesson
from autograde.errors import AutogradeError, explain
from autograde.exercise import Exercise
from autograde.instruments.interpreter import hurry
from autograde.limits import Packages, importable
from autograde.practice.alone import alone
from autograde.practice.attempt import Attempt, PublicResult
from autograde.practice.failure import Place, read_failure, relative_file
from autograde.practice.fresh import fresh_package
from autograde.practice.timeout import time_limit
from autograde.sandbox.inside.deny import Denial, Refused
from autograde.verdict import Verdict

Action = Literal["continue", "finish", "write", "hint", "repair", "reset", "restore", "earlier"]
Say = Callable[[str, str], str]
Told = Callable[["Practice"], None]


@dataclass(frozen=True)
class Advice:
    """What to do next, and about which exercise."""

    action: Action
    exercise_id: str
    function: str
    place: Place

    def text(self, say: Say) -> str:
        """Return it as a sentence; `say("hint", "03.1")` spells a command."""
        here, name = self.place, self.function
        commands = ("check", "hint", "reset", "restore")
        check, hint, reset, restore = (say(command, self.exercise_id) for command in commands)
        return {
            "continue": f"Next is {self.exercise_id} {name}.",
            "finish": "That was the last exercise of this lesson. Submit it when you are ready.",
            "write": f"Open {here.file} and write {name}. {hint} helps.",
            "hint": f"Change {name} in {here.file} and check again. {hint} helps.",
            "repair": f"Open {here} and repair it, then check again.",
            "reset": f"{reset} puts it back; the rest of the file stays as it is.",
            "restore": f"{restore} lists what you had in it, to bring it back; {reset} begins it anew.",
            "earlier": f"{self.exercise_id} {name} comes first: this exercise uses it. {check} says more.",
        }[self.action]


@dataclass(frozen=True)
class Practice:
    """One exercise after its public checks; `problem` is what kept them all from running."""

    id: str
    function: str
    title: str
    lesson: str
    file: str
    checks: tuple[PublicResult, ...]
    advice: Advice
    problem: str = ""
    place: Place | None = None

    @property
    def accepted_count(self) -> int:
        """Return how many checks were accepted."""
        return sum(check.verdict is Verdict.ACCEPTED for check in self.checks)

    @property
    def accepted(self) -> bool:
        """Return whether every check was accepted."""
        return self.accepted_count == len(self.checks) and not self.problem

    @property
    def took_too_long(self) -> bool:
        """Return whether a limit of time ended a check."""
        return any(check.verdict is Verdict.TIME_LIMIT_EXCEEDED for check in self.checks)

    @property
    def attempted(self) -> bool:
        """Return whether anything was written."""
        return any(check.verdict is not Verdict.NOT_ATTEMPTED for check in self.checks)

    @property
    def summary(self) -> str:
        """Return the one sentence that says how it went."""
        if not self.attempted and not self.problem:
            return f"{self.id} {self.function} is not written yet."
        count = f"{self.accepted_count} of {len(self.checks)} public checks accepted."
        more = " Hidden checks run when you submit." if self.accepted else ""
        return f"{self.id} {self.function}: {count}{more}"

    @property
    def state(self) -> str:
        """Return the shortest account: "accepted", "2 of 4", "not written yet"."""
        if self.accepted:
            return "accepted"
        if self.problem and self.attempted:
            return "cannot run"
        return f"{self.accepted_count} of {len(self.checks)}" if self.attempted else "not written yet"

    def as_json(self) -> dict[str, Any]:
        """Return one object of what `autograde check --json` prints."""
        return {**asdict(self), "accepted": self.accepted, "state": self.state, "summary": self.summary}


def practise(workspace: Workspace, exercise_id: str, told: Told | None = None) -> Practice:
    """Run the public checks of one exercise.

    Args:
        workspace: the learner's folder.
        exercise_id: the exercise, such as "03.1".
        told: hears of each check as soon as it has an answer.

    Raises:
        AutogradeError: there is no such exercise.
    """
    return practise_one(workspace, *find_lesson(workspace, exercise_id), told)


def practise_one(
    workspace: Workspace, lesson: Lesson, exercise: Exercise, told: Told | None = None
) -> Practice:
    """Run the public checks of one exercise of a lesson that is loaded already."""
    interpret_kernels_without_gpu()
    with fresh_package(workspace.root, workspace.settings.package), _Round(workspace, told=told) as round_:
        return round_.practise(lesson, exercise)


def practise_all(workspace: Workspace) -> Iterator[Practice]:
    """Run the public checks of every exercise, one after another."""
    lessons = Lessons(workspace.lessons).values()
    yield from practise_each(
        workspace, [(lesson, exercise) for lesson in lessons for exercise in lesson.exercises]
    )


def practise_each(
    workspace: Workspace, exercises: Iterable[tuple[Lesson, Exercise]]
) -> Generator[Practice, None, None]:
    """Run the public checks of these exercises, one after another."""
    interpret_kernels_without_gpu()
    with fresh_package(workspace.root, workspace.settings.package), _Round(workspace) as round_:
        for lesson, exercise in exercises:
            yield round_.practise(lesson, exercise)


def interpret_kernels_without_gpu() -> None:
    """Choose Triton's interpreter where there is no GPU; Triton wants to know before it is imported."""
    if not has_gpu():
        os.environ.setdefault("TRITON_INTERPRET", "1")


def _import_packages(packages: Packages) -> None:
    """Import what an exercise may use: the first time takes seconds, which are not the learner's."""
    for name in importable(packages):
        with contextlib.suppress(ImportError):  # what is missing shows where it is used
            importlib.import_module(name)
    hurry()


@dataclass
class _Round:
    """One look at the learner's files as they are now; each exercise is run at most once."""

    workspace: Workspace
    done: dict[str, Practice] = field(default_factory=dict)
    denials: dict[tuple[tuple[str, ...], Packages], Denial] = field(default_factory=dict)
    open: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    told: Told | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.open.close()

    def practise(self, lesson: Lesson, exercise: Exercise) -> Practice:
        if exercise.id not in self.done:
            linecache.checkcache()
            _import_packages(exercise.packages)
            denial = self._denial(exercise)
            end = denial.guard_imports()
            try:
                self.done[exercise.id] = self._practised(lesson, exercise, denial)
            finally:
                end()
        return self.done[exercise.id]

    def _practised(self, lesson: Lesson, exercise: Exercise, denial: Denial) -> Practice:
        blank = self._blank(lesson, exercise)
        if endless := self._endless(exercise):
            problem = f"{endless.id} {endless.target.name} took too long, and this exercise uses it."
            return replace(blank, problem=problem, advice=_advice("earlier", endless))
        return self._obstacle(blank, exercise, denial) or self._checked(blank, lesson, exercise, denial)

    def _denial(self, exercise: Exercise) -> Denial:
        """Return what refuses what the exercise bans; it lies in wait until the end of the round."""
        key = (exercise.banned, exercise.packages)
        if key not in self.denials:
            self.denials[key] = Denial(
                exercise.banned, importable(exercise.packages), exercise.package, self._own
            )
            self.denials[key].install()
            self.open.callback(self.denials[key].remove)
        return self.denials[key]

    def _own(self, file: str) -> str | None:
        return "" if file == "<string>" else relative_file(file, self.workspace.package)

    def _blank(self, lesson: Lesson, exercise: Exercise) -> Practice:
        return Practice(
            id=exercise.id,
            function=exercise.target.name,
            title=exercise.title,
            lesson=lesson.id,
            file=exercise.file,
            checks=tuple(PublicResult(check.name, check.sentence, None) for check in exercise.checks),
            advice=_advice("hint", exercise),
        )

    def _obstacle(self, blank: Practice, exercise: Exercise, denial: Denial) -> Practice | None:
        """Return the result if the checks cannot even begin."""
        try:
            (self.workspace.root / exercise.file).read_bytes()
        except OSError as error:
            problem = explain(exercise.file, "the file of this exercise", error.strerror)
            lost = not (self.workspace.root / exercise.file).exists()
            kept = lost and names(self.workspace.root, exercise.file)
            advice = _advice("restore" if kept else "reset", exercise)
            return _stopped(blank, Verdict.NOT_ATTEMPTED, problem, advice)
        try:
            with time_limit(self.workspace.settings.limits.load_s), alone():
                module = importlib.import_module(f"{exercise.package}.{exercise.target.holder}")
        except BaseException as error:
            return self._not_imported(blank, exercise, error, denial.reason(error))
        for name in exercise.names:
            if not hasattr(module, name):
                problem = explain(exercise.file, f"a function {name}", "none")
                return _stopped(blank, Verdict.NOT_ATTEMPTED, problem, _advice("reset", exercise))
        return None

    def _not_imported(
        self, blank: Practice, exercise: Exercise, error: BaseException, reason: BaseException
    ) -> Practice:
        failure = read_failure(error, self.workspace.package)
        advice = _advice("repair", exercise)
        if failure.place is not None:
            advice = replace(advice, place=failure.place)
        if isinstance(reason, Refused):
            return _stopped(blank, Verdict.RULE_BROKEN, str(reason), advice)
        return _stopped(blank, Verdict.RUN_TIME_ERROR, failure.sentence, advice, failure.place)

    def _checked(self, blank: Practice, lesson: Lesson, exercise: Exercise, denial: Denial) -> Practice:
        attempt = Attempt(self.workspace, exercise, denial)
        results: list[PublicResult] = []
        for check, unrun in zip(exercise.checks, blank.checks, strict=True):
            endless = bool(results) and results[-1].verdict in (Verdict.TIME_LIMIT_EXCEEDED, None)
            results.append(unrun if endless else attempt.check(check))
            if self.told and not self.done:  # later rounds look for what is at fault
                self.told(replace(blank, checks=(*results, *blank.checks[len(results) :])))
            if results[-1].verdict is Verdict.RULE_BROKEN:
                return _stopped(blank, Verdict.RULE_BROKEN, results[-1].message, _advice("hint", exercise))
        result = replace(blank, checks=tuple(results))
        return replace(result, advice=self._advise(result, lesson, exercise))

    def _advise(self, result: Practice, lesson: Lesson, exercise: Exercise) -> Advice:
        if result.accepted:
            return _onward(lesson, exercise)
        verdicts = {check.verdict for check in result.checks}
        if not result.took_too_long and (earlier := self._at_fault(exercise)):
            return _advice("earlier", earlier)
        return _advice("write" if Verdict.NOT_ATTEMPTED in verdicts else "hint", exercise)

    def _endless(self, exercise: Exercise) -> Exercise | None:
        """Return an earlier exercise that took too long in this round: what uses it would take as long."""
        too_long = {id for id, result in self.done.items() if result.took_too_long}
        for earlier_id in exercise.builds_on if too_long else ():
            with contextlib.suppress(AutogradeError):  # its lesson may not have been fetched
                _, earlier = find_lesson(self.workspace, earlier_id)
                if found := earlier if earlier_id in too_long else self._endless(earlier):
                    return found
        return None

    def _at_fault(self, exercise: Exercise) -> Exercise | None:
        """Return the first of the earlier exercises that is not accepted yet."""
        for earlier_id in exercise.builds_on:
            with contextlib.suppress(AutogradeError):  # its lesson may not have been fetched
                lesson, earlier = find_lesson(self.workspace, earlier_id)
                if not self.practise(lesson, earlier).accepted:
                    return self._at_fault(earlier) or earlier
        return None


def _stopped(
    blank: Practice, verdict: Verdict, problem: str, advice: Advice, place: Place | None = None
) -> Practice:
    checks = tuple(replace(check, verdict=verdict) for check in blank.checks)
    return replace(blank, checks=checks, problem=problem, advice=advice, place=place)


def _onward(lesson: Lesson, exercise: Exercise) -> Advice:
    later = [other for other in lesson.exercises if other.id > exercise.id]
    return _advice("continue", later[0]) if later else _advice("finish", exercise)


def _advice(action: Action, exercise: Exercise) -> Advice:
    return Advice(action, exercise.id, exercise.target.name, Place(exercise.file, 1))
