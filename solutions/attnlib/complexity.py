"""What attention costs: parameters, arithmetic, memory, and how they grow. Lessons 05 and 07."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np

Kind = Literal["self_attention", "recurrent", "convolutional"]


def parameter_count(d_model: int, n_heads: int) -> int:
    """Return how many numbers one multi-head attention learns.

    They are the entries of w_query, w_key, w_value and w_out, as `multi_head_attention` takes them.
    There are no biases. Each head works with d_head = d_model / n_heads columns.

    Args:
        d_model: numbers in the embedding of one token.
        n_heads: how many heads; d_model is a multiple of it.

    Returns:
        A whole number.
    """
    # Exercise 05.4 (1 line): count the entries of the four weights. What do the heads change?
    ### BEGIN SOLUTION
    return 4 * d_model * d_model
    ### END SOLUTION


def attention_flops(q_len: int, kv_len: int, d_head: int, n_heads: int = 1) -> int:
    """Return the arithmetic operations of attention: those of its two matrix products, in all heads.

    The products are query times keyᵀ and weights times value. Each multiplication counts 1 and each
    addition counts 1, so a product of (m, k) and (k, n) counts 2 m k n. Scaling, mask, softmax and
    projections are left out.

    Args:
        q_len: number of queries.
        kv_len: number of keys and values.
        d_head: numbers in one query, one key and one value.
        n_heads: how many heads, each with the sizes above.

    Returns:
        A whole number, exact also for millions of tokens.
    """
    # Exercise 07.2 (3 lines): the operations of each product, their sum, times the heads.
    ### BEGIN SOLUTION
    scores = 2 * q_len * d_head * kv_len
    output = 2 * q_len * kv_len * d_head
    return n_heads * (scores + output)
    ### END SOLUTION


def attention_bytes(q_len: int, kv_len: int, d_head: int, n_heads: int = 1, itemsize: int = 4) -> int:
    """Return the memory that plain attention holds at its fullest moment, in bytes.

    In every head these six arrays exist at once: query and output, (q_len, d_head) each; key and
    value, (kv_len, d_head) each; scores and weights, (q_len, kv_len) each. Nothing else counts.

    Args:
        q_len: number of queries.
        kv_len: number of keys and values.
        d_head: numbers in one query, one key and one value.
        n_heads: how many heads, each with the sizes above.
        itemsize: bytes of one number; 4 for float32, 2 for float16.

    Returns:
        A whole number.
    """
    # Exercise 07.3 (3 lines): count the numbers in the six arrays, then their bytes.
    ### BEGIN SOLUTION
    vectors = 2 * (q_len + kv_len) * d_head  # query and output, key and value
    pairs = 2 * q_len * kv_len  # scores and weights
    return itemsize * n_heads * (vectors + pairs)
    ### END SOLUTION


def max_seq_len(memory_bytes: int, d_head: int, n_heads: int = 1, itemsize: int = 4) -> int:
    """Return the largest n for which self-attention over n tokens fits into memory.

    It fits where attention_bytes(n, n, d_head, n_heads, itemsize) is at most memory_bytes.

    Args:
        memory_bytes: how much memory there is.
        d_head: numbers in one query, one key and one value.
        n_heads: how many heads.
        itemsize: bytes of one number.

    Returns:
        A whole number: 0 where not even one token fits. The answer comes at once, also for a
        terabyte.
    """
    # Exercise 07.3, second part (2 to 7 lines): solve the inequality for n, or search by halving.
    ### BEGIN SOLUTION
    room = memory_bytes // (2 * itemsize * n_heads)  # n² + 2 n d_head <= room
    return math.isqrt(d_head * d_head + room) - d_head
    ### END SOLUTION


def growth_exponent(lengths: Sequence[float], costs: Sequence[float]) -> float:
    """Return p where the costs grow like lengths ** p.

    log cost = p log length + constant: p is the slope of the straight line through the points
    (log length, log cost) that has the least sum of squared errors, over all points.

    Args:
        lengths: two or more different positive numbers, in any order; a list or an array.
        costs: as many positive numbers, a list or an array.

    Returns:
        One number.
    """
    # Exercise 07.4 (3 lines): take logarithms, subtract the means, divide two sums.
    ### BEGIN SOLUTION
    x, y = np.log(np.array(lengths, float)), np.log(np.array(costs, float))  # (number of lengths,)
    x = x - x.mean()  # y may keep its mean: these x sum to 0
    return float((x * y).sum() / (x * x).sum())
    ### END SOLUTION


def layer_costs(kind: Kind, seq_len: int, d_model: int, kernel_size: int | None = None) -> dict[str, int]:
    """Return what one layer costs and how far apart it leaves two tokens.

    With n for seq_len, d for d_model and k for kernel_size:

    kind               work         sequential_steps   longest_path
    "self_attention"   n² d         1                  1
    "recurrent"        n d²         n                  n
    "convolutional"    k n d²       1                  L

    work: the leading term, without constants. sequential_steps: how many operations must wait for
    each other. longest_path: how many steps a signal takes between the two tokens farthest apart.
    For the convolution that is a stack of dilated layers: L is the smallest whole number with
    k ** L >= n. It is exact for powers too: k = 5 and n = 125 give 3.

    Args:
        kind: one of the three names above.
        seq_len: number of tokens, 2 or more.
        d_model: numbers in the embedding of one token.
        kernel_size: how many neighbouring tokens a convolution sees, 2 or more; else None.

    Returns:
        A dictionary with the whole numbers "work", "sequential_steps" and "longest_path".

    Source: Vaswani et al. 2017, "Attention Is All You Need", table 1.
    """
    # Exercise 07.5 (10 lines): one row of the table for each kind; count up to L with whole numbers.
    ### BEGIN SOLUTION
    if kind == "self_attention":
        work, steps, path = seq_len**2 * d_model, 1, 1
    elif kind == "recurrent":
        work, steps, path = seq_len * d_model**2, seq_len, seq_len
    else:
        assert kernel_size is not None
        work, steps, path = kernel_size * seq_len * d_model**2, 1, 1
        while kernel_size**path < seq_len:
            path += 1
    return {"work": work, "sequential_steps": steps, "longest_path": path}
    ### END SOLUTION
