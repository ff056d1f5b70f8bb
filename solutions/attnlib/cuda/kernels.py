"""GPU kernels in Triton, from a copy to attention: tiles, an online softmax, no (q_len, kv_len) matrix.

With a GPU a kernel is compiled for it. Without one it runs in Triton's interpreter: the same code, one
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

BLOCK = 128
"""How many numbers a program takes at a time where they stand in a row."""

TILE = 16
"""Rows and columns of a tile of a product; `tl.dot` takes no smaller ones."""


@triton.jit
def load_tile(matrix, rows, columns, n_rows, n_columns):
    """Return the tile of a contiguous matrix at these rows and columns; complete, no exercise.

    What sticks out of the matrix is 0.
    """
    inside = (rows[:, None] < n_rows) & (columns[None, :] < n_columns)
    return tl.load(matrix + rows[:, None] * n_columns + columns, mask=inside, other=0.0)


@triton.jit
def store_tile(matrix, rows, columns, n_rows, n_columns, tile):
    """Write a tile into a contiguous matrix, less what sticks out of it; complete, no exercise."""
    inside = (rows[:, None] < n_rows) & (columns[None, :] < n_columns)
    tl.store(matrix + rows[:, None] * n_columns + columns, tile, mask=inside)


@triton.jit
def copy_kernel(x, target, length, BLOCK: tl.constexpr):
    """Copy one block: BLOCK numbers from `x` to `target`, two pointers to `length` numbers."""
    # Exercise 10.1 (3 lines): which places are this program's? Load from there, store there.
    ### BEGIN SOLUTION
    here = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    numbers = tl.load(x + here, mask=here < length)
    tl.store(target + here, numbers, mask=here < length)
    ### END SOLUTION


def copy(x: Tensor) -> Tensor:
    """Return a copy of a row of numbers, made by a kernel.

    Args:
        x: (length,), float32, contiguous.

    Returns:
        (length,), another tensor with the same numbers.
    """
    target = torch.zeros_like(x)
    # Exercise 10.1 (1 line): launch one program for each block.
    ### BEGIN SOLUTION
    copy_kernel[(triton.cdiv(len(x), BLOCK),)](x, target, len(x), BLOCK)
    ### END SOLUTION
    return target


@triton.jit
def softmax_kernel(scores, weights, n_columns, WIDTH: tl.constexpr):
    """Compute softmax of one row. `scores` and `weights` point to contiguous (n_rows, n_columns) matrices.

    WIDTH is the power of two that is not below `n_columns`.
    """
    row = tl.program_id(0)
    columns = tl.arange(0, WIDTH)
    # Exercise 10.2 (4 lines): load the row, with what changes nothing in the empty places; softmax; store.
    ### BEGIN SOLUTION
    place = row * n_columns + columns
    numbers = tl.load(scores + place, mask=columns < n_columns, other=float("-inf"))
    powers = tl.exp(numbers - tl.max(numbers, axis=0))
    tl.store(weights + place, powers / tl.sum(powers, axis=0), mask=columns < n_columns)
    ### END SOLUTION


def row_softmax(scores: Tensor) -> Tensor:
    """Return softmax over the columns, each row computed by a program of its own.

    Args:
        scores: (n_rows, n_columns), float32.

    Returns:
        (n_rows, n_columns), float32. Each row sums to 1.
    """
    n_rows, n_columns = scores.shape
    scores = scores.contiguous()
    weights = torch.empty_like(scores)
    # Exercise 10.2 (1 line): launch one program for each row; `triton.next_power_of_2` gives WIDTH.
    ### BEGIN SOLUTION
    softmax_kernel[(n_rows,)](scores, weights, n_columns, triton.next_power_of_2(n_columns))
    ### END SOLUTION
    return weights


@triton.jit
def product_kernel(a, b, product, n_rows, n_inner, n_columns, TILE: tl.constexpr):
    """Compute one tile of `product`: TILE rows of `a` times TILE columns of `b`.

    The pointers lead to contiguous matrices: (n_rows, n_inner), (n_inner, n_columns), (n_rows, n_columns).
    """
    rows = tl.program_id(0) * TILE + tl.arange(0, TILE)
    columns = tl.program_id(1) * TILE + tl.arange(0, TILE)
    # Exercise 10.3 (6 lines): walk along the inner axis, a tile of each matrix at a time, and add up.
    ### BEGIN SOLUTION
    added = tl.zeros([TILE, TILE], tl.float32)
    for first in range(0, n_inner, TILE):
        inner = first + tl.arange(0, TILE)
        a_tile = load_tile(a, rows, inner, n_rows, n_inner)
        b_tile = load_tile(b, inner, columns, n_inner, n_columns)
        added += tl.dot(a_tile, b_tile, input_precision="ieee")
    ### END SOLUTION
    store_tile(product, rows, columns, n_rows, n_columns, added)


def matmul(a: Tensor, b: Tensor) -> Tensor:
    """Return the matrix product, each tile computed by a program of its own.

    Args:
        a: (n_rows, n_inner), float32.
        b: (n_inner, n_columns), float32.

    Returns:
        (n_rows, n_columns), float32.
    """
    (n_rows, n_inner), n_columns = a.shape, b.shape[1]
    a, b = a.contiguous(), b.contiguous()
    product = torch.zeros(n_rows, n_columns, device=a.device)
    # Exercise 10.3 (2 lines): launch a grid with two axes, one program for each tile.
    ### BEGIN SOLUTION
    tiles = triton.cdiv(n_rows, TILE), triton.cdiv(n_columns, TILE)
    product_kernel[tiles](a, b, product, n_rows, n_inner, n_columns, TILE)
    ### END SOLUTION
    return product


@triton.jit
def lse_kernel(scores, lse, n_rows, n_columns, TILE: tl.constexpr, BLOCK: tl.constexpr):
    """Compute the lse of TILE rows, BLOCK columns at a time.

    `scores` points to a contiguous (n_rows, n_columns) matrix, `lse` to n_rows numbers.
    """
    rows = tl.program_id(0) * TILE + tl.arange(0, TILE)
    largest = tl.full([TILE], float("-inf"), tl.float32)
    added = tl.zeros([TILE], tl.float32)
    for first in range(0, n_columns, BLOCK):
        columns = first + tl.arange(0, BLOCK)
        block = load_tile(scores, rows, columns, n_rows, n_columns)  # (TILE, BLOCK)
        # Exercise 10.4 (6 lines): hide what sticks out, update both numbers; then store.
        ### BEGIN SOLUTION
        block = tl.where(columns[None, :] < n_columns, block, float("-inf"))
        new = tl.maximum(largest, tl.max(block, axis=1))
        powers = tl.exp(block - new[:, None])
        added = added * tl.exp(largest - new) + tl.sum(powers, axis=1)
        largest = new
        ### END SOLUTION
    ### BEGIN SOLUTION
    tl.store(lse + rows, largest + tl.log(added), mask=rows < n_rows)
    ### END SOLUTION


def row_lse(scores: Tensor) -> Tensor:
    """Return the logarithm of the sum of the exponentials of each row, read block by block.

    Args:
        scores: (n_rows, n_columns), float32.

    Returns:
        (n_rows,), float32.
    """
    n_rows, n_columns = scores.shape
    scores = scores.contiguous()
    lse = torch.empty(n_rows, device=scores.device)
    # Exercise 10.4 (1 line): launch one program for each TILE rows.
    ### BEGIN SOLUTION
    lse_kernel[(triton.cdiv(n_rows, TILE),)](scores, lse, n_rows, n_columns, TILE, BLOCK)
    ### END SOLUTION
    return lse


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
    q_tile = tl.load(query + q_tile_at, mask=rows[:, None] < q_len, other=0.0)
    maximum = tl.full([BLOCK_Q], float("-inf"), tl.float32)
    total = tl.zeros([BLOCK_Q], tl.float32)
    weighted = tl.zeros([BLOCK_Q, D_HEAD], tl.float32)
    end = tl.minimum(kv_len, (tl.program_id(0) + 1) * BLOCK_Q) if IS_CAUSAL else kv_len
    for start in range(0, end, BLOCK_KV):
        columns = start + tl.arange(0, BLOCK_KV)
        kv_tile_at = columns[:, None] * D_HEAD + features  # (BLOCK_KV, D_HEAD)
        k_tile = tl.load(key + kv_tile_at, mask=columns[:, None] < kv_len, other=0.0)
        v_tile = tl.load(value + kv_tile_at, mask=columns[:, None] < kv_len, other=0.0)
        seen = columns[None, :] < kv_len
        if IS_CAUSAL:
            seen = seen & (columns[None, :] <= rows[:, None])
        # Exercise 10.5 (9 lines): score this tile, hide what is not seen; update as in 08.4.
        ### BEGIN SOLUTION
        scores = tl.dot(q_tile, tl.trans(k_tile), input_precision="ieee") * scale  # (BLOCK_Q, BLOCK_KV)
        scores = tl.where(seen, scores, float("-inf"))
        new_maximum = tl.maximum(maximum, tl.max(scores, axis=1))
        rescale = tl.exp(maximum - new_maximum)
        exponentials = tl.exp(scores - new_maximum[:, None])
        total = total * rescale + tl.sum(exponentials, axis=1)
        block_sum = tl.dot(exponentials.to(v_tile.dtype), v_tile, input_precision="ieee")
        weighted = weighted * rescale[:, None] + block_sum
        maximum = new_maximum
        ### END SOLUTION
    result = (weighted / total[:, None]).to(output.dtype.element_ty)
    tl.store(output + q_tile_at, result, mask=rows[:, None] < q_len)
    tl.store(lse + rows, maximum + tl.log(total), mask=rows < q_len)


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
    batch, n_heads, q_len, d_head = query.shape
    query, key, value = query.contiguous(), key.contiguous(), value.contiguous()
    output = torch.empty_like(query)
    lse = torch.empty(batch, n_heads, q_len, dtype=torch.float32, device=query.device)
    block_q, block_kv = tile_sizes(query.dtype)
    sizes = (q_len, key.shape[-2], 1 / math.sqrt(d_head), is_causal, d_head, block_q, block_kv)
    # Exercise 10.5 (2 lines): launch one program for each tile of queries and each slice.
    ### BEGIN SOLUTION
    grid = (triton.cdiv(q_len, block_q), batch * n_heads)
    attention_kernel[grid](query, key, value, output, lse, *sizes, num_warps=8)
    ### END SOLUTION
    return output, lse


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
            query: (batch, n_heads, q_len, d_head), float16 or float32.
            key: (batch, n_heads, kv_len, d_head), of the same dtype.
            value: (batch, n_heads, kv_len, d_head), of the same dtype.
            is_causal: query i sees the keys j <= i only.
        """
        # Exercise 10.6 (4 lines): run the kernel, save five tensors and the flag.
        ### BEGIN SOLUTION
        output, lse = flash_attention(query, key, value, is_causal)
        ctx.save_for_backward(query, key, value, output, lse)
        ctx.is_causal = is_causal
        return output
        ### END SOLUTION

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
        query, key, value, output, lse = ctx.saved_tensors
        scale = 1 / math.sqrt(query.shape[-1])
        grad_query, grad_key, grad_value = (
            torch.zeros_like(t, dtype=torch.float32) for t in (query, key, value)
        )
        q, grad_o = query.float(), grad_output.float()
        # Exercise 10.6 (6 lines): the row sum; then for each block its weights, and what it adds.
        ### BEGIN SOLUTION
        row_sum = (grad_o * output.float()).sum(dim=-1, keepdim=True)  # (batch, n_heads, q_len, 1)
        ### END SOLUTION
        rows = torch.arange(query.shape[-2], device=query.device)[:, None]
        for start in range(0, key.shape[-2], BLOCK_KV):
            block = slice(start, start + BLOCK_KV)
            k, v = key[..., block, :].float(), value[..., block, :].float()
            ### BEGIN SOLUTION
            weights = torch.exp(q @ k.mT * scale - lse[..., None])  # (batch, n_heads, q_len, BLOCK_KV)
            ### END SOLUTION
            if ctx.is_causal:
                columns = start + torch.arange(k.shape[-2], device=query.device)
                weights = weights.masked_fill(columns > rows, 0.0)
            ### BEGIN SOLUTION
            grad_scores = weights * (grad_o @ v.mT - row_sum) * scale
            grad_value[..., block, :] = weights.mT @ grad_o
            grad_key[..., block, :] = grad_scores.mT @ q
            grad_query += grad_scores @ k
            ### END SOLUTION
        return grad_query.to(query.dtype), grad_key.to(key.dtype), grad_value.to(value.dtype), None
