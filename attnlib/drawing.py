"""Boxes, matrices and arrows as SVG, of which `diagrams` are made: complete, not an exercise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any
from zlib import crc32

import numpy as np

from .theme import ROLES, fitting

CELL, MOST_CELLS = 15, 12
"""The side of a matrix's cell in pixels, and how many are drawn along one side at most."""

TEXT = 13  # pixels
LETTER = 0.56 * TEXT  # about the mean width of one


@dataclass(frozen=True)
class Box:
    """Where something was drawn: its middle and its size, in pixels."""

    x: float
    y: float
    width: float
    height: float

    def edge(self, to_x: float, to_y: float) -> tuple[float, float]:
        """Return the point at which a line from the middle towards a place leaves the box."""
        right, down = to_x - self.x, to_y - self.y
        reach = min(
            (self.width / 2 + 4) / max(abs(right), 1e-9), (self.height / 2 + 4) / max(abs(down), 1e-9), 1.0
        )
        return self.x + right * reach, self.y + down * reach


class Diagram:
    """Boxes, matrices and arrows on a grid of columns and rows. A notebook shows it as SVG.

    Args:
        title: one short line.
        description: the same in words, for a screen reader or a terminal.
        size: how many columns and rows.
        cell: the width of a column and the height of a row, in pixels.
    """

    def __init__(
        self, title: str, description: str, size: tuple[float, float], cell: tuple[float, float] = (160, 110)
    ) -> None:
        self.title, self.description = title, description
        self.cell = cell
        self.width, self.height = size[0] * cell[0], size[1] * cell[1]
        self.parts: list[str] = []

    def box(self, column: float, row: float, text: str, note: str = "", role: str = "") -> Box:
        """Draw a box with a text and, below it, a note; in the colour of a role if it has one."""
        lines = [*text.split("\n"), *filter(None, [note])]
        width = max(len(line) for line in lines) * LETTER + 24
        made = self._at(column, row, width, len(lines) * (TEXT + 5) + 12)
        self._rect(made, role, corner=6)
        top = made.y - (len(lines) - 1) * (TEXT + 5) / 2
        for number, line in enumerate(lines):
            weight = "normal" if number or not role else "bold"
            self._text(made.x, top + number * (TEXT + 5), line, weight)
        return made

    def matrix(
        self, column: float, row: float, name: str, shape: Sequence[int], role: str = "", **more: Any
    ) -> Box:
        """Draw a matrix as a grid of cells, its name above it and its shape below.

        Args:
            column: where its middle lies.
            row: where its middle lies.
            name: what it is called.
            shape: its shape; the last two axes are drawn.
            role: whose colour it has.
            more: `values`, whose larger numbers are stronger; `note`, which stands below for the shape.
        """
        rows, columns = (min(side, MOST_CELLS) for side in shape[-2:])
        made = self._at(column, row, columns * CELL, rows * CELL)
        sizes = np.abs(np.asarray(more.get("values", np.ones((rows, columns))), float)).reshape(shape[-2:])
        strengths = sizes / max(float(sizes.max()), 1e-9)
        for i, j in np.ndindex(rows, columns):
            left = made.x - made.width / 2 + (j + 0.5) * CELL
            cell = Box(left, made.y - made.height / 2 + (i + 0.5) * CELL, CELL - 2, CELL - 2)
            self._rect(cell, role, strength=0.08 + 0.62 * float(strengths[i, j]), corner=1)
        self._text(made.x, made.y - made.height / 2 - 12, name, "bold")
        self._text(made.x, made.y + made.height / 2 + 12, more.get("note") or shape_text(shape))
        return Box(made.x, made.y, made.width, made.height + 44)  # with its texts

    def arrow(self, start: Box, end: Box, label: str = "") -> None:
        """Draw an arrow from one box to another, with a label above its middle."""
        self._line([start.edge(end.x, end.y), end.edge(start.x, start.y)])
        if label:
            left, right = sorted((start, end), key=lambda box: box.x)
            middle = (left.x + left.width / 2 + right.x - right.width / 2) / 2
            self._text(middle, (start.y + end.y) / 2 - 12, label)

    def way(self, start: Box, end: Box, aside: float) -> None:
        """Draw an arrow from `start` to `end`, round what lies between them, `aside` pixels away."""
        x = start.x + aside
        edge = end.x + np.sign(aside) * (end.width / 2 + 4)
        self._line(
            [(start.x + np.sign(aside) * (start.width / 2), start.y), (x, start.y), (x, end.y), (edge, end.y)]
        )

    def label(self, column: float, row: float, text: str, role: str = "") -> None:
        """Write a text without a box."""
        self._text(column * self.cell[0], row * self.cell[1], text, "bold" if role else "normal")

    def frame(self, columns: tuple[float, float], rows: tuple[float, float], text: str) -> None:
        """Draw a dashed frame round a part of the diagram, with its name in the upper left corner."""
        (left, right), (top, bottom) = (
            [side * self.cell[0] for side in columns],
            [side * self.cell[1] for side in rows],
        )
        self.parts.append(
            f'<rect x="{left:.0f}" y="{top:.0f}" width="{right - left:.0f}" height="{bottom - top:.0f}" '
            'rx="8" fill="none" stroke="currentColor" stroke-opacity="0.5" stroke-dasharray="5 4"/>'
        )
        self._text(left + 10, top + 15, text, "bold", "start")

    def _repr_html_(self) -> str:
        """Return the drawing for a page: text in the page's colour, no background."""
        name = f"diagram-{crc32(''.join(self.parts).encode()):x}"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width:.0f} {self.height:.0f}" '
            f'width="{self.width:.0f}" role="img" aria-labelledby="{name} {name}-text" '
            f'style="{fitting(self.width)}" font-family="system-ui, sans-serif" font-size="{TEXT}" '
            f'fill="currentColor"><title id="{name}">{escape(self.title)}</title>'
            f'<desc id="{name}-text">{escape(self.description)}</desc>{"".join(self.parts)}</svg>'
        )

    def __repr__(self) -> str:
        return f"{self.title}. {self.description}"

    def _at(self, column: float, row: float, width: float, height: float) -> Box:
        return Box(column * self.cell[0], row * self.cell[1], width, height)

    def _rect(self, box: Box, role: str, *, strength: float = 0.2, corner: float) -> None:
        colour = ROLES.get(role, "currentColor")
        fill, edge = (strength, 1) if role else (0.04, 0.5)
        self.parts.append(
            f'<rect x="{box.x - box.width / 2:.1f}" y="{box.y - box.height / 2:.1f}" width="{box.width:.1f}" '
            f'height="{box.height:.1f}" rx="{corner:g}" fill="{colour}" fill-opacity="{fill:.2f}" '
            f'stroke="{colour}" stroke-opacity="{edge}"/>'
        )

    def _text(self, x: float, y: float, text: str, weight: str = "normal", anchor: str = "middle") -> None:
        self.parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" dominant-baseline="central" '
            f'font-weight="{weight}">{escape(text)}</text>'
        )

    def _line(self, points: Sequence[tuple[float, float]]) -> None:
        """Draw a line through points, with a head at its end."""
        (x0, y0), (x, y) = points[-2:]
        length = max(float(np.hypot(x - x0, y - y0)), 1e-9)
        right, down = (x - x0) / length, (y - y0) / length
        back_x, back_y = x - 9 * right, y - 9 * down
        head = [
            (x, y),
            (back_x - 4.5 * down, back_y + 4.5 * right),
            (back_x + 4.5 * down, back_y - 4.5 * right),
        ]
        path = " ".join(f"{each_x:.1f},{each_y:.1f}" for each_x, each_y in [*points[:-1], (back_x, back_y)])
        tip = " ".join(f"{each_x:.1f},{each_y:.1f}" for each_x, each_y in head)
        self.parts.append(
            f'<polyline points="{path}" fill="none" stroke="currentColor" stroke-opacity="0.75" '
            f'stroke-width="1.5"/><polygon points="{tip}" fill-opacity="0.75"/>'
        )


def shape_text(shape: Sequence[int]) -> str:
    """Return a shape as it is written below a matrix."""
    return f"({', '.join(map(str, shape))})"
