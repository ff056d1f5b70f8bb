"""Values that travel come back the same; an enemy's bytes come back as plain values or a ProtocolError."""

from __future__ import annotations

import gc
import json
import math
import os
import sys
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from autograde.sandbox.inside.frames import (
    MAGIC,
    MAX_HEADER_BYTES,
    PREFIX,
    Closed,
    Frame,
    Kind,
    pack,
    read_frame,
    write_frame,
)
from autograde.wire import DTYPES, ProtocolError, TooLarge, decode, encode

NUMPY_DTYPES = sorted(set(DTYPES) - {"bf16"})
TORCH_DTYPES = [
    torch.float16,
    torch.bfloat16,
    torch.float32,
    torch.float64,
    torch.int64,
    torch.bool,
    torch.complex64,
]


def round_trip(value: Any, **options: Any) -> Any:
    node, buffers = encode(value)
    return decode(json.loads(json.dumps(node)), bytearray(b"".join(buffers)), **options)


PLAIN = [None, True, False, 0, -(1 << 63), 1 << 1023, 0.1, -math.inf, 1 + 2j, "wörds", "", b"\0\xff"]
NESTED = [[], [1, [2, (3,)]], (), (1.5, "a"), {"a": [1], 2: None, 0.5: True}, [b"one", b"", b"three"]]


@pytest.mark.parametrize("value", [*PLAIN, *NESTED], ids=repr)
def test_plain_value_comes_back_with_its_type(value: Any) -> None:
    found = round_trip(value)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("name", NUMPY_DTYPES)
@pytest.mark.parametrize("shape", [(), (0,), (1,), (3, 5), (2, 0, 3)])
def test_array_of_every_dtype_comes_back(name: str, shape: tuple[int, ...]) -> None:
    array = np.random.default_rng(0).integers(0, 2, size=shape).astype(DTYPES[name])
    found = round_trip(array)
    assert found.dtype == array.dtype
    assert found.shape == shape
    assert np.array_equal(found, array)
    assert found.flags.writeable


def test_layout_travels_with_an_array() -> None:
    cube = np.arange(24.0).reshape(2, 3, 4)
    turned = cube.transpose(2, 0, 1)
    found = round_trip(turned)
    assert np.array_equal(found, turned)
    assert found.strides == turned.strides
    assert not round_trip(np.broadcast_to(np.float64(2), (2, 3))).flags.writeable
    assert np.array_equal(round_trip(cube[:, ::2, ::-1]), cube[:, ::2, ::-1])


def test_scalar_nan_and_foreign_byte_order_come_back() -> None:
    assert type(round_trip(np.float32(0.5))) is np.float32
    assert np.isnan(round_trip([np.nan, np.array([np.nan])])[1]).all()
    assert round_trip(np.arange(3, dtype=">i4")).tolist() == [0, 1, 2]
    assert round_trip(np.dtype("float32")) == np.dtype("float32")


@pytest.mark.parametrize("dtype", TORCH_DTYPES, ids=str)
def test_tensor_of_every_dtype_comes_back(dtype: torch.dtype) -> None:
    tensor = torch.tensor([[0, 1, 1], [1, 0, 1]]).to(dtype)
    found = round_trip(tensor, tensors=True)
    assert found.dtype == dtype
    assert torch.equal(found, tensor)


def test_tensor_keeps_layout_gradient_flag_and_dtype() -> None:
    tensor = torch.randn(3, 5).T.requires_grad_()
    found = round_trip({"weight": tensor, "dtype": torch.bfloat16}, tensors=True)
    assert found["weight"].requires_grad
    assert not found["weight"].is_contiguous()
    assert torch.equal(found["weight"], tensor)
    assert found["dtype"] is torch.bfloat16


def test_what_cannot_travel_is_kept_by_name_or_refused() -> None:
    kept: list[object] = []

    def keep(value: object) -> tuple[str, str]:
        kept.append(value)
        return f"#{len(kept)}", type(value).__name__

    value = [object(), np.array(["text"]), 1 << 1024, torch.empty(2, device="meta")]
    node, buffers = encode(value, keep)
    assert decode(node, bytearray(b"".join(buffers)), lambda handle, name: (handle, name)) == [
        ("#1", "object"),
        ("#2", "ndarray"),
        ("#3", "int"),
        ("#4", "Tensor"),
    ]
    with pytest.raises(TypeError, match="got object"):
        encode(object())
    with pytest.raises(ProtocolError):
        decode(node, bytearray(b"".join(buffers)))


