"""Pictures for the lessons: complete, not an exercise. Every function returns what it drew on."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from .theme import (
    COLOURS,
    INK,
    NEGATIVE,
    OUTPUT,
    QUERY,
    SCORES,
    VALUE,
    WEIGHTS,
    Picture,
    colour_of,
    colours_of,
    shades,
)

FEW_POINTS = 25
"""A curve through at most so many points shows each of them."""

NUMBERED = 64
"""A table with at most so many cells has a number in each of them."""


def axes(width: float = 6.0, height: float = 3.2, title: str = "") -> Axes:
    """Return empty axes, `width` by `height` inches."""
    figure = plt.figure(figsize=(width, height), layout="constrained", FigureClass=Picture)
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
    widths = [2.8, 1.8] if len(lines) == 2 else [2.0] * len(lines)  # so that both are seen where they agree
    colours = colours_of([*lines])
    for (name, y), colour, marker, width in zip(lines.items(), colours, "os^Dvx", widths, strict=False):
        shown = marker if np.size(y) <= FEW_POINTS else None
        ax.plot(x, y, color=colour, marker=shown, markersize=5, linewidth=width, label=name)
    ax.set(xlabel=x_label, ylabel=y_label)
    if len(lines) > 1:
        ax.legend(frameon=False)
    ax.grid()
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


def bars(
    values: ArrayLike, labels: Sequence[str], *, y_label: str = "", title: str = "", marked: int | None = None
) -> Axes:
    """Draw one bar for each label, with its number on it.

    Args:
        values: (n,).
        labels: n words.
        y_label: what the numbers are.
        title: one short line.
        marked: the bar that stands out; None: none does.
    """
    heights = np.asarray(values, dtype=float)
    ax = axes(max(4.0, 0.75 * len(labels)), 2.8, title)
    drawn = ax.bar(range(len(labels)), heights, color=colour_of(y_label, WEIGHTS), width=0.7)
    if marked is not None:
        drawn[marked].set_color(QUERY)
    ax.bar_label(drawn, [f"{height:.2f}" for height in heights], fontsize=9, padding=2)
    ax.set_xticks(range(len(labels)), labels)
    ax.set_ylabel(y_label)
    ax.axhline(0, color=INK, linewidth=0.8)
    ax.margins(y=0.18)
    return ax


def arrows(vectors: Mapping[str, ArrayLike], *, title: str = "") -> Axes:
    """Draw vectors of two numbers as arrows from the origin, each with its name at the tip.

    Args:
        vectors: name -> (2,).
        title: one short line.
    """
    points = np.array([(0.0, 0.0), *(np.asarray(vector, dtype=float) for vector in vectors.values())])
    low, high = points.min(axis=0), points.max(axis=0)
    span = float((high - low).max())
    for (x, y), name in zip(points[1:], vectors, strict=True):  # room for the names
        half = span * (0.04 + 0.011 * len(name))
        middle = x if abs(y) > 2 * abs(x) else x + math.copysign(half, x)
        low[0], high[0] = min(low[0], middle - half), max(high[0], middle + half)
    low, high = low - 0.1 * span, high + 0.1 * span
    width, height = (high - low).tolist()
    inch = min(6.0 / width, 4.2 / height)
    ax = axes(width * inch, height * inch + 0.4, title)
    for (name, vector), colour in zip(vectors.items(), COLOURS * len(vectors), strict=False):
        x, y = np.asarray(vector, dtype=float).tolist()
        shown = colour_of(name, colour)
        style = {"arrowstyle": "-|>", "color": shown, "linewidth": 2.2, "shrinkA": 0, "shrinkB": 0}
        ax.annotate("", (x, y), (0, 0), arrowprops=style)
        steep = abs(y) > 2 * abs(x)
        across = "center" if steep else "left" if x > 0 else "right"
        up = "center" if not steep else "bottom" if y > 0 else "top"
        gap = 0.036 * span / max(math.hypot(x, y), 1e-9)
        ax.text(x * (1 + gap), y * (1 + gap), name, color=shown, ha=across, va=up)
    ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), aspect="equal")
    ax.axhline(0, color="#808080", alpha=0.5, linewidth=1, zorder=0)
    ax.axvline(0, color="#808080", alpha=0.5, linewidth=1, zorder=0)
    return ax


def heatmap(
    weights: ArrayLike,
    query_tokens: Sequence[str],
    key_tokens: Sequence[str],
    *,
    title: str = "",
    colour: str | None = None,
) -> Axes:
    """Draw a matrix of scores or weights: one row for each query, one column for each key.

    Pale is 0. Numbers stand in the cells where there are at most 64 of them.

    Args:
        weights: (q_len, kv_len).
        query_tokens: q_len words, from top to bottom.
        key_tokens: kv_len words, from left to right.
        title: one short line.
        colour: of the largest number; None: what the title names, weights where rows sum to 1, or scores.
    """
    matrix = np.asarray(weights, dtype=float)
    q_len, kv_len = matrix.shape
    small = matrix.size <= NUMBERED
    ax = axes(2.2 + 0.45 * kv_len, 1.4 + 0.38 * q_len, title)
    picture = ax.imshow(matrix, aspect="auto", **_scale([matrix], small, colour or colour_of(title, "")))
    ax.figure.colorbar(picture, ax=ax, fraction=0.05, pad=0.02).outline.set_visible(False)
    ax.set_xticks(range(kv_len), key_tokens, rotation=45, ha="right", rotation_mode="anchor")
    ax.set_yticks(range(q_len), query_tokens)
    ax.set(xlabel="is looked at (key)", ylabel="looks (query)")
    _frame(ax)
    if small:
        _write_numbers(ax, matrix)
    return ax


def heatmaps(
    panels: Mapping[str, ArrayLike], query_tokens: Sequence[str], key_tokens: Sequence[str]
) -> Figure:
    """Draw small matrices side by side, on one scale: pale is 0, and negative numbers have another colour.

    Numbers stand in the cells where there are at most 64 of them.

    Args:
        panels: title -> (q_len, kv_len).
        query_tokens: q_len words, from top to bottom.
        key_tokens: kv_len words, from left to right.
    """
    matrices = {title: np.asarray(matrix, dtype=float) for title, matrix in panels.items()}
    small = len(query_tokens) * len(key_tokens) <= NUMBERED
    scale = _scale(list(matrices.values()), small)
    width = 1.0 + len(key_tokens) * (
        max(0.55, 0.1 * max(len(str(key)) for key in key_tokens)) if small else 0.24
    )
    figure, row = _panels(len(matrices), width, 1.1 + (0.42 if small else 0.24) * len(query_tokens))
    for ax, (title, matrix) in zip(row, matrices.items(), strict=True):
        ax.imshow(matrix, aspect="auto", **scale)
        ax.set_title(title, fontsize=10)
        ax.set_xticks(range(len(key_tokens)), key_tokens, fontsize=9)
        ax.set_yticks(range(len(query_tokens)), query_tokens, fontsize=9)
        _frame(ax)
        if small:
            _write_numbers(ax, matrix)
        else:
            ax.tick_params(axis="x", labelrotation=90)
    return figure


def _scale(matrices: Sequence[NDArray[Any]], numbered: bool, colour: str = "") -> dict[str, Any]:
    """Return how `imshow` colours matrices: from pale at 0 to a colour, on one scale for all."""
    high = max(float(np.abs(matrix).max(initial=0.0)) for matrix in matrices)
    signed = any(bool((matrix < 0).any()) for matrix in matrices)
    weights = not signed and all(np.allclose(matrix.sum(axis=-1), 1, atol=0.02) for matrix in matrices)
    colour = colour or (WEIGHTS if weights else SCORES)
    cmap = shades(colour, below=NEGATIVE if signed else None, strongest=0.6 if numbered else 1.0)
    return {"cmap": cmap, "vmin": -high if signed else 0.0, "vmax": high}


def _write_numbers(ax: Axes, matrix: NDArray[Any]) -> None:
    for (i, j), number in np.ndenumerate(matrix):
        text = f"{round(float(number), 2) + 0.0:.2f}"  # never -0.00
        ax.text(j, i, text, ha="center", va="center", fontsize=9)


def _frame(ax: Axes) -> None:
    """Draw a fine line round a table, since a cell of 0 is as pale as the page."""
    ax.spines[:].set_visible(True)
    ax.spines[:].set(color="#808080", alpha=0.5, linewidth=0.8)


def mask_gallery(masks: Mapping[str, ArrayLike]) -> Figure:
    """Draw masks side by side: blue where a query may attend to a key, pale where the key is hidden.

    Args:
        masks: title -> (q_len, kv_len) bool; the sizes may differ.
    """
    figure, row = _panels(len(masks), 2.1, 2.4)
    for ax, (title, mask) in zip(row, masks.items(), strict=True):
        allowed = np.atleast_2d(np.asarray(mask, dtype=bool))
        ax.imshow(np.where(allowed, 0.8, 0.08), cmap=shades(WEIGHTS), vmin=0.0, vmax=1.0)
        ax.set_title(title, fontsize=10)
        ax.set(xlabel="key", ylabel="query", xticks=range(allowed.shape[1]), yticks=range(allowed.shape[0]))
        ax.set_xticks(np.arange(allowed.shape[1] - 1) + 0.5, minor=True)
        ax.set_yticks(np.arange(allowed.shape[0] - 1) + 0.5, minor=True)
        ax.grid(which="minor", color="#808080", alpha=0.5, linewidth=1)
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
    for ax, (title, values) in zip(row, panels.items(), strict=True):
        colour = colour_of(title, WEIGHTS)
        drawn = ax.bar(range(len(labels)), np.asarray(values, dtype=float), color=colour, width=0.7)
        ax.bar_label(drawn, fmt="%.2f", fontsize=9, padding=2)
        ax.set_title(title, fontsize=10)
        ax.set_xticks(range(len(labels)), labels, fontsize=9)
        ax.axhline(0, color=INK, linewidth=0.8)
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
    ax.fill(*points.T, color="#808080", alpha=0.12, linewidth=0, zorder=0)
    for point, part, token in zip(points, parts, tokens, strict=True):
        ax.plot(*np.stack([point, output]).T, color=WEIGHTS, linewidth=1 + 8 * part, alpha=0.6, zorder=1)
        ax.plot(*point, "o", color=VALUE, markersize=9, zorder=2)
        away = (point - output) / max(float(np.linalg.norm(point - output)), 1e-9)
        place = (30 * float(away[0]), 16 * float(away[1]))
        ax.annotate(
            f"{token}\n{part:.2f}", point, place, textcoords="offset points", ha="center", va="center"
        )
    ax.plot(*output, "*", color=OUTPUT, markeredgecolor=INK, markersize=16, zorder=3)
    ax.annotate("output", output, (-12, 0), textcoords="offset points", ha="right", va="center")
    ax.set(xlabel="first feature", ylabel="second feature", aspect="equal")
    ax.margins(0.22)
    return ax


def _panels(
    count: int, width: float, height: float, *, share_y: bool = False
) -> tuple[Figure, Sequence[Axes]]:
    """Return a figure and `count` axes in one row, each `width` by `height` inches."""
    figure, row = plt.subplots(
        1,
        count,
        figsize=(width * count, height),
        layout="constrained",
        FigureClass=Picture,
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
    figure: Figure = plt.figure(figsize=(0.8 * n_heads, 0.8 * n_layers + 0.7), FigureClass=Picture)
    figure.set_layout_engine("constrained")
    for layer, head in np.ndindex(n_layers, n_heads):
        ax = figure.add_subplot(n_layers, n_heads, layer * n_heads + head + 1)
        ax.imshow(stack[layer, head], cmap=shades(WEIGHTS), vmin=0.0, vmax=1.0)
        _frame(ax)
        ax.set(xticks=[], yticks=[])
        if layer == 0:
            ax.set_title(f"head {head}" if head == 0 else str(head), fontsize=9)
        if head == 0:
            ax.set_ylabel(f"layer {layer}" if layer == 0 else str(layer), fontsize=9)
    figure.suptitle(title, fontsize=11)
    return figure


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
    gap = 0.16 * max(max(shape) for shape in shapes.values())
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
