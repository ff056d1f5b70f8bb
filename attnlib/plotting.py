"""Pictures for the lessons: complete, not an exercise. Every function returns what it drew on."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

BLUE, ORANGE, GREEN, RED, PURPLE, GREY = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#7F7F7F"
COLOURS = (BLUE, RED, GREEN, ORANGE, PURPLE, GREY)
"""Colours that stay apart for colour-blind readers (Okabe and Ito)."""


def axes(width: float = 6.0, height: float = 3.2, title: str = "") -> Axes:
    """Return empty axes, `width` by `height` inches, on white so that they are legible in any theme."""
    figure = plt.figure(figsize=(width, height), layout="constrained", facecolor="white")
    ax: Axes = figure.add_subplot()
    ax.spines[["top", "right"]].set_visible(False)
    if title:
        ax.set_title(title, fontsize=11)
    return ax


def curves(
    x: ArrayLike, lines: Mapping[str, ArrayLike], *, x_label: str, y_label: str, title: str = ""
) -> Axes:
    """Draw one line for each entry of `lines`, named in a legend.

    Args:
        x: (n,).
        lines: name -> (n,).
        x_label: what x is, with its unit.
        y_label: what the lines are, with their unit.
        title: one short line.
    """
    ax = axes(title=title)
    for (name, y), colour, marker in zip(lines.items(), COLOURS, "os^Dvx", strict=False):
        shown = marker if np.size(y) <= 20 else None
        ax.plot(x, y, color=colour, marker=shown, markersize=5, linewidth=2, label=name)
    ax.set(xlabel=x_label, ylabel=y_label)
    if len(lines) > 1:
        ax.legend(frameon=False)
    ax.grid(alpha=0.25)
    return ax


def histograms(samples: Mapping[str, ArrayLike], *, x_label: str, title: str = "", n_bins: int = 60) -> Axes:
    """Draw how the numbers in each entry of `samples` are distributed, all on one scale.

    Args:
        samples: name -> (n,); n may differ.
        x_label: what the numbers are.
        title: one short line.
        n_bins: bins over the whole range.
    """
    ax = axes(title=title)
    flat = {name: np.ravel(np.asarray(values)) for name, values in samples.items()}
    edges = np.histogram_bin_edges(np.concatenate(list(flat.values())), n_bins).tolist()
    for (name, values), colour in zip(flat.items(), COLOURS, strict=False):
        ax.hist(values, edges, density=True, histtype="stepfilled", alpha=0.25, color=colour)
        ax.hist(values, edges, density=True, histtype="step", linewidth=2, color=colour, label=name)
    ax.set(xlabel=x_label, ylabel="density")
    ax.legend(frameon=False)
    return ax


def bars(values: ArrayLike, labels: Sequence[str], *, y_label: str = "", title: str = "") -> Axes:
    """Draw one bar for each label, with its number on it.

    Args:
        values: (n,).
        labels: n words.
        y_label: what the numbers are.
        title: one short line.
    """
    heights = np.asarray(values, dtype=float)
    ax = axes(max(4.0, 0.75 * len(labels)), 2.8, title)
    drawn = ax.bar(range(len(labels)), heights, color=BLUE, width=0.7)
    ax.bar_label(drawn, [f"{height:.2f}" for height in heights], fontsize=9, padding=2)
    ax.set_xticks(range(len(labels)), labels)
    ax.set_ylabel(y_label)
    ax.axhline(0, color="black", linewidth=0.8)
    ax.margins(y=0.18)
    return ax


def arrows(vectors: Mapping[str, ArrayLike], *, title: str = "") -> Axes:
    """Draw vectors of two numbers as arrows from the origin, each with its name at the tip.

    Args:
        vectors: name -> (2,).
        title: one short line.
    """
    ax = axes(4.6, 4.2, title)
    reach = 1.3 * max(float(np.abs(np.asarray(vector)).max()) for vector in vectors.values())
    for (name, vector), colour in zip(vectors.items(), COLOURS * len(vectors), strict=False):
        x, y = np.asarray(vector, dtype=float).tolist()
        style = {"arrowstyle": "-|>", "color": colour, "linewidth": 2.2, "shrinkA": 0, "shrinkB": 0}
        ax.annotate("", (x, y), (0, 0), arrowprops=style)
        steep = abs(y) > 2 * abs(x)
        across = "center" if steep else "left" if x > 0 else "right"
        up = "center" if not steep else "bottom" if y > 0 else "top"
        gap = 0.04 * reach / max(math.hypot(x, y), 1e-9)
        ax.text(x * (1 + gap), y * (1 + gap), name, color=colour, ha=across, va=up)
    ax.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
    ax.axhline(0, color="lightgrey", linewidth=1, zorder=0)
    ax.axvline(0, color="lightgrey", linewidth=1, zorder=0)
    return ax


def heatmap(
    weights: ArrayLike, query_tokens: Sequence[str], key_tokens: Sequence[str], *, title: str = ""
) -> Axes:
    """Draw a matrix of scores or weights: one row for each query, one column for each key.

    Numbers stand in the cells where there are at most 64 of them.

    Args:
        weights: (q_len, kv_len).
        query_tokens: q_len words, from top to bottom.
        key_tokens: kv_len words, from left to right.
        title: one short line.
    """
    matrix = np.asarray(weights, dtype=float)
    q_len, kv_len = matrix.shape
    ax = axes(2.2 + 0.45 * kv_len, 1.4 + 0.38 * q_len, title)
    low, high = min(0.0, float(matrix.min(initial=0.0))), float(matrix.max(initial=0.0))
    picture = ax.imshow(matrix, cmap="viridis", vmin=low, vmax=high, aspect="auto")
    ax.figure.colorbar(picture, ax=ax, fraction=0.05, pad=0.02)
    ax.set_xticks(range(kv_len), key_tokens, rotation=45, ha="right", rotation_mode="anchor")
    ax.set_yticks(range(q_len), query_tokens)
    ax.set(xlabel="is looked at (key)", ylabel="looks (query)")
    ax.spines[:].set_visible(False)
    if matrix.size <= 64:
        for (i, j), number in np.ndenumerate(matrix):
            colour = "black" if number > low + 0.6 * (high - low) else "white"
            ax.text(j, i, f"{number:.2f}", ha="center", va="center", fontsize=9, color=colour)
    return ax


def heatmaps(
    panels: Mapping[str, ArrayLike], query_tokens: Sequence[str], key_tokens: Sequence[str]
) -> Figure:
    """Draw small matrices side by side, on one scale, with 0 in its middle if any number is negative.

    Numbers stand in the cells where there are at most 64 of them.

    Args:
        panels: title -> (q_len, kv_len).
        query_tokens: q_len words, from top to bottom.
        key_tokens: kv_len words, from left to right.
    """
    matrices = {title: np.asarray(matrix, dtype=float) for title, matrix in panels.items()}
    high = max(float(np.abs(matrix).max(initial=0.0)) for matrix in matrices.values())
    signed = any(bool((matrix < 0).any()) for matrix in matrices.values())
    style = {"cmap": "PuOr", "vmin": -high, "vmax": high} if signed else {"vmin": 0.0, "vmax": high}
    small = len(query_tokens) * len(key_tokens) <= 64
    width = 1.0 + len(key_tokens) * (max(0.55, 0.1 * max(map(len, key_tokens))) if small else 0.24)
    figure, row = _panels(len(matrices), width, 1.1 + (0.42 if small else 0.24) * len(query_tokens))
    for ax, (title, matrix) in zip(row, matrices.items(), strict=True):
        ax.imshow(matrix, aspect="auto", **style)
        ax.set_title(title, fontsize=10)
        ax.set_xticks(range(len(key_tokens)), key_tokens, fontsize=9)
        ax.set_yticks(range(len(query_tokens)), query_tokens, fontsize=9)
        ax.spines[:].set_visible(False)
        if not small:
            ax.tick_params(axis="x", labelrotation=90)
            continue
        for (i, j), number in np.ndenumerate(matrix):
            dark = abs(number) > 0.6 * high if signed else number < 0.6 * high
            text = f"{round(number, 2) + 0.0:.2f}"  # never -0.00
            ax.text(j, i, text, ha="center", va="center", fontsize=9, color="w" if dark else "k")
    return figure


def mask_gallery(masks: Mapping[str, ArrayLike]) -> Figure:
    """Draw masks side by side: blue where a query may attend to a key, pale where the key is hidden.

    Args:
        masks: title -> (q_len, kv_len) bool; the sizes may differ.
    """
    figure, row = _panels(len(masks), 2.1, 2.4)
    for ax, (title, mask) in zip(row, masks.items(), strict=True):
        allowed = np.atleast_2d(np.asarray(mask, dtype=bool))
        ax.imshow(np.where(allowed, 1.0, 0.08), cmap="Blues", vmin=0.0, vmax=1.4)
        ax.set_title(title, fontsize=10)
        ax.set(xlabel="key", ylabel="query", xticks=range(allowed.shape[1]), yticks=range(allowed.shape[0]))
        ax.set_xticks(np.arange(allowed.shape[1] - 1) + 0.5, minor=True)
        ax.set_yticks(np.arange(allowed.shape[0] - 1) + 0.5, minor=True)
        ax.grid(which="minor", color="white", linewidth=2)
        ax.tick_params(which="both", length=0, labelsize=9)
        ax.spines[:].set_visible(False)
    return figure


def bar_panels(panels: Mapping[str, ArrayLike], labels: Sequence[str], *, share_scale: bool = True) -> Figure:
    """Draw the same bars several times, side by side: one panel for each entry.

    Args:
        panels: title -> (n,).
        labels: n words, one for each bar.
        share_scale: whether all panels have one vertical axis.
    """
    figure, row = _panels(len(panels), 0.9 + 0.3 * len(labels), 2.5, share_y=share_scale)
    for ax, (title, values), colour in zip(row, panels.items(), COLOURS * len(panels), strict=False):
        drawn = ax.bar(range(len(labels)), np.asarray(values, dtype=float), color=colour, width=0.7)
        ax.bar_label(drawn, fmt="%.2f", fontsize=9, padding=2)
        ax.set_title(title, fontsize=10)
        ax.set_xticks(range(len(labels)), labels, fontsize=9)
        ax.axhline(0, color="black", linewidth=0.8)
        ax.margins(y=0.18)
        ax.spines[["top", "right"]].set_visible(False)
    return figure


def mixture(value: ArrayLike, weights: ArrayLike, tokens: Sequence[str], *, title: str = "") -> Axes:
    """Draw values of two numbers as points, and the point to which the weights mix them.

    Args:
        value: (kv_len, 2).
        weights: (kv_len,), which sum to 1.
        tokens: kv_len words.
        title: one short line.
    """
    points, parts = np.asarray(value, dtype=float), np.asarray(weights, dtype=float)
    output = parts @ points  # (2,)
    ax = axes(5.2, 3.9, title)
    ax.fill(*points.T, color="whitesmoke", zorder=0)
    for point, part, token, colour in zip(points, parts, tokens, COLOURS * len(tokens), strict=False):
        ax.plot(*np.stack([point, output]).T, color=colour, linewidth=1 + 8 * part, alpha=0.5, zorder=1)
        ax.plot(*point, "o", color=colour, markersize=9, zorder=2)
        away = (point - output) / max(float(np.linalg.norm(point - output)), 1e-9)
        place = (30 * float(away[0]), 16 * float(away[1]))
        ax.annotate(
            f"{token}\n{part:.2f}", point, place, textcoords="offset points", ha="center", va="center"
        )
    ax.plot(*output, "*", color="black", markersize=16, zorder=3)
    ax.annotate("output", output, (-12, 0), textcoords="offset points", ha="right", va="center")
    ax.set(xlabel="first feature", ylabel="second feature", aspect="equal")
    ax.margins(0.22)
    return ax


def _panels(
    count: int, width: float, height: float, *, share_y: bool = False
) -> tuple[Figure, Sequence[Axes]]:
    """Return a white figure and `count` axes in one row, each `width` by `height` inches."""
    figure, row = plt.subplots(
        1,
        count,
        figsize=(width * count, height),
        layout="constrained",
        facecolor="white",
        sharey=share_y,
        squeeze=False,
    )
    return figure, list(row[0])


def head_gallery(weights: ArrayLike, *, title: str = "") -> Figure:
    """Draw the weights of all heads of a model: one row of small pictures for each layer.

    Args:
        weights: (n_layers, n_heads, q_len, kv_len).
        title: one short line.
    """
    stack = np.asarray(weights, dtype=float)
    n_layers, n_heads = stack.shape[:2]
    figure: Figure = plt.figure(figsize=(0.8 * n_heads, 0.8 * n_layers + 0.7), facecolor="white")
    figure.set_layout_engine("constrained")
    for layer, head in np.ndindex(n_layers, n_heads):
        ax = figure.add_subplot(n_layers, n_heads, layer * n_heads + head + 1)
        ax.imshow(stack[layer, head], cmap="viridis", vmin=0.0, vmax=1.0)
        ax.set(xticks=[], yticks=[])
        if layer == 0:
            ax.set_title(f"head {head}" if head == 0 else str(head), fontsize=9)
        if head == 0:
            ax.set_ylabel(f"layer {layer}" if layer == 0 else str(layer), fontsize=9)
    figure.suptitle(title, fontsize=11)
    return figure


def connections(tokens: Sequence[str], window: int = 1) -> Figure:
    """Draw who can see whom in one layer: one after another, in windows, all at once.

    Args:
        tokens: the words of the sentence.
        window: how many neighbours on each side a convolution sees.
    """
    near = [(i, j) for i in range(len(tokens)) for j in range(len(tokens)) if abs(i - j) <= window]
    every = [(i, j) for i in range(len(tokens)) for j in range(len(tokens))]
    chain = [(i, i - 1) for i in range(1, len(tokens))]
    panels = {"RNN: one after another": chain, "CNN: in windows": near, "attention: all at once": every}
    figure: Figure = plt.figure(figsize=(8.5, 4.6), layout="constrained", facecolor="white")
    grid = figure.add_gridspec(3, 1, height_ratios=(1, 2, 2))
    for number, (title, pairs) in enumerate(panels.items()):
        ax = figure.add_subplot(grid[number])
        _connect(ax, tokens, pairs, flat=number == 0)
        ax.set_title(title, fontsize=11, loc="left")
    return figure


def _connect(ax: Axes, tokens: Sequence[str], pairs: Sequence[tuple[int, int]], flat: bool) -> None:
    """Draw the tokens in one row (the chain) or two, and a line from each token to each that it sees."""
    top = 0.0 if flat else 1.0
    half_width = [(0.045 * len(token) + 0.06) * len(tokens) / 10 for token in tokens]
    for i, j in pairs:
        if flat:
            ends = (i - half_width[i], 0), (j + half_width[j], 0)
            ax.annotate("", *ends, arrowprops={"arrowstyle": "-|>", "color": BLUE})
        else:
            ax.plot((i, j), (top - 0.12, 0.12), color=BLUE, linewidth=1, alpha=0.55)
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
    figure: Figure = plt.figure(figsize=(0.52 * width, 0.45 * seq_len + 0.6), facecolor="white")
    figure.set_layout_engine("constrained")
    ax = figure.add_subplot()
    for (i, j), value in np.ndenumerate(table):
        head = j // d_head
        for left in (j, d_model + 1 + head + j):  # in the whole table, and in that of the head
            colour = COLOURS[head % len(COLOURS)]
            ax.add_patch(
                plt.Rectangle((left, i), 1, 1, facecolor=colour, alpha=0.28, edgecolor="white", lw=2)
            )
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
    gap = 0.16 * max(max(shape) for shape in shapes.values())
    total = sum(columns + gap for _, columns in shapes.values())
    tallest = max(rows for rows, _ in shapes.values())
    ax = axes(8.5, min(4.2, 1.2 + 8.0 * tallest / total), title)
    left = 0.0
    for (name, (rows, columns)), colour in zip(shapes.items(), COLOURS * len(shapes), strict=False):
        ax.add_patch(plt.Rectangle((left, 0), columns, rows, facecolor=colour, alpha=0.45, edgecolor=colour))
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
            colour = "#EEEEEE" if skipped else COLOURS[program % len(COLOURS)]
            size = (right - left, bottom - top)
            ax.add_patch(plt.Rectangle((left - 0.5, top - 0.5), *size, facecolor=colour, edgecolor="w", lw=2))
            if not skipped:
                middle = ((left + right - 1) / 2, (top + bottom - 1) / 2)
                ax.text(*middle, str(step), ha="center", va="center", color="white", weight="bold")
    ax.set(xlim=(-0.5, kv_len - 0.5), ylim=(q_len - 0.5, -0.5), xlabel="key", ylabel="query", aspect="equal")
    ax.spines[:].set_visible(False)
    return ax
