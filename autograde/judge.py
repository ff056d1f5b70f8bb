"""The judge: hidden checks x one submission -> results. Trusted; never imports a submission.

Every check is an ordinary function that asks `learner` for values. The calls travel to a worker in
the sandbox; the values come back as data and are compared here.
"""

from __future__ import annotations

import logging
import platform
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, partial
from importlib.metadata import version
from pathlib import Path

from autograde.compare import Mismatch
from autograde.course.course import Course, find_course
from autograde.course.submission import read_sources, sources_digest
from autograde.diagnose import Diagnosis, blame, diagnose_exercise
from autograde.draw import Draw
from autograde.exercise import Check, Exercise, HiddenChecks
from autograde.here import Here, NotHere
from autograde.record import Budget, Trial, put
from autograde.sandbox.failure import SandboxFailure, SubmissionFailure
from autograde.sandbox.sandbox import Sandbox
from autograde.sandbox.session import Clock, Session
from autograde.verdict import CheckResult, ExerciseResult, SubmissionResult, Verdict
from autograde.wire import TooLarge
from autograde.wording import OURS, by_name

logger = logging.getLogger(__name__)


def judge(
    directory: Path | str,
    lesson: str | None = None,
    *,
    exercise: str | None = None,
    student: str = "",
    course: Course | None = None,
    sandbox: Sandbox | None = None,
) -> SubmissionResult:
    """Judge the package in `directory` with the hidden checks.

    Args:
        directory: the folder that holds the package of the course.
        lesson: the id of a lesson, which is its folder's name; None judges all lessons.
        exercise: such as "03.1"; None judges all exercises of the lesson.
        student: seeds the drawn inputs, together with the course secret and what was handed in.
        course: by default the one at or above the current folder.
        sandbox: a warm one; by default one is started and closed.

    Raises:
        AutogradeError: there is no course, no such lesson, no package, or no sandbox here.
    """
    directory = Path(directory)
    course = course or Course(find_course(outside=directory))
    sources = read_sources(directory, course.settings.package)
    return judge_sources(
        sources,
        submission=str(directory),
        lesson=lesson,
        exercise=exercise,
        student=student,
        course=course,
        sandbox=sandbox,
    )


def judge_sources(
    sources: Mapping[str, bytes],
    *,
    submission: str = "",
    lesson: str | None = None,
    exercise: str | None = None,
    student: str = "",
    course: Course,
    sandbox: Sandbox | None = None,
    stand_ins: bool = True,
) -> SubmissionResult:
    """Judge the files of one package, given as bytes by their paths inside it.

    Without `stand_ins` a wrong exercise is not judged again with neutral earlier functions: for whoever
    knows that those of the submission are right.
    """
    exercises = course.exercises(lesson, exercise)
    if sandbox is None:
        with Sandbox(course.limits) as own:
            return judge_sources(
                sources,
                submission=submission,
                lesson=lesson,
                exercise=exercise,
                student=student,
                course=course,
                sandbox=own,
                stand_ins=stand_ins,
            )
    sandbox.refuse_visible(course.solutions)
    with _Submission(sources, student, course, sandbox, stand_ins) as judged:
        results = tuple(judged.exercise(each) for each in exercises)
    return SubmissionResult(
        submission=submission,
        lesson=lesson,
        points=sum(result.points for result in results),
        max_points=sum(result.max_points for result in results),
        environment=_environment(course, sandbox, lesson),
        exercises=results,
    )


def first_failure(
    sources: Mapping[str, bytes], exercise: str, course: Course, sandbox: Sandbox
) -> str | None:
    """Return the name of the first hidden check of one exercise that is not accepted; None if all are."""
    found = course.exercise(exercise)
    with _Submission(sources, "", course, sandbox) as submission:
        return submission.first_failure(found)


def marks(
    sources: Mapping[str, bytes], exercise: str, course: Course, sandbox: Sandbox, student: str = ""
) -> tuple[float, frozenset[str]]:
    """Return the points of one exercise and the checks that are not accepted, without any diagnosis.

    Behind a closed gate nothing earns points, and nothing is run.
    """
    found = course.exercise(exercise)
    with _Submission(sources, student, course, sandbox) as submission:
        return submission.marks(found)


