"""Who sees whom, what is cut where: pictures of how attention is arranged."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from ..theme import COLOURS, QUERY, WEIGHTS, Picture, colour_of
from .paper import axes


def connections(tokens: Sequence[str], window: int = 1, *, path: tuple[str, str] | None = None) -> Figure:
    """Draw who can see whom in one layer: one after another, in windows, all at once.

    Args:
        tokens: the words of the sentence.
        window: how many neighbours on each side a convolution sees.
        path: two words; the way that news takes from the first to the second stands out.
    """
    size = len(tokens)
    near = [(i, j) for i in range(size) for j in range(size) if abs(i - j) <= window]
    every = [(i, j) for i in range(size) for j in range(size)]
    start, end = (tokens.index(word) for word in path) if path else (0, 0)
    panels = {
        "RNN: one after another": (
            [(i, i - 1) for i in range(1, size)],
            [(i + 1, i) for i in range(start, end)],
        ),
        "CNN: in windows": (near, [(min(start + window, end), start)]),
        "attention: all at once": (every, [(end, start)]),
    }
    figure: Figure = plt.figure(figsize=(8.5, 4.6), layout="constrained", FigureClass=Picture)
    grid = figure.add_gridspec(3, 1, height_ratios=(1, 2, 2))
    for number, (title, (pairs, news)) in enumerate(panels.items()):
        ax = figure.add_subplot(grid[number])
        _connect(ax, tokens, pairs, news if path else [], flat=number == 0)
        layers = math.ceil((end - start) / window)
        of_many = f"; in one of its {layers} layers" if path and number == 1 and layers > 1 else ""
        told = f"; in colour, the news of “{path[0]}” on its way to “{path[1]}”{of_many}" if path else ""
        ax.set_title(title + told, fontsize=11, loc="left")
    return figure


def _connect(
    ax: Axes,
    tokens: Sequence[str],
    pairs: Sequence[tuple[int, int]],
    news: Sequence[tuple[int, int]],
    flat: bool,
) -> None:
    """Draw the tokens in one row (the chain) or two, and a line from each token to each that it sees."""
    top = 0.0 if flat else 1.0
    half_width = [(0.045 * len(token) + 0.06) * len(tokens) / 10 for token in tokens]
    for i, j in sorted(pairs, key=lambda pair: pair in news):
        chosen = (i, j) in news
        colour = QUERY if chosen else WEIGHTS
        if flat:
            ends = (i - half_width[i], 0), (j + half_width[j], 0)
            width = 2.5 if chosen else 1
            ax.annotate("", *ends, arrowprops={"arrowstyle": "-|>", "color": colour, "linewidth": width})
        else:
            look = (
                {"linewidth": 3, "alpha": 1} if chosen else {"linewidth": 1, "alpha": 0.35 if news else 0.6}
            )
            ax.plot((i, j), (top - 0.12, 0.12), color=colour, **look)
    for height in {0.0, top}:
        for i, token in enumerate(tokens):
            ax.text(i, height, token, ha="center", va="center", fontsize=10)
    ax.set(xlim=(-0.6, len(tokens) - 0.4), ylim=(-0.3, top + 0.3))
    ax.axis("off")


def head_columns(x: ArrayLike, n_heads: int, tokens: Sequence[str]) -> Figure:
    """Draw a table of tokens, its columns coloured by the head they belong to, and the table cut into heads.

    Args:
        x: (seq_len, d_model).
        n_heads: how many heads; d_model is a multiple of it.
        tokens: seq_len words.
    """
    table = np.asarray(x, dtype=float)
    seq_len, d_model = table.shape
    d_head = d_model // n_heads
    width = 2 * d_model + n_heads + 1
    figure: Figure = plt.figure(figsize=(0.52 * width, 0.45 * seq_len + 0.6), FigureClass=Picture)
    figure.set_layout_engine("constrained")
    ax = figure.add_subplot()
    for (i, j), value in np.ndenumerate(table):
        head = j // d_head
        for left in (j, d_model + 1 + head + j):  # in the whole table, and in that of the head
            colour = COLOURS[head % len(COLOURS)]
            ax.add_patch(plt.Rectangle((left + 0.04, i + 0.04), 0.92, 0.92, facecolor=colour, alpha=0.35))
            ax.text(left + 0.5, i + 0.5, f"{value:g}", ha="center", va="center", fontsize=10)
    ax.text(d_model / 2, -0.35, f"x: {table.shape}", ha="center", fontsize=10)
    for head in range(n_heads):
        middle = d_model + 1 + head + (head + 0.5) * d_head
        ax.text(middle, -0.35, f"head {head}: {(seq_len, d_head)}", ha="center", fontsize=10)
    for i, token in enumerate(tokens):
        ax.text(-0.2, i + 0.5, token, ha="right", va="center", fontsize=10)
    ax.set(xlim=(-1.2, width - 1), ylim=(seq_len, -0.8), aspect="equal")
    ax.axis("off")
    return figure


def boxes_to_scale(shapes: Mapping[str, tuple[int, int]], *, title: str = "") -> Axes:
    """Draw one rectangle for each matrix, all on one scale: one unit of area is one number.

    Args:
        shapes: name -> (rows, columns).
        title: one short line.
    """
    gap = 0.2 * max(max(shape) for shape in shapes.values())
    total = sum(columns + gap for _, columns in shapes.values())
    tallest = max(rows for rows, _ in shapes.values())
    ax = axes(8.5, min(4.2, 1.2 + 8.0 * tallest / total), title)
    left = 0.0
    for (name, (rows, columns)), colour in zip(shapes.items(), COLOURS * len(shapes), strict=False):
        shown = colour_of(name, colour)
        ax.add_patch(plt.Rectangle((left, 0), columns, rows, facecolor=shown, alpha=0.45, edgecolor=shown))
        label = f"{name}\n{rows} x {columns}"
        ax.annotate(
            label, (left + columns / 2, 0), (0, -4), textcoords="offset points", ha="center", va="top"
        )
        left += columns + gap
    ax.set(xlim=(-gap, left), ylim=(-0.28 * tallest, 1.04 * tallest), aspect="equal")
    ax.axis("off")
    return ax


def tile_map(q_len: int, kv_len: int, block_q: int, block_kv: int, *, is_causal: bool = False) -> Axes:
    """Draw how a tiled kernel walks over the scores: a colour for each program, a number for each step.

    Args:
        q_len: rows of the table.
        kv_len: columns of the table.
        block_q: rows of a tile.
        block_kv: columns of a tile.
        is_causal: leave out the tiles that no query of a program may see.
    """
    ax = axes(1.0 + 0.06 * kv_len, 0.8 + 0.06 * q_len)
    for program, top in enumerate(range(0, q_len, block_q)):
        bottom = min(top + block_q, q_len)
        for step, left in enumerate(range(0, kv_len, block_kv)):
            right = min(left + block_kv, kv_len)
            skipped = is_causal and left >= bottom
            look = (
                {"color": "#808080", "alpha": 0.15} if skipped else {"color": COLOURS[program % len(COLOURS)]}
            )
            size = (right - left - 0.6, bottom - top - 0.6)
            ax.add_patch(plt.Rectangle((left - 0.2, top - 0.2), *size, linewidth=0, **look))
            if not skipped:
                middle = ((left + right - 1) / 2, (top + bottom - 1) / 2)
                ax.text(*middle, str(step), ha="center", va="center", color="white", weight="bold")
    ax.set(xlim=(-0.5, kv_len - 0.5), ylim=(q_len - 0.5, -0.5), xlabel="key", ylabel="query", aspect="equal")
    ax.spines[:].set_visible(False)
    return ax
