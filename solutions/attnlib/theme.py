"""The language of all pictures: one colour for each part of attention, pale is 0. Complete, not an exercise.

A notebook shows a `Picture` as a drawing in the colour of the page's text, so that it is legible in a light
theme and in a dark one. Where only a bitmap can stand, it stands on white.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from html import escape
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, LinearSegmentedColormap, to_rgb
from matplotlib.figure import Figure

QUERY, KEY, VALUE = "#D55E00", "#009E73", "#B58300"
SCORES, WEIGHTS, OUTPUT = "#A64D9C", "#1F77D0", "#7A8594"
ROLES = {
    "query": QUERY,
    "key": KEY,
    "value": VALUE,
    "score": SCORES,
    "weight": WEIGHTS,
    "output": OUTPUT,
    "x": OUTPUT,
}
"""Colours that stay apart for colour-blind readers, three times lighter or darker than any page."""

COLOURS = (WEIGHTS, QUERY, KEY, VALUE, SCORES, OUTPUT)
"""The same six, for lines and bars that are none of those parts."""

NEGATIVE = "#8A6D3B"
"""What lies below 0, beside the colour of what lies above it."""

VISIBLE = 0.75
"""An exponent below 1, so that a weight of 0.1 is seen on a dark page as well."""

INK = "#30302f"
"""Text and axes; in a notebook it becomes the colour of the page's text."""

WIDEST = 8.0
"""Inches. As a drawing shrinks to three quarters, it fits a notebook in a window of 800 pixels."""

mpl.rcParams.update(
    {f"{part}color": INK for part in ("text.", "axes.label", "axes.edge", "xtick.", "ytick.")}
    | {"axes.titlecolor": INK, "grid.color": "#808080", "grid.alpha": 0.25, "svg.fonttype": "none"}
)


def colour_of(name: str, otherwise: str) -> str:
    """Return the colour of the part that a name begins with, such as "query of sat"."""
    found = re.match(r"(?:exp\()?(query|key|value|score|weight|output|x(?=:))", name)
    return ROLES[found[1]] if found else otherwise


def colours_of(names: Sequence[str]) -> list[str]:
    """Return a colour for each of several names, all of them different."""
    found = [colour_of(name, colour) for name, colour in zip(names, COLOURS, strict=False)]
    return found if len(set(found)) == len(found) else list(COLOURS[: len(names)])


def shades(colour: str, *, below: str | None = None, strongest: float = 1.0) -> Colormap:
    """Return a scale from nothing, which is the page itself, to a colour.

    Args:
        colour: of the largest number.
        below: of the smallest, where 0 lies in the middle of the scale.
        strongest: how opaque the ends are; 0.6 leaves numbers legible that are written over it.
    """
    steps = np.linspace(0, 1, 32)
    above = [(*to_rgb(colour), strongest * step**VISIBLE) for step in steps]
    if below is None:
        return LinearSegmentedColormap.from_list("shades", above)
    under = [(*to_rgb(below), strongest * step**VISIBLE) for step in steps[::-1]]
    return LinearSegmentedColormap.from_list("signed", under + above)


class Picture(Figure):
    """A figure that follows the theme of the page on which it stands, and fits a narrow one."""

    def __init__(self, figsize: tuple[float, float], **options: Any) -> None:
        super().__init__(figsize=(min(figsize[0], WIDEST), figsize[1]), **options)

    def _repr_html_(self) -> str:
        return drawing(self)


def fitting(width: float) -> str:
    """Return the style of a drawing that shrinks on a narrow page, as long as its texts stay legible.

    Args:
        width: of the drawing in its own size, in pixels.
    """
    return f"max-width: 100%; min-width: {0.75 * width:.0f}px; height: auto"


def drawing(figure: Figure) -> str:
    """Return a figure as SVG for a page: text in its colour, no background, and in words what it shows."""
    buffer = io.StringIO()
    with mpl.rc_context({"axes.facecolor": "none"}):
        figure.savefig(buffer, format="svg", transparent=True, bbox_inches="tight", metadata={"Date": None})
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :].replace(INK, "currentColor")
    for own in ("metadata", "style"):  # its style would be that of the whole page
        svg = re.sub(rf"<{own}\b.*?</{own}>\s*", "", svg, count=1, flags=re.DOTALL)
    opening = (
        f'<svg role="img" aria-label="{escape(in_words(figure))}" stroke-linejoin="round" '
        f'style="{fitting(float(re.findall(r"width=.([0-9.]+)pt", svg)[0]) / 72 * 96)}" '
    )
    return svg.replace("<svg ", opening, 1)


def in_words(figure: Figure) -> str:
    """Return what a screen reader says of a figure: titles, axes, and the names of what is drawn."""
    title = figure.get_suptitle()
    panels = [panel for panel in map(_panel_in_words, figure.axes) if panel]
    return ". ".join(filter(None, (title, *panels))) or "A picture"


def _panel_in_words(ax: Axes) -> str:
    labels = (f"across: {ax.get_xlabel()}", f"upwards: {ax.get_ylabel()}")
    legend = ax.get_legend()
    names = ", ".join(text.get_text() for text in legend.get_texts()) if legend else ""
    said = (
        ax.get_title() or ax.get_title("left"),
        *(each for each in labels if not each.endswith(": ")),
        names,
    )
    return "; ".join(filter(None, said))
