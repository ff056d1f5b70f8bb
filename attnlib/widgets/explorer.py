"""The attention explorer: `explore(weights, tokens)` shows which token looks at which."""

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

FOLDER = Path(__file__).parent
MOST_TOKENS = 40
"""A text with more tokens would make a picture that nobody reads."""


class Explorer(InlineWidget):
    """Tokens on two sides, lines as strong as the weights between them. Made by `explore`."""

    _esm = module(FOLDER / "explorer.js")
    _css = (FOLDER / "explorer.css").read_text("utf-8")

    weights = traitlets.List().tag(sync=True)
    shape = traitlets.List().tag(sync=True)
    query_tokens = traitlets.List().tag(sync=True)
    key_tokens = traitlets.List().tag(sync=True)
    layer = traitlets.Int(0).tag(sync=True)
    head = traitlets.Int(0).tag(sync=True)
    side = traitlets.Enum(("query", "key"), "query").tag(sync=True)
    token = traitlets.Int(-1).tag(sync=True)
    text = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    note = traitlets.Unicode("").tag(sync=True)

    def shown_weights(self) -> NDArray[np.float64]:
        """Return the (q_len, kv_len) weights of the head that is shown."""
        return np.asarray(np.reshape(self.weights, self.shape)[self.layer, self.head])

    def sentence(self) -> str:
        """Return what is shown: the three strongest weights of the chosen token."""
        layers, heads, q_len, kv_len = self.shape
        place = f"Layer {self.layer}, head {self.head}: " if layers * heads > 1 else ""
        if self.token < 0:
            return f"{place}attention of {q_len} queries to {kv_len} keys."
        shown = self.shown_weights()
        looking = self.side == "query"
        values, others = (
            (shown[self.token], self.key_tokens) if looking else (shown[:, self.token], self.query_tokens)
        )
        best = np.argsort(-values, kind="stable")[:3]
        text = ", ".join(f"“{others[index]}” {_percent(values[index])} %" for index in best)
        chosen = (self.query_tokens if looking else self.key_tokens)[self.token]
        return f"{place}“{chosen}” {'looks most at' if looking else 'is looked at most by'} {text}."

    def picture(self) -> Figure:
        """Return the lines of the head that is shown; those of the chosen token stand out."""
        from matplotlib.figure import Figure

        shown = self.shown_weights()
        figure = Figure(figsize=(5, 0.7 + 0.26 * max(shown.shape)))
        axes = figure.subplots()
        for (query, key), weight in np.ndenumerate(shown):
            chosen = self.token in (-1, query if self.side == "query" else key)
            alpha, width = (weight, 0.5 + 4 * weight) if chosen else (0.2 * weight, 1.0)
            axes.plot([0, 1], [query, key], color="#1f77d0", alpha=float(np.clip(alpha, 0, 1)), lw=width)
        for texts, x, align in ((self.query_tokens, -0.03, "right"), (self.key_tokens, 1.03, "left")):
            for row, token in enumerate(texts):
                axes.text(x, row, token, ha=align, va="center", fontsize=10, parse_math=False)
        axes.set(xlim=(-0.6, 1.6), ylim=(max(shown.shape) - 0.5, -1.2))
        axes.text(-0.03, -1, "looks (query)", ha="right", va="center", fontsize=9, color="#555555")
        axes.text(1.03, -1, "is looked at (key)", ha="left", va="center", fontsize=9, color="#555555")
        axes.set_axis_off()
        return figure