def _environment(course: Course, sandbox: Sandbox, lesson: str | None) -> dict[str, str]:
    return {
        "sandbox": str(sandbox.level),
        "python": platform.python_version(),
        "numpy": _version("numpy"),
        "torch": _version("torch"),
        "checks": course.version(lesson),
    }


@cache
def _version(package: str) -> str:
    return version(package)


@dataclass
class _Submission:
    """One submission while it is judged; owns its sessions with the sandbox."""

    sources: Mapping[str, bytes]
    student: str
    course: Course
    sandbox: Sandbox
    with_stand_ins: bool = True
    sessions: dict[tuple[str, str, tuple[str, ...], tuple[str, ...]], Session] = field(default_factory=dict)
    clocks: dict[str, Clock] = field(default_factory=dict)
    judged: dict[str, ExerciseResult] = field(default_factory=dict)

    @cached_property
    def digest(self) -> str:
        """Return what the drawn inputs depend on besides the secret: the next try meets other ones."""
        return sources_digest(self.sources)

    def __enter__(self) -> _Submission:
        return self

    def __exit__(self, *exc: object) -> None:
        for session in self.sessions.values():
            session.close()

    def exercise(self, exercise: Exercise) -> ExerciseResult:
        """Return the result of one exercise, judged with stand-ins where the fault may lie earlier."""
        if exercise.id not in self.judged:
            self.judged[exercise.id] = self._exercise(exercise)
        return self.judged[exercise.id]

    def _exercise(self, exercise: Exercise) -> ExerciseResult:
        hidden = self.course.hidden(exercise.id)
        own = self._run(exercise, hidden, {})
        alone = own.accepted or not self.with_stand_ins
        stand_ins = {} if alone else self.course.stand_ins(exercise)
        if not stand_ins:
            return own.result(self)
        helped = self._run(exercise, hidden, stand_ins)
        if helped.points <= own.points:
            return own.result(self)
        result = helped.without_words(own).result(self)
        return replace(result, message=blame(exercise, self._at_fault(exercise), complete=helped.accepted))

    def first_failure(self, exercise: Exercise) -> str | None:
        """Return the first check that is not accepted, without stand-ins and without a diagnosis."""
        failed = (outcome.check.name for outcome in self._outcomes(exercise) if not outcome.accepted)
        return next(failed, None)

    def marks(self, exercise: Exercise) -> tuple[float, frozenset[str]]:
        """Return the points and the checks that are not accepted, as far as they matter for the points."""
        points, failed = 0.0, set()
        for outcome in self._outcomes(exercise):
            if outcome.accepted:
                points += outcome.check.points
                continue
            failed.add(outcome.check.name)
            if outcome.closes:
                return 0.0, frozenset(failed)
        return points, frozenset(failed)

    def _outcomes(self, exercise: Exercise) -> Iterator[_Outcome]:
        """Run one check after the other, as far as somebody asks, and keep no answers for a diagnosis."""
        session, budget = self._session(exercise, {}), Budget(0)
        for check in self.course.hidden(exercise.id).checks:
            yield self._check(exercise, check, session, budget)

    def _at_fault(self, exercise: Exercise) -> list[Exercise]:
        """Return the earlier exercises that are wrong by themselves, however far down the chain."""
        found: dict[str, Exercise] = {}
        for earlier in map(self.course.exercise, exercise.builds_on):
            result = self.exercise(earlier)
            if result.message:  # it was judged with stand-ins, because something below it is wrong
                found |= {each.id: each for each in self._at_fault(earlier)}
            if not result.accepted:
                found[earlier.id] = earlier
        return sorted(found.values(), key=lambda each: each.id)

    def _session(self, exercise: Exercise, stand_ins: Mapping[str, str]) -> Session:
        key = (_lesson(exercise), exercise.packages, exercise.banned, tuple(sorted(stand_ins)))
        if key not in self.sessions:
            self.sessions[key] = self.sandbox.session(
                exercise.package,
                self.sources,
                packages=exercise.packages,
                stand_ins=stand_ins,
                banned=exercise.banned,
                clock=self._clock(exercise),
            )
        return self.sessions[key]

    def _clock(self, exercise: Exercise) -> Clock:
        """Return the clock of the exercise's lesson: a lesson is what is handed in."""
        return self.clocks.setdefault(_lesson(exercise), Clock())

    def _run(self, exercise: Exercise, hidden: HiddenChecks, stand_ins: Mapping[str, str]) -> _Run:
        """Run the checks: behind a closed gate none that is costly, behind one that ended the worker none."""
        session = self._session(exercise, stand_ins)
        session.renew()
        run, budget = _Run(exercise, hidden, session, []), Budget()
        closed: _Outcome | None = None
        ended = False
        for check in hidden.checks:
            if closed is not None and (ended or check.costly):
                run.outcomes.append(_not_run(check, closed, ended))
                continue
            outcome = self._check(exercise, check, session, budget)
            run.outcomes.append(outcome)
            if outcome.closes:
                closed = outcome
                ended = outcome.verdict is Verdict.RULE_BROKEN or session.ended
        return run

    def _check(self, exercise: Exercise, check: Check, session: Session, budget: Budget) -> _Outcome:
        """Run one check; whatever goes wrong becomes a verdict."""
        trial = put(check, exercise.target.holder, session, self._draw(exercise, check), budget)
        match trial.problem:
            case None:
                return _Outcome(trial, Verdict.ACCEPTED, "")
            case Mismatch(message=message):
                return _Outcome(trial, Verdict.WRONG_ANSWER, message)
            case SubmissionFailure(verdict=verdict, message=message):
                return _Outcome(trial, verdict, message)
            case SandboxFailure() as failure:
                return _Outcome(trial, Verdict.JUDGE_ERROR, f"{OURS} {failure}")
            case error:
                return self._unusable(exercise, trial, error)

    def _draw(self, exercise: Exercise, check: Check, number: str = "") -> Draw:
        """Return the inputs of a check; with a number other ones."""
        seeds = (self.course.secret, exercise.id, check.name, self.student, self.digest, number)
        return Draw(*seeds)

    def _unusable(self, exercise: Exercise, trial: Trial, error: Exception) -> _Outcome:
        """Tell a value that the check could not use from a broken check: does the reference pass it?"""
        reference = Here(self.course.answer(exercise))
        again = put(trial.check, exercise.target.holder, reference, self._draw(exercise, trial.check))
        if not trial.answers or not (again.problem is None or isinstance(again.problem, NotHere)):
            return _Outcome(trial, Verdict.JUDGE_ERROR, f"{OURS} {type(error).__name__}: {error}")
        if isinstance(error.__cause__, TooLarge):  # small enough to come, too large to be handed back
            message = f"{trial.returned}, which was too large as an argument. {error}."
            return _Outcome(trial, Verdict.OUTPUT_LIMIT_EXCEEDED, message)
        message = f"{trial.returned}, which is not what its docstring promises."
        return _Outcome(trial, Verdict.WRONG_ANSWER, message)


