"""What strangers' bytes are read by. Each function raises only for a fault of ours.

`test_fuzz.py` feeds them for seconds in `make test`,
`fuzz.py` for minutes, guided by coverage, in `make fuzz`.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import torch
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograde.classroom.feedback import Feedback, exercise_html, exercise_text, page
from autograde.classroom.store import Graded
from autograde.classroom.store import submission as kept_submission
from autograde.compare import Mismatch, distance, expect_close, expect_equal, expect_unchanged
from autograde.course.submission import copy_folder, read_sources
from autograde.errors import AutogradeError
from autograde.here import memory_bytes
from autograde.nbgrader_plugins import reading
from autograde.nbgrader_plugins.reader import Unreadable, reader
from autograde.nbgrader_plugins.sentences import BROKEN, CHANGED, ELSEWHERE, MISSING, NOTE
from autograde.nbgrader_plugins.submitted import usable_notebook
from autograde.record import phrase
from autograde.sandbox import compile_box
from autograde.sandbox.failure import SubmissionFailure
from autograde.sandbox.inside.frames import MAGIC, PREFIX, Frame, Kind, pack, read_frame
from autograde.sandbox.reported import reported
from autograde.verdict import CheckResult, ExerciseResult, SubmissionResult, Verdict
from autograde.wire import TooLarge, WireError

MAX_BYTES = 1 << 15  # what fits into a pipe at once
FOLDER = Path(tempfile.gettempdir()) / f"autograde-fuzz-{os.getpid()}"  # whoever starts this removes it
SECRET = b"what the test made for nobody to read"
MATRIX, TENSOR = np.arange(6.0).reshape(2, 3), torch.arange(6.0).reshape(2, 3)


def frame(data: bytes) -> None:
    """A frame is a value or a WireError; whatever a check does with the value is a Mismatch at worst."""
    with suppress(WireError):
        answered(_sent(data).value(fetch=lambda handle, name: handle, tensors=True))


def header(data: bytes) -> None:
    """The same for a header behind a right prefix, and an empty payload."""
    frame(PREFIX.pack(MAGIC, Kind.RESULT, 1, len(data[:MAX_BYTES]), 0) + data[:MAX_BYTES])


def answered(value: Any) -> None:
    """Do with a value what the judge does with an answer."""
    assert memory_bytes(value) > 0
    assert phrase(value)
    for numbers in (MATRIX, TENSOR, 1.5, np.array([True, False])):
        with suppress(Mismatch):
            expect_close("value", value, numbers)
    for exact in (3, "text", (1, 2), {"a": 1}, True):
        with suppress(Mismatch):
            expect_equal("value", value, exact)
    with suppress(Mismatch):
        expect_unchanged("value", value, MATRIX)
    for known in (MATRIX, TENSOR, 1.5, 3, "text", (MATRIX, 1), {"a": MATRIX}):
        assert distance(value, known) >= 0
    with suppress(SubmissionFailure):
        compile_box.translated(value)
    with suppress(TooLarge):
        pack(Kind.CALL, 1, value)


def error(data: bytes) -> None:
    """A description of an error is a failure in words, or a WireError."""
    with suppress(WireError):
        failure = reported(_sent(data), "function", 1 << 20)
        assert "\x1b" not in failure.message
        assert len(failure.message) < 5000


HINTS = (MISSING, ELSEWHERE, CHANGED)
NOTES = [each for size in range(1, 4) for each in itertools.combinations(HINTS, size)]


def notebook(data: bytes) -> None:
    """Of whatever bytes, a notebook comes out that can be written and read."""
    folders = [FOLDER / name for name in ("handed-in", "released", "written")]
    path, released, written = (folder / "lesson.ipynb" for folder in folders)
    for folder in folders:
        folder.mkdir(exist_ok=True, parents=True)
    path.write_bytes(data)
    if not released.exists():
        nbformat.write(released_notebook(), released)
    found = usable_notebook(path, released)
    nbformat.write(found, written)
    nbformat.validate(nbformat.read(written, as_version=4))
    answers = [cell for cell in found.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == "answer"]
    assert len(answers) == 1
    note = found.metadata.get(NOTE, "")
    assert note in ("", *(" ".join(each) for each in NOTES)) or note.startswith(BROKEN)


def released_notebook() -> Any:
    """Return a notebook with one answer."""
    graded = {"nbgrader": {"grade_id": "answer", "grade": True, "solution": True, "locked": False}}
    cells = [new_code_cell("1", id="code"), new_markdown_cell("The question?", metadata=graded, id="answer")]
    return new_notebook(cells=cells)


def submission(data: bytes) -> None:
    """A folder is read, and copied as it is, or refused with a sentence; nothing outside it is touched."""
    shutil.rmtree(FOLDER / "work", ignore_errors=True)
    root = FOLDER / "work" / "package"
    root.mkdir(parents=True)
    secret = FOLDER / "work" / "secret.py"
    secret.write_bytes(SECRET)
    _make(root, data)
    with suppress(AutogradeError):
        sources = read_sources(root.parent, "package")
        assert all(isinstance(content, bytes) and SECRET not in content for content in sources.values())
    with suppress(AutogradeError):
        copy_folder(root, target := FOLDER / "work" / "copy")
        assert not any(path.is_symlink() for path in target.rglob("*"))


def _make(root: Path, data: bytes) -> None:
    """Make files, folders and links by the bytes: each line is a kind and a name, with a "/" for folders."""
    for line in data.split(b"\n")[:50]:
        kind, name = line[:1], line[1:200].lstrip(b"/")
        path = root / os.fsdecode(name)
        with suppress(OSError, ValueError):
            if ".." in path.parts or os.path.lexists(path):
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            if kind == b"l":
                path.symlink_to(root.parent / "secret.py")
            elif kind == b"d":
                path.mkdir()
            elif kind == b"p":
                os.mkfifo(path)
            elif kind == b"h":
                path.hardlink_to(root.parent / "secret.py")
            else:
                path.write_bytes(data[:1000])


def result(data: bytes) -> None:
    """A result as it is kept is one that can be shown, or damaged."""
    try:
        found = kept_submission(data.decode())
    except (ValueError, TypeError, RecursionError):
        return
    assert page(Feedback("Title", Graded("ada", "01", "key", result=found), 1.0, 2.0))
    for exercise in found.exercises:
        assert exercise_text(exercise)
        assert exercise_html(exercise)


def judged() -> SubmissionResult:
    """Return a result."""
    check = CheckResult("a_check", "It must be right.", Verdict.WRONG_ANSWER, 0.0, 2.0, "1 is off.", "a_name")
    exercise = ExerciseResult("01.1", "numbers.double", 0.0, 2.0, (check,))
    environment = {"sandbox": "full", "python": "3.11", "numpy": "2", "torch": "2", "checks": "abc"}
    return SubmissionResult("ada/01", "01", 0.0, 2.0, environment, (exercise,))


def _sent(data: bytes) -> Frame:
    reading, writing = os.pipe()
    try:
        os.write(writing, data[: MAX_BYTES + PREFIX.size])
        os.close(writing)
        return read_frame(reading, MAX_BYTES)
    finally:
        os.close(reading)


def here(what: str, *arguments: Any) -> Any:
    """Read in this process what the reader would read in its own, where its coverage can be seen."""
    try:
        return getattr(reading, what)(*arguments)
    except Exception as error:
        raise Unreadable(type(error).__name__) from error


def read_here() -> None:
    """Let everything be read in this process, from now on."""
    reader.ask = here  # type: ignore[method-assign]


SAID = {"outcome": "error", "type": "E", "message": "m", "frames": [("package/file.py", 1, "function")]}
VALUES = [{"weights": MATRIX, "words": ["a", 1, None, 0.5, 1j, True]}, (TENSOR, np.float32(1), b"bytes")]
LAUNCHED = {"launches": ["k"], "kernels": {"sm_80": [("k", b"text", True)]}, "errors": {"sm_80": ""}}

TARGETS: dict[str, tuple[Callable[[bytes], None], list[bytes]]] = {
    "frame": (frame, [b"".join(pack(Kind.RESULT, 7, value)) for value in [*VALUES, LAUNCHED]]),
    "header": (header, [b'["dict",[["a",["float","0x1p0"]]]]', b'["tuple",[1,["dtype","f8"],"text",null]]']),
    "error": (error, [b"".join(pack(Kind.ERROR, 7, SAID))]),
    "notebook": (notebook, [json.dumps(released_notebook()).encode(), b'{"cells": [], "nbformat": 3}']),
    "submission": (
        submission,
        [b"fa.py\nfb/c.py\nll.py\ndd\npp\nhh.py\nfA.py", "fé.py\nf\u202e.py\nf-rf".encode()],
    ),
    "result": (result, [json.dumps(asdict(judged())).encode()]),
}
"""A function and bytes to begin with, by name."""
