"""What a worker says about a failed call is an enemy's data: a description in the agreed form, or none."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest

from autograde.sandbox.inside.frames import Frame, Kind
from autograde.sandbox.reported import MAX_FRAMES, MAX_MESSAGE, reported
from autograde.verdict import Verdict
from autograde.wire import ProtocolError, encode

SAID: dict[str, Any] = {
    "outcome": "error",
    "type": "ValueError",
    "message": "axis 3",
    "frames": [("attnlib/cpu/scores.py", 7, "scores")],
}
ARRAY = np.zeros((2, 3))


def sent(value: object) -> Frame:
    """Return the frame that a worker's description becomes on its way."""
    node, buffers = encode(value)
    return Frame(Kind.ERROR, 1, json.loads(json.dumps(node)), bytearray(b"".join(buffers)))


def test_a_description_becomes_a_failure() -> None:
    failure = reported(sent(SAID), "scores", 1 << 20)
    assert failure.verdict is Verdict.RUN_TIME_ERROR
    assert failure.message == "ValueError: axis 3"
    assert (failure.frames[0].file, failure.frames[0].line) == ("attnlib/cpu/scores.py", 7)


EMPTY: tuple[Any, ...] = ([], ["error"], {})
ODD: tuple[Any, ...] = (None, 3, math.inf, ARRAY, ARRAY[0, 0], b"x")


@pytest.mark.parametrize(
    "said",
    [
        None,
        7,
        "error",
        ARRAY,
        np.float64(1),
        [],
        [1, 2],
        {},
        *({name: value for name, value in SAID.items() if name != left_out} for left_out in SAID),
        *(SAID | {name: odd} for name in SAID for odd in ODD),
        *(SAID | {name: empty} for name in ("outcome", "type", "message") for empty in EMPTY),
        SAID | {"outcome": "accepted"},
        SAID | {"frames": [1]},
        SAID | {"frames": [ARRAY]},
        SAID | {"frames": [("file", 1)]},
        SAID | {"frames": [("file", 1, "name", "more")]},
        SAID | {"frames": [("file", math.inf, "name")]},
        SAID | {"frames": [("file", ARRAY, "name")]},
        SAID | {"frames": [("file", 1 << 1000, "name")]},
        SAID | {"frames": [("file", -1, "name")]},
        SAID | {"frames": [(ARRAY, 1, "name")]},
        SAID | {"frames": ["abc"]},
        SAID | {"frames": {("file"): 1}},
        SAID | {"frames": SAID["frames"] * (MAX_FRAMES + 1)},
        SAID | {"frames": SAID["frames"] * 2000},
    ],
    ids=lambda said: repr(said)[:60],
)
def test_what_is_no_description_is_a_protocol_error_and_nothing_else(said: object) -> None:
    with pytest.raises(ProtocolError):
        reported(sent(said), "scores", 1 << 20)


def test_a_long_and_hostile_text_is_cut_and_made_harmless() -> None:
    said = SAID | {"type": "E" * 500_000, "message": "\x1b[31m" + "m" * 300_000}
    failure = reported(sent(said), "scores", 1 << 20)
    assert len(failure.message) < MAX_MESSAGE + 300
    assert "\x1b" not in failure.message


def test_a_message_names_no_folder_of_this_machine() -> None:
    text = "cannot import name 'nope' from 'numpy' (/srv/course/.venv/lib/python3.11/numpy/__init__.py)"
    message = reported(sent(SAID | {"message": text}), "scores", 1 << 20).message
    assert message == "ValueError: cannot import name 'nope' from 'numpy' (__init__.py)"