def test_encode_refuses_what_is_too_large_or_too_deep() -> None:
    with pytest.raises(TooLarge, match="at most 64 bytes, got 800"):
        encode(np.zeros(100), max_bytes=64)
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(TooLarge, match="16 deep"):
        encode(endless)
    with pytest.raises(TooLarge, match="parts"):
        encode([0] * 20_000)


def test_encode_replaces_what_is_not_unicode() -> None:
    assert round_trip("a\ud800b") == "a?b"


HOSTILE = [
    ("unknown kind", ["pickle", "cos\nsystem"], b""),
    ("no kind", [], b""),
    ("an object of JSON", {"k": 1}, b""),
    ("a float of JSON", 1.5, b""),
    ("an integer out of range", 1 << 1024, b""),
    ("half a character", "\ud800", b""),
    ("an object dtype", ["array", "O8", [1], [0], False], bytes(64)),
    ("a dtype that is no text", ["array", ["f8"], [1], [0], False], bytes(64)),
    ("more elements than bytes", ["array", "f8", [9], [0], False], bytes(64)),
    ("a negative length", ["array", "f8", [-1], [0], False], b""),
    ("a boolean length", ["array", "f8", [True], [0], False], bytes(64)),
    ("lengths whose product is huge", ["array", "f8", [1 << 40, 1 << 40], [0, 1], False], bytes(64)),
    (
        "an empty array of a huge shape",
        ["array", "f8", [0, 1 << 40, 1 << 40, 1 << 40], [0, 1, 2, 3], False],
        b"",
    ),
    ("too many axes", ["array", "f8", [1] * 17, list(range(17)), False], bytes(64)),
    ("an order that is none", ["array", "f8", [2, 2], [0, 0], False], bytes(64)),
    ("a boolean that is neither", ["array", "b1", [2], [0], False], b"\x02\x01" + bytes(62)),
    ("a payload that nobody names", None, bytes(64)),
    ("a scalar with axes", ["scalar", "f8", [1], [0], False], bytes(64)),
    ("bytes behind the end", ["bytes", 65], bytes(64)),
    ("fewer bytes than none", ["bytes", -64], b""),
    ("a float that is none", ["float", "one"], b""),
    ("a float of a thousand digits", ["float", "0x" + "1" * 1000], b""),
    ("bytes that are read twice", ["list", [["bytes", 64], ["bytes", -64], ["bytes", 64]]], bytes(64)),
    ("a tuple as a key", ["dict", [[["tuple", []], 1]]], b""),
    ("a whole number with the hash of others as a key", ["dict", [[sys.hash_info.modulus, 1]]], b""),
    ("a list as a key", ["dict", [[["list", []], 1]]], b""),
    ("half a pair", ["dict", [[1]]], b""),
    ("a handle that is none", ["object", "../../etc", "x"], b""),
    ("a tensor where none is expected", ["tensor", "f4", [1], [0], False], bytes(64)),
    ("a torch attribute that is no dtype", ["dtype", "torch.load"], b""),
    ("nested too deeply", json.loads('["list",[' * 20 + "1" + "]]" * 20), b""),
]


@pytest.mark.parametrize(
    ("node", "payload"), [each[1:] for each in HOSTILE], ids=[each[0] for each in HOSTILE]
)
def test_decode_rejects_hostile_bytes(node: Any, payload: bytes) -> None:
    with pytest.raises(ProtocolError):
        decode(node, bytearray(payload), fetch=lambda handle, name: handle)


@pytest.mark.parametrize("node", [["tensor", "i8", [1], [0], True], ["dtype", "torch.float99"]])
def test_decode_rejects_what_torch_does_not_know(node: Any) -> None:
    with pytest.raises(ProtocolError):
        decode(node, bytearray(64 if node[0] == "tensor" else 0), tensors=True)


def test_arrays_never_share_a_byte() -> None:
    node, buffers = encode([np.zeros(3), np.ones(3)])
    first, second = decode(node, bytearray(b"".join(buffers)))
    first += 5
    assert second.tolist() == [1, 1, 1]


