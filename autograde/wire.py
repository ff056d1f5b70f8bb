"""Values as they travel between the judge and a worker: a JSON header and raw little-endian buffers.

The header describes one value; arrays lie in the payload, one behind the other in the order in which
the header names them, so there is no offset that could point anywhere else. Whoever decodes treats
every byte as written by an enemy: lengths before memory, exact types, a list of dtypes, limits on depth
and number of nodes. There is no pickle.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np

MAX_PAYLOAD_BYTES = 1 << 30
MAX_DEPTH = 16
MAX_NODES = 10_000
MAX_AXES = 16
ALIGNMENT = 64
LARGEST_INT = 1 << 1024  # costs of long sequences outgrow 64 bits
SMALLEST_ALIKE = sys.hash_info.modulus  # from here on thousands of whole numbers may have the same hash

DTYPES = {
    **{f"f{size}": f"<f{size}" for size in (2, 4, 8)},
    **{f"{kind}{size}": f"<{kind}{size}" for kind in "iu" for size in (1, 2, 4, 8)},
    **{"b1": "|b1", "c8": "<c8", "c16": "<c16", "bf16": "<i2"},
}
CONTAINERS, NUMBERS = (list, tuple, dict), (np.ndarray, np.generic)  # a union is made anew in each question
TORCH_DTYPE = re.compile(r"torch\.(b?float|complex|u?int)\d{1,3}|torch\.bool")
HANDLE = re.compile(r"#\d{1,9}")

Node = Any  # what JSON can hold
Keep = Callable[[object], tuple[str, str]]  # an object that cannot travel -> its handle and type name
Fetch = Callable[[str, str], object]  # and back


class WireError(Exception):
    """Something that did not travel."""


class ProtocolError(WireError):
    """The other side does not keep to the protocol."""


class TooLarge(WireError):
    """A value that is larger or deeper than the limits."""


def keep_nothing(value: object) -> NoReturn:
    """Refuse what cannot travel."""
    raise TypeError(f"value: expected numbers, arrays, tensors or text, got {type(value).__name__}.")


def fetch_nothing(handle: str, type_name: str) -> NoReturn:
    """Refuse the name of an object that was never kept."""
    raise ProtocolError(f"object {handle}: expected none, got a {type_name}")


def encode(
    value: object, keep: Keep = keep_nothing, max_bytes: int = MAX_PAYLOAD_BYTES
) -> tuple[Node, list[Any]]:
    """Return the header node of `value` and the buffers that belong to it.

    Raises:
        TooLarge: more than `max_bytes` of buffers, or nested too deeply.
        TypeError: from the default `keep`, for what cannot travel.
    """
    encoder = _Encoder(keep, max_bytes)
    return encoder.node(value, 0), encoder.buffers


class _Encoder:
    """Collects the buffers of one value."""

    def __init__(self, keep: Keep, max_bytes: int) -> None:
        self.keep = keep
        self.max_bytes = max_bytes
        self.buffers: list[Any] = []
        self.size = 0
        self.nodes = 0

    def node(self, value: Any, depth: int) -> Node:
        self.nodes += 1
        if depth > MAX_DEPTH or self.nodes > MAX_NODES:
            raise TooLarge(f"value: expected at most {MAX_NODES} parts, {MAX_DEPTH} deep, got more")
        kind = type(value)
        if value is None or kind is bool:
            return value
        if kind is int and abs(value) < LARGEST_INT:
            return value
        if kind is float:
            return ["float", value.hex()]
        if kind is not np.ndarray:
            if isinstance(value, str):  # np.str_ is one, too
                return value if kind is str and value.isascii() else _whole(value)
            if isinstance(value, CONTAINERS):
                return self._container(value, depth + 1)
        return self._leaf(value)

    def _container(self, value: Any, depth: int) -> Node:
        if isinstance(value, dict):
            return ["dict", [[self.node(key, depth), self.node(item, depth)] for key, item in value.items()]]
        return ["list" if isinstance(value, list) else "tuple", [self.node(item, depth) for item in value]]

    def _leaf(self, value: Any) -> Node:
        torch = sys.modules.get("torch")
        if type(value) is complex:
            return ["complex", value.real.hex(), value.imag.hex()]
        if type(value) is bytes:
            self._append(value, len(value))
            return ["bytes", len(value)]
        if isinstance(value, NUMBERS) and _dtype_name(value.dtype) in DTYPES:
            array = np.asarray(value)
            frozen = not array.flags.writeable
            return ["scalar" if isinstance(value, np.generic) else "array", *self._array(array), frozen]
        if isinstance(value, np.dtype) and _dtype_name(value) in DTYPES:
            return ["dtype", _dtype_name(value)]
        if torch is not None and isinstance(value, torch.Tensor):
            node = self._tensor(torch, value)
            if node is not None:
                return node
        if torch is not None and isinstance(value, torch.dtype) and TORCH_DTYPE.fullmatch(str(value)):
            return ["dtype", str(value)]
        return ["object", *self.keep(value)]

    def _tensor(self, torch: Any, tensor: Any) -> Node:
        """Return the node of a dense tensor of a known dtype on any device, or None for other tensors."""
        try:
            plain = tensor.detach().to("cpu").resolve_conj().resolve_neg()
            bfloat16 = plain.dtype is torch.bfloat16
            array = (plain.view(torch.int16) if bfloat16 else plain).numpy()
        except (RuntimeError, TypeError, NotImplementedError):
            return None
        if _dtype_name(array.dtype) not in DTYPES:
            return None
        name, shape, order = self._array(array)
        return ["tensor", "bf16" if bfloat16 else name, shape, order, bool(tensor.requires_grad)]

    def _array(self, array: Any) -> tuple[str, list[int], list[int]]:
        """Append the elements in the order of memory; return dtype, packed shape and the axes' order."""
        order = list(range(array.ndim))
        if not array.flags.c_contiguous:
            by_stride = sorted(order, key=lambda axis: -array.strides[axis])
            order = by_stride if array.transpose(by_stride).flags.c_contiguous else order
        packed = array.transpose(order)
        name = _dtype_name(array.dtype)
        if packed.nbytes > self.max_bytes:
            raise TooLarge(f"value: expected at most {self.max_bytes} bytes, got {packed.nbytes}")
        flat = np.ascontiguousarray(packed, dtype=DTYPES[name]).reshape(-1)
        self._append(flat.view(np.uint8).data if flat.size else b"", flat.nbytes)
        return name, list(packed.shape), order

    def _append(self, buffer: Any, length: int) -> None:
        padding = -length % ALIGNMENT
        self.size += length + padding
        if self.size > self.max_bytes:
            raise TooLarge(f"value: expected at most {self.max_bytes} bytes, got {self.size}")
        self.buffers += [buffer, bytes(padding)] if padding else [buffer]


