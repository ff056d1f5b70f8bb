"""Things to move in the lessons: a temperature slider, the scaling of scores, a mask to paint.

The numbers of the first two come from the learner's own functions, computed once for every position of
the slider, so that both also work in an exported page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets
from numpy.typing import NDArray

from autograde.errors import AutogradeError, explain
from autograde.notebook.inline import InlineWidget, module

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = NDArray[Any]

FOLDER = Path(__file__).parent
STYLE = (FOLDER / "sliders.css").read_text("utf-8")

TEMPERATURES = (0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 8, 12, 20, 50)
HEAD_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)
REACH = 40
"""Scores are drawn from -40 to 40; a standard deviation of 16, that of d_head = 256, still fits."""


class TemperatureSlider(InlineWidget):
    """The weights of one row of scores at the temperature chosen. Made by `temperature_slider`."""

    _esm = module(FOLDER / "temperature.js")
    _css = STYLE

    labels = traitlets.List().tag(sync=True)
    temperatures = traitlets.List().tag(sync=True)
    weights = traitlets.List().tag(sync=True)
    position = traitlets.Int(0).tag(sync=True)

    def sentence(self) -> str:
        """Return the weights at the temperature that is shown."""
        shown = ", ".join(f"{weight:.2f}" for weight in self.weights[self.position])
        return f"Softmax at temperature {self.temperatures[self.position]}: {shown}."

    def picture(self) -> Figure:
        """Return the weights at a low, a middle and a high temperature."""
        chosen = (1, self.position, len(self.temperatures) - 2)
        panels = {f"T = {self.temperatures[each]:g}": self.weights[each] for each in chosen}
        return _bar_charts(panels, self.labels)


class ScalingDemonstration(InlineWidget):
    """Scores and weights for a growing head, divided by √d_head and not. Made by `scaling_demonstration`."""

    _esm = module(FOLDER / "scaling.js")
    _css = STYLE

    sizes = traitlets.List().tag(sync=True)
    panels = traitlets.List().tag(sync=True)
    reach = traitlets.Int(REACH).tag(sync=True)
    position = traitlets.Int(0).tag(sync=True)

    def sentence(self) -> str:
        """Return the largest weights at the size that is shown."""
        largest = "; ".join(
            f"{panel['name']}: largest weight {max(panel['steps'][self.position]['weights']):.2f}"
            for panel in self.panels
        )
        return f"d_head {self.sizes[self.position]}. {largest}."

    def picture(self) -> Figure:
        """Return the weights, largest first, for a small and a large head, divided and not."""
        panels = {
            f"d_head {self.sizes[position]}, {panel['name']}": panel["steps"][position]["weights"]
            for panel in self.panels
            for position in (2, len(self.sizes) - 1)
        }
        return _bar_charts(panels, [str(rank) for rank in range(1, 9)])


class MaskPainter(InlineWidget):
    """A table of pairs that can be hidden, with the weights that remain. Made by `mask_painter`."""

    _esm = module(FOLDER / "painter.js")
    _css = STYLE

    scores = traitlets.List().tag(sync=True)
    query_tokens = traitlets.List().tag(sync=True)
    key_tokens = traitlets.List().tag(sync=True)
    cells = traitlets.List().tag(sync=True)

    @property
    def mask(self) -> NDArray[np.bool_]:
        """Return what is painted: (q_len, kv_len) bool, True means "may attend"."""
        return np.array(self.cells, dtype=bool)

    def sentence(self) -> str:
        """Return how many pairs are allowed."""
        return f"A mask that allows {int(self.mask.sum())} of {self.mask.size} pairs."

    def picture(self) -> Figure:
        """Return the table of weights under the mask."""
        from matplotlib.figure import Figure

        weights = _softmax(np.where(self.mask, self.scores, -1e30)) * self.mask
        figure = Figure(figsize=(1.2 + 0.75 * weights.shape[1], 0.8 + 0.5 * weights.shape[0]))
        axes = figure.subplots()
        axes.imshow(weights, cmap="Blues", vmin=0, vmax=1.4, aspect="auto")
        for (query, key), weight in np.ndenumerate(weights):
            shown = f"{weight:.2f}" if self.mask[query, key] else "hidden"
            axes.text(key, query, shown, ha="center", va="center", fontsize=10)
        axes.set_xticks(range(weights.shape[1]), self.key_tokens)
        axes.set_yticks(range(weights.shape[0]), self.query_tokens)
        axes.set(xlabel="is looked at (key)", ylabel="looks (query)")
        return figure


def temperature_slider(
    scores: Any,
    softmax_with_temperature: Callable[[Array, float], Array],
    labels: Sequence[str] | None = None,
) -> TemperatureSlider:
    """Return bars that follow the temperature.

    Args:
        scores: (n,), one row of scores.
        softmax_with_temperature: the learner's function of lesson 03.
        labels: n words under the bars; the scores themselves if None.
    """
    row = np.asarray(scores, dtype=float)
    if row.ndim != 1:
        raise AutogradeError(explain("scores", "one row", f"shape {row.shape}"))
    weights = [np.asarray(softmax_with_temperature(row, float(each))) for each in TEMPERATURES]
    return TemperatureSlider(
        labels=list(labels) if labels is not None else [f"{score:g}" for score in row],
        temperatures=list(TEMPERATURES),
        weights=[each.round(4).tolist() for each in weights],
        position=TEMPERATURES.index(1),
    )


def scaling_demonstration(
    dot_product_scores: Callable[[Array, Array], Array], scaled_scores: Callable[[Array, Array], Array]
) -> ScalingDemonstration:
    """Return histograms of scores that follow the size of a head, without and with the division.

    Args:
        dot_product_scores: the learner's function of lesson 02.
        scaled_scores: the learner's function of lesson 02, which divides by √d_head.
    """
    generator = np.random.default_rng(2)
    drawn = [(generator.normal(size=(250, size)), generator.normal(size=(8, size))) for size in HEAD_SIZES]
    functions = {"not divided": dot_product_scores, "divided by √d_head": scaled_scores}
    panels = [
        {"name": name, "steps": [_step(np.asarray(function(query, key))) for query, key in drawn]}
        for name, function in functions.items()
    ]
    return ScalingDemonstration(sizes=list(HEAD_SIZES), panels=panels, position=HEAD_SIZES.index(4))


def mask_painter(
    scores: Any, tokens: Sequence[str], key_tokens: Sequence[str] | None = None, mask: Any = None
) -> MaskPainter:
    """Return a table in which pairs can be hidden; `.mask` is what was painted.

    Args:
        scores: (q_len, kv_len).
        tokens: q_len words.
        key_tokens: kv_len words; None: the same ones.
        mask: (q_len, kv_len) bool to begin with; None allows every pair.
    """
    table = np.asarray(scores, dtype=float)
    queries, keys = list(tokens), list(tokens if key_tokens is None else key_tokens)
    if table.shape != (len(queries), len(keys)):
        raise AutogradeError(explain("scores", f"shape {(len(queries), len(keys))}", table.shape))
    cells = np.ones(table.shape, bool) if mask is None else np.broadcast_to(mask, table.shape).astype(bool)
    return MaskPainter(
        scores=table.round(6).tolist(), query_tokens=queries, key_tokens=keys, cells=cells.tolist()
    )


def _step(scores: Array) -> dict[str, Any]:
    """Return what is drawn of (250, 8) scores; weights are sorted in each row, then averaged."""
    counts, _ = np.histogram(scores, bins=np.linspace(-REACH, REACH, 2 * REACH + 1))
    return {
        "shares": (counts / scores.size).round(4).tolist(),
        "deviation": round(float(scores.std()), 3),
        "weights": np.sort(_softmax(scores))[:, ::-1].mean(axis=0).round(4).tolist(),
    }


def _softmax(scores: Array) -> Array:
    strengths = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(strengths / strengths.sum(axis=-1, keepdims=True))


def _bar_charts(panels: dict[str, list[float]], labels: Sequence[str]) -> Figure:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(max(2.4, 0.4 * len(labels)) * len(panels), 2.4), layout="constrained")
    row = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
    for axes, (title, weights) in zip(row, panels.items(), strict=True):
        drawn = axes.bar(range(len(labels)), weights, color="#1f77d0", width=0.7)
        axes.bar_label(drawn, fmt="%.2f", fontsize=9, padding=2)
        axes.set_title(title, fontsize=10)
        axes.set_xticks(range(len(labels)), labels)
        axes.set_ylim(0, 1.15)
        axes.spines[["top", "right"]].set_visible(False)
    return figure
