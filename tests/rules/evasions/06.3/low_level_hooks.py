"""The same behind hooks that are pushed below Python's."""
import torch


def walk(node, gradient, leaves, found):
    if node is None:
        return
    if type(node).__name__ == "AccumulateGrad":
        for place, leaf in enumerate(leaves):
            if node.variable is leaf:
                found[place] = gradient if found[place] is None else found[place] + gradient
        return
    outs = node(gradient)
    outs = outs if isinstance(outs, tuple) else (outs,)
    for (following, _), out in zip(node.next_functions, outs):
        if out is not None:
            walk(following, out, leaves, found)


class AttentionFunction(torch.autograd.Function):
    @staticmethod
    def forward(ctx, query, key, value, mask=None):
        ctx.save_for_backward(query, key, value)
        ctx.mask = mask
        return attention(query, key, value, mask)

    @staticmethod
    def backward(ctx, grad_output):
        leaves = [each.detach().requires_grad_() for each in ctx.saved_tensors]
        torch._C._autograd._push_saved_tensors_default_hooks(lambda t: t, lambda t: t)
        try:
            with torch.enable_grad():
                output = attention(*leaves, ctx.mask)
        finally:
            torch._C._autograd._pop_saved_tensors_default_hooks()
        found = [None] * 3
        walk(output.grad_fn, grad_output, leaves, found)
        return (*found, None)