def _whole(text: str) -> str:
    """Return a text without halves of characters."""
    return str.encode(text, "utf-8", "replace").decode()


def _dtype_name(dtype: np.dtype[Any]) -> str:
    return f"{dtype.kind}{dtype.itemsize}"


def decode(node: Node, payload: bytearray, fetch: Fetch = fetch_nothing, tensors: bool = False) -> Any:
    """Return the value that `node` and `payload` describe; arrays are views into `payload`.

    Raises:
        ProtocolError: for anything that `encode` would not have written. Nothing else, whatever the bytes.
    """
    decoder = _Decoder(payload, fetch, tensors)
    try:
        value = decoder.value(node, 0)
    except (ValueError, TypeError, OverflowError, RuntimeError, MemoryError) as error:
        raise ProtocolError(f"value: expected a well-formed one, got {type(error).__name__}") from error
    _need(decoder.position == len(payload), "payload")
    return value


def _need(condition: bool, what: str) -> None:
    if not condition:
        raise ProtocolError(f"{what}: expected a well-formed one, got something else")


class _Decoder:
    """Walks through the payload while it reads the header."""

    def __init__(self, payload: bytearray, fetch: Fetch, tensors: bool) -> None:
        self.payload = payload
        self.fetch = fetch
        self.tensors = tensors
        self.position = 0
        self.nodes = 0

    def value(self, node: Node, depth: int) -> Any:
        self.nodes += 1
        _need(depth <= MAX_DEPTH and self.nodes <= MAX_NODES, "depth")
        if node is None or type(node) is bool:
            return node
        if type(node) is int:
            _need(abs(node) < LARGEST_INT, "integer")
            return node
        if type(node) is str:
            return node.encode("utf-8").decode()
        _need(type(node) is list and bool(node) and type(node[0]) is str and node[0] in READERS, "kind")
        return READERS[node[0]](self, node[1:], depth + 1)

    def _float(self, parts: list[Node], depth: int) -> float:
        _need(len(parts) == 1 and type(parts[0]) is str, "float")
        return float.fromhex(parts[0])

    def _complex(self, parts: list[Node], depth: int) -> complex:
        _need(len(parts) == 2, "complex")
        return complex(self._float(parts[:1], depth), self._float(parts[1:], depth))

    def _bytes(self, parts: list[Node], depth: int) -> bytes:
        _need(len(parts) == 1 and type(parts[0]) is int and parts[0] >= 0, "bytes")
        start = self._advance(parts[0])
        return bytes(self.payload[start : start + parts[0]])

    def _sequence(self, parts: list[Node], depth: int) -> list[object]:
        _need(len(parts) == 1 and type(parts[0]) is list, "sequence")
        return [self.value(item, depth) for item in parts[0]]

    def _tuple(self, parts: list[Node], depth: int) -> tuple[object, ...]:
        return tuple(self._sequence(parts, depth))

    def _dict(self, parts: list[Node], depth: int) -> dict[object, object]:
        _need(len(parts) == 1 and type(parts[0]) is list, "dict")
        found: dict[object, object] = {}
        for pair in parts[0]:
            _need(type(pair) is list and len(pair) == 2, "pair")
            key = self.value(pair[0], depth)
            _need(key is None or type(key) in (str, int, bool, float), "key")
            _need(type(key) is not int or abs(key) < SMALLEST_ALIKE, "key")
            found[key] = self.value(pair[1], depth)
        return found

    def _array(self, parts: list[Node], depth: int) -> Any:
        _need(len(parts) == 4 and type(parts[3]) is bool and parts[0] != "bf16", "array")
        array = self._elements(*parts[:3])
        array.flags.writeable = not parts[3]
        return array

    def _scalar(self, parts: list[Node], depth: int) -> object:
        array = self._array(parts, depth)
        _need(array.ndim == 0, "scalar")
        return array[()]

    def _tensor(self, parts: list[Node], depth: int) -> object:
        _need(self.tensors and len(parts) == 4 and type(parts[3]) is bool, "tensor")
        import torch

        tensor = torch.from_numpy(self._elements(*parts[:3]))
        if parts[0] == "bf16":
            tensor = tensor.view(torch.bfloat16)
        return tensor.requires_grad_() if parts[3] else tensor

    def _dtype(self, parts: list[Node], depth: int) -> object:
        _need(len(parts) == 1 and type(parts[0]) is str, "dtype")
        if parts[0] in DTYPES and parts[0] != "bf16":
            return np.dtype(DTYPES[parts[0]])
        _need(self.tensors and TORCH_DTYPE.fullmatch(parts[0]) is not None, "dtype")
        import torch

        dtype = getattr(torch, parts[0].removeprefix("torch."), None)
        _need(isinstance(dtype, torch.dtype), "dtype")
        return dtype

    def _object(self, parts: list[Node], depth: int) -> object:
        _need(len(parts) == 2 and all(type(part) is str and len(part) <= 200 for part in parts), "object")
        _need(HANDLE.fullmatch(parts[0]) is not None and parts[1].isprintable(), "object")
        return self.fetch(parts[0], parts[1])

    def _elements(self, name: Node, shape: Node, order: Node) -> Any:
        _need(type(name) is str and name in DTYPES, "dtype")
        _need(type(shape) is list and len(shape) <= MAX_AXES, "shape")
        _need(all(type(length) is int and 0 <= length <= 1 << 40 for length in shape), "shape")
        _need(type(order) is list and all(type(axis) is int for axis in order), "order")
        in_turn = list(range(len(shape)))
        _need(order == in_turn or sorted(order) == in_turn, "order")
        dtype = np.dtype(DTYPES[name])
        count = math.prod(shape)
        start = self._advance(count * dtype.itemsize)
        flat = np.frombuffer(self.payload, dtype, count, start) if count else np.empty(0, dtype)
        if name == "b1" and count:
            _need(int(flat.view(np.uint8).max()) <= 1, "bool")
        array = flat.reshape(shape)
        return array if order == in_turn else array.transpose(sorted(in_turn, key=order.__getitem__))

    def _advance(self, length: int) -> int:
        start = self.position
        end = start + length + -length % ALIGNMENT
        _need(end <= len(self.payload), "payload")
        self.position = end
        return start


READERS: dict[str, Callable[[_Decoder, list[Node], int], object]] = {
    "float": _Decoder._float,
    "complex": _Decoder._complex,
    "bytes": _Decoder._bytes,
    "list": _Decoder._sequence,
    "tuple": _Decoder._tuple,
    "dict": _Decoder._dict,
    "array": _Decoder._array,
    "scalar": _Decoder._scalar,
    "tensor": _Decoder._tensor,
    "dtype": _Decoder._dtype,
    "object": _Decoder._object,
}
"""By the name of its kind, who reads a node. A decoder that held them itself would outlive its payload."""
