"""Numbers as curves, bars and arrows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from ..theme import COLOURS, INK, OUTPUT, QUERY, VALUE, WEIGHTS, colour_of, colours_of
from .paper import axes, row_of_panels

FEW_POINTS = 25
"""A curve through at most so many points shows each of them."""


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


def bar_panels(panels: Mapping[str, ArrayLike], labels: Sequence[str], *, share_scale: bool = True) -> Figure:
    """Draw the same bars several times, side by side: one panel for each entry.

    Args:
        panels: title -> (n,).
        labels: n words, one for each bar.
        share_scale: whether all panels have one vertical axis.
    """
    figure, row = row_of_panels(len(panels), 0.9 + 0.3 * len(labels), 2.5, share_y=share_scale)
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
        middle = x if x and abs(y) > 2 * abs(x) else x + math.copysign(half, x)
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
        steep = abs(y) > 2 * abs(x)  # a name beside the tip, and never on an axis
        across = "center" if steep and x else "left" if x >= 0 else "right"
        up = "center" if not steep and y else "bottom" if y >= 0 else "top"
        gap = 0.036 * span / max(math.hypot(x, y), 1e-9)
        ax.text(x * (1 + gap) or 0.015 * span, y * (1 + gap), name, color=shown, ha=across, va=up)
    ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), aspect="equal")
    ax.axhline(0, color="#808080", alpha=0.5, linewidth=1, zorder=0)
    ax.axvline(0, color="#808080", alpha=0.5, linewidth=1, zorder=0)
    return ax


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
