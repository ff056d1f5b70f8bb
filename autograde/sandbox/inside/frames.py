"""Frames on a pipe between the judge and a worker: a checked prefix, then one value of `autograde.wire`."""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from autograde.wire import (
    MAX_PAYLOAD_BYTES,
    Fetch,
    Keep,
    Node,
    ProtocolError,
    TooLarge,
    WireError,
    decode,
    encode,
    fetch_nothing,
    keep_nothing,
)

PREFIX = struct.Struct("<4sHQIQ")  # magic, kind, sequence number, header bytes, payload bytes
MAGIC = b"ASKS"
MAX_HEADER_BYTES = 1 << 20
CHUNK_BYTES = 1 << 20
HEADER = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)

Ready = Callable[[int], None]  # waits until a descriptor can be read or written


class Kind(IntEnum):
    """What a frame is."""

    HELLO = 1
    LOAD = 2
    IMPORT = 3
    CALL = 4
    RESULT = 5
    ERROR = 6


class Closed(WireError):
    """The other side has gone."""


@dataclass(frozen=True)
class Frame:
    """One frame as it was read: checked in its lengths, not yet in its value."""

    kind: int
    sequence: int
    node: Node
    payload: bytearray

    def value(self, fetch: Fetch = fetch_nothing, tensors: bool = False) -> Any:
        """Return the value inside; raises ProtocolError."""
        return decode(self.node, self.payload, fetch, tensors)


def pack(
    kind: Kind, sequence: int, value: object, keep: Keep = keep_nothing, max_bytes: int = MAX_PAYLOAD_BYTES
) -> list[Any]:
    """Return the buffers of one frame."""
    node, buffers = encode(value, keep, max_bytes)
    header = HEADER.encode(node).encode()
    if len(header) > MAX_HEADER_BYTES:
        raise TooLarge(f"header: expected at most {MAX_HEADER_BYTES} bytes, got {len(header)}")
    length = sum(len(buffer) for buffer in buffers)
    return [PREFIX.pack(MAGIC, kind, sequence, len(header), length) + header, *buffers]


def write_frame(descriptor: int, buffers: list[Any], ready: Ready | None = None) -> None:
    """Write what `pack` returned. `ready` waits, for a descriptor that does not block.

    Raises:
        Closed: the other side has gone.
    """
    small = sum(len(buffer) for buffer in buffers) <= CHUNK_BYTES
    for buffer in [b"".join(buffers)] if small else buffers:
        rest = memoryview(buffer)
        while rest:
            try:
                rest = rest[os.write(descriptor, rest[:CHUNK_BYTES]) :]
            except BlockingIOError:
                if ready is None:
                    raise
                ready(descriptor)
            except BrokenPipeError as error:
                raise Closed("the other side closed its end") from error


def read_frame(descriptor: int, max_bytes: int = MAX_PAYLOAD_BYTES, ready: Ready | None = None) -> Frame:
    """Read one frame. `ready` waits and may raise, for a descriptor that does not block.

    Raises:
        Closed: the other side has gone.
        TooLarge: the payload would be larger than `max_bytes`.
        ProtocolError: not a frame.
    """
    if ready is not None:
        ready(descriptor)
    prefix = _read(descriptor, PREFIX.size, ready)
    magic, kind, sequence, header_bytes, payload_bytes = PREFIX.unpack(prefix)
    if magic != MAGIC or header_bytes > MAX_HEADER_BYTES:
        raise ProtocolError("frame: expected the agreed prefix, got other bytes")
    if payload_bytes > max_bytes:
        raise TooLarge(f"value: expected at most {max_bytes} bytes, got {payload_bytes}")
    try:
        node = json.loads(_read(descriptor, header_bytes, ready).decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ProtocolError("header: expected JSON, got other bytes") from error
    return Frame(kind, sequence, node, _read(descriptor, payload_bytes, ready))


def _read(descriptor: int, length: int, ready: Ready | None) -> bytearray:
    buffer = bytearray(length)
    rest = memoryview(buffer)
    while rest:
        try:
            count = os.readv(descriptor, [rest[:CHUNK_BYTES]])
        except BlockingIOError:
            if ready is None:
                raise
            ready(descriptor)
            continue
        if count == 0:
            raise Closed("the other side closed its end")
        rest = rest[count:]
    return buffer
