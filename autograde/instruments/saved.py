"""Looks at what an `autograd.Function` keeps between its two passes, and what its backward pass holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch

from autograde.instruments.cost_torch import count
from autograde.instruments.place import Place

PLACE, NEEDS = Place.WORKER, "torch"


def perform(
    function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any], cotangent: torch.Tensor
) -> dict[str, Any]:
    """Run `function` forward and backward.

    Returns:
        value: the output.
        gradients: one for each floating-point tensor in `args`.
        saved: how many numbers each tensor has that is kept for the backward pass, the largest first.
        backward_bytes: the most memory that tensors made during the backward pass held at once.
    """
    leaves = [_leaf(arg) for arg in args]
    output = function(*leaves, **kwargs)
    kept = [] if output.grad_fn is None else _kept(output.grad_fn)
    cost = count(lambda: output.backward(cotangent))
    return {
        "value": output.detach(),
        "gradients": [leaf.grad for leaf in leaves if isinstance(leaf, torch.Tensor) and leaf.requires_grad],
        "saved": sorted((tensor.numel() for tensor in kept), reverse=True),
        "backward_bytes": cost.peak_bytes,
    }


def _leaf(value: Any) -> Any:
    numbers = isinstance(value, torch.Tensor) and value.is_floating_point()
    return value.detach().clone().requires_grad_() if numbers else value


def _kept(node: Any) -> list[torch.Tensor]:
    """Return the tensors that `ctx` holds: those it was given to save, and those put on it by hand."""
    by_hand = (
        [item for value in vars(node).values() for item in _flat(value)] if hasattr(node, "__dict__") else []
    )
    return [*_flat(getattr(node, "saved_tensors", ())), *by_hand]


def _flat(value: Any) -> list[torch.Tensor]:
    if isinstance(value, torch.Tensor):
        return [value]
    if isinstance(value, tuple | list):
        return [item for part in value for item in _flat(part)]
    return [item for part in value.values() for item in _flat(part)] if isinstance(value, dict) else []
