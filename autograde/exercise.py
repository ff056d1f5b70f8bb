"""Exercises and their checks, as lessons and hidden checks declare them.

A lesson declares an exercise and its public checks in its `checks.py`:

    norm = Exercise("03.1", "algebra.vectors.norm", title="The norm", minutes=10, hints=(...))

    @norm.check
    def three_and_four(learner, draw):
        \"\"\"The norm of (3, 4) is 5.\"\"\"
        expect_close("norm", learner.norm(np.array([3.0, 4.0])), 5.0)

The hidden checks of the same exercise look the same and carry points:

    norm = HiddenChecks("03.1")

    @norm.check(points=2, gate=True)
    def agrees_with_the_formula(learner, draw):
        \"\"\"The norm must be the root of the sum of squares along the last axis.\"\"\"

`learner.norm` asks the submission for `norm` in the exercise's own module, wherever it runs.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from autograde.call import Call, Remote, Target
from autograde.draw import Draw
from autograde.limits import Packages

Ask = Callable[[Call], Any]
CheckFunction = Callable[["Learner", Draw], str | None]


@dataclass(frozen=True)
class Check:
    """One question about an exercise; `sentence` is what the learner reads.

    `precision` marks the one that asks for digits: an answer that is right in float32 fails no other.

    `run` raises `Mismatch` where the answer is wrong. It may return how the question was asked, such
    as "run on cuda:0 (H100)", where that matters to whoever reads the result.
    """

    name: str
    sentence: str
    run: CheckFunction
    points: float = 0.0
    gate: bool = False
    precision: bool = False
    costly: bool = False


@dataclass(frozen=True)
class Exercise:
    """What everybody may know about an exercise.

    Args:
        id: lesson and number, such as "03.1".
        function: where it lies inside the package, such as "algebra.vectors.norm".
        title: two to five words.
        minutes: how long a learner takes.
        hints: the idea, the formula, the steps.
        level: "easy", "medium" or "hard".
        also: further functions of the same module that belong to the exercise.
        builds_on: the earlier exercises whose functions it calls.
        banned: library calls that would do the work, as "numpy.linalg.norm", or a word for some of them from
            course.toml.
        package: the package that learners fill in; known once the lesson is loaded.
        packages: what may be imported there; likewise.
    """

    id: str
    function: str
    title: str
    minutes: int
    hints: tuple[str, str, str]
    level: Literal["easy", "medium", "hard"] = "easy"
    also: tuple[str, ...] = ()
    builds_on: tuple[str, ...] = ()
    banned: tuple[str, ...] = ()
    package: str = ""
    packages: Packages = "numpy"
    checks: list[Check] = field(default_factory=list, compare=False, repr=False)

    @property
    def target(self) -> Target:
        """Return the function, as a call names it."""
        return Target.of(self.function)

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of all functions of the exercise."""
        return (self.target.name, *self.also)

    @property
    def file(self) -> str:
        """Return the file that the learner edits, relative to the workspace."""
        return f"{self.package}/{self.target.file}"

    def check(self, function: CheckFunction) -> CheckFunction:
        """Register a public check."""
        self.checks.append(_as_check(function))
        return function


