"""Attention as one GPU kernel in Triton: tiles, an online softmax, and no (q_len, kv_len) matrix in memory.

With a GPU the kernel is compiled for it. Without one it runs in Triton's interpreter: the same code, one
program after another, on the CPU. That is slow, and right for learning.
"""

from __future__ import annotations

import math
import os
from typing import Any

import torch
from torch import Tensor

if not torch.cuda.is_available():
    os.environ.setdefault("TRITON_INTERPRET", "1")  # read by @triton.jit below

import triton
import triton.language as tl

BLOCK_KV = 64
"""How many keys the backward pass takes at a time."""


def tile_sizes(dtype: torch.dtype) -> tuple[int, int]:
    """Return BLOCK_Q and BLOCK_KV: tiles that fit on the chip. Numbers of four bytes get smaller ones."""
    return (32, 32) if dtype == torch.float32 else (128, 64)


@triton.jit
def attention_kernel(
    query,  # pointer to (n_slices, q_len, D_HEAD); a slice is one head of one batch element
    key,  # pointer to (n_slices, kv_len, D_HEAD)
    value,  # pointer to (n_slices, kv_len, D_HEAD)
    output,  # pointer to (n_slices, q_len, D_HEAD)
    lse,  # pointer to (n_slices, q_len), float32
    q_len,
    kv_len,
    scale,  # 1 / √d_head
    IS_CAUSAL: tl.constexpr,
    D_HEAD: tl.constexpr,
    BLOCK_Q: tl.constexpr,
    BLOCK_KV: tl.constexpr,
):
    """Compute one tile of the output: BLOCK_Q query rows of one slice, against every key.

    All tensors are contiguous. `q_len` and `kv_len` need not be multiples of the block sizes.
    """
    slice_index = tl.program_id(1).to(tl.int64)
    rows = tl.program_id(0) * BLOCK_Q + tl.arange(0, BLOCK_Q)  # the query positions of this program
    features = tl.arange(0, D_HEAD)
    query += slice_index * q_len * D_HEAD
    key += slice_index * kv_len * D_HEAD
    value += slice_index * kv_len * D_HEAD
    output += slice_index * q_len * D_HEAD
    lse += slice_index * q_len
    q_tile_at = rows[:, None] * D_HEAD + features  # (BLOCK_Q, D_HEAD)
    # Exercise 08.6 (25 lines): walk over the keys in blocks, as chunked_attention does.
    raise NotImplementedError("Exercise 08.6: attention_kernel is not written yet.")


def flash_attention(
    query: Tensor, key: Tensor, value: Tensor, is_causal: bool = False
) -> tuple[Tensor, Tensor]:
    """Return exactly what attention returns, computed tile by tile in one kernel.

    Args:
        query: (batch, n_heads, q_len, d_head), float16 or float32; d_head is 16, 32, 64 or 128.
        key: (batch, n_heads, kv_len, d_head), of the same dtype.
        value: (batch, n_heads, kv_len, d_head), of the same dtype.
        is_causal: query i sees the keys j <= i only.

    Returns:
        output: (batch, n_heads, q_len, d_head), in the dtype of `query`.
        lse: (batch, n_heads, q_len), float32: the logarithm of the sum of exp(score / √d_head) over the keys
            that each query sees.

    Source: Dao et al. 2022, "FlashAttention"; Dao 2023, "FlashAttention-2".
    """
    # Exercise 08.6 (9 lines): make room for the results and launch one program a tile and slice.
    raise NotImplementedError("Exercise 08.6: flash_attention is not written yet.")


class FlashAttention(torch.autograd.Function):
    """`flash_attention` with a derivative: `FlashAttention.apply(query, key, value, is_causal)` -> output.

    Between the passes only five tensors are kept: query, key, value, output and lse. The weights are not
    among them. `backward` computes them again, a block of keys at a time: W = exp(score / √d_head - lse).
    """

    @staticmethod
    def forward(ctx: Any, query: Tensor, key: Tensor, value: Tensor, is_causal: bool = False) -> Tensor:
        """Return the output of `flash_attention`, and save the five tensors in `ctx`.

        Args:
            ctx: torch's notebook between the two passes.
            query: (batch, n_heads, q_len, d_head).
            key: (batch, n_heads, kv_len, d_head).
            value: (batch, n_heads, kv_len, d_head).
            is_causal: query i sees the keys j <= i only.
        """
        # Exercise 08.7 (4 lines): run the kernel, save five tensors and the flag.
        raise NotImplementedError("Exercise 08.7: FlashAttention.forward is not written yet.")

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> tuple[Tensor, Tensor, Tensor, None]:
        """Return the gradients of query, key and value, and None for is_causal.

        The formulas are those of 06.3, with one saving: rowsum(dW ∘ W) = rowsum(dO ∘ O) needs no weights.

        Args:
            ctx: what `forward` saved.
            grad_output: (batch, n_heads, q_len, d_head).

        Returns:
            (grad_query, grad_key, grad_value, None), each in the shape and dtype of its input. Memory grows
            with q_len + kv_len, not with their product.
        """
        # Exercise 08.7 (20 lines): for each block of keys recompute the weights, then add up the gradients.
        raise NotImplementedError("Exercise 08.7: FlashAttention.backward is not written yet.")
