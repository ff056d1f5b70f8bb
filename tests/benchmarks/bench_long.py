"""Long sequences on the CPU: chunked attention to 65,536 tokens, linear attention to a million."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
from row import Row, timed

from autograde.course.course import load_reference
from autograde.growth import growth_exponent

D_HEAD, BLOCK = 4, 64
CHUNKED, LINEAR = (8_192, 16_384, 65_536), (10_000, 100_000, 1_000_000)


def measure() -> Iterator[Row]:
    load_reference(Path(__file__).resolve().parents[2] / "solutions" / "attnlib")
    from reference.cpu.efficient import chunked_attention, linear_attention

    ways: dict[str, tuple[Callable[..., object], tuple[int, ...]]] = {
        "chunked attention": (lambda q, k, v: chunked_attention(q, k, v, BLOCK), CHUNKED),
        "linear attention": (linear_attention, LINEAR),
    }
    for name, (attend, lengths) in ways.items():
        peaks = []
        for length in lengths:
            inputs = np.random.default_rng(0).normal(size=(3, length, D_HEAD)).astype(np.float32)
            tracemalloc.start()
            times = timed(partial(attend, *inputs), 1)
            peaks.append(tracemalloc.get_traced_memory()[1] / (1 << 20))
            tracemalloc.stop()
            yield Row(f"{name}, n = {length:,}", times)
            yield Row(f"{name}, n = {length:,}: memory", (peaks[-1],), unit="MiB")
        yield Row(f"{name}: memory grows like n to the power", (growth_exponent(lengths, peaks),), unit="")
