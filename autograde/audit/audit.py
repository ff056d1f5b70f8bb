"""Checks the checks: does every wrong answer fail, by its own name, and does every right answer pass?

For each exercise the audit judges, in the sandbox and like any submission: the known right answers, those
that are right but for their precision, the misconceptions, further wrong answers, answers that know nothing,
and mutants of the reference.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from concurrent.futures import Executor, Future
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from autograde.audit.bench import judge_here, plan_here
from autograde.audit.candidates import Candidate, Plan
from autograde.audit.kept import Answer, Kept, candidate_key
from autograde.audit.names import NameCount, count_names, false_names

MUTATION_SCORE = 0.95
"""The share of the mutants that are not equivalent which must be killed."""


@dataclass(frozen=True)
class ExerciseAudit:
    """What the audit found out about one exercise.

    `seconds` is the time of all answers that were judged now; `kept` counts those of earlier audits.
    """

    id: str
    checks: tuple[str, ...]
    right: tuple[Answer, ...]
    nearly: tuple[Answer, ...]
    wrong: tuple[Answer, ...]
    mutants: int
    equivalent: int
    survivors: tuple[str, ...]
    problems: tuple[str, ...] = field(default=())
    seconds: float = 0.0
    kept: int = 0

    @property
    def killed(self) -> int:
        """Return how many mutants the checks kill."""
        return self.mutants - self.equivalent - len(self.survivors)

    @property
    def misconceptions(self) -> int:
        """Return how many misconceptions were judged."""
        return sum(answer.kind == "misconception" for answer in self.wrong)

    @property
    def answers(self) -> int:
        """Return how many answers there are; mutants that are known to be equivalent are not judged."""
        return len(self.right) + len(self.nearly) + len(self.wrong) + self.mutants - self.equivalent

    @property
    def names(self) -> NameCount:
        """Return how many names were given rightly."""
        return count_names((*self.right, *self.nearly, *self.wrong))

    def as_json(self) -> dict[str, Any]:
        """Return the object that `autograde audit --json` prints."""
        return asdict(self) | {"killed": self.killed, "names": asdict(self.names)}


def audit(
    root: Path,
    exercise_ids: list[str],
    executor: Executor,
    *,
    seed: str,
    mutated: Set[str],
    cache: Path | None = None,
    fresh: bool = False,
) -> Iterator[ExerciseAudit]:
    """Audit several exercises, each answer as one task of `executor`; yield them as they are done.

    The last lessons take longest and begin first.

    Args:
        root: the course's folder.
        exercise_ids: what to audit.
        executor: runs the tasks, each in a process that has no other course.
        seed: stands for the course secret, so that an audit can be repeated.
        mutated: the exercises of which mutants are made.
        cache: where sound answers are kept; None keeps nothing.
        fresh: judge also what an earlier audit kept.
    """
    order = sorted(exercise_ids, reverse=True)
    plans = [executor.submit(plan_here, root, seed, each, mutated=each in mutated) for each in order]
    for begun in [_Begun(root, seed, plan.result(), executor, cache, fresh) for plan in plans]:
        yield begun.finish()


def mutation_score(audits: Sequence[ExerciseAudit]) -> float:
    """Return the share of the mutants which are not equivalent that the checks kill."""
    killed = sum(each.killed for each in audits)
    counted = sum(each.mutants - each.equivalent for each in audits)
    return killed / counted if counted else 1.0


def is_sound(audits: Sequence[ExerciseAudit]) -> bool:
    """Return whether the checks can be trusted: no problem, and enough mutants killed."""
    return not any(each.problems for each in audits) and mutation_score(audits) >= MUTATION_SCORE


class _Begun:
    """One exercise whose answers are being judged."""

    def __init__(
        self, root: Path, seed: str, plan: Plan, executor: Executor, cache: Path | None, fresh: bool
    ) -> None:
        self._plan = plan
        self._kept = Kept(cache, root, seed, f"{plan.exercise} answers", plan.context, fresh)
        found = {one: self._kept.find(candidate_key(one)) for one in plan.judged}
        self._known = {one: Answer(**plain) for one, plain in found.items() if plain is not None}
        self._tasks: dict[Candidate, Future[Answer]] = {
            one: executor.submit(judge_here, root, seed, one) for one in plan.judged if one not in self._known
        }

    def finish(self) -> ExerciseAudit:
        """Wait for the answers, keep those that are as they should be, and draw the conclusions."""
        plan, new = self._plan, {one: task.result() for one, task in self._tasks.items()}
        sound = {one: answer for one, answer in new.items() if not fault(plan, answer)}
        self._kept.write({candidate_key(one): asdict(answer) for one, answer in sound.items()})
        answers = [self._known.get(one) or new[one] for one in plan.judged]
        known = [answer for answer in answers if answer.kind != "mutant"]
        return ExerciseAudit(
            plan.exercise,
            plan.checks,
            tuple(answer for answer in known if answer.kind == "right"),
            tuple(answer for answer in known if answer.kind == "nearly"),
            tuple(answer for answer in known if answer.kind not in ("right", "nearly")),
            len(plan.mutants),
            sum(name in plan.equivalent for name in plan.mutants),
            tuple(answer.name for answer in answers if answer.kind == "mutant" and not answer.failed),
            tuple(_problems(plan, known)),
            sum(answer.seconds for answer in new.values()),
            len(self._known),
        )


def fault(plan: Plan, answer: Answer) -> str:
    """Return what is not as it should be with an answer, or "".

    One that is right in float32 loses the check that asks for digits, and no other.
    """
    label, failed = f"{answer.kind} {answer.name}", ", ".join(answer.failed) or "nothing"
    if false := false_names(answer):
        return f"{label} is falsely named {', '.join(false)}"
    if answer.kind == "right":
        return f"right answer {answer.name} fails {failed}" if answer.failed else ""
    if answer.kind == "nearly":
        return "" if answer.failed == plan.precision else f"nearly right answer {answer.name} fails {failed}"
    if not answer.failed:
        return f"{label} is accepted"
    if answer.kind == "misconception" and answer.name not in answer.named:
        return f"{label} is diagnosed as nothing"
    if answer.kind == "trivial" and answer.points:
        return f"{label} earns {answer.points:g} points"
    return f"{label} makes a check fail by our fault" if "judge_error" in answer.named else ""


def _problems(plan: Plan, known: Sequence[Answer]) -> Iterator[str]:
    yield from filter(None, (fault(plan, answer) for answer in known))
    telling = [answer for answer in known if answer.kind in ("misconception", "wrong", "nearly")]
    useful = {name for answer in telling for name in answer.failed}
    for check in plan.checks:
        if check not in useful:
            yield f"check {check} is useless: no wrong answer fails it"
    for name in plan.equivalent if plan.mutants else ():
        if name not in plan.mutants:
            yield f"equivalent mutant {name}: no such mutant"
