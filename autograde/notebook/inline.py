"""Widgets that also show themselves where no widget manager runs: in exported pages, in feedback, on paper.

A widget here is one ES module with a `render({model, el})` function, no build step and no network.
JupyterLab runs it through anywidget. An exported page runs the same module directly, on a model
that is a plain object. Where scripts do not run at all, a picture stands in its place.
"""

from __future__ import annotations

import base64
import io
import json
import uuid
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import ipywidgets

if TYPE_CHECKING:
    from matplotlib.figure import Figure

EXPORT = "export default { render };"
"""The last line of each module; it is replaced by `MOUNT` where the module stands in a page."""

MOUNT = """\
const state = STATE;
const listeners = {};
const model = {
  get: (name) => state[name],
  set: (name, value) => {
    if (state[name] === value) return;
    state[name] = value;
    (listeners[`change:${name}`] || []).forEach((listener) => listener());
  },
  on: (event, listener) => (listeners[event] ||= []).push(listener),
  save_changes: () => {},
  isPage: true,
};
const place = document.getElementById("PLACE");
place.replaceChildren();
render({ model, el: place });"""

SHARED = Path(__file__).with_name("elements.js")
"""The functions that stand before each module."""


def module(*paths: Path) -> str:
    """Return the ES module in the last of `paths`, after those before it and what all of them share."""
    return "\n".join(path.read_text("utf-8") for path in (SHARED, *paths))


class InlineWidget(anywidget.AnyWidget):  # type: ignore[misc]  # of no type, as mypy does not read it
    """An anywidget with a page of its own, a picture and a sentence for wherever it cannot run.

    A subclass sets `_esm`, by `module`, and `_css`, the text of its style.
    """

    def picture(self) -> Figure:
        """Return what stands where scripts do not run."""
        raise NotImplementedError(type(self).__name__)

    def sentence(self) -> str:
        """Return what a screen reader or a terminal shows."""
        raise NotImplementedError(type(self).__name__)

    def still(self, png: str) -> str:
        """Return the part of a page that stands where scripts do not run: the picture, in base64."""
        return f'<img alt="{escape(self.sentence())}" src="data:image/png;base64,{png}">'

    def html(self) -> str:
        """Return a piece of a page that needs nothing else: module, style, data and picture."""
        return self._html(self._png())

    def _html(self, png: str) -> str:
        place = f"inline-{uuid.uuid4().hex}"
        # "<" never appears literally inside the script: a token may be "</script>".
        state = json.dumps(self._state()).replace("<", "\\u003c")
        mount = MOUNT.replace("PLACE", place).replace("STATE", state)
        script = self._esm.replace(EXPORT, mount)
        return (
            f'<div id="{place}">{self.still(png)}</div>\n'
            f"<style>\n{self._css}</style>\n"
            f'<script type="module">\n{script}\n</script>'
        )

    def _state(self) -> dict[str, Any]:
        """Return the values that the module reads: the synced traits that the subclass declares."""
        inherited = set(ipywidgets.DOMWidget.class_trait_names())
        names = [
            name for name in self.trait_names(sync=True) if not name.startswith("_") and name not in inherited
        ]
        return {name: getattr(self, name) for name in names}

    def _png(self) -> str:
        buffer = io.BytesIO()
        self.picture().savefig(buffer, format="png", dpi=100, bbox_inches="tight", facecolor="white")
        return base64.b64encode(buffer.getvalue()).decode()

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        png = self._png()
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = beside(bundle, self.sentence(), self._html(png))
        return data | {"image/png": png}, metadata


def beside(bundle: Any, text: str, html: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what a widget shows, with text and a page for where no widget manager runs."""
    data, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
    return data | {"text/plain": text, "text/html": html}, metadata
