"""The kernel of lesson 10 against torch's own attention, each backend by name: time and memory.

float16, head sizes 64 and 128, lengths from 512 to 16,384, as many batch elements as make 16,384 tokens.
Wanted: 80 % of the speed of torch's flash backend. Without a GPU the kernel is not timed; what is
measured then is Triton's interpreter, which says nothing about a GPU.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import torch
from row import Row, timed
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.functional import scaled_dot_product_attention

from autograde.course.course import load_reference

LENGTHS = (512, 1024, 2048, 4096, 8192, 16_384)
TOKENS, HEADS, RUNS = 16_384, 16, 20
OF_FLASH = 0.8
BACKENDS = {
    "flash": SDPBackend.FLASH_ATTENTION,
    "efficient": SDPBackend.EFFICIENT_ATTENTION,
    "cudnn": SDPBackend.CUDNN_ATTENTION,
    "math": SDPBackend.MATH,
}
Attend = Callable[[torch.Tensor, torch.Tensor, torch.Tensor], object]


def measure() -> Iterator[Row]:
    load_reference(Path(__file__).resolve().parents[2] / "solutions" / "attnlib")
    from reference.cuda.kernels import flash_attention

    if not torch.cuda.is_available():
        print("kernel: no GPU here, so the kernel was not timed; these are times of Triton's interpreter")
        for length in (64, 128, 256):
            inputs = tuple(torch.randn(1, 1, length, 64) for _ in range(3))
            flash_attention(*inputs)
            times = timed(partial(flash_attention, *inputs), 3)
            yield Row(f"kernel interpreted on the CPU, n = {length}", times)
        return
    for d_head in (64, 128):
        for length in LENGTHS:
            yield from _on_gpu(flash_attention, length, d_head)


def _on_gpu(ours: Attend, length: int, d_head: int) -> Iterator[Row]:
    """Yield time and memory of every way to attend, torch's flash backend first."""
    shape = (TOKENS // length, HEADS, length, d_head)
    query, key, value = (torch.randn(shape, device="cuda", dtype=torch.float16) for _ in range(3))
    ways: dict[str, Attend] = {f"torch {name}": _torch(backend) for name, backend in BACKENDS.items()}
    flash_ms: float | None = None
    for name, attend in {**ways, "kernel": ours}.items():
        label = f"{name}, n = {length}, d_head = {d_head}"
        try:
            times, mebibytes = _measured(partial(attend, query, key, value))
        except (RuntimeError, torch.cuda.OutOfMemoryError) as error:
            print(f"{label}: not available ({str(error).splitlines()[0][:80]})", file=sys.stderr)
            torch.cuda.empty_cache()
            continue
        if name == "torch flash":
            flash_ms = statistics.median(times)
        wanted = flash_ms / OF_FLASH if name == "kernel" and flash_ms is not None else None
        yield Row(label, times, wanted=wanted)
        yield Row(f"{label}: memory beyond the inputs", (mebibytes,), unit="MiB")


def _torch(backend: SDPBackend) -> Attend:
    def attend(query: torch.Tensor, key: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
        with sdpa_kernel(backend):
            return scaled_dot_product_attention(query, key, value)

    return attend


def _measured(action: Callable[[], object]) -> tuple[tuple[float, ...], float]:
    """Return the milliseconds of several runs, by the GPU's clock, and the most memory held on top."""
    for _ in range(3):
        action()
    torch.cuda.synchronize()
    torch.cuda.reset_peak_memory_stats()
    before = torch.cuda.memory_allocated()
    times = []
    for _ in range(RUNS):
        start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        action()
        end.record()
        torch.cuda.synchronize()
        times.append(start.elapsed_time(end))
    return tuple(times), (torch.cuda.max_memory_allocated() - before) / (1 << 20)
