"""Shows a kernel that reads or writes beside its tensors, in Triton's interpreter.

On a GPU such a kernel may give right numbers for years. Here every input lies between two walls of NaN,
so that what is read beside it poisons the result, and every tensor that the call makes lies between
two walls of a known number, so that what is written beside it is found. What is read from a wall is counted
too, for it may be dropped again. New tensors start as NaN: a place that was never written shows. And where
the launches are left out, nothing is written: what is right all the same was not computed by a kernel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.overrides import TorchFunctionMode

from autograde.instruments.place import Place

PLACE, NEEDS = Place.WORKER, "torch"

GUARD_NUMBERS = 1 << 16
"""How many numbers stand on each side of a tensor: more than a tile that overruns by one block."""

SENTINEL = 1024.0  # exact in every floating-point type
_UNWRITTEN = (torch.empty, torch.empty_like, torch.Tensor.new_empty)
_FILLED = (torch.zeros, torch.zeros_like, torch.ones, torch.ones_like, torch.full, torch.full_like)
_FILLED_LIKE = (torch.Tensor.new_zeros, torch.Tensor.new_ones, torch.Tensor.new_full)


def perform(
    function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any], launch: bool = True
) -> dict[str, Any]:
    """Call `function` with guarded tensors; without `launch`, kernels do nothing.

    Returns:
        value: the result.
        overwritten: how many walls round tensors that the call made were written to.
        read_beside: how many numbers kernels read from walls.
    """
    walls = _Walls()
    inputs = [walls.between(arg, float("nan")) if _is_numbers(arg) else arg for arg in args]
    with walls, walls.loads_counted() if launch else _launches_left_out():
        value = function(*inputs, **kwargs)
    return {"value": value, "overwritten": walls.overwritten(), "read_beside": walls.read}


@contextmanager
def _launches_left_out() -> Iterator[None]:
    """Let kernels be launched and do nothing, in Triton's interpreter and on a GPU."""
    import triton
    from triton.runtime.interpreter import InterpretedFunction

    kinds = triton.JITFunction, InterpretedFunction
    run = [kind.run for kind in kinds]
    for kind in kinds:
        kind.run = lambda self, *args, **kwargs: None
    try:
        yield
    finally:
        for kind, own in zip(kinds, run, strict=True):
            kind.run = own


class _Walls(TorchFunctionMode):
    """Builds a wall round every floating-point tensor that is made."""

    def __init__(self) -> None:
        super().__init__()
        self.buffers: list[tuple[torch.Tensor, float]] = []
        self.read = 0
        self._ends: NDArray[np.uint64] = np.empty(0, np.uint64)  # of all walls, one address after the other

    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        made = function(*args, **(kwargs or {}))
        if function not in (*_UNWRITTEN, *_FILLED, *_FILLED_LIKE) or not _is_numbers(made):
            return made
        inside = self.between(made, SENTINEL)
        if function in _UNWRITTEN:
            inside.fill_(float("nan"))
        return inside

    def between(self, tensor: torch.Tensor, wall: float) -> torch.Tensor:
        """Return a copy of `tensor` between two walls that are filled with `wall`."""
        size = tensor.numel() + 2 * GUARD_NUMBERS
        buffer = torch.full((size,), wall, dtype=tensor.dtype, device=tensor.device)
        inside = buffer[GUARD_NUMBERS : GUARD_NUMBERS + tensor.numel()].view(tensor.shape)
        inside.copy_(tensor)
        self.buffers.append((buffer, wall))
        starts = np.array([0, GUARD_NUMBERS, size - GUARD_NUMBERS, size]) * tensor.itemsize
        self._ends = np.sort(np.append(self._ends, (buffer.data_ptr() + starts).astype(np.uint64)))
        return inside

    def overwritten(self) -> int:
        """Return how many walls do not hold the sentinel any more."""
        made = [buffer for buffer, wall in self.buffers if wall == SENTINEL]
        walls = [wall for buffer in made for wall in (buffer[:GUARD_NUMBERS], buffer[-GUARD_NUMBERS:])]
        return sum(not bool((wall == SENTINEL).all()) for wall in walls)

    @contextmanager
    def loads_counted(self) -> Iterator[None]:
        """Count what kernels read from walls, in Triton's interpreter."""
        from triton.runtime.interpreter import InterpreterBuilder

        load = InterpreterBuilder.create_masked_load

        def counted(builder: Any, pointers: Any, mask: Any, *more: Any, **options: Any) -> Any:
            inside = np.asarray(mask.data, bool)  # of a block pointer `data` is a memoryview
            addresses = pointers.data[inside].astype(np.uint64)
            ends_below = np.searchsorted(self._ends, addresses, side="right")
            self.read += int((ends_below % 2).sum())  # behind the start of a wall and before its end
            return load(builder, pointers, mask, *more, **options)

        InterpreterBuilder.create_masked_load = counted
        try:
            yield
        finally:
            InterpreterBuilder.create_masked_load = load


def _is_numbers(value: Any) -> bool:
    return isinstance(value, torch.Tensor) and value.is_floating_point() and value.is_contiguous()
