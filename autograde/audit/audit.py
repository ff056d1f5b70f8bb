"""Checks the checks: does every wrong answer fail, by its own name, and does every right answer pass?

For each exercise the audit judges, in the sandbox and like any submission: the known right answers,
the misconceptions, further wrong answers, answers that know nothing, and mutants of the reference.
"""

from __future__ import annotations

import inspect
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence, Set
from concurrent.futures import Executor
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from autograde.audit import trivial
from autograde.audit.mutate import Mutant, mutants
from autograde.course.answer import answer_files
from autograde.course.course import Course
from autograde.course.stub import skeleton
from autograde.course.submission import read_sources
from autograde.exercise import Exercise
from autograde.judge import accepts, judge_sources
from autograde.limits import Limits
from autograde.sandbox.sandbox import Sandbox
from autograde.verdict import ExerciseResult, Verdict

MUTATION_SCORE = 0.95
"""The share of the mutants that are not equivalent which must be killed."""

SEED = "audit"


def hasty(limits: Limits) -> Limits:
    """Return limits for wrong answers: they may loop for ever, and slow ones shall be found out soon."""
    return replace(limits, call_s=min(limits.call_s, 3.0), submission_s=30.0, patience=0.3, respawns=30)


@dataclass(frozen=True)
class Answer:
    """One answer that was judged: what failed, and what the judge called it."""

    name: str
    kind: str
    points: float
    failed: tuple[str, ...]
    named: tuple[str, ...]


@dataclass(frozen=True)
class ExerciseAudit:
    """What the audit found out about one exercise."""

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

    @property
    def killed(self) -> int:
        """Return how many mutants the checks kill."""
        return self.mutants - self.equivalent - len(self.survivors)

    @property
    def misconceptions(self) -> int:
        """Return how many misconceptions were judged."""
        return sum(answer.kind == "misconception" for answer in self.wrong)

    def as_json(self) -> dict[str, Any]:
        """Return the object that `autograde audit --json` prints."""
        return asdict(self) | {"killed": self.killed}


def audit(
    root: Path, exercise_ids: list[str], executor: Executor, *, seed: str, mutated: Set[str]
) -> Iterator[ExerciseAudit]:
    """Audit several exercises, each as one task of `executor`; yield them in the order asked for.

    Mutants are made of those in `mutated` only. The last lessons take longest and begin first.
    """
    tasks = {
        each: executor.submit(audit_exercise, root, each, seed=seed, with_mutants=each in mutated)
        for each in sorted(exercise_ids, reverse=True)
    }
    for each in exercise_ids:
        yield tasks[each].result()


def audit_exercise(
    root: Path, exercise_id: str, *, seed: str = SEED, with_mutants: bool = True
) -> ExerciseAudit:
    """Audit one exercise; `seed` stands for the course secret, so that an audit can be repeated."""
    start = time.monotonic()
    course = Course(root, seed)
    with Sandbox(course.limits) as sandbox:
        found = _Audit(course, exercise_id, sandbox).run(with_mutants)
    return replace(found, seconds=time.monotonic() - start)


def mutation_score(audits: Sequence[ExerciseAudit]) -> float:
    """Return the share of the mutants which are not equivalent that the checks kill."""
    killed = sum(each.killed for each in audits)
    counted = sum(each.mutants - each.equivalent for each in audits)
    return killed / counted if counted else 1.0


def is_sound(audits: Sequence[ExerciseAudit]) -> bool:
    """Return whether the checks can be trusted: no problem, and enough mutants killed."""
    return not any(each.problems for each in audits) and mutation_score(audits) >= MUTATION_SCORE


