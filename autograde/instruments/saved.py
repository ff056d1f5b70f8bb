"""Looks at what an `autograd.Function` keeps between its two passes, and what its backward pass holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch

from autograde.instruments.cost_torch import counting
from autograde.instruments.place import Place

PLACE, NEEDS = Place.WORKER, "torch"


def perform(
    function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any], cotangent: torch.Tensor
) -> dict[str, Any]:
    """Run `function` forward and backward.

    Returns:
        value: the output.
        gradients: one for each floating-point tensor in `args`.
        kept_bytes: what tensors that the forward pass made hold after it, wherever they are kept; the output
            is not among them.
        backward_bytes: the most memory that tensors made during the backward pass held at once.
        escapes: how numbers left the count in the forward pass.
    """
    leaves = [_leaf(arg) for arg in args]
    with counting() as forward:
        output = function(*leaves, **kwargs)
    kept_bytes = forward.live_bytes - output.untyped_storage().nbytes()
    with counting() as backward:
        output.backward(cotangent)
    return {
        "value": output.detach(),
        "gradients": [leaf.grad for leaf in leaves if isinstance(leaf, torch.Tensor) and leaf.requires_grad],
        "kept_bytes": max(0, kept_bytes),
        "backward_bytes": backward.peak_bytes,
        "escapes": sorted(forward.escapes),
    }


def _leaf(value: Any) -> Any:
    numbers = isinstance(value, torch.Tensor) and value.is_floating_point()
    return value.detach().clone().requires_grad_() if numbers else value
