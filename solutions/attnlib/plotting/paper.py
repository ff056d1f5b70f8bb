"""Empty axes on which the other files draw; a figure takes the colour of its page."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..theme import Picture


def axes(width: float = 6.0, height: float = 3.2, title: str = "") -> Axes:
    """Return empty axes, `width` by `height` inches."""
    figure = plt.figure(figsize=(width, height), layout="constrained", FigureClass=Picture)
    ax: Axes = figure.add_subplot()
    ax.spines[["top", "right"]].set_visible(False)
    if title:
        ax.set_title(title, fontsize=11)
    return ax


def row_of_panels(
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


def frame(ax: Axes) -> None:
    """Draw a fine line round a table, since a cell of 0 is as pale as the page."""
    ax.spines[:].set_visible(True)
    ax.spines[:].set(color="#808080", alpha=0.5, linewidth=0.8)