def explore(
    weights: Any,
    tokens: Sequence[str],
    key_tokens: Sequence[str] | None = None,
    *,
    layer: int = 0,
    head: int = 0,
    token: int | str | None = None,
) -> Explorer:
    """Return a picture to move in: choose a token with the mouse or the keys, a head, a layer.

    Args:
        weights: (q_len, kv_len), (n_heads, q_len, kv_len) or (layers, n_heads, q_len, kv_len): an array,
            a tensor or nested lists of numbers from 0 to 1.
        tokens: the q_len tokens that look.
        key_tokens: the kv_len tokens that are looked at; None: the same ones.
        layer: the layer that is shown first, counted from 0.
        head: the head that is shown first, counted from 0.
        token: the token chosen first, as a position or as its text; None shows the lines of all.

    Raises:
        AutogradeError: the weights are no weights, or do not fit the tokens.
    """
    array = _four_axes(weights)
    queries, keys = list(tokens), list(tokens if key_tokens is None else key_tokens)
    for what, texts, size in (("tokens", queries, array.shape[2]), ("key_tokens", keys, array.shape[3])):
        if len(texts) != size:
            raise AutogradeError(explain(what, f"{size} (from weights)", len(texts)))
    for what, index, size in (("layer", layer, array.shape[0]), ("head", head, array.shape[1])):
        if not 0 <= index < size:
            raise AutogradeError(explain(what, f"0 to {size - 1}", index))
    return Explorer(
        weights=np.round(array, 4).ravel().tolist(),
        shape=list(array.shape),
        query_tokens=queries,
        key_tokens=keys,
        layer=layer,
        head=head,
        token=_position(token, queries),
    )


def explore_text(
    read: Callable[[str], tuple[Sequence[str], Any]], text: str, *, layer: int = 0, head: int = 0
) -> Explorer:
    """Return an explorer with a line to type in: whatever stands there is read by a model at once.

    Args:
        read: returns the tokens of a text and their weights, such as `SentenceEncoder.attention`.
        text: what stands there first.
        layer: the layer that is shown first, counted from 0.
        head: the head that is shown first, counted from 0.
    """
    tokens, weights = read(text)
    explorer = explore(weights, tokens, layer=layer, head=head)
    explorer.text = text
    explorer.observe(lambda change: _read_again(explorer, read), "text")
    return explorer


def _read_again(explorer: Explorer, read: Callable[[str], tuple[Sequence[str], Any]]) -> None:
    """Show the text that was typed; where it cannot be read, say so and keep what is shown."""
    text = explorer.text.strip()
    if not text:
        explorer.note = "Type a sentence."
        return
    try:
        tokens, weights = read(text)
        if len(tokens) > MOST_TOKENS:
            explorer.note = f"{len(tokens)} tokens are too many to draw. Keep to {MOST_TOKENS}."
            return
        fresh = explore(weights, tokens)
    except Exception as error:  # of the learner's own attention, perhaps
        explorer.note = f"This cannot be read: {type(error).__name__}: {error}"
        return
    with explorer.hold_sync():
        explorer.note, explorer.token = "", -1
        explorer.query_tokens, explorer.key_tokens = fresh.query_tokens, fresh.key_tokens
        explorer.shape, explorer.weights = fresh.shape, fresh.weights


def _four_axes(weights: Any) -> NDArray[np.float64]:
    """Return the weights as (layers, n_heads, q_len, kv_len), checked."""
    if isinstance(weights, list | tuple):
        weights = [_host(layer) for layer in weights]
    array = np.asarray(_host(weights), dtype=np.float64)
    if not 2 <= array.ndim <= 4:
        raise AutogradeError(explain("weights", "2 to 4 axes", f"shape {array.shape}"))
    if array.size == 0 or not (array.min() >= -1e-6 and array.max() <= 1 + 1e-3):
        span = f"{array.min():.3g} to {array.max():.3g}" if array.size else "none"
        raise AutogradeError(
            explain("weights", "numbers from 0 to 1", span, "Are these scores, before the softmax?")
        )
    return array.reshape((1,) * (4 - array.ndim) + array.shape)


def _host(value: Any) -> Any:
    return value.detach().float().cpu().numpy() if hasattr(value, "detach") else value


def _position(token: int | str | None, tokens: list[str]) -> int:
    if token is None:
        return -1
    if token in tokens:
        return tokens.index(str(token))
    if isinstance(token, int) and 0 <= token < len(tokens):
        return token
    raise AutogradeError(explain("token", f"one of {', '.join(tokens)}, or its position", repr(token)))


def _percent(weight: float) -> int:
    """Return a weight in percent, its second decimal rounded as in the texts: 0.205 is 0.20 there."""
    return round(100 * float(f"{weight:.2f}"))