@dataclass(frozen=True)
class _Outcome:
    trial: Trial
    verdict: Verdict
    message: str
    ran: bool = True

    @property
    def check(self) -> Check:
        return self.trial.check

    @property
    def accepted(self) -> bool:
        return self.verdict is Verdict.ACCEPTED

    @property
    def closes(self) -> bool:
        """Whether nothing earns points any more."""
        return self.verdict is Verdict.RULE_BROKEN or (self.check.gate and not self.accepted)


def _not_run(check: Check, gate: _Outcome, ended: bool) -> _Outcome:
    because = f"Not run, because of the first check: {gate.message}"
    message = because if ended else "Not run: it takes long, and waits until the first check is accepted."
    return _Outcome(Trial(check), gate.verdict, message, ran=False)


def _wordless(outcome: _Outcome, said: Collection[str]) -> _Outcome:
    """Return an outcome whose message holds no text of the submission but what it has `said` elsewhere.

    Where stand-ins run beside it, a submission could tell what they are. How numbers are off is our text.
    """
    problem = outcome.trial.problem
    ours = isinstance(problem, Mismatch) and problem.kind in ("value", "nan", "shape", "dtype", "changed")
    numbers = ours and hasattr(getattr(problem, "actual", None), "dtype")
    if outcome.accepted or numbers or outcome.message in said:
        return outcome
    return replace(outcome, message="So it is also with your earlier functions replaced.")


