"""Judges one candidate after the other, in a process that keeps its course and its sandbox warm."""

from __future__ import annotations

import functools
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from autograde.audit.candidates import Candidate, Plan, plan_exercise
from autograde.audit.kept import Answer, context_digest, depended_on
from autograde.course.course import Course
from autograde.course.submission import read_sources
from autograde.judge import first_failure, judge_sources
from autograde.limits import Limits
from autograde.sandbox.sandbox import Sandbox
from autograde.verdict import Verdict


class Bench:
    """A course, with `seed` as its secret, and a sandbox for it."""

    def __init__(self, root: Path, seed: str) -> None:
        self.course = course_here(root, seed)
        self._patient = Sandbox(self.course.limits)
        self._hasty = self._patient.under(hasty(self.course.limits))
        self._whole = read_sources(self.course.solutions, self.course.settings.package)
        self._reference: dict[str, Mapping[str, bytes]] = {}

    def plan(self, exercise_id: str, *, mutated: bool) -> Plan:
        """Return what there is to judge in one exercise."""
        context = context_digest(self.course, exercise_id)
        return plan_exercise(self.course, exercise_id, context, mutated=mutated)

    def judge(self, candidate: Candidate) -> Answer:
        """Judge one candidate like any submission. Its earlier functions are the reference's: right."""
        start = time.monotonic()
        sources = self.sources(candidate)
        find = self._first_failure if candidate.kind == "mutant" else self._result
        return replace(find(candidate, sources), seconds=time.monotonic() - start)

    def sandbox(self, candidate: Candidate) -> Sandbox:
        """Return the sandbox for a candidate: with less patience for one that is wrong."""
        return self._patient if candidate.kind in ("right", "nearly") else self._hasty

    def sources(self, candidate: Candidate) -> dict[str, bytes]:
        """Return a submission with a candidate in it: of the reference what its verdict depends on."""
        if candidate.exercise not in self._reference:
            package = self.course.solutions / self.course.settings.package
            needed = set(depended_on(self.course, candidate.exercise))
            self._reference[candidate.exercise] = {
                name: content for name, content in self._whole.items() if package / name in needed
            }
        file = self.course.exercise(candidate.exercise).target.file
        return {**self._reference[candidate.exercise], file: candidate.source.encode()}

    def _first_failure(self, mutant: Candidate, sources: Mapping[str, bytes]) -> Answer:
        failed = first_failure(sources, mutant.exercise, self.course, self._hasty)
        return Answer(mutant.name, mutant.kind, 0.0, (failed,) if failed else (), ())

    def _result(self, candidate: Candidate, sources: Mapping[str, bytes]) -> Answer:
        sandbox = self.sandbox(candidate)
        judged = judge_sources(
            sources, exercise=candidate.exercise, course=self.course, sandbox=sandbox, stand_ins=False
        )
        result = judged.exercises[0]
        rejected = [check for check in result.checks if check.verdict is not Verdict.ACCEPTED]
        named = {check.misconception for check in rejected if check.misconception}
        if result.judge_failed:
            named.add("judge_error")
        failed = tuple(check.name for check in rejected if check.ran)
        names = tuple(sorted(named))
        return Answer(
            candidate.name, candidate.kind, result.points, failed, names, true_name=candidate.true_name
        )


def hasty(limits: Limits) -> Limits:
    """Return limits for wrong answers: they may loop for ever, and slow ones shall be found out soon."""
    return replace(limits, call_s=min(limits.call_s, 3.0), submission_s=30.0, patience=0.3, respawns=30)


@functools.cache
def course_here(root: Path, seed: str) -> Course:
    """Return this process's course."""
    return Course(root, seed)


@functools.cache
def bench(root: Path, seed: str) -> Bench:
    """Return this process's bench, which the first task sets up; it ends with the process."""
    return Bench(root, seed)


def plan_here(root: Path, seed: str, exercise_id: str, *, mutated: bool) -> Plan:
    """Return what there is to judge in one exercise, as a task of some process."""
    return bench(root, seed).plan(exercise_id, mutated=mutated)


def judge_here(root: Path, seed: str, candidate: Candidate) -> Answer:
    """Judge one candidate, as a task of some process."""
    return bench(root, seed).judge(candidate)
