"""What a call costs as seen from outside its process: nothing that runs inside can hide it.

The call has a worker to itself. When it has answered, the worker is ended, and the kernel tells the trusted
process that reaps it how much memory it held at most and how long its threads had the processors. What a
worker needs that is never asked anything is taken off. What was done to load the submission is included.

In the sandbox `perform` is never called. It serves where the reference is asked in the judge's own process.
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from autograde.instruments.place import Place

PLACE, NEEDS = Place.ALONE, "numpy"


def perform(function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Call `function` here.

    Returns:
        value: the result.
        peak_bytes: the most memory that was held at once.
        cpu_s: seconds of all threads on the processors.
    """
    tracemalloc.start()
    try:
        start_s = time.process_time()
        value = function(*args, **kwargs)
        cpu_s = time.process_time() - start_s
        return {"value": value, "peak_bytes": tracemalloc.get_traced_memory()[1], "cpu_s": cpu_s}
    finally:
        tracemalloc.stop()
