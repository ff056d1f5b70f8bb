"""Attention for long sequences: do less, store less, or approximate."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from .scores import scaled_scores
from .softmax import softmax

Array = NDArray[np.floating]
Mask = NDArray[np.bool_]
State = tuple[Array, Array]


def local_mask(seq_len: int, window: int) -> Mask:
    """Return which pairs of positions are at most `window` apart.

    Args:
        seq_len: number of positions.
        window: the largest distance, 0 or more; it counts on both sides of a position.

    Returns:
        (seq_len, seq_len) bool. Entry [i, j] is True where |i - j| <= window.

    Source: Beltagy et al. 2020, "Longformer".
    """
    # Exercise 08.1 (3 lines): compare the distance of every pair with the window.
    ### BEGIN SOLUTION
    position = np.arange(seq_len)
    near: Mask = np.abs(position[:, None] - position) <= window
    return near
    ### END SOLUTION


def dilated_mask(seq_len: int, window: int, dilation: int) -> Mask:
    """Return which pairs are at most `window` apart, at a distance divisible by `dilation`.

    Args:
        seq_len: number of positions.
        window: the largest distance, in positions (not in steps of `dilation`).
        dilation: 1 or more; 1 gives `local_mask`, 3 keeps the distances 0, 3, 6, ...

    Returns:
        (seq_len, seq_len) bool. Entry [i, j] is True where |i - j| <= window and dilation divides i - j.

    Source: Ding et al. 2023, "LongNet", for dilated attention.
    """
    # Exercise 08.1 (3 lines): the local mask, thinned out.
    ### BEGIN SOLUTION
    position = np.arange(seq_len)
    on_step: Mask = (position[:, None] - position) % dilation == 0
    return local_mask(seq_len, window) & on_step
    ### END SOLUTION


def sliding_window_attention(query: Array, key: Array, value: Array, window: int, dilation: int = 1) -> Array:
    """Return attention in which each position sees only the positions of its (dilated) window.

    The result is that of attention with `dilated_mask(seq_len, window, dilation)`, but work and memory
    grow with seq_len · window, not with seq_len². No (seq_len, seq_len) array is ever made.

    Args:
        query: (..., seq_len, d_head).
        key: (..., seq_len, d_head).
        value: (..., seq_len, d_value).
        window: the largest distance, 0 or more, in positions; may exceed seq_len.
        dilation: only distances divisible by this are seen.

    Returns:
        (..., seq_len, d_value), in the dtype of the inputs. float64 input is computed in float64.
    """
    # Exercise 08.2 (10 lines): gather the keys in each window, score them, weigh their values.
    ### BEGIN SOLUTION
    seq_len, d_head = query.shape[-2:]
    reach = min(window, seq_len - 1) // dilation
    steps = np.arange(-reach, reach + 1) * dilation
    neighbours = np.arange(seq_len)[:, None] + steps  # (seq_len, n_steps)
    inside = (neighbours >= 0) & (neighbours < seq_len)
    neighbours = neighbours.clip(0, seq_len - 1)
    scores = np.einsum("...id,...ijd->...ij", query, key[..., neighbours, :])  # (..., seq_len, n_steps)
    weights = softmax(np.where(inside, scores / math.sqrt(d_head), -np.inf).astype(query.dtype))
    output: Array = np.einsum("...ij,...ijd->...id", weights, value[..., neighbours, :])
    return output
    ### END SOLUTION


def online_softmax(scores_blocks: Iterable[Array]) -> tuple[Array, Array]:
    """Return what softmax needs to know about a row of scores that arrives in blocks.

    Each block is read once and may be forgotten afterwards. With the two results,
    softmax(scores) = exp(scores - maximum) / total, over all blocks together.

    Args:
        scores_blocks: one or more blocks (..., block_len) of the same rows, from left to right; block_len may
            differ. A score of -inf is a masked one; a whole block of a row may be masked.

    Returns:
        maximum: (...), the largest score of each row; -inf where every score is -inf.
        total: (...), the sum of exp(score - maximum) over the row; 0 where every score is -inf.
            float64 input is computed in float64.

    Source: Milakov and Gimelshein 2018, "Online normalizer calculation for softmax".
    """
    # Exercise 08.3 (7 lines): when the maximum moves, rescale what was summed so far.
    ### BEGIN SOLUTION
    maximum, total = np.array(-np.inf), np.array(0.0)
    for scores in scores_blocks:
        new_maximum = np.maximum(maximum, scores.max(axis=-1)).astype(scores.dtype)
        shift = np.where(np.isneginf(new_maximum), 0, new_maximum)  # -inf minus -inf would be NaN
        total = total * np.exp(maximum - shift) + np.exp(scores - shift[..., None]).sum(axis=-1)
        maximum = new_maximum
    return maximum, total.astype(maximum.dtype)
    ### END SOLUTION


def chunked_attention(
    query: Array, key: Array, value: Array, block_size: int, is_causal: bool = False
) -> tuple[Array, Array]:
    """Return exactly what attention returns, without ever holding a (q_len, kv_len) array.

    The keys are taken `block_size` at a time, and the softmax is computed online. Memory grows with
    q_len + kv_len, the work is the same as before. This is the idea of FlashAttention, without its kernel.

    Args:
        query: (..., q_len, d_head).
        key: (..., kv_len, d_head).
        value: (..., kv_len, d_value).
        block_size: 1 or more; the last block may be shorter.
        is_causal: query i sees the keys j <= i only.

    Returns:
        output: (..., q_len, d_value), in the dtype of the inputs. float64 input is computed in float64.
        lse: (..., q_len), the logarithm of the sum of exp(scaled score) over the keys that each query sees.

    Source: Rabe and Staats 2021, "Self-attention Does Not Need O(n²) Memory"; Dao et al. 2022.
    """
    rows = np.arange(query.shape[-2])[:, None]  # (q_len, 1)
    maximum = np.full(query.shape[:-1], -np.inf, query.dtype)
    total = np.zeros_like(maximum)
    output = np.zeros((*query.shape[:-1], value.shape[-1]), query.dtype)
    for start in range(0, key.shape[-2], block_size):
        block = slice(start, start + block_size)
        # Exercise 08.4 (11 lines): score this block, update maximum, total and output; then finish.
        ### BEGIN SOLUTION
        scores = scaled_scores(query, key[..., block, :])  # (..., q_len, block_size)
        if is_causal:
            columns = start + np.arange(scores.shape[-1])
            scores = np.where(columns <= rows, scores, -np.inf).astype(query.dtype)
        new_maximum = np.maximum(maximum, scores.max(axis=-1))
        rescale = np.exp(maximum - new_maximum)
        exponentials = np.exp(scores - new_maximum[..., None])
        total = total * rescale + exponentials.sum(axis=-1)
        output = output * rescale[..., None] + exponentials @ value[..., block, :]
        maximum = new_maximum
        ### END SOLUTION
    ### BEGIN SOLUTION
    return output / total[..., None], maximum + np.log(total)
    ### END SOLUTION


def feature_map(x: Array) -> Array:
    """Return elu(x) + 1: x + 1 where x > 0, exp(x) elsewhere. Always positive. Complete, no exercise."""
    return np.where(x > 0, x + 1, np.exp(np.minimum(x, 0))).astype(x.dtype)


def linear_attention(query: Array, key: Array, value: Array, is_causal: bool = False) -> Array:
    """Return attention with φ(q)·φ(k) in place of exp(q·k / √d_head), where φ is `feature_map`.

    Row i of the output is Σ_j φ(q_i)·φ(k_j) v_j / Σ_j φ(q_i)·φ(k_j). There is no scale. Because φ(q_i) stands
    outside the sums over j, they are computed once for all queries: work and memory grow with seq_len.

    Args:
        query: (..., seq_len, d_head).
        key: (..., seq_len, d_head).
        value: (..., seq_len, d_value).
        is_causal: the sums of row i run over j <= i only.

    Returns:
        (..., seq_len, d_value), in the dtype of the inputs. float64 input is computed in float64.

    Source: Katharopoulos et al. 2020, "Transformers are RNNs".
    """
    query, key = feature_map(query), feature_map(key)
    # Exercise 08.5 (8 lines): sum φ(k) vᵀ and φ(k) over the sequence first, then multiply by φ(q).
    ### BEGIN SOLUTION
    if not is_causal:
        memory = np.swapaxes(key, -1, -2) @ value  # (..., d_head, d_value)
        total = query @ key.sum(axis=-2)[..., None]  # (..., seq_len, 1)
        output: Array = query @ memory / total
        return output
    memory = np.cumsum(key[..., :, None] * value[..., None, :], axis=-3)  # (..., seq_len, d_head, d_value)
    total = (query * np.cumsum(key, axis=-2)).sum(axis=-1, keepdims=True)
    output = np.einsum("...id,...ide->...ie", query, memory) / total
    ### END SOLUTION
    return output


def linear_attention_step(state: State | None, query: Array, key: Array, value: Array) -> tuple[Array, State]:
    """Return the causal linear attention of one more token, and the state for the next one.

    The state has a fixed size, however many tokens went by: this is a recurrent network.

    Args:
        state: what the step before returned; None for the first token.
        query: (..., d_head), one token.
        key: (..., d_head).
        value: (..., d_value).

    Returns:
        output: (..., d_value), the row that `linear_attention(..., is_causal=True)` has for this token.
        state: the sums of φ(k) vᵀ and of φ(k) over all tokens so far; neither grows. float64 input is
            computed in float64.
    """
    query, key = feature_map(query), feature_map(key)
    # Exercise 08.5 (4 lines): add this token to the sums, then read them with φ(q).
    ### BEGIN SOLUTION
    memory = key[..., :, None] * value[..., None, :]  # (..., d_head, d_value)
    if state is not None:
        memory, key = state[0] + memory, state[1] + key
    output = np.einsum("...d,...de->...e", query, memory) / (query * key).sum(axis=-1, keepdims=True)
    ### END SOLUTION
    return output, (memory, key)