@dataclass(frozen=True)
class HiddenChecks:
    """The hidden checks of one exercise, in the order in which a learner reads them."""

    id: str
    checks: list[Check] = field(default_factory=list)
    stand_ins: dict[str, str] = field(default_factory=dict)
    regions: dict[str, tuple[Callable[[Any], bool], str | None]] = field(default_factory=dict)
    beyond: dict[str, str] = field(default_factory=dict)

    def check(
        self, *, points: float, gate: bool = False, precision: bool = False, costly: bool = False
    ) -> Callable[[CheckFunction], CheckFunction]:
        """Register a hidden check. Until the gate is accepted no check of the exercise earns points.

        A costly one, such as a training or a compilation, runs only where the gate is accepted.
        """

        def register(function: CheckFunction) -> CheckFunction:
            check = _as_check(function, points, gate)
            self.checks.append(replace(check, precision=precision, costly=costly))
            return function

        return register

    def stand_in(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Register what replaces the learner's function while a later exercise is judged.

        Only what this one function does is sent to the worker: it imports what it needs inside its
        body. Comments, docstrings and the names of variables stay here (`autograde.course.bare`).
        """
        self.stand_ins[function.__name__] = _without_decorators(inspect.getsource(function))
        return function

    def region(self, name: str, holds: Callable[[Any], bool], *, of: str | None = None) -> None:
        """Declare a region of the inputs that the checks must visit, beside those that are found.

        Args:
            name: such as "numbers far apart".
            holds: whether a call lies in it; `call["x"]` is an argument, see `autograde.audit.trace.Visit`.
            of: which function of the exercise, where it has several; None means all of them.
        """
        self.regions[name] = holds, of

    def outside(self, pattern: str, why: str) -> None:
        """Declare regions that the docstring does not promise; `*` in `pattern` stands for any text."""
        self.beyond[pattern] = why

    @property
    def max_points(self) -> float:
        """Return the points of the exercise."""
        return sum(check.points for check in self.checks)


def _as_check(function: CheckFunction, points: float = 0.0, gate: bool = False) -> Check:
    sentence = " ".join((inspect.getdoc(function) or "").split())
    if not sentence:
        raise TypeError(f"check {function.__name__}: expected a docstring, the sentence for the learner")
    return Check(function.__name__, sentence, function, float(points), gate)


def _without_decorators(source: str) -> str:
    lines = source.splitlines(keepends=True)
    start = next(number for number, line in enumerate(lines) if line.startswith("def "))
    return "".join(lines[start:])


class Learner:
    """The submission, seen from a check: `learner.norm(x)` calls it where it runs."""

    def __init__(self, module: str, ask: Ask) -> None:
        self._module = module
        self._ask = ask

    def __getattr__(self, name: str) -> Asked:
        if name.startswith("_"):
            raise AttributeError(name)
        return Asked(Target(self._module, (name,)), self._ask)


class Asked:
    """A function or an object of the submission. `asked(x)` calls it, `asked.name(x)` a method of it."""

    def __init__(self, target: Target, ask: Ask, type_name: str = "function") -> None:
        self._target = target
        self._ask = ask
        self._type_name = type_name

    def __repr__(self) -> str:
        return f"<{self._type_name} of the submission>"

    def __getattr__(self, name: str) -> Asked:
        if name.startswith("_"):
            raise AttributeError(name)
        return Asked(self._target.member(name), self._ask)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Return what the submission returns."""
        return self._send("value", args, kwargs)

    @property
    def later(self) -> Asked:
        """The same, to write questions down for `answers`: `norm.later(x, axis=0)` asks nothing yet."""
        return Asked(self._target, _as_it_is, self._type_name)

    def each(self, cases: Iterable[Sequence[Any]]) -> Iterator[tuple[Any, Any]]:
        """Yield (args, value) of calls that do not depend on each other: they may be under way at once."""
        cases = [*cases]
        found = answers(self, (self.later(*args) for args in cases))
        for args, (_, value) in zip(cases, found, strict=True):
            yield args, value

    def once(self, *args: Any, **kwargs: Any) -> Any:
        """Return what the submission returns where each list in `args` can be read only once."""
        return self._send("once", args, kwargs)

    def with_arguments(self, *args: Any, between: Sequence[Any] | None = None, **kwargs: Any) -> Any:
        """Return (value, args, kwargs), the arguments as the call left them.

        `between` are the arguments of another call, made before the answer is sent: it has to stay as it is.
        """
        return self._send("arguments", args, kwargs, _between(between))

    def gradients(
        self, *args: Any, cotangent: Any, between: Sequence[Any] | None = None, **kwargs: Any
    ) -> Any:
        """Return (value, gradients): one gradient for each floating-point tensor in `args`.

        Where some of them require gradients, the others get None. `between` are the arguments of another
        call that is made before the gradients are computed, as in a network that has two such layers.
        """
        return self._send("gradients", args, kwargs, {"cotangent": cotangent} | _between(between))

    def parameter_gradients(self, *args: Any, cotangent: Any, **kwargs: Any) -> Any:
        """Return (value, gradients): by its name one gradient for each parameter of a module."""
        return self._send("parameter_gradients", args, kwargs, {"cotangent": cotangent})

    def observed(
        self, instrument: str, *args: Any, options: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> Any:
        """Return what `autograde.instruments.<instrument>` sees while the call runs."""
        return self._send(instrument, args, kwargs, options or {})

    def limited(
        self, *args: Any, memory_bytes: int | None = None, timeout_s: float | None = None, **kwargs: Any
    ) -> Any:
        """Return what the submission returns within limits that are enforced from outside its process."""
        call = replace(self._call("value", args, kwargs), memory_bytes=memory_bytes, timeout_s=timeout_s)
        return _lifted(self._ask(call), self._ask)

    def measured(
        self, *args: Any, memory_bytes: int | None = None, cpu_s: float | None = None, **kwargs: Any
    ) -> Any:
        """Return what the kernel says of the call in a worker of its own: value, peak_bytes and cpu_s.

        The limits are enforced from outside as well.
        """
        call = replace(self._call("outside", args, kwargs), memory_bytes=memory_bytes, cpu_s=cpu_s)
        return _lifted(self._ask(call), self._ask)

    def _send(
        self,
        mode: str,
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        options: Mapping[str, Any] | None = None,
    ) -> Any:
        return _lifted(self._ask(self._call(mode, args, kwargs, options)), self._ask)

    def _call(
        self,
        mode: str,
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        options: Mapping[str, Any] | None = None,
    ) -> Call:
        plain = {name: _lower(arg) for name, arg in kwargs.items()}
        return Call(self._target, tuple(_lower(arg) for arg in args), plain, mode, options or {})


def answers(who: Learner | Asked, questions: Iterable[Call]) -> Iterator[tuple[Call, Any]]:
    """Yield each question with its answer. None depends on an earlier answer: they may be under way at once.

    Args:
        who: the learner, or what was asked.
        questions: such as `learner.norm.later(x, axis=0)` or `learner.norm.later.gradients(x, cotangent=y)`.
            Their `args`, `kwargs` and `options` say what was asked.
    """
    questions = [*questions]
    if (ahead := getattr(who._ask, "ahead", None)) is not None:  # who asks here waits for nobody
        ahead(questions)
    for question in questions:
        yield question, _lifted(who._ask(question), who._ask)


def _as_it_is(call: Call) -> Call:
    return call


def _between(args: Sequence[Any] | None) -> dict[str, Any]:
    """Return the option that asks for another call."""
    return {} if args is None else {"between": tuple(args)}


def _lifted(value: Any, ask: Ask) -> Any:
    if isinstance(value, Remote):
        return Asked(Target(value.handle), ask, value.type_name)
    if type(value) in (tuple, list):
        return type(value)(_lifted(item, ask) for item in value)
    if type(value) is dict:
        return {key: _lifted(item, ask) for key, item in value.items()}
    return value


def _lower(value: Any) -> Any:
    if isinstance(value, Asked):
        return Remote(str(value._target), value._type_name)
    if type(value) in (tuple, list):
        return type(value)(_lower(item) for item in value)
    if type(value) is dict:
        return {key: _lower(item) for key, item in value.items()}
    return value
