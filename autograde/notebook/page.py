"""Exported pages that need no network: what JupyterLab and `jupyter nbconvert` export passes through here."""

from __future__ import annotations

import re
from typing import Any

from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode

from autograde.classroom.formulas import mathml

VIEW = "application/vnd.jupyter.widget-view+json"
FORMULA = re.compile(
    r"(?P<code>^```.*?^```|`[^`]*`)|\$\$(?P<block>.+?)\$\$|(?<![\\$])\$(?![\s$])(?P<inline>[^$\n]+?)(?<!\s)\$(?!\d)",
    re.DOTALL | re.MULTILINE,
)
MARKS = re.compile(r"[*_`\\|\[\]~]")
"""What Markdown would read as marks of its own inside a formula."""


class OfflinePage(Preprocessor):  # type: ignore[misc]  # of no type, as mypy does not read it
    """Writes formulas as MathML, and shows a widget by the page that it carries, not by a distant script.

    A notebook that was run with its widgets' state stored would otherwise be exported with places that
    stay empty offline.
    """

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


def _written(found: re.Match[str]) -> str:
    """Return what stands for a formula in Markdown; code, and what cannot be read, stays as it is."""
    if found["code"]:
        return found[0]
    display = "block" if found["block"] else "inline"
    written = mathml(found["block"] or found["inline"], display)
    return MARKS.sub(lambda mark: f"&#{ord(mark[0])};", written.replace("\n", " ")) or found[0]
