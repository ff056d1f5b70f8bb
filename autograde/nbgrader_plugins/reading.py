"""What is done to a learner's texts and notebooks in the reader's process: see `reader`.

A text of 80,000 spaces takes Markdown half a minute, 100,000 times "a." takes the colouring of code longer.
So none of this runs in a process that anybody would miss.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.filters.markdown_mistune import InvalidNotebook, IPythonRenderer, MarkdownWithMath

from autograde.classroom.feedback import safe_html
from autograde.course.submission import COLLECTED_LIMITS
from autograde.nbgrader_plugins.notes import MISSING, NOTE

MAX_CELLS = 2000
MAX_TEXT = 100_000
MAX_TEXTS = 2_000_000
CUT = f"\n\n[A cell is read up to {MAX_TEXT:,} characters. The rest was left out here.]"
CELL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
PICTURES = ("image/png", "image/jpeg", "image/gif")


class _Renderer(IPythonRenderer):
    """Renders Markdown; a picture that is not there leaves its name."""

    def image(self, text: str, url: str, title: str | None = None) -> str:
        try:
            return str(super().image(text, url, title))
        except InvalidNotebook:
            return f"[picture {self.escape_html(url)}: not handed in]"


def markdown(text: str, attachments: dict[str, dict[str, str]]) -> str:
    """Return Markdown as sanitised HTML; formulas stay in their dollar signs."""
    renderer = _Renderer(escape=False, attachments=attachments, exclude_anchor_links=True)
    return str(safe_html(MarkdownWithMath(renderer=renderer).render(text)))


def code(text: str) -> bool:
    """Colour a text as code. Nobody wants the result, only to know that it can be had."""
    return bool(Highlight2HTML()(text))


def notebook(path: str) -> dict[str, Any]:
    """Return the cells of a notebook, each with what anybody reads of it, and the metadata's note.

    It is read as leniently as JupyterLab does: no cell is refused for its outputs.

    Raises:
        ValueError: it is no notebook, or too large.
    """
    if Path(path).stat().st_size > COLLECTED_LIMITS.file_bytes:
        raise ValueError("too large")
    found = json.loads(Path(path).read_bytes())
    if found.get("nbformat", 4) != 4:
        found = nbformat.reads(json.dumps(found), as_version=4)
    if len(found["cells"]) > MAX_CELLS:
        raise ValueError("too many cells")
    cells = [_cell(each) for each in found["cells"]]
    if sum(len(each["source"]) for each in cells) > MAX_TEXTS:
        raise ValueError("too long")
    return {"cells": cells, "note": _note(found.get("metadata"))}


def _cell(found: dict[str, Any]) -> dict[str, Any]:
    kind, source = found["cell_type"], found["source"]
    if kind not in ("code", "markdown", "raw"):
        raise ValueError("a cell of no kind")
    text = source if isinstance(source, str) else "".join(source)
    text = text.encode("utf-8", "replace").decode()  # half a character is one of nobody's
    cell = {
        "cell_type": kind,
        "source": text if len(text) <= MAX_TEXT else text[:MAX_TEXT] + CUT,
        "id": _id(found.get("id")),
        "grade_id": _grade_id(found.get("metadata")),
    }
    return cell if kind == "code" else cell | {"attachments": _pictures(found.get("attachments"))}


def _id(found: Any) -> str | None:
    return found if isinstance(found, str) and CELL_ID.fullmatch(found) else None


def _grade_id(metadata: Any) -> str:
    match metadata:
        case {"nbgrader": {"grade_id": str(name)}}:
            return name[:MAX_TEXT]
    return ""


def _note(metadata: Any) -> str | None:
    note = metadata.get(NOTE) if isinstance(metadata, dict) else None
    return note if note == MISSING else None


def _pictures(attachments: Any) -> dict[str, dict[str, str]]:
    """Return the attachments that are pictures: {"plot.png": {"image/png": "iVBO..."}}."""
    if not isinstance(attachments, dict):
        return {}
    found = {
        name: {kind: data for kind, data in bundle.items() if kind in PICTURES and isinstance(data, str)}
        for name, bundle in attachments.items()
        if isinstance(bundle, dict)
    }
    return {name: bundle for name, bundle in found.items() if bundle}