@dataclass(frozen=True)
class _Run:
    """All checks of one exercise against one session."""

    exercise: Exercise
    hidden: HiddenChecks
    session: Session
    outcomes: list[_Outcome]

    @property
    def accepted(self) -> bool:
        return all(outcome.accepted for outcome in self.outcomes)

    @property
    def broken_rule(self) -> str:
        """What refused to be called, "" if nothing did: one check that met it stands for all."""
        found = (each.message for each in self.outcomes if each.verdict is Verdict.RULE_BROKEN)
        return next(found, "")

    @property
    def gate_is_open(self) -> bool:
        return not self.broken_rule and all(
            outcome.accepted for outcome in self.outcomes if outcome.check.gate
        )

    @property
    def points(self) -> float:
        return sum(
            outcome.check.points for outcome in self.outcomes if outcome.accepted and self.gate_is_open
        )

    def without_words(self, own: _Run) -> _Run:
        """Return this run with stand-ins, without text that the submission can have made of them."""
        said = {outcome.message for outcome in own.outcomes}
        return replace(self, outcomes=[_wordless(outcome, said) for outcome in self.outcomes])

    def result(self, submission: _Submission) -> ExerciseResult:
        """Return the result, with a diagnosis where an answer is wrong."""
        if self.broken_rule:
            return _refused(self.exercise, self.hidden, self.broken_rule)
        trials = [outcome.trial for outcome in self.outcomes if outcome.ran]
        draw = partial(submission._draw, self.exercise)
        try:
            diagnoses = diagnose_exercise(submission.course, self.exercise, trials, self.session, draw)
        except Exception as error:  # whatever its values do to the search for a name, the verdicts stand
            logger.warning("%s: no diagnosis, %s: %s", self.exercise.id, type(error).__name__, error)
            diagnoses = {}
        checks = tuple(
            self._check_result(outcome, diagnoses.get(outcome.check.name)) for outcome in self.outcomes
        )
        return ExerciseResult(
            self.exercise.id, self.exercise.function, self.points, self.hidden.max_points, checks
        )

    def _check_result(self, outcome: _Outcome, diagnosis: Diagnosis | None) -> CheckResult:
        message = outcome.message
        if diagnosis is not None:
            message = f"{_ended(message)} {diagnosis.sentence}".lstrip()
        if outcome.accepted and not self.gate_is_open:
            message = "Right, and it earns its points once the first check is accepted."
        return CheckResult(
            name=outcome.check.name,
            sentence=outcome.check.sentence,
            verdict=outcome.verdict,
            points=outcome.check.points if outcome.accepted and self.gate_is_open else 0.0,
            max_points=outcome.check.points,
            message=by_name(message),
            misconception=diagnosis.name if diagnosis else None,
            how=outcome.trial.how,
            ran=outcome.ran,
        )


def _lesson(exercise: Exercise) -> str:
    return exercise.id.partition(".")[0]


def _ended(text: str) -> str:
    """Return the text with a full stop, which the text of an error mostly lacks."""
    text = text.rstrip()
    return text if not text or text[-1] in ".?!" else f"{text}."


def _refused(exercise: Exercise, hidden: HiddenChecks, problem: str) -> ExerciseResult:
    checks = tuple(
        CheckResult(check.name, check.sentence, Verdict.RULE_BROKEN, 0.0, check.points, problem)
        for check in hidden.checks
    )
    return ExerciseResult(exercise.id, exercise.function, 0.0, hidden.max_points, checks)
