"""Shows a kernel that reads or writes beside its tensors, in Triton's interpreter.

On a GPU such a kernel may give right numbers for years. Here every input lies between two walls of NaN,
so that what is read beside it poisons the result, and every tensor that the call makes lies between
two walls of a known number, so that what is written beside it is found. New tensors start as NaN: a place
that was never written shows. And where the launches are left out, nothing is written: what is right all the
same was not computed by a kernel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

import torch
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
    """
    inputs = [_between(arg, float("nan"))[1] if _is_numbers(arg) else arg for arg in args]
    with _Walls() as walls, nullcontext() if launch else _launches_left_out():
        value = function(*inputs, **kwargs)
    return {"value": value, "overwritten": walls.overwritten()}


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
        self.buffers: list[torch.Tensor] = []

    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        made = function(*args, **(kwargs or {}))
        if function not in (*_UNWRITTEN, *_FILLED, *_FILLED_LIKE) or not _is_numbers(made):
            return made
        buffer, inside = _between(made, SENTINEL)
        if function in _UNWRITTEN:
            inside.fill_(float("nan"))
        self.buffers.append(buffer)
        return inside

    def overwritten(self) -> int:
        """Return how many walls do not hold the sentinel any more."""
        walls = [
            wall for buffer in self.buffers for wall in (buffer[:GUARD_NUMBERS], buffer[-GUARD_NUMBERS:])
        ]
        return sum(not bool((wall == SENTINEL).all()) for wall in walls)


def _is_numbers(value: Any) -> bool:
    return isinstance(value, torch.Tensor) and value.is_floating_point() and value.is_contiguous()


def _between(tensor: torch.Tensor, wall: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Return a buffer filled with `wall`, and in its middle a copy of `tensor`."""
    size = tensor.numel() + 2 * GUARD_NUMBERS
    buffer = torch.full((size,), wall, dtype=tensor.dtype, device=tensor.device)
    inside = buffer[GUARD_NUMBERS : GUARD_NUMBERS + tensor.numel()].view(tensor.shape)
    inside.copy_(tensor)
    return buffer, inside
