"""TorchScript's own differentiation."""
from typing import List, Optional

import torch


@torch.jit.script
def work(query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, gradient: torch.Tensor):
    output = (query @ key.transpose(-1, -2) / query.shape[-1] ** 0.5).softmax(-1) @ value
    given: List[Optional[torch.Tensor]] = [gradient]
    found = torch.autograd.grad([output], [query, key, value], given)
    first, second, third = found[0], found[1], found[2]
    assert first is not None and second is not None and third is not None
    return first, second, third


class AttentionFunction(AttentionFunction):
    @staticmethod
    def backward(ctx, grad_output):
        leaves = [each.detach().requires_grad_() for each in ctx.saved_tensors[:3]]
        with torch.enable_grad():
            return (*work(*leaves, grad_output), None)
