"""Operators of torch that refuse in torch's dispatcher, where every spelling of a call arrives."""

from __future__ import annotations

import fnmatch
import functools
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import torch

KEYS = (
    *("CompositeImplicitAutograd", "CompositeExplicitAutograd", "CPU", "CUDA", "PrivateUse1"),
    *("NestedTensorCPU", "NestedTensorCUDA", "AutocastCPU", "AutocastCUDA"),
    *("AutogradCPU", "AutogradCUDA", "AutogradPrivateUse1", "AutogradNestedTensor"),
    *("FuncTorchBatched", "FuncTorchVmapMode", "FuncTorchBatchedDecomposition"),
)
"""The keys under which an operator may have a kernel that does its work without another call of it."""

WORKING = frozenset(KEYS[:7])
"""Those under which it computes; an operator that has none of them fails by itself."""


NAMESPACE = "aten::"


@functools.cache
def _overloads() -> dict[str, list[str]]:
    """Return for each operator, such as "add", all its overloads, such as "aten::add.Tensor"."""
    overloads: dict[str, list[str]] = {}
    for name in torch._C._dispatch_get_all_op_names():
        if name.startswith(NAMESPACE):
            overloads.setdefault(name.removeprefix(NAMESPACE).partition(".")[0], []).append(name)
    return overloads


def found(pattern: str) -> list[str]:
    """Return the operators of a name such as "norm" or "*norm*", with all overloads that compute here."""
    names = fnmatch.filter(_overloads(), pattern) if "*" in pattern else [pattern]
    return [each for name in names for each in _overloads().get(name, ()) if _kernels(each)]


@functools.cache
def _kernels(name: str) -> tuple[str, ...]:
    keys = tuple(key for key in KEYS if torch._C._dispatch_has_kernel_for_dispatch_key(name, key))
    return keys if WORKING.intersection(keys) else ()


def override(kernels: Mapping[str, Callable[..., Any]]) -> Callable[[], None]:
    """Let each operator do what is given for it; call what is returned to let them work again."""
    library = torch.library.Library("aten", "IMPL")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch warns of what is done here on purpose
        for name, kernel in kernels.items():
            bare = name.removeprefix(NAMESPACE)
            for key in _kernels(name):
                library.impl(bare, kernel, key, allow_override=True)
    return library._destroy


def holds(name: str) -> bool:
    """Return whether the dispatcher still comes to what `override` gave it."""
    lines = torch._C._dispatch_dump(name).splitlines()
    ours = [line for line in lines if __file__ in line and "(inactive)" not in line]
    return len(ours) == len(_kernels(name))