def test_a_value_that_nobody_holds_takes_its_bytes_with_it() -> None:
    node, buffers = encode({"weights": np.zeros(8), "more": [1.5, b"bytes"]})
    payload = bytearray(b"".join(buffers))
    gc.disable()
    try:
        decode(node, payload)
        assert sys.getrefcount(payload) == 2, "this function's name, and the argument of getrefcount"
    finally:
        gc.enable()


KINDS = ["float", "complex", "bytes", "list", "tuple", "dict", "array", "scalar", "tensor", "dtype", "object"]
WORDS = st.sampled_from([*KINDS, "f8", "b1", "bf16", "torch.float16", "0x1p0", "#1", "other"])
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 1 << 1025) | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.tuples(WORDS, inner, inner, inner, inner).map(list),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(node=JSON_VALUES, payload=st.binary(max_size=200))
def test_decode_survives_any_header(node: Any, payload: bytes) -> None:
    try:
        value = decode(node, bytearray(payload), fetch=lambda handle, name: handle, tensors=True)
    except ProtocolError:
        return
    encode(value)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_reading_survives_any_damage_to_a_frame(data: st.DataObject) -> None:
    value = {"weights": np.arange(6.0).reshape(2, 3), "words": ["a", 1, None]}
    frame = bytearray(b"".join(pack(Kind.RESULT, 7, value)))
    for _ in range(data.draw(st.integers(1, 4))):
        frame[data.draw(st.integers(0, len(frame) - 1))] = data.draw(st.integers(0, 255))
    cut = frame[: data.draw(st.integers(0, len(frame)))]
    reading, writing = os.pipe()
    try:
        os.write(writing, cut)
        os.close(writing)
        read_frame(reading, 1 << 16).value()
    except (ProtocolError, TooLarge, Closed):
        pass
    finally:
        os.close(reading)


NUMBERS = st.integers(-(1 << 63), (1 << 64) - 1) | st.floats(allow_nan=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=9) | st.binary(max_size=99),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner) | st.tuples(inner, inner)
    ),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None)
@given(VALUES)
def test_any_plain_value_comes_back(value: Any) -> None:
    assert round_trip(value) == value


def send(blob: bytes, max_bytes: int = 1 << 20) -> Frame:
    reading, writing = os.pipe()
    try:
        os.write(writing, blob)
        os.close(writing)
        return read_frame(reading, max_bytes)
    finally:
        os.close(reading)


def test_frame_carries_kind_number_and_value() -> None:
    frame = send(b"".join(pack(Kind.CALL, 1 << 62, ["cpu.softmax", np.ones(3)])))
    assert (frame.kind, frame.sequence) == (Kind.CALL, 1 << 62)
    assert frame.value()[1].tolist() == [1, 1, 1]


@pytest.mark.parametrize(
    ("blob", "error"),
    [
        (b"", Closed),
        (b"HTTP/1.1 200 OK, full marks, thank you", ProtocolError),
        (PREFIX.pack(b"HTTP", 5, 1, 2, 0) + b"[]", ProtocolError),
        (PREFIX.pack(MAGIC, 5, 1, MAX_HEADER_BYTES + 1, 0), ProtocolError),
        (PREFIX.pack(MAGIC, 5, 1, 2, 1 << 50) + b"[]", TooLarge),
        (PREFIX.pack(MAGIC, 5, 1, 5, 0) + b"[1, 2", ProtocolError),
        (PREFIX.pack(MAGIC, 5, 1, 2, 0) + b"\xff\xfe", ProtocolError),
        (PREFIX.pack(MAGIC, 5, 1, 4, 0) + b"nu", Closed),
        (PREFIX.pack(MAGIC, 5, 1, 60_000, 0) + b"[" * 60_000, ProtocolError),
        (PREFIX.pack(MAGIC, 5, 1, 60_000, 0) + b"9" * 60_000, ProtocolError),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else None,
)
def test_read_frame_rejects_what_is_no_frame(blob: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        send(blob)


def test_write_frame_says_that_the_other_side_has_gone() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with pytest.raises(Closed):
        write_frame(writing, pack(Kind.CALL, 1, None))
    os.close(writing)
