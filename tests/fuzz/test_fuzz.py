"""Seconds of what `make fuzz` does for minutes: any bytes, and right ones with some damage."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
import targets
from hypothesis import given, settings
from hypothesis import strategies as st
from scratch import scratch
from test_wire import JSON_VALUES

from autograde.nbgrader_plugins.reader import Reader, reader
from autograde.sandbox.inside.frames import Kind, pack

FEW = settings(max_examples=60, deadline=None)


@pytest.fixture(scope="module", autouse=True)
def _read_here() -> Iterator[None]:
    """Read in this process, in these tests alone, in a folder that goes with them."""
    targets.FOLDER = scratch("autograde-fuzz")
    targets.read_here()
    yield
    shutil.rmtree(targets.FOLDER)
    reader.ask = Reader.ask.__get__(reader)  # type: ignore[method-assign]


@pytest.mark.parametrize("name", targets.TARGETS)
@FEW
@given(data=st.binary(max_size=300))
def test_any_bytes(name: str, data: bytes) -> None:
    targets.TARGETS[name][0](data)


@st.composite
def damaged(draw: st.DrawFn, seeds: list[bytes]) -> bytes:
    """Return one of the seeds with some bytes put in, taken out or moved."""
    data = bytearray(draw(st.sampled_from(seeds)))
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, max(len(data) - 1, 0)))
        data[place : place + draw(st.integers(0, 8))] = draw(st.binary(max_size=6))
    return bytes(data)


@pytest.mark.parametrize("name", targets.TARGETS)
@FEW
@given(data=st.data())
def test_right_bytes_with_some_damage(name: str, data: st.DataObject) -> None:
    target, seeds = targets.TARGETS[name]
    target(data.draw(damaged(seeds)))


@st.composite
def changed(draw: st.DrawFn, found: Any, odd: st.SearchStrategy[Any]) -> Any:
    """Return a JSON value with something else in one place."""
    if isinstance(found, dict | list) and found and draw(st.integers(0, 9)):
        keys = list(found) if isinstance(found, dict) else list(range(len(found)))
        key = draw(st.sampled_from(keys))
        copy = found.copy()
        copy[key] = draw(changed(found[key], odd))
        return copy
    return draw(odd)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.parametrize("name", ["notebook", "result"])
@FEW
@given(data=st.data())
def test_json_with_something_else_in_one_place(name: str, data: st.DataObject) -> None:
    target, seeds = targets.TARGETS[name]
    target(json.dumps(data.draw(changed(json.loads(seeds[0]), JSON))).encode())


@FEW
@given(node=JSON_VALUES)
def test_any_header_whose_value_is_used(node: Any) -> None:
    targets.header(json.dumps(node).encode())


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.complex_numbers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@FEW
@given(data=st.data())
def test_descriptions_of_errors_and_kernels_with_something_else_in_one_place(data: st.DataObject) -> None:
    targets.answered(data.draw(changed(targets.LAUNCHED, VALUES)))
    said = data.draw(changed(targets.SAID, VALUES.filter(lambda value: isinstance(value, dict | list))))
    targets.error(b"".join(pack(Kind.ERROR, 1, said)))
