"""Operators of torch that refuse in torch's dispatcher, where every spelling of a call arrives."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from typing import Any

import torch

KEYS = (
    *("CompositeImplicitAutograd", "CompositeExplicitAutograd", "CPU", "CUDA", "PrivateUse1", "Meta"),
    *("NestedTensorCPU", "NestedTensorCUDA", "AutocastCPU", "AutocastCUDA"),
    *("AutogradCPU", "AutogradCUDA", "AutogradPrivateUse1", "AutogradNestedTensor"),
    *("FuncTorchBatched", "FuncTorchVmapMode", "FuncTorchBatchedDecomposition"),
)
"""The keys under which an operator may have a kernel that does its work without another call of it."""


@functools.cache
def _all() -> tuple[str, ...]:
    return tuple(torch._C._dispatch_get_all_op_names())


@functools.cache
def found(pattern: str) -> tuple[str, ...]:
    """Return the operators of a name such as "norm" or "*norm*", with all their overloads."""
    return tuple(name for name in _all() if fnmatchcase(name.partition(".")[0], f"aten::{pattern}"))


@functools.cache
def _kernels(name: str) -> tuple[str, ...]:
    return tuple(key for key in KEYS if torch._C._dispatch_has_kernel_for_dispatch_key(name, key))


def override(kernels: Mapping[str, Callable[..., Any]]) -> Callable[[], None]:
    """Let each operator do what is given for it; call what is returned to let them work again."""
    library = torch.library.Library("aten", "IMPL")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch warns of what is done here on purpose
        for name, kernel in kernels.items():
            bare = name.removeprefix("aten::")
            for key in _kernels(name):
                library.impl(bare, kernel, key, allow_override=True)
    return library._destroy
