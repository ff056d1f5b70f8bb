"""Attention in torch: batched, on any device, in any precision, with gradients."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor


def masked_softmax(scores: Tensor, mask: Tensor) -> Tensor:
    """Return softmax over the key positions, in which hidden scores get no weight.

    Works on the device of its inputs and copies nothing to the host.

    Args:
        scores: (batch, n_heads, q_len, kv_len), float32 or float64.
        mask: bool, broadcastable to (batch, n_heads, q_len, kv_len). True means "may attend".

    Returns:
        (batch, n_heads, q_len, kv_len), in the dtype of `scores`. Each row sums to 1, or is all zeros where
        nothing may be attended; gradients there are zeros too, never NaN.
    """
    # Exercise 06.0 (2 lines): hide before softmax, and once more after it.
    ### BEGIN SOLUTION
    weights = scores.masked_fill(~mask, -math.inf).softmax(dim=-1)
    return weights.masked_fill(~mask, 0.0)
    ### END SOLUTION


def attention_weights(
    query: Tensor,
    key: Tensor,
    mask: Tensor | None = None,
    is_causal: bool = False,
    scale: float | None = None,
) -> Tensor:
    """Return how strongly each query position attends to each key position.

    softmax(Q Kᵀ · scale), taken over the key positions. The result lies on the device of `query`. Scores and
    softmax are computed in float32 at least: float16 and bfloat16 inputs are widened first, float64 stays.

    Grouped heads: `key` may have fewer heads than `query`. Then n_heads / n_kv_heads neighbouring query heads
    share one key head: with 6 and 3 heads, query heads 0 and 1 use key head 0, heads 2 and 3 key head 1.

    Args:
        query: (batch, n_heads, q_len, d_head).
        key: (batch, n_kv_heads, kv_len, d_head); n_kv_heads divides n_heads.
        mask: bool, broadcastable to (batch, n_heads, q_len, kv_len). True means "may attend".
        is_causal: also hide every key position after the query position: key j is seen by query i if j <= i.
        scale: what the dot products are multiplied by; 1 / √d_head if None.

    Returns:
        (batch, n_heads, q_len, kv_len), in the dtype of `query`. Each row sums to 1, or is all zeros where
        nothing may be attended; gradients there are zeros too, never NaN.

    Source: Vaswani et al. 2017, eq. 1; Ainslie et al. 2023, "GQA", for the grouped heads.
    """
    # Exercise 06.1 (8 lines): widen, score, say what is allowed, masked_softmax, narrow.
    ### BEGIN SOLUTION
    wide = torch.promote_types(query.dtype, torch.float32)
    scale = 1 / math.sqrt(query.shape[-1]) if scale is None else scale
    key = key.repeat_interleave(query.shape[-3] // key.shape[-3], dim=-3)  # (batch, n_heads, kv_len, d_head)
    scores = query.to(wide) @ key.to(wide).mT * scale  # (batch, n_heads, q_len, kv_len)
    allowed = torch.ones(scores.shape[-2:], dtype=torch.bool, device=query.device)  # (q_len, kv_len)
    allowed = allowed.tril() if is_causal else allowed
    allowed = allowed if mask is None else allowed & mask
    return masked_softmax(scores, allowed).to(query.dtype)
    ### END SOLUTION


def attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    mask: Tensor | None = None,
    is_causal: bool = False,
    scale: float | None = None,
) -> Tensor:
    """Return the attention output, as `scaled_dot_product_attention` does: the output alone, no weights.

    Works on the device of its inputs and copies nothing to the host. float16 and bfloat16 inputs may be
    up to twice as far from the exact result as torch's own attention in that precision.

    Args:
        query: (batch, n_heads, q_len, d_head).
        key: (batch, n_kv_heads, kv_len, d_head); n_kv_heads divides n_heads, see `attention_weights`.
        value: (batch, n_kv_heads, kv_len, d_value).
        mask: bool, broadcastable to (batch, n_heads, q_len, kv_len). True means "may attend".
        is_causal: hide every key position after the query position, besides what `mask` hides.
        scale: what the dot products are multiplied by; 1 / √d_head if None.

    Returns:
        (batch, n_heads, q_len, d_value), in the dtype of `query`. A row in which nothing may be attended
        is all zeros. float64 input is computed in float64.
    """
    # Exercise 06.1 (3 lines): weigh the values; share them between the heads of a group.
    ### BEGIN SOLUTION
    weights = attention_weights(query, key, mask, is_causal, scale)  # (batch, n_heads, q_len, kv_len)
    value = value.repeat_interleave(query.shape[-3] // value.shape[-3], dim=-3)
    return weights @ value  # (batch, n_heads, q_len, d_value)
    ### END SOLUTION


class AttentionFunction(torch.autograd.Function):
    """Attention whose derivative is written by hand: `AttentionFunction.apply(query, key, value, mask)`."""

    @staticmethod
    def forward(ctx: Any, query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
        """Return the attention output, and save in `ctx` what `backward` needs.

        Args:
            ctx: torch's notebook between the two passes; `ctx.save_for_backward(...)` writes into it.
            query: (batch, n_heads, q_len, d_head), float32 or float64.
            key: (batch, n_heads, kv_len, d_head).
            value: (batch, n_heads, kv_len, d_value).
            mask: bool, broadcastable to (batch, n_heads, q_len, kv_len). True means "may attend".

        Returns:
            (batch, n_heads, q_len, d_value). float64 input is computed in float64, here and in `backward`.
        """
        # Exercise 06.3 (3 lines): compute the weights, save four tensors, weigh the values.
        ### BEGIN SOLUTION
        weights = attention_weights(query, key, mask)
        ctx.save_for_backward(query, key, value, weights)
        return weights @ value
        ### END SOLUTION

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> tuple[Tensor, Tensor, Tensor, None]:
        """Return the gradients of query, key and value, and None for the mask.

        Args:
            ctx: what `forward` saved; `ctx.saved_tensors` reads it.
            grad_output: (batch, n_heads, q_len, d_value), the gradient of the output.

        Returns:
            (grad_query, grad_key, grad_value, None), each in the shape of its input. Where a query may attend
            nothing, its gradient is zero.
        """
        # Exercise 06.3 (6 lines): one step of forward after the other, from the last to the first.
        ### BEGIN SOLUTION
        query, key, value, weights = ctx.saved_tensors
        grad_value = weights.mT @ grad_output  # (batch, n_heads, kv_len, d_value)
        grad_weights = grad_output @ value.mT  # (batch, n_heads, q_len, kv_len)
        grad_scores = weights * (grad_weights - (grad_weights * weights).sum(dim=-1, keepdim=True))
        grad_scores = grad_scores / math.sqrt(query.shape[-1])
        return grad_scores @ key, grad_scores.mT @ query, grad_value, None
        ### END SOLUTION


class KeyValueCache:
    """The keys and values of the tokens read so far, so that no token is projected twice.

    A decoder writes one token at a time. With this cache, each step costs one row of attention:

        cache = KeyValueCache()
        for token in tokens:                     # query, key and value of this token only
            output = cache.attend(query, key, value)
    """

    def __init__(self) -> None:
        self.key: Tensor | None = None
        self.value: Tensor | None = None

    def append(self, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        """Add new tokens and return all keys and all values, the oldest first.

        Args:
            key: (batch, n_kv_heads, new_len, d_head).
            value: (batch, n_kv_heads, new_len, d_value).

        Returns:
            ((batch, n_kv_heads, kv_len, d_head), (batch, n_kv_heads, kv_len, d_value)), where kv_len counts
            every token since the cache was made.
        """
        # Exercise 06.4 (5 lines): join the old and the new along the sequence axis.
        ### BEGIN SOLUTION
        if self.key is not None and self.value is not None:
            key = torch.cat([self.key, key], dim=-2)
            value = torch.cat([self.value, value], dim=-2)
        self.key, self.value = key, value
        return key, value
        ### END SOLUTION

    def attend(self, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        """Add new tokens and return what they see: every earlier token, themselves, and no later one.

        Args:
            query: (batch, n_heads, new_len, d_head). One token or several.
            key: (batch, n_kv_heads, new_len, d_head).
            value: (batch, n_kv_heads, new_len, d_value).

        Returns:
            (batch, n_heads, new_len, d_value): the rows that causal attention over all tokens gives. float64
            input is kept and computed in float64. Gradients reach what is new; nothing given is changed.
        """
        # Exercise 06.4 (4 lines): append, then attend with a causal mask that starts at the right place.
        ### BEGIN SOLUTION
        keys, values = self.append(key, value)
        new_len, kv_len = query.shape[-2], keys.shape[-2]
        mask = torch.ones(new_len, kv_len, dtype=torch.bool, device=query.device)
        return attention(query, keys, values, mask.tril(kv_len - new_len))
        ### END SOLUTION
