"""Exported pages that need no network: what JupyterLab and `jupyter nbconvert` export passes through here."""

from __future__ import annotations

import re
from typing import Any

from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode

from autograde.classroom.formulas import mathml

VIEW = "application/vnd.jupyter.widget-view+json"
NEED_REQUIRE = {VIEW, "application/javascript"}
NO_SCRIPT = "data:text/javascript,"
"""The address of a script that does nothing, for which nobody has to be asked."""

FORMULA = re.compile(
    r"(?P<code>^```.*?^```|`[^`]*`)|\$\$(?P<block>.+?)\$\$|(?<![\\$])\$(?![\s$])(?P<inline>[^$\n]+?)(?<!\s)\$(?!\d)",
    re.DOTALL | re.MULTILINE,
)
SIDE = re.compile(r'columnalign="(left|right)"')
"""Browsers read it as CSS only."""

MARKS = re.compile(r"[*_`\\|\[\]~]")
"""What Markdown would read as marks of its own inside a formula."""


class OfflinePage(Preprocessor):  # type: ignore[misc]  # of no type, as mypy does not read it
    """Writes formulas as MathML, and shows a widget by the page that it carries, not by a distant script.

    A notebook that was run with its widgets' state stored would otherwise be exported with places that
    stay empty offline. nbconvert's page asks three servers for scripts; one is asked only where something
    is left that needs its script.
    """

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Return a notebook as a page can show it, and what the page's template is told."""
        nb, resources = super().preprocess(nb, resources)
        shown = {
            mime for cell in nb.cells for each in cell.get("outputs", []) for mime in each.get("data", {})
        }
        if VIEW not in shown:
            nb.metadata.pop("widgets", None)
        if not NEED_REQUIRE & shown:
            resources["require_js_url"] = NO_SCRIPT
        if "text/latex" not in shown and not any(map(_holds_tex, nb.cells)):
            resources["mathjax_url"] = NO_SCRIPT
        return nb, resources

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return a cell as a page can show it."""
        if cell.cell_type == "markdown":
            cell.source = FORMULA.sub(_written, cell.source)
        for output in cell.get("outputs", []):
            if "text/html" in output.get("data", {}):
                output.data.pop(VIEW, None)
        return cell, resources


def _holds_tex(cell: NotebookNode) -> bool:
    return cell.cell_type == "markdown" and any(not found["code"] for found in FORMULA.finditer(cell.source))


def _written(found: re.Match[str]) -> str:
    """Return what stands for a formula in Markdown; code, and what cannot be read, stays as it is."""
    if found["code"]:
        return found[0]
    display = "block" if found["block"] else "inline"
    written = mathml(found["block"] or found["inline"], display)
    written = SIDE.sub(r'style="text-align: \1; padding-\1: 0"', written)
    return MARKS.sub(lambda mark: f"&#{ord(mark[0])};", written.replace("\n", " ")) or found[0]
