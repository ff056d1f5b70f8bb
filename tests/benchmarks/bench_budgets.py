"""What the largest texts, answers and notebooks that may be handed in cost the judge: seconds and memory.

Each is judged in a process of its own that has judged the reference before; memory is what its peak grew by.
"""

from __future__ import annotations

import json
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from row import Row

ROOT = Path(__file__).resolve().parents[2]
FILE, STEP = "cpu/softmax.py", "cpu/efficient.py"
FILE_BYTES = 127 << 10

ANSWERS = {
    "64 MiB of float64": "np.zeros((8 << 20) - 8)",
    "64 MiB of int8 in another shape": "np.zeros((64 << 20) - 64, 'i1')",
    "10,000 numbers in a list": "[0.5] * 9_999",
    "a mebibyte of text": "'é' * 524_000",
    "an error of a mebibyte": "(_ for _ in ()).throw(type('E' * 90, (Exception,), {})('m' * 1_000_000))",
}
SOURCES = {
    "stars and 100,000 names": b"from numpy import *\n" * 400 + b"b;" * (FILE_BYTES // 2 - 5_000),
    "a hundred nested brackets": (b"x = " + b"(" * 90 + b"1" + b")" * 90 + b"\n") * (FILE_BYTES // 190),
    "one sum of 60,000 terms": b"x = " + b"+".join([b"1"] * (FILE_BYTES // 2)) + b"\n",
}
STATE = """
import numpy as np

def linear_attention_step(state, query, key, value):
    return value, np.zeros(1 << 17)
"""


Cost = tuple[float, float]  # seconds, mebibytes


def measure() -> Iterator[Row]:
    cases: dict[str, tuple[Callable[[], Cost], Cost]] = {
        "answer: a mebibyte of state, step after step": (partial(_state, STATE), (5.0, 64.0)),
        "notebook: 18 MB of the smallest parts": (partial(_notebook, b'{"a":0},' * 2_200_000), (20.0, 64.0)),
        "text: 80,000 spaces as Markdown": (partial(_page, "a" + " " * 80_000 + "b"), (10.0, 64.0)),
    }
    cases |= {f"answer: {name}": (partial(_answer, text), (5.0, 96.0)) for name, text in ANSWERS.items()}
    cases |= {f"source: {name}": (partial(_source, text), (10.0, 64.0)) for name, text in SOURCES.items()}
    for name, (action, wanted) in cases.items():
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
            spent_s, grown_mib = executor.submit(action).result()
        yield Row(name, (spent_s,), "s", wanted[0])
        yield Row(f"{name}: memory", (grown_mib,), "MiB", wanted[1])


def _answer(expression: str) -> Cost:
    text = f"\nimport numpy as np\n\ndef softmax(scores, axis=-1):\n    return {expression}\n"
    return _judged("03.1", FILE, lambda source: source + text.encode())


def _source(text: bytes) -> Cost:
    return _judged("03.1", FILE, lambda source: source + b"\n" + text)


def _state(text: str) -> Cost:
    return _judged("08.5", STEP, lambda source: source + text.encode())


def _judged(exercise: str, file: str, change: Callable[[bytes], bytes]) -> Cost:
    from autograde.course.course import Course
    from autograde.course.submission import read_sources
    from autograde.judge import judge_sources
    from autograde.sandbox.sandbox import Sandbox

    course, sources = Course(ROOT), read_sources(ROOT / "solutions", "attnlib")
    with Sandbox(course.limits) as sandbox:

        def judge(handed_in: Mapping[str, bytes]) -> bool:
            result = judge_sources(handed_in, exercise=exercise, course=course, sandbox=sandbox)
            return result.judge_failed

        judge(sources)
        return _measured(lambda: judge({**sources, file: change(sources[file])}))


def _notebook(parts: bytes) -> Cost:
    from autograde.nbgrader_plugins.submitted import usable_notebook

    released = ROOT / "lessons" / "01_query_key_value" / "01_query_key_value.ipynb"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "handed_in.ipynb"
        path.write_bytes(json.dumps({"cells": []}).encode())
        usable_notebook(path, released)
        path.write_bytes(b'{"cells": [' + parts + b"{}]}")
        return _measured(lambda: usable_notebook(path, released) is None)


def _page(text: str) -> Cost:
    from autograde.nbgrader_plugins.reader import Page

    Page().html("warm")
    return _measured(lambda: Page().html(text) == "")


def _measured(failed: Callable[[], bool]) -> Cost:
    """Return seconds, and by how many mebibytes this process's peak grew."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    if failed():
        raise RuntimeError("a fault of the grader")
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return time.perf_counter() - start, grown / 1024
