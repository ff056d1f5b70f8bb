"""Which of the promised regions of its inputs the hidden checks of an exercise visit.

A region is a part of the inputs that a docstring promises: "one key", "three leading axes", "float32
with a mask". A check visits it where it makes such a call and compares the answer. A wrong answer that is
wrong in a region that nobody visits keeps its points.

These regions are promised by every function, as far as its signature and docstring have them:

- leading axes: none to four; a batch, a batch of one, one of size 1 beside others, two above 1;
- every size at its smallest, of an axis in a batch too, of a length in a batch of one, of a function of
  nothing but sizes with all others larger, and two lengths at once; every axis of one size, in a batch too;
  lengths above 16, 64, 256 and 1,024 (a size is a length if it is called n, row, or ends in _len), above 256
  in a batch, features (d_...) above 64;
- the numbers of every array: from 100 to 1,000, above 10,000, zeros, ties, transposed; -inf if it is legal;
  the last two in a batch, -inf in every dtype; the same numbers in all arrays;
- every keyword given (a mask that hides something), left out and alone, every pair, each with a batch, a
  batch of one, every smallest length, a length above 256, every dtype, -inf; both values of a flag, every
  word of a choice, with each size at its smallest, a number below 0, below 0.01 and above 100;
- masks of every number of axes, with 1 for each axis, each with an empty row; of one row, and with no 1;
  where every axis has one size;
- float32 and float64 unless the docstring asks for other dtypes, each that it names, and the answer's;
- lists and arrays, or what can be read once, where they are legal; one item, five and more;
- every part of the answer; every argument as it was, in a batch and in none, and with each keyword;
- gradients of every argument where they are promised, with each keyword and dtype, and of parameters;
- the 2nd, 10th and 20th call on an object, and one with another length than the call before; a module in
  evaluation mode;
- what is measured: the value too, below a length of 1,000, in a batch, with each keyword.

An author adds a region, or says what is outside the promise, in a line beside the hidden checks.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from functools import partial
from itertools import combinations, product
from pathlib import Path
from typing import Any

from autograde.audit import predicates as are
from autograde.audit.bench import course_here
from autograde.audit.kept import Kept, context_digest
from autograde.audit.predicates import Holds, both
from autograde.audit.promise import Kind, Parameter, Promise, promises
from autograde.audit.spoil import Spoiler, parts
from autograde.audit.trace import LIMITED, Answered, trace
from autograde.call import PLAIN_MODES
from autograde.course.course import Course
from autograde.course.version import REFERENCE
from autograde.errors import AutogradeError, explain
from autograde.exercise import Exercise, HiddenChecks

SECRETS = 8
"""Under how many secrets the checks are traced: what they visit shall not be luck."""

LENGTHS = (16, 64, 256, 1024)
LONG = 256
"""From where on a length has to meet every keyword."""

FEATURES = 64
SHORT = 1000
"""A cost that is measured at longer sequences only leaves room for special cases below."""

TURNS = (2, 10, 20)
LEADING = (
    "no leading axes",
    "one leading axis",
    "two leading axes",
    "three leading axes",
    "four leading axes",
)
BATCHES: dict[str, Holds] = {"a batch": are.in_a_batch, "a batch of one": are.in_a_batch_of_one}
NUMBERS = {
    "from 100 to 1,000": are.largest_between(100, 1000),
    "above 10,000": are.largest_between(1e4, float("inf")),
    "zeros": are.has_zero,
    "ties": are.has_ties,
}
UNMEASURED = (LIMITED, "pretend_device", "guarded")
"""What does not count anything."""


@dataclass(frozen=True)
class Region:
    """A part of the inputs.

    Args:
        name: as a person calls it.
        holds: whether a call lies in it.
        aspect: what of the answer has to be compared there; see `Spoiler.compares`.
        function: which function of the exercise it is about.
    """

    name: str
    holds: Holds
    aspect: str = "value"
    function: str = ""


@dataclass(frozen=True)
class ExerciseRegions:
    """What the hidden checks of one exercise visit, by the names of the regions.

    `lucky` are visited under some secrets only, with the number of them; `problems` are for the author.
    """

    id: str
    promised: int
    never: tuple[str, ...]
    uncompared: tuple[str, ...]
    lucky: Mapping[str, int]
    outside: Mapping[str, str]
    problems: tuple[str, ...] = ()

    @property
    def visited(self) -> int:
        """Return how many promised regions are visited under every secret, and compared."""
        return self.promised - len(self.never) - len(self.uncompared) - len(self.lucky)

    @property
    def is_complete(self) -> bool:
        """Whether every promised region is visited, and nothing is declared that is not there."""
        return self.visited == self.promised and not self.problems

    def as_json(self) -> dict[str, Any]:
        """Return the object that `autograde audit --regions --json` prints."""
        return asdict(self) | {"visited": self.visited}


def audit_regions(
    root: Path,
    exercise_ids: Sequence[str],
    executor: Executor,
    *,
    seed: str,
    cache: Path | None = None,
    fresh: bool = False,
) -> Iterator[ExerciseRegions]:
    """Yield what the hidden checks of several exercises visit, each as one task of `executor`.

    What is complete is kept in `cache`, and asked again where it is `fresh`.
    """
    ask = partial(exercise_regions, root, seed=seed, cache=cache, fresh=fresh)
    tasks = [executor.submit(ask, each) for each in exercise_ids]
    yield from (task.result() for task in tasks)


def exercise_regions(
    root: Path,
    exercise_id: str,
    *,
    seed: str,
    secrets: int = SECRETS,
    cache: Path | None = None,
    fresh: bool = False,
) -> ExerciseRegions:
    """Return what the hidden checks of one exercise visit; `seed` stands for the course secret."""
    course = course_here(root, seed)
    context = context_digest(course, exercise_id)
    kept = Kept(cache, root, seed, f"{exercise_id} regions", context, fresh)
    if (plain := kept.find(str(secrets))) is not None:
        return ExerciseRegions(**plain)
    found = find(course, course.exercise(exercise_id), [f"{seed} {number}" for number in range(secrets)])
    if found.is_complete:
        kept.write({str(secrets): asdict(found)})
    return found


def find(course: Course, exercise: Exercise, secrets: Sequence[str]) -> ExerciseRegions:
    """Trace the hidden checks under some secrets and return what they visit."""
    hidden, promised = course.hidden(exercise.id), promises(_functions(exercise))
    traces = [trace(course, exercise, promised, secret) for secret in secrets]
    every = list(_regions(promised, hidden, traces[0]))
    outside = {
        region.name: hidden.beyond[pattern]
        for region, pattern in product(every, hidden.beyond)
        if fnmatchcase(region.name, pattern)
    }
    wanted = [region for region in every if region.name not in outside]
    visits = [_visits(traced, wanted) for traced in traces]
    counts = {region.name: sum(bool(each[region.name]) for each in visits) for region in wanted}
    spoiler = Spoiler(course, exercise, traces[0], secrets[0])
    return ExerciseRegions(
        id=exercise.id,
        promised=len(wanted),
        never=tuple(name for name, count in counts.items() if count == 0),
        uncompared=tuple(
            region.name
            for region in wanted
            if counts[region.name] == len(secrets)
            and not any(spoiler.compares(*call, region.aspect) for call in visits[0][region.name])
        ),
        lucky={name: count for name, count in counts.items() if 0 < count < len(secrets)},
        outside=outside,
        problems=tuple(
            f"outside {pattern}: no such region"
            for pattern in hidden.beyond
            if not any(fnmatchcase(region.name, pattern) for region in every)
        ),
    )


def _functions(exercise: Exercise) -> dict[str, Any]:
    module = importlib.import_module(f"{REFERENCE}.{exercise.target.holder}")
    return {name: getattr(module, name) for name in exercise.names}


def _visits(
    traced: Mapping[str, Sequence[Answered]], wanted: Sequence[Region]
) -> dict[str, list[tuple[str, int]]]:
    """Return the calls that lie in each region, as check and index."""
    found: dict[str, list[tuple[str, int]]] = {region.name: [] for region in wanted}
    for check, calls in traced.items():
        for index, answered in enumerate(calls):
            for region in wanted:
                if answered.visit and answered.function == region.function and region.holds(answered.visit):
                    found[region.name].append((check, index))
    return found


def _regions(
    promised: Mapping[str, Promise], hidden: HiddenChecks, traced: Mapping[str, Sequence[Answered]]
) -> Iterator[Region]:
    """Yield every region of every function, each name once; several functions are told apart by name."""
    unknown = [of for _, of in hidden.regions.values() if of is not None and of not in promised]
    if unknown:
        raise AutogradeError(explain(f"region of {hidden.id}", f"one of {', '.join(promised)}", unknown[0]))
    for function, promise in promised.items():
        calls = [each for calls in traced.values() for each in calls if each.function == function]
        declared = (
            Region(name, holds) for name, (holds, of) in hidden.regions.items() if of in (None, function)
        )
        front = f"{function}: " if len(promised) > 1 else ""
        regions = (*promised_regions(promise), *_answers(calls), *_measured(promise, calls), *declared)
        named = {region.name: region for region in regions}
        for name, region in named.items():
            yield Region(front + name, region.holds, region.aspect, function)


def promised_regions(promise: Promise) -> Iterator[Region]:
    """Yield the regions that a function promises by its signature and docstring."""
    yield from _leading(promise)
    yield from _sizes(promise)
    yield from _numbers(promise)
    yield from _scalars(promise)
    yield from _masks(promise)
    yield from _dtypes(promise)
    yield from _lists(promise)
    yield from _keywords(promise)
    yield from _unchanged(promise)
    yield from _gradients(promise)
    yield from _objects(promise)


def _has_batches(promise: Promise) -> bool:
    """Return whether there is an axis for several sequences."""
    return promise.has_leading_axes or "batch" in promise.axes


def _leading(promise: Promise) -> Iterator[Region]:
    if promise.has_leading_axes:
        yield from (Region(name, are.leading_axes(count)) for count, name in enumerate(LEADING))
        yield Region("one axis of 1 among leading axes", are.one_among_leading_axes)
        yield Region("two leading axes above 1", are.two_leading_axes_above_one)
    if _has_batches(promise):
        yield from (Region(name, holds) for name, holds in BATCHES.items())
    fronts = [each.axes[:-2] for each in promise.of_kind(Kind.NUMBERS) if "..." not in each.axes]
    for front in dict.fromkeys(front for front in fronts if len(front) > 1):
        yield Region(f"{' and '.join(front)} above 1", are.size_above(1, *front))


def _is_length(size: str) -> bool:
    return size in ("row", "n") or size.endswith("_len")


def _lengths(promise: Promise) -> list[str]:
    return [size for size in promise.sizes if _is_length(size)]


def _ones(promise: Promise) -> list[str]:
    """Return the lengths that may be 1."""
    return [size for size in _lengths(promise) if promise.least(size) <= 1]


def _sizes(promise: Promise) -> Iterator[Region]:
    sizes = [size for size in promise.sizes if not (size == "batch" and _has_batches(promise))]
    for size in sizes:
        least = promise.least(size)
        for value in (0, 1) if least == 0 else (least,):
            yield Region(f"{size} = {value}", are.size_is(value, size))
        if len(sizes) > 1 and not promise.axes and not promise.keywords:
            yield Region(f"only {size} = {least}", are.only_size_is(least, size, sizes))
        for limit in LENGTHS if _is_length(size) else (FEATURES,) if size.startswith("d_") else ():
            yield Region(f"{size} above {limit:,}", are.size_above(limit, size))
        if promise.has_leading_axes and size in promise.axes:
            yield Region(f"{size} = {least} in a batch", both(are.size_is(least, size), are.in_a_batch))
    if promise.has_leading_axes and _lengths(promise):
        long = are.any_above(LONG, _lengths(promise))
        yield Region("a long sequence in a batch", both(long, are.in_a_batch))
    for left, right in combinations(_lengths(promise), 2):
        yield Region(f"{left} = {right} = 1", are.size_is(1, left, right))
    for size, (title, holds) in product(_ones(promise), BATCHES.items() if _has_batches(promise) else ()):
        yield Region(f"{size} = 1 in {title}", both(are.size_is(1, size), holds))
    if len(axes := _axes(promise)) > 1:
        yield Region("every axis of one size", are.all_equal(axes))
        if promise.has_leading_axes:
            yield Region("every axis of one size in a batch", both(are.all_equal(axes), are.in_a_batch))


def _axes(promise: Promise) -> set[str]:
    """Return the names of the axes of all arrays of numbers."""
    return {axis for each in promise.of_kind(Kind.NUMBERS) for axis in each.axes if axis != "..."}


def _numbers(promise: Promise) -> Iterator[Region]:
    for each in promise.of_kind(Kind.NUMBERS, Kind.ITERABLE):
        tests = NUMBERS | ({"-inf": are.has_minus_inf} if "-inf" in each.text else {})
        yield from (
            Region(f"{each.name}: {title}", are.array(each.name, test)) for title, test in tests.items()
        )
        if each.kind is Kind.NUMBERS and len(each.axes) > 1:
            yield Region(f"{each.name}: transposed", are.transposed(each.name))
        if promise.has_leading_axes and "-inf" in each.text:
            infinite = are.array(each.name, are.has_minus_inf)
            yield Region(f"{each.name}: -inf in a batch", both(infinite, are.in_a_batch))
            for dtype in promise.dtypes:
                yield Region(f"{each.name}: -inf in {dtype}", both(infinite, are.in_dtype(promise, dtype)))
    arrays = [each.name for each in promise.of_kind(Kind.NUMBERS) if len(each.axes) > 1]
    if promise.has_leading_axes and arrays:
        transposed = are.any_of(map(are.transposed, arrays))
        yield Region("transposed in a batch", both(transposed, are.in_a_batch))
    if promise.has_leading_axes and len(arrays) > 1:
        yield Region("the same numbers in all arrays", are.all_alike(arrays))


def _scalars(promise: Promise) -> Iterator[Region]:
    for each in promise.parameters:
        if each.kind is Kind.NUMBER:
            yield Region(f"{each.name} below 0", are.number(each.name, lambda value: value < 0))
            yield Region(f"{each.name} below 0.01", are.number(each.name, lambda value: value < 0.01))
            yield Region(f"{each.name} above 100", are.number(each.name, lambda value: value > 100))
        for choice in each.choices:
            chosen = are.equals(each.name, choice)
            yield Region(f"{each.name} = {choice}", chosen)
            for size in promise.of_kind(Kind.SIZE) if each.kind is Kind.CHOICE else ():
                if not size.is_keyword:
                    least = are.size_is(promise.least(size.name), size.name)
                    yield Region(f"{each.name} = {choice}, least {size.name}", both(chosen, least))


def _masks(promise: Promise) -> Iterator[Region]:
    """Yield the shapes that broadcast to the axes of a mask: some axes are missing, or have size 1."""
    for mask in promise.of_kind(Kind.MASK):
        for title, test in _mask_shapes(mask).items():
            shaped = are.array(mask.name, test)
            yield Region(f"{mask.name} with {title}", shaped)
            empty = are.array(mask.name, are.has_empty_row)
            yield Region(f"{mask.name} with {title}, a row empty", both(shaped, empty))
        yield Region(f"{mask.name} with no 1", are.array(mask.name, are.has_full_axes(len(mask.axes))))
        if len(axes := _axes(promise)) > 1:
            equal = both(are.all_equal(axes), are.array(mask.name, are.hides))
            yield Region(f"{mask.name} with axes of one size", equal)
        if "..." in mask.axes:
            yield Region(f"{mask.name} of one row", are.array(mask.name, are.is_one_row_with_something))


def _mask_shapes(mask: Parameter) -> dict[str, Any]:
    named = [axis for axis in mask.axes if axis != "..."]
    most = len(named) + 2 * ("..." in mask.axes)
    shapes = {f"{count} axes" if count > 1 else "1 axis": are.has_axes(count) for count in range(1, most + 1)}
    shapes |= {f"1 for {axis}": are.axis_is_one(place) for place, axis in enumerate(reversed(named), 1)}
    return shapes | ({"1 for a leading axis": are.one_in_front(len(named))} if "..." in mask.axes else {})


def _dtypes(promise: Promise) -> Iterator[Region]:
    for dtype in promise.dtypes:
        yield Region(dtype, are.in_dtype(promise, dtype))
        if promise.keeps_dtype:
            yield Region(f"dtype of {dtype}", are.in_dtype(promise, dtype), "dtype")


def _lists(promise: Promise) -> Iterator[Region]:
    for each in promise.of_kind(Kind.SEQUENCE):
        yield Region(f"{each.name} as a list", are.is_list(each.name))
        if "array" in each.text:
            yield Region(f"{each.name} as an array", are.is_array(each.name))
    for each in promise.of_kind(Kind.ITERABLE):
        yield Region(f"{each.name} as a list", are.is_list(each.name))
        yield Region(f"{each.name} read once", are.mode_is("once"))
        yield Region(f"{each.name}: one item", are.items(each.name, lambda count: count == 1))
        yield Region(f"{each.name}: five items or more", are.items(each.name, lambda count: count >= 5))


def _keywords(promise: Promise) -> Iterator[Region]:
    names = [each.name for each in promise.keywords]
    masks = [each.name for each in promise.of_kind(Kind.MASK)]
    for name in names:
        given = both(are.given(name), are.array(name, are.hides)) if name in masks else are.given(name)
        yield Region(f"{name} given", given)
        yield Region(f"{name} left out", are.left_out(name))
        if len(names) > 1:
            yield Region(f"{name} alone", are.alone(name))
        for title, holds in _circumstances(promise).items():
            yield Region(f"{name} with {title}", both(given, holds))
    for left, right in combinations(names, 2):
        yield Region(f"{left} and {right}", are.given(left, right))


def _circumstances(promise: Promise) -> dict[str, Holds]:
    """Return what every keyword has to meet."""
    lengths = _lengths(promise)
    infinite = [each.name for each in promise.of_kind(Kind.NUMBERS) if "-inf" in each.text]
    return {
        **(BATCHES if _has_batches(promise) else {}),
        **{f"{size} = 1": are.size_is(1, size) for size in _ones(promise)},
        **({"a long sequence": are.any_above(LONG, lengths)} if lengths else {}),
        **{dtype: are.in_dtype(promise, dtype) for dtype in promise.dtypes},
        **{f"-inf in {name}": are.array(name, are.has_minus_inf) for name in infinite},
    }


def _unchanged(promise: Promise) -> Iterator[Region]:
    asked = are.mode_is("arguments")
    arrays = [each.name for each in promise.parameters if each.is_changeable]
    for name in arrays:
        yield Region(f"{name} unchanged", both(asked, are.not_none(name)), f"argument {name}")
    if arrays and _has_batches(promise):
        yield Region("arguments unchanged in a batch", both(asked, are.in_a_batch), "arguments")
    if arrays and promise.has_leading_axes:
        yield Region("arguments unchanged, no leading axes", both(asked, are.leading_axes(0)), "arguments")
    for each in promise.keywords if arrays else ():
        yield Region(f"arguments unchanged with {each.name}", both(asked, are.given(each.name)), "arguments")


def _gradients(promise: Promise) -> Iterator[Region]:
    if not promise.gradients:
        return
    asked = are.mode_is("gradients")
    for each in promise.of_kind(Kind.NUMBERS):
        yield Region(
            f"gradient of {each.name}", both(asked, are.not_none(each.name)), f"gradient {each.name}"
        )
    for dtype in promise.dtypes:
        yield Region(f"gradients in {dtype}", both(asked, are.in_dtype(promise, dtype)), "gradients")
    for each in promise.keywords:
        yield Region(f"gradients with {each.name}", both(asked, are.given(each.name)), "gradients")
    if promise.module:
        yield Region("gradients of the parameters", are.mode_is("parameter_gradients"), "gradients")


def _objects(promise: Promise) -> Iterator[Region]:
    if promise.module:
        yield Region("evaluation mode", are.in_evaluation)
    if promise.member:
        yield from (Region(f"call {turn} on an object", are.turn(turn)) for turn in TURNS)
        if lengths := _lengths(promise):
            yield Region("another length than the call before", are.another_size(lengths))


def _answers(calls: Sequence[Answered]) -> Iterator[Region]:
    """Yield a region for each part of an answer that has several."""
    names = max((parts(each) for each in calls if each.call.mode == "value"), default=[], key=len)
    for number, name in enumerate(names if len(names) > 1 else (), 1):
        yield Region(f"answer{name}", are.always, f"part {number}")


def _measured(promise: Promise, calls: Sequence[Answered]) -> Iterator[Region]:
    """Yield the regions of what is observed or limited while the function runs."""
    modes = {each.visit.mode for each in calls if each.visit is not None}
    for mode in sorted(modes - {*PLAIN_MODES, "compile"}):
        asked, counts = are.mode_is(mode), "value" if mode == LIMITED else "counts"
        yield Region(f"{mode}: the value", asked)
        for each in promise.keywords:
            yield Region(f"{mode} with {each.name}", both(asked, are.given(each.name)), counts)
        if mode not in UNMEASURED:
            short = are.all_below(SHORT, _lengths(promise))
            yield Region(f"{mode} below {SHORT:,}", both(asked, short), counts)
            if _has_batches(promise):
                yield Region(f"{mode} in a batch", both(asked, are.in_a_batch), counts)
