"""Scores, weights and masks as tables: a row looks, a column is looked at, pale is 0."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from ..theme import NEGATIVE, SCORES, WEIGHTS, Picture, colour_of, shades
from .paper import axes, frame, row_of_panels

NUMBERED = 64
"""A table with at most so many cells has a number in each of them."""


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
    frame(ax)
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
    figure, row = row_of_panels(len(matrices), width, 1.1 + (0.42 if small else 0.24) * len(query_tokens))
    for ax, (title, matrix) in zip(row, matrices.items(), strict=True):
        ax.imshow(matrix, aspect="auto", **scale)
        ax.set_title(title, fontsize=10)
        ax.set_xticks(range(len(key_tokens)), key_tokens, fontsize=9)
        ax.set_yticks(range(len(query_tokens)), query_tokens, fontsize=9)
        frame(ax)
        if small:
            _write_numbers(ax, matrix)
        else:
            ax.tick_params(axis="x", labelrotation=90)
    return figure


def mask_gallery(masks: Mapping[str, ArrayLike]) -> Figure:
    """Draw masks side by side: blue where a query may attend to a key, pale where the key is hidden.

    Args:
        masks: title -> (q_len, kv_len) bool; the sizes may differ.
    """
    figure, row = row_of_panels(len(masks), 2.1, 2.4)
    for ax, (title, mask) in zip(row, masks.items(), strict=True):
        allowed = np.atleast_2d(np.asarray(mask, dtype=bool))
        ax.imshow(np.where(allowed, 0.8, 0.08), cmap=shades(WEIGHTS), vmin=0.0, vmax=1.0)
        ax.set_title(title, fontsize=10)
        rows, columns = (range(0, size, 1 + size // 11) for size in allowed.shape)
        ax.set(xlabel="key", ylabel="query", xticks=columns, yticks=rows)
        ax.set_xticks(np.arange(allowed.shape[1] - 1) + 0.5, minor=True)
        ax.set_yticks(np.arange(allowed.shape[0] - 1) + 0.5, minor=True)
        ax.grid(which="minor", color="#808080", alpha=0.5, linewidth=1)
        ax.tick_params(which="both", length=0, labelsize=9)
        ax.spines[:].set_visible(False)
    return figure


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
        frame(ax)
        ax.set(xticks=[], yticks=[])
        if layer == 0:
            ax.set_title(f"head {head}" if head == 0 else str(head), fontsize=9)
        if head == 0:
            ax.set_ylabel(f"layer {layer}" if layer == 0 else str(layer), fontsize=9)
    figure.suptitle(title, fontsize=11)
    return figure


def _scale(matrices: Sequence[NDArray[Any]], numbered: bool, colour: str = "") -> dict[str, Any]:
    """Return how `imshow` colours matrices: from pale at 0 to a colour, on one scale for all."""
    high = max(float(np.abs(matrix).max(initial=0.0)) for matrix in matrices)
    signed = any(bool((matrix < 0).any()) for matrix in matrices)
    weights = not signed and any(
        all(np.allclose(matrix.sum(axis=axis), 1, atol=0.02) for matrix in matrices)
        for axis in (-1, None)  # each row is shared out, or the whole table: one look at a picture
    )
    colour = colour or (WEIGHTS if weights else SCORES)
    cmap = shades(colour, below=NEGATIVE if signed else None, strongest=0.6 if numbered else 1.0)
    return {"cmap": cmap, "vmin": -high if signed else 0.0, "vmax": high}


def _write_numbers(ax: Axes, matrix: NDArray[Any]) -> None:
    for (i, j), number in np.ndenumerate(matrix):
        text = f"{round(float(number), 2) + 0.0:.2f}"  # never -0.00
        ax.text(j, i, text, ha="center", va="center", fontsize=9)
