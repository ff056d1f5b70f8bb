"""What the judge says: plain frozen data that pickles and turns into JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """The outcome of one check. Only `ACCEPTED` earns points."""

    ACCEPTED = "accepted"
    WRONG_ANSWER = "wrong_answer"
    RUN_TIME_ERROR = "run_time_error"
    TIME_LIMIT_EXCEEDED = "time_limit_exceeded"
    MEMORY_LIMIT_EXCEEDED = "memory_limit_exceeded"
    OUTPUT_LIMIT_EXCEEDED = "output_limit_exceeded"
    NOT_ATTEMPTED = "not_attempted"
    RULE_BROKEN = "rule_broken"
    JUDGE_ERROR = "judge_error"


@dataclass(frozen=True)
class CheckResult:
    """One check: its name, the sentence that the learner reads, and what came out.

    `ran` is False where the check waits for the gate: its verdict is then the gate's.
    """

    name: str
    sentence: str
    verdict: Verdict
    points: float
    max_points: float
    message: str = ""
    misconception: str | None = None
    how: str = ""
    ran: bool = True


@dataclass(frozen=True)
class ExerciseResult:
    """One exercise: the checks in the order in which they ran, the gate first."""

    id: str
    function: str
    points: float
    max_points: float
    checks: tuple[CheckResult, ...]
    message: str = ""

    @property
    def accepted(self) -> bool:
        """Whether every check was accepted."""
        return all(check.verdict is Verdict.ACCEPTED for check in self.checks)

    @property
    def judge_failed(self) -> bool:
        """Whether the grade must stay open because of a fault of ours."""
        return any(check.verdict is Verdict.JUDGE_ERROR for check in self.checks)


@dataclass(frozen=True)
class SubmissionResult:
    """Everything that the judge found out about one submission."""

    submission: str
    lesson: str | None
    points: float
    max_points: float
    environment: Mapping[str, str]
    exercises: tuple[ExerciseResult, ...] = field(default=())

    @property
    def judge_failed(self) -> bool:
        """Whether the grade must stay open because of a fault of ours."""
        return any(exercise.judge_failed for exercise in self.exercises)

    def exercise(self, exercise_id: str) -> ExerciseResult | None:
        """Return the result of one exercise, or None if it was not judged."""
        return next((found for found in self.exercises if found.id == exercise_id), None)

    def as_json(self) -> dict[str, Any]:
        """Return the object that `autograde judge --json` prints."""
        return asdict(self)
