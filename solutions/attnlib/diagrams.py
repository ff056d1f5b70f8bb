"""How data flows through attention, as drawings: complete, not an exercise.

Each diagram gets the learner's own arrays, or their sizes, and shows their shapes. Colours mean what
they mean in every picture (`theme`). Each has a title and a description for whoever cannot see it.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from .drawing import Diagram, shape_text


def data_flow(
    query: ArrayLike, key: ArrayLike, value: ArrayLike, weights: ArrayLike, output: ArrayLike
) -> Diagram:
    """Draw attention from query, key and value to the output, each with its numbers and its shape.

    Args:
        query: (q_len, d_head).
        key: (kv_len, d_head).
        value: (kv_len, d_value).
        weights: (q_len, kv_len).
        output: (q_len, d_value).
    """
    q, k, v, w, o = (np.asarray(each, dtype=float) for each in (query, key, value, weights, output))
    shapes = f"Q {q.shape} and K {k.shape} give scores {w.shape}"
    drawn = Diagram(
        "From query, key and value to the output",
        f"{shapes}; softmax makes them weights {w.shape}; with V {v.shape} they give the output {o.shape}.",
        (4.2, 3.1),
    )
    from_query = drawn.matrix(0.5, 0.55, "Q", q.shape, "query", values=q)
    from_key = drawn.matrix(0.5, 1.55, "K", k.shape, "key", values=k)
    from_value = drawn.matrix(0.5, 2.55, "V", v.shape, "value", values=v)
    scores = drawn.matrix(1.6, 1.05, "scores", w.shape, "score", values=q @ k.T)
    shares = drawn.matrix(2.65, 1.05, "weights", w.shape, "weight", values=w)
    result = drawn.matrix(3.7, 1.8, "output", o.shape, "output", values=o)
    drawn.arrow(from_query, scores)
    drawn.arrow(from_key, scores)
    drawn.label(1.12, 1.05, f"Q Kᵀ / √{q.shape[-1]}")
    drawn.arrow(scores, shares, "softmax")
    drawn.arrow(shares, result)
    drawn.arrow(from_value, result)
    drawn.label(2.85, 1.78, "weights · V")
    return drawn


def encoder_decoder(reads: ArrayLike, writes: ArrayLike, asks: ArrayLike) -> Diagram:
    """Draw the three places of attention in a translator.

    Args:
        reads: (source, source), the weights of the encoder.
        writes: (target, target), those of the decoder over itself, causal.
        asks: (target, source), those of the decoder over the encoder.
    """
    r, w, a = (np.asarray(each, dtype=float) for each in (reads, writes, asks))
    drawn = Diagram(
        "An encoder and a decoder",
        f"The encoder reads the source with self-attention, weights {r.shape}. The decoder reads what it has "
        f"written with causal self-attention, weights {w.shape}. Its queries then ask the encoder's keys and "
        f"values by cross-attention, weights {a.shape}, and give one output for each word of the target.",
        (4.2, 3.9),
    )
    drawn.frame((0.1, 1.6), (0.1, 2.5), "encoder")
    drawn.frame((1.9, 4.1), (0.1, 3.8), "decoder")
    source = drawn.box(0.85, 0.55, "English", f"{len(r)} words")
    memory = drawn.matrix(0.85, 1.65, "self-attention", r.shape, "weight", values=r)
    target = drawn.box(2.6, 0.55, "French so far", f"{len(w)} words")
    own = drawn.matrix(2.6, 1.65, "causal self-attention", w.shape, "weight", values=w)
    cross = drawn.matrix(2.6, 3.05, "cross-attention", a.shape, "weight", values=a)
    result = drawn.box(3.65, 3.05, "output", f"{len(a)} rows", "output")
    drawn.arrow(source, memory)
    drawn.arrow(target, own)
    drawn.arrow(own, cross)
    drawn.label(2.78, 2.43, "Q", "query")
    kept = drawn.box(0.85, 3.05, "K and V", f"of {len(r)} words", "key")
    drawn.arrow(memory, kept)
    drawn.arrow(kept, cross)
    drawn.arrow(cross, result)
    return drawn


def split_and_merge(heads: ArrayLike, merged: ArrayLike) -> Diagram:
    """Draw how a wide table is cut into heads, attended in each, and put side by side again.

    Args:
        heads: (n_heads, seq_len, d_head), at most four heads.
        merged: (seq_len, n_heads * d_head).
    """
    parts, whole = np.asarray(heads, dtype=float), np.asarray(merged, dtype=float)
    n_heads, seq_len, d_head = parts.shape
    drawn = Diagram(
        f"Split into {n_heads} heads, and merged",
        f"Q, K and V, each {whole.shape}, are cut into {n_heads} heads of {(seq_len, d_head)}. Each head "
        f"attends on its own, with weights {(seq_len, seq_len)}. The results stand side by side again, "
        f"{whole.shape}, and W_O mixes them.",
        (4.6, 1.05 * n_heads + 0.1),
    )
    middle = (1.05 * n_heads + 0.1) / 2
    wide = drawn.matrix(0.45, middle, "Q, K, V", whole.shape)
    together = drawn.matrix(3.3, middle, "merged", whole.shape, "output")
    mixed = drawn.matrix(4.25, middle, "times W_O", whole.shape, "output")
    for head in range(n_heads):
        row = 0.55 + 1.05 * head
        narrow = drawn.matrix(1.4, row, f"head {head}", (seq_len, d_head))
        weights = drawn.matrix(2.3, row, "weights", (seq_len, seq_len), "weight")
        drawn.arrow(wide, narrow)
        drawn.arrow(narrow, weights)
        drawn.arrow(weights, together)
    drawn.arrow(together, mixed)
    return drawn


def cache_step(kept: int, new: int = 1, d_head: int = 4) -> Diagram:
    """Draw what a step with a cache of keys and values computes, and what it only reads.

    Args:
        kept: how many tokens are in the cache.
        new: how many come now.
        d_head: columns of a head.
    """
    total = kept + new
    pale_and_new = np.repeat([0.2, 1.0], [kept, new])[:, None] * np.ones((total, d_head))
    drawn = Diagram(
        f"One step with {kept} tokens in the cache",
        f"The new token gives a query, a key and a value, each {(new, d_head)}. Key and value go to "
        f"the {kept} in the cache, pale here: {(total, d_head)}. The query meets all {total} keys: weights "
        f"{(new, total)}. With the values they give the output {(new, d_head)}. Nothing else is computed.",
        (4.3, 3.4),
        (160, 120),
    )
    drawn.frame((1.0, 2.1), (0.75, 3.35), "the cache")
    token = drawn.box(0.4, 0.35, "new token")
    query = drawn.matrix(1.55, 0.35, "query", (new, d_head), "query")
    keys = drawn.matrix(1.55, 1.5, "keys", (total, d_head), "key", values=pale_and_new)
    values = drawn.matrix(1.55, 2.75, "values", (total, d_head), "value", values=pale_and_new)
    weights = drawn.matrix(2.75, 0.95, "weights", (new, total), "weight")
    output = drawn.matrix(3.8, 1.85, "output", (new, d_head), "output")
    for made in (query, keys, values):
        drawn.arrow(token, made)
    for start, end in ((query, weights), (keys, weights), (weights, output), (values, output)):
        drawn.arrow(start, end)
    return drawn


def memory_levels(length: int, block: int, d_head: int) -> Diagram:
    """Draw what lies in a GPU's main memory and what on the chip while attention runs in blocks.

    Args:
        length: tokens.
        block: rows of a block of queries, and of keys.
        d_head: columns of a head.
    """
    tall, tile, blocks = shape_text((length, d_head)), shape_text((block, d_head)), -(-length // block)
    one_row = np.repeat([0.15, 1.0, 0.15], [1, 1, 3])[:, None] * np.ones((5, 3))
    drawn = Diagram(
        "Two kinds of memory, and one tile",
        f"Main memory holds Q, K, V and the output, each {tall}. A program on the chip loads one block of "
        f"queries, {tile}, and then one block of keys and values after the other, {blocks} of them. On the "
        f"chip a tile of scores, {(block, block)}, is made, used, forgotten; a maximum, a total and the sum "
        "so far are kept. Only the output goes back.",
        (4.5, 3.2),
        (160, 130),
    )
    drawn.frame((0.05, 1.0), (0.05, 3.15), "main memory")
    drawn.frame((1.65, 4.45), (0.05, 3.15), "on the chip")
    names = {"Q": "query", "K and V": "key", "output": "output"}
    q, kv, o = (
        drawn.matrix(0.55, 0.68 + row, name, (5, 3), role, values=one_row, note=tall)
        for row, (name, role) in enumerate(names.items())
    )
    tile_q = drawn.box(2.3, 0.68, "a block of Q", tile, "query")
    tile_kv = drawn.box(2.3, 1.68, "a block of K and V", tile, "key")
    scores = drawn.box(3.75, 1.18, "one tile of scores", shape_text((block, block)), "score")
    state = drawn.box(3.75, 2.68, "maximum, total,\nsum so far", f"for {block} rows")
    result = drawn.box(2.3, 2.68, "a block of output", tile, "output")
    drawn.arrow(q, tile_q, "once")
    drawn.arrow(kv, tile_kv, f"{blocks} times")
    drawn.arrow(result, o, "once")
    for start, end in ((tile_q, scores), (tile_kv, scores), (scores, state), (state, result)):
        drawn.arrow(start, end)
    return drawn


def transformer_block(seq_len: int, d_model: int, d_hidden: int) -> Diagram:
    """Draw a block: attention, two linear layers, and the ways round them.

    Args:
        seq_len: tokens.
        d_model: features of a token.
        d_hidden: features between the two linear layers.
    """
    shape = shape_text((seq_len, d_model))
    drawn = Diagram(
        "A transformer block",
        f"x {shape} goes through multi-head attention and is added to the result; then the norm. That goes "
        f"through two linear layers, by way of {d_hidden} features, and is added to their result; then the "
        f"norm. The output has the shape of x, {shape}.",
        (3, 7.2),
        (150, 68),
    )
    texts = [
        ("x", shape, ""),
        ("multi-head attention", "", "weight"),
        ("+", "", ""),
        ("norm", shape, ""),
        (f"widen to {d_hidden}\ngelu, narrow to {d_model}", "", "value"),
        ("+", "", ""),
        ("norm", shape, "output"),
    ]
    boxes = [drawn.box(1.3, 0.55 + row, *each) for row, each in enumerate(texts)]
    for start, end in pairwise(boxes):
        drawn.arrow(start, end)
    for row in (0, 3):  # round the attention, and round the two linear layers
        drawn.way(boxes[row], boxes[row + 2], 130)
        drawn.label(2.62, 1.55 + row, "what came in")
    return drawn


def language_model(seq_len: int, n_tokens: int, d_model: int, n_layers: int) -> Diagram:
    """Draw a language model, the inside of one of its blocks, and the way of a token back to the text.

    Args:
        seq_len: tokens of the text.
        n_tokens: tokens that the model knows.
        d_model: features of a token.
        n_layers: blocks, one after the other.
    """
    inside = [
        ("what comes in", ""),
        ("norm", ""),
        ("queries, keys, values (01.2)", "query"),
        ("split into heads (05.1)", ""),
        ("turn by position (09.2)", ""),
        ("scores / √d_head (02.2)", "score"),
        ("hide what comes later (04.2)", ""),
        ("softmax (03.1)", "weight"),
        ("weighted sum of values (04.1)", "value"),
        ("merge, times W_O (05.2)", "output"),
        ("+", ""),
    ]
    shape, scores = shape_text((seq_len, d_model)), shape_text((seq_len, n_tokens))
    drawn = Diagram(
        "A language model, and one of its blocks",
        f"{seq_len} tokens become vectors {shape}. They go through {n_layers} blocks and give a score to "
        f"each token that could come next, {scores}. One token is drawn and appended to the text. "
        f"Inside a block: {', '.join(text for text, _ in inside[1:-1])}; then what came in is added.",
        (4.4, 8.6),
        (150, 68),
    )
    drawn.frame((2.0, 4.35), (0.1, 8.5), "a block (11.1)")
    way = [
        drawn.box(0.95, 0.85, "text", f"{seq_len} tokens"),
        drawn.box(0.95, 2.3, "a vector for each", shape),
        drawn.box(0.95, 3.75, f"{n_layers} blocks", shape, "weight"),
        drawn.box(0.95, 5.2, "scores", scores, "score"),
        drawn.box(0.95, 6.65, "draw a token (11.2)", "", "output"),
    ]
    for start, end in pairwise(way):
        drawn.arrow(start, end)
    drawn.way(way[-1], way[0], -125)
    drawn.label(0.95, 7.4, "append, and again (11.3)")
    boxes = [drawn.box(3.0, 0.85 + 0.72 * row, text, "", role) for row, (text, role) in enumerate(inside)]
    for start, end in pairwise(boxes):
        drawn.arrow(start, end)
    drawn.way(boxes[0], boxes[-1], 150)
    return drawn
