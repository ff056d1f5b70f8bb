"""The audit says which promised regions no check visits; seen on made-up checks of a real exercise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from autograde.audit.kept import cache_folder
from autograde.audit.predicates import transposed
from autograde.audit.promise import Kind, Parameter, promises, read
from autograde.audit.regions import ExerciseRegions, exercise_regions, find, promised_regions
from autograde.compare import expect_close, expect_dtype, expect_unchanged
from autograde.course.course import Course
from autograde.course.lesson import Lessons
from autograde.exercise import HiddenChecks

COMPLETE = ("00", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10")
"""The lessons whose hidden checks visit every promised region."""

EXERCISE = "03.1"
LESSONS = Lessons(Path(__file__).resolve().parent.parent / "solutions" / "lessons")


def attend(
    query: NDArray[np.floating],
    lengths: Sequence[int],
    window: int,
    mask: NDArray[np.bool_] | None = None,
    is_causal: bool = False,
) -> None:
    """Return something, in the dtype of query.

    Args:
        query: (..., q_len, d_head). A score of -inf is legal.
        lengths: (batch,) whole numbers from 0 to kv_len.
        window: the largest distance, 0 or more (not in steps).
        mask: bool, (q_len, kv_len) or any shape that broadcasts to (..., q_len, kv_len).
        is_causal: hide the future.
    """


def test_a_promise_is_read_from_signature_and_docstring() -> None:
    promise = read("attend", attend)
    kinds = [each.kind for each in promise.parameters]
    assert kinds == [Kind.NUMBERS, Kind.SEQUENCE, Kind.SIZE, Kind.MASK, Kind.FLAG]
    assert promise.parameters[0].axes == ("...", "q_len", "d_head")
    assert promise.parameters[3].axes == ("...", "q_len", "kv_len")
    assert promise.sizes == ("q_len", "d_head", "batch", "window")
    assert [each.name for each in promise.keywords] == ["mask", "is_causal"]
    assert promise.least("window") == 0
    assert promise.least("q_len") == 1
    assert promise.dtypes == ("float32", "float64")
    asked = Parameter("x", Kind.NUMBERS, "(length,), float32, contiguous.", ("length",), None)
    assert replace(promise, parameters=(asked,), text="x: (length,), float32.").dtypes == ("float32",)


def test_regions_follow_from_a_promise() -> None:
    names = {region.name for region in promised_regions(read("attend", attend))}
    assert {"three leading axes", "q_len = 1", "q_len above 1,024", "d_head above 64", "window = 0"} <= names
    assert {"q_len = 1 in a batch", "q_len = 1 in a batch of one"} <= names
    assert {
        "query: -inf",
        "query: transposed",
        "mask and is_causal",
        "is_causal with a batch of one",
    } <= names
    assert {"dtype of float32", "query unchanged", "arguments unchanged with mask"} <= names
    assert "gradient of query" not in names


def test_a_class_promises_by_its_public_methods(course: Course) -> None:
    module = import_module("reference.cuda.attention")
    found = promises({name: getattr(module, name) for name in ("AttentionFunction", "KeyValueCache")})
    assert list(found) == ["AttentionFunction.apply", "KeyValueCache.append", "KeyValueCache.attend"]
    apply = found["AttentionFunction.apply"]
    assert [each.name for each in apply.parameters] == ["query", "key", "value", "mask"]
    assert apply.parameters[3].axes == ("batch", "n_heads", "q_len", "kv_len")
    assert apply.gradients


def test_a_tensor_may_be_transposed() -> None:
    class One:
        def __getitem__(self, name: str) -> Any:
            return torch.ones(2, 3).mT if name == "turned" else torch.ones(2, 3)

    assert transposed("turned")(One())  # type: ignore[arg-type]
    assert not transposed("plain")(One())  # type: ignore[arg-type]


@pytest.fixture
def found(course: Course, monkeypatch: pytest.MonkeyPatch) -> Any:
    def run(hidden: HiddenChecks, secrets: int = 3) -> ExerciseRegions:
        monkeypatch.setattr(course, "hidden", lambda exercise_id: hidden)
        return find(course, course.exercise(EXERCISE), [f"s{number}" for number in range(secrets)])

    return run


def ask(draw: Any, learner: Any, *shape: int, **options: Any) -> None:
    scores = draw.normal(*shape)
    expect_close("weights", learner.softmax(scores, **options), exact(scores, **options))


def exact(scores: np.ndarray, axis: int = -1) -> Any:
    return import_module("reference.cpu.softmax").softmax(scores, axis)


def test_what_no_check_asks_is_never_visited(found: Any) -> None:
    hidden = HiddenChecks(EXERCISE)

    @hidden.check(points=1)
    def a_batch(learner: Any, draw: Any) -> None:
        """A batch."""
        ask(draw, learner, 2, 3, 70, axis=1)

    regions = found(hidden)
    assert {"no leading axes", "three leading axes", "row = 1", "row above 1,024", "scores: -inf"} <= set(
        regions.never
    )
    assert not {"two leading axes", "row above 64", "axis given", "axis with a batch"} & set(regions.never)
    assert regions.uncompared == ("dtype of float64",)
    assert regions.visited < regions.promised


def test_an_answer_that_nobody_compares_is_no_visit(found: Any) -> None:
    hidden = HiddenChecks(EXERCISE)

    @hidden.check(points=1)
    def asks(learner: Any, draw: Any) -> None:
        """It asks, and compares one of two."""
        learner.softmax(draw.normal(2, 3), axis=0)
        ask(draw, learner, 5)
        single = draw.normal(4, dtype=np.float32)
        expect_close("weights", learner.softmax(single), exact(single))
        learner.softmax.with_arguments(single)

    uncompared = set(found(hidden).uncompared)
    assert {"axis given", "one leading axis", "dtype of float32", "scores unchanged"} <= uncompared
    assert not {"no leading axes", "float32"} & uncompared


def test_dtype_and_arguments_that_are_compared_are_visits(found: Any) -> None:
    hidden = HiddenChecks(EXERCISE)

    @hidden.check(points=1)
    def compares(learner: Any, draw: Any) -> None:
        """It compares."""
        single = draw.normal(2, 4, dtype=np.float32)
        weights, (after,), _ = learner.softmax.with_arguments(single)
        expect_dtype("weights", weights, np.float32)
        expect_unchanged("scores", after, single)

    regions = found(hidden)
    assert not {"dtype of float32", "scores unchanged"} & {*regions.never, *regions.uncompared}
    assert "float32" in regions.uncompared


def test_a_visit_by_luck_is_told(found: Any) -> None:
    hidden = HiddenChecks(EXERCISE)

    @hidden.check(points=1)
    def sometimes(learner: Any, draw: Any) -> None:
        """Sometimes."""
        ask(draw, learner, draw.integer(1, 2))

    lucky = found(hidden, secrets=8).lucky
    assert 0 < lucky["row = 1"] < 8


def test_an_author_adds_a_region_and_says_what_is_outside(found: Any) -> None:
    hidden = HiddenChecks(EXERCISE)

    @hidden.check(points=1)
    def low(learner: Any, draw: Any) -> None:
        """Low."""
        scores = draw.normal(3) - 2e4
        expect_close("weights", learner.softmax(scores), exact(scores))

    hidden.region("rows of very low scores", lambda call: call["scores"].max() < -1e4)
    hidden.region("rows of very high scores", lambda call: call["scores"].min() > 1e4)
    hidden.outside("row above *", "made up")
    hidden.outside("column above *", "made up")
    regions = found(hidden)
    assert "rows of very high scores" in regions.never
    assert "rows of very low scores" not in regions.never
    assert sorted(regions.outside) == ["row above 1,024", "row above 16", "row above 256", "row above 64"]
    assert regions.problems == ("outside column above *: no such region",)
    assert not regions.is_complete


@pytest.mark.slow
@pytest.mark.parametrize(
    "exercise_id",
    [each.id for lesson in LESSONS.values() for each in lesson.exercises if each.id.startswith(COMPLETE)],
)
def test_the_checks_visit_every_promised_region(exercise_id: str, course: Course) -> None:
    """What was complete is not traced again on this machine, until something changes that it depends on."""
    regions = exercise_regions(course.root, exercise_id, seed="tests", secrets=4, cache=cache_folder())
    assert (regions.never, regions.uncompared, regions.lucky, regions.problems) == ((), (), {}, ())
