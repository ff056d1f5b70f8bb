"""Counts what a torch function costs: arithmetic operations and peak memory, as whole numbers.

Conventions:
- A matrix product of (m, k) and (k, n) counts 2 m k n, as torch's own formulas say.
- Any other operation counts one for each element of its largest operand or result.
  Making, copying, joining and viewing tensors counts nothing.
- `peak_bytes` is the most memory that tensors made during the call held at once, on any device.
  Views share memory and count once.

A count has one thread: torch shows the operations of no other. A thread that is there, starts or works then,
a trip out of torch (`.numpy()`, `.tolist()`, `.item()`) and `ctypes` are noted as escapes: what comes of them
is not counted. A fused call of the library counts as one operation; an exercise about its inside bans it.
Whoever wants to can hide work from this count, so it is advice: a check also asks the kernel, from outside
the process (`learner.f.measured`).
"""

from __future__ import annotations

import sys
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from types import FrameType
from typing import Any

import numpy as np
import torch
import torch.utils.dlpack
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map_only
from torch.utils.flop_counter import flop_registry

from autograde.instruments.place import Place
from autograde.instruments.threads import noting, noting_threads

PLACE, NEEDS = Place.WORKER, "torch"

_aten = torch.ops.aten
_MOVES = frozenset(
    {_aten.empty, _aten.empty_like, _aten.empty_strided, _aten.new_empty, _aten.zeros, _aten.zeros_like}
    | {_aten.new_zeros, _aten.ones, _aten.ones_like, _aten.new_ones, _aten.full, _aten.full_like}
    | {_aten.new_full, _aten.arange, _aten.clone, _aten.copy_, _aten._to_copy, _aten.cat, _aten.stack}
    | {_aten.index, _aten.index_select, _aten.gather, _aten.fill_, _aten.zero_, _aten.repeat}
    | {_aten.lift_fresh, _aten._unsafe_view, _aten.scalar_tensor, _aten.constant_pad_nd, _aten.set_}
)
"""Operations that only make or move numbers."""

_TRIPS = frozenset(
    {"numpy", "tolist", "item", "__array__", "__dlpack__", "data_ptr"} | {"untyped_storage", "storage"}
)

_DOORS = (
    (torch._C, "fork", "thread"),
    (torch._C, "_to_dlpack", "__dlpack__"),
    (torch.utils.dlpack, "to_dlpack", "__dlpack__"),
    (torch, "from_numpy", "numpy"),
)
"""Ways out of torch that it tells nobody of, and what they are called."""

_watched: list[set[str]] = []


@dataclass(frozen=True)
class Cost:
    """What one call cost; the fields mean the same as in `autograde.instruments.cost_numpy`."""

    value: Any
    flops: int
    peak_bytes: int
    escapes: tuple[str, ...]