class _Audit:
    def __init__(self, course: Course, exercise_id: str, sandbox: Sandbox) -> None:
        self.course = course
        self.exercise: Exercise = course.exercise(exercise_id)
        self.checks = course.hidden(exercise_id).checks
        self.patient, self.hasty = sandbox, sandbox.under(hasty(course.limits))
        self.reference = read_sources(course.solutions, course.settings.package)
        self.file = self.exercise.target.file
        self.source = self.reference[self.file].decode()

    def run(self, with_mutants: bool) -> ExerciseAudit:
        """Judge every answer there is and draw the conclusions."""
        right = [
            self._judged("reference", "right", self.source),
            *self._kept("solutions/answers/right", "right"),
        ]
        nearly = list(self._kept("solutions/answers/nearly", "nearly"))
        wrong = [
            *self._kept("solutions/misconceptions", "misconception"),
            *self._kept("solutions/answers/wrong", "wrong"),
            *(self._judged(kind, "trivial", self._trivial(kind)) for kind in trivial.TRIVIAL),
            self._judged("skeleton", "trivial", skeleton(self.source)),
        ]
        found = list(mutants(self.source, self.exercise.names)) if with_mutants else []
        equivalent = self._equivalent()
        judged = [(mutant, mutant.name in equivalent or self._killed(mutant)) for mutant in found]
        survivors = tuple(mutant.name for mutant, gone in judged if not gone)
        known = {mutant.name for mutant in found}
        stale = [name for name in equivalent if with_mutants and name not in known]
        return ExerciseAudit(
            self.exercise.id,
            tuple(check.name for check in self.checks),
            tuple(right),
            tuple(nearly),
            tuple(wrong),
            len(found),
            sum(mutant.name in equivalent for mutant in found),
            survivors,
            (
                *self._problems(right, nearly, wrong),
                *(f"equivalent mutant {name}: no such mutant" for name in stale),
            ),
        )

    def _kept(self, folder: str, kind: str) -> Iterator[Answer]:
        for path in answer_files(self.course.root / folder / self.exercise.id):
            text = self.course.answer_text(path, self.exercise.id)
            yield self._judged(path.stem, kind, replaced(self.source, text, self.exercise.package))

    def _trivial(self, kind: str) -> str:
        names = self.exercise.names
        replacement = "\n".join(f"{name} = trivial({name}, {kind!r})" for name in names)
        return f"{self.source}\n\n{inspect.getsource(trivial)}\n\n{replacement}\n"

    def _equivalent(self) -> Mapping[str, str]:
        path = self.course.solutions / "checks" / "equivalent_mutants.toml"
        listed = tomllib.loads(path.read_text()) if path.is_file() else {}
        return {name: str(why) for name, why in listed.get(self.exercise.id, {}).items()}

    def _judge(self, source: str, sandbox: Sandbox) -> ExerciseResult:
        sources = {**self.reference, self.file: source.encode()}
        result = judge_sources(sources, exercise=self.exercise.id, course=self.course, sandbox=sandbox)
        return result.exercises[0]

    def _killed(self, mutant: Mutant) -> bool:
        sources = {**self.reference, self.file: mutant.source.encode()}
        return not accepts(sources, self.exercise.id, self.course, self.hasty)

    def _judged(self, name: str, kind: str, source: str) -> Answer:
        result = self._judge(source, self.patient if kind in ("right", "nearly") else self.hasty)
        failed = tuple(check.name for check in result.checks if check.verdict is not Verdict.ACCEPTED)
        named = tuple(sorted({check.misconception for check in result.checks if check.misconception}))
        if result.judge_failed:
            named = (*named, "judge_error")
        return Answer(name, kind, result.points, failed, named)

    def _problems(self, right: list[Answer], nearly: list[Answer], wrong: list[Answer]) -> Iterator[str]:
        for answer in right:
            if answer.failed:
                yield f"right answer {answer.name} fails {', '.join(answer.failed)}"
        yield from self._nearly_right(nearly)
        for answer in wrong:
            label = f"{answer.kind} {answer.name}"
            if not answer.failed:
                yield f"{label} is accepted"
            elif answer.kind == "misconception" and answer.named != (answer.name,):
                yield f"{label} is diagnosed as {', '.join(answer.named) or 'nothing'}"
            elif answer.kind == "trivial" and answer.points:
                yield f"{label} earns {answer.points:g} points"
            elif "judge_error" in answer.named:
                yield f"{label} makes a check fail by our fault"
        useful = {
            name
            for answer in (*nearly, *wrong)
            if answer.kind in ("misconception", "wrong", "nearly")
            for name in answer.failed
        }
        for check in self.checks:
            if check.name not in useful:
                yield f"check {check.name} is useless: no wrong answer fails it"

    def _nearly_right(self, nearly: list[Answer]) -> Iterator[str]:
        """An answer that is right in float32 loses the check that asks for digits, and no other."""
        asked = tuple(check.name for check in self.checks if check.precision)
        for answer in nearly:
            if answer.failed != asked:
                yield f"nearly right answer {answer.name} fails {', '.join(answer.failed) or 'nothing'}"


def replaced(source: str, answer: str, package: str) -> str:
    """Return a module in which the functions of `answer`, a file of the course, replace those of `source`.

    What the answer takes from the reference it takes from the submission's own package there.
    """
    lines = [line for line in answer.splitlines() if not line.startswith("from __future__")]
    return source + "\n\n" + "\n".join(lines).replace("from reference", f"from {package}") + "\n"
