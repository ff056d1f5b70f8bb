"""Runs one public check on the learner's own functions, in this process."""

from __future__ import annotations

import ast
import contextlib
import re
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import CodeType, CoroutineType, GeneratorType

from autograde.call import is_unwritten
from autograde.compare import Mismatch
from autograde.course.workspace import Workspace, pristine
from autograde.draw import Draw
from autograde.errors import AutogradeError
from autograde.exercise import Check, Exercise, Learner
from autograde.practice.direct import Direct
from autograde.practice.failure import Failure, Place, plain, read_failure, relative_file, said_by
from autograde.practice.heat import Difference, where_different
from autograde.practice.timeout import TooSlow
from autograde.sandbox.inside.deny import Denial, Refused
from autograde.sandbox.inside.source import text_of
from autograde.verdict import Verdict

UNWRITTEN = re.compile(r"^Exercise (\d\d\.\d+): (.*)$")


@dataclass(frozen=True)
class PublicResult:
    """One public check: what it asks, what came out, and where. `verdict` is None if it did not run."""

    name: str
    sentence: str
    verdict: Verdict | None
    message: str = ""
    place: Place | None = None
    difference: Difference | None = None
    how: str = ""


@dataclass
class Attempt:
    """Runs the public checks of one exercise. Its package must be importable."""

    workspace: Workspace
    exercise: Exercise
    denial: Denial
    seen: list[warnings.WarningMessage] = field(default_factory=list)
    direct: Direct | None = None

    @property
    def name(self) -> str:
        """Return the name of the exercise's function."""
        return self.exercise.target.name

    def check(self, check: Check) -> PublicResult:
        """Run one check; whatever goes wrong becomes a verdict."""
        blank = PublicResult(check.name, check.sentence, None)
        self.direct = Direct(self.exercise, self.workspace.settings.limits, self.denial)
        learner = Learner(self.exercise.target.holder, self.direct)
        draw = Draw("public", self.exercise.id, check.name)
        begun = time.monotonic()
        try:
            with self._warnings_seen():
                how = check.run(learner, draw) or ""
        except Mismatch as mismatch:
            return self._mismatch(blank, mismatch)
        except Refused as refusal:
            return _judged(blank, Verdict.RULE_BROKEN, str(refusal))
        except (KeyboardInterrupt, TooSlow) as error:
            return self._stopped(blank, error, time.monotonic() - begun)
        except BaseException as error:  # a learner's error need not be an Exception
            return self._error(blank, error)
        finally:
            self.direct.close()
        return _judged(blank, Verdict.ACCEPTED, how=how)

    def _mismatch(self, blank: PublicResult, mismatch: Mismatch) -> PublicResult:
        if mismatch.kind == "type" and (found := self._unfinished()):
            return _judged(blank, Verdict.WRONG_ANSWER, *found)
        message, place = self._with_warning(mismatch.message)
        return _judged(blank, Verdict.WRONG_ANSWER, message, place, where_different(mismatch))

    def _stopped(self, blank: PublicResult, error: BaseException, seconds: float) -> PublicResult:
        who = "You stopped it" if isinstance(error, KeyboardInterrupt) else "It was stopped"
        message = f"{who} after {seconds:.0f} s. Is there a loop that does not end?"
        return _judged(blank, Verdict.TIME_LIMIT_EXCEEDED, message, self._read(error).place)

    def _error(self, blank: PublicResult, error: BaseException) -> PublicResult:
        failure = self._read(error)
        place = failure.place
        if place is not None and is_unwritten(error, self._owns):
            message = self._unwritten(error, place)
            return _judged(blank, Verdict.NOT_ATTEMPTED, message, place if message else None)
        if place is not None:
            return _judged(blank, Verdict.RUN_TIME_ERROR, failure.sentence, place)
        if isinstance(error, TypeError) and f"{self.name}()" in said_by(error):
            return _judged(blank, Verdict.RUN_TIME_ERROR, self._signature_problem(error))
        if found := self._unfinished():
            return _judged(blank, Verdict.WRONG_ANSWER, *found)
        message = f"The check cannot use what {self.name} returned ({failure.sentence})."
        return _judged(blank, Verdict.WRONG_ANSWER, message)

    def _unfinished(self) -> tuple[str, Place | None] | None:
        """Return what is said of a last result that has computed nothing yet, and where it was written."""
        value = self.direct.kept[-1] if self.direct and self.direct.kept else None
        if isinstance(value, CoroutineType):
            value.close()
            return f"{self.name} is written with async def, so it is never run. Write def.", self._at(
                value.cr_code
            )
        if isinstance(value, GeneratorType) and value.gi_code.co_name != "<genexpr>":
            said = f"{self.name} holds a yield, so it returns a generator and computes nothing. Write return."
            return said, self._at(value.gi_code)
        if isinstance(value, Iterator):
            kind = type(value).__name__
            said = (
                f"{self.name} returned a {kind}, which has computed nothing yet. Collect it, as in list(...)."
            )
            return said, self._at(value.gi_code) if isinstance(value, GeneratorType) else None
        return None

    def _at(self, code: CodeType) -> Place | None:
        file = relative_file(code.co_filename, self.workspace.package)
        return Place(file, code.co_firstlineno, code.co_name) if file else None

    def _read(self, error: BaseException) -> Failure:
        return read_failure(error, self.workspace.package)

    def _owns(self, file: str) -> bool:
        return relative_file(file, self.workspace.package) is not None

    def _unwritten(self, error: BaseException, place: Place) -> str:
        """Return what is not written, if it is not simply the function of this exercise."""
        found = UNWRITTEN.match(said_by(error))
        if found and found[1] != self.exercise.id:
            return f"{found[1]} comes first: {plain(found[2])}"
        name = place.function.partition(".")[0]
        return "" if name == self.name else f"{name} is not written yet."

    def _signature_problem(self, error: TypeError) -> str:
        """Return how the function was called, and how its first line looks in the lesson."""
        said = f"{plain(error)}."
        with contextlib.suppress(AutogradeError, OSError, SyntaxError, ValueError):
            released = first_line(pristine(self.workspace, self.exercise.file), self.name)
            present = first_line(text_of((self.workspace.root / self.exercise.file).read_bytes()), self.name)
            if released and present and released != present:
                return f"{said} Expected {released}, got {present}."
        return said

    @contextlib.contextmanager
    def _warnings_seen(self) -> Iterator[None]:
        """Keep the warnings of a check instead of printing them."""
        with warnings.catch_warnings(record=True) as self.seen:
            warnings.simplefilter("always")
            yield

    def _with_warning(self, message: str) -> tuple[str, Place | None]:
        """Add the first warning from the learner's code, such as an overflow: it often is the reason."""
        for warning in self.seen:
            file = relative_file(warning.filename, self.workspace.package)
            if file is not None:
                return f"{message} NumPy warned: {plain(warning.message)}.", Place(file, warning.lineno)
        return message, None


def _judged(
    blank: PublicResult,
    verdict: Verdict,
    message: str = "",
    place: Place | None = None,
    difference: Difference | None = None,
    how: str = "",
) -> PublicResult:
    return PublicResult(blank.name, blank.sentence, verdict, message, place, difference, how)


def first_line(source: str, name: str) -> str | None:
    """Return how the function `name` begins, without annotations: "def norm(x, axis=-1)"."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            arguments = node.args
            for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
                argument.annotation = None
            return f"def {name}({ast.unparse(arguments)})"
    return None