def count(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Cost:
    """Return what `function(*args, **kwargs)` costs. It runs once, on copies of its arguments."""
    args, kwargs = tree_map_only(torch.Tensor, _copy, (args, kwargs))
    with counting() as ledger:
        value = function(*args, **kwargs)
    return Cost(value, ledger.flops, ledger.peak_bytes, tuple(sorted(ledger.escapes)))


@contextmanager
def counting() -> Iterator[Ledger]:
    """Count what torch does in the block."""
    ledger = Ledger()
    with _one_thread(ledger.escapes), _Escapes(ledger.escapes), ledger:
        yield ledger


def perform(function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Answer `learner.f.observed("cost_torch", ...)` with the fields of `Cost`."""
    cost = count(function, *args, **kwargs)
    return {
        "value": cost.value,
        "flops": cost.flops,
        "peak_bytes": cost.peak_bytes,
        "escapes": list(cost.escapes),
    }


@contextmanager
def _one_thread(escapes: set[str]) -> Iterator[None]:
    """Note where another thread is there or works, or memory is read behind torch's back."""
    _watch_ctypes()
    original = [getattr(holder, name) for holder, name, _ in _DOORS]
    for (holder, name, found), door in zip(_DOORS, original, strict=True):
        setattr(holder, name, noting(door, escapes, found))
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    _watched.append(escapes)
    try:
        with noting_threads(escapes, by_clock=not torch.cuda.is_initialized()):
            yield
    finally:
        _watched.remove(escapes)
        for (holder, name, _), door in zip(_DOORS, original, strict=True):
            setattr(holder, name, door)
        torch.set_num_threads(threads)


@cache
def _watch_ctypes() -> None:
    """Listen from now on to what Python tells its auditors; nobody can take that away again."""

    def note(event: str, args: Any) -> None:
        if _watched and event.startswith("ctypes."):
            for escapes in _watched:
                escapes.add("ctypes")

    sys.addaudithook(note)


class _Escapes(TorchFunctionMode):
    """Notes calls whose work torch's operations do not show."""

    def __init__(self, escapes: set[str]) -> None:
        super().__init__()
        self.escapes = escapes

    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = getattr(function, "__name__", "")
        if name in _TRIPS and not _is_ours(sys._getframe(1)):
            self.escapes.add(name)
        if any(isinstance(arg, np.ndarray | np.generic) for arg in args):
            self.escapes.add("numpy")
        return function(*args, **(kwargs or {}))


class Ledger(TorchDispatchMode):
    """Adds up the operations, and the memory that is alive after each of them."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # torch gives it no types
        self.escapes: set[str] = set()
        self.flops = self.live_bytes = self.peak_bytes = 0
        self._storages: weakref.WeakSet[torch.UntypedStorage] = weakref.WeakSet()

    def __torch_dispatch__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        result = function(*args, **kwargs)
        self._count_work(function, args, kwargs, result)
        inputs = {_storage(tensor)._cdata for tensor in _tensors((args, kwargs))}
        for tensor in _tensors(result):
            storage = _storage(tensor)
            if storage._cdata not in inputs:
                self._count_memory(storage)
        return result

    def _count_work(self, function: Any, args: Any, kwargs: Any, result: Any) -> None:
        packet = function._overloadpacket
        if packet in flop_registry:
            self.flops += int(flop_registry[packet](*args, **kwargs, out_val=result))
        elif packet is _aten._local_scalar_dense:
            self.escapes.add("item")
        elif packet not in _MOVES and not _is_view(function):
            tensors = _tensors((args, kwargs, result))
            self.flops += max((tensor.numel() for tensor in tensors), default=0)

    def _count_memory(self, storage: torch.UntypedStorage) -> None:
        if storage in self._storages:
            return
        self._storages.add(storage)
        size = storage.nbytes()
        weakref.finalize(storage, self._release, size)
        self.live_bytes += size
        self.peak_bytes = max(self.peak_bytes, self.live_bytes)

    def _release(self, size: int) -> None:
        self.live_bytes -= size


def _is_ours(frame: FrameType | None) -> bool:
    """Return whether a trip is this module's own, or that of Triton, which works on a tensor's memory.

    On a GPU, Triton asks for it in a function that it has made from text, in no module.
    """
    module = ""
    while frame is not None and (module := str(frame.f_globals.get("__name__", "torch."))).startswith(
        "torch."
    ):
        frame = frame.f_back
    return module == __name__ or module.startswith("triton.")


def _copy(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.detach().clone().requires_grad_(tensor.requires_grad)


def _tensors(values: Any) -> list[torch.Tensor]:
    return [leaf for leaf in tree_leaves(values) if isinstance(leaf, torch.Tensor)]


def _storage(tensor: torch.Tensor) -> torch.UntypedStorage:
    return tensor.untyped_storage()


def _is_view(function: Any) -> bool:
    returns = function._schema.returns
    return any(value.alias_info is not None and not value.alias_info.is_write for value in returns)
