"""An appeal: what a grade came from, judged once more with the same files and the same inputs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from autograde.classroom.store import Store
from autograde.course.course import Course, secret_path
from autograde.errors import AutogradeError, explain
from autograde.judge import judge_sources
from autograde.sandbox.sandbox import Sandbox
from autograde.verdict import CheckResult, SubmissionResult
from autograde.wording import WORDING


@dataclass(frozen=True)
class Replay:
    """What came out now, and in what it differs from what was kept, one sentence each."""

    result: SubmissionResult
    differences: tuple[str, ...]


def replay(student: str, lesson: str, course: Course, sandbox: Sandbox) -> Replay:
    """Judge again what a student's grade came from.

    Raises:
        AutogradeError: nothing was kept, or the secret that the inputs were drawn from has gone.
    """
    if not (secret := secret_path(course.root)).exists():  # judging would make a new one
        next_step = "Bring it back from a backup: without it the inputs are other ones."
        raise AutogradeError(explain(str(secret), "the course's secret", "no such file", next_step))
    with Store(course.root) as store:
        kept = store.kept(student, lesson)
        sources = store.sources(kept.graded.key) if kept else None
    if kept is None or kept.graded.result is None or sources is None:
        raise AutogradeError(
            explain(f"{student}, {lesson}", "a verdict that was kept", "none", "Run: autograde grade")
        )
    result = judge_sources(
        sources,
        submission=kept.graded.result.submission,
        lesson=lesson,
        student=student,
        course=course,
        sandbox=sandbox,
    )
    return Replay(result, tuple(_differences(kept.graded.result, result)))


def _differences(before: SubmissionResult, now: SubmissionResult) -> Iterator[str]:
    for name, value in before.environment.items():
        if now.environment.get(name) != value:
            yield f"{name}: {value} when it was graded, {now.environment.get(name)} now."
    old = {(each.id, check.name): check for each in before.exercises for check in each.checks}
    new = {(each.id, check.name): check for each in now.exercises for check in each.checks}
    for place in dict.fromkeys((*old, *new)):
        was, is_now = (_said(checks.get(place)) for checks in (old, new))
        if was != is_now:
            sentence = (new.get(place) or old[place]).sentence
            yield f"{place[0]}, {sentence} {was} when it was graded, {is_now} now."


def _said(check: CheckResult | None) -> str:
    return f"{WORDING[check.verdict].word}, {check.points:g} points" if check else "not asked"
