"""How a learner's notebooks are read in the reader's process: see `reader`."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from autograde.course.submission import COLLECTED_LIMITS, TOO_LARGE
from autograde.nbgrader_plugins.sentences import MISSING, NOTE

MAX_CELLS = 2000
MAX_TEXT = 100_000
MAX_TEXTS = 2_000_000
CUT = f"\n\n[A cell is read up to {MAX_TEXT:,} characters. The rest was left out here.]"
CELL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
SHOWN = ("image/png", "image/jpeg", "image/gif", "image/webp")
PICTURES = (*SHOWN, "image/svg+xml")  # a drawing that can hold a program is kept, and not shown
PASTED = re.compile(rf"data:({'|'.join(map(re.escape, PICTURES))});base64,([A-Za-z0-9+/=]+)")
KEY = re.compile(r'"(cell_type|id|grade_id|source)"\s*:\s*')
STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)(?:"|\n|$)|([]}])')


class TooLarge(Exception):
    """More than anybody reads."""


def prose(text: str) -> bool:
    """Return whether a code cell holds sentences: it is no Python, or nothing but comments and texts."""
    try:
        statements = ast.parse(re.sub(r"^[%!]", "# ", text, flags=re.MULTILINE)).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return True
    values = [each.value if isinstance(each, ast.Expr) else None for each in statements]
    return all(isinstance(each, ast.Constant) and isinstance(each.value, str) for each in values)


def notebook(path: str) -> dict[str, Any]:
    """Return the cells of a notebook, each with what anybody reads of it, and the metadata's note.

    It is read as leniently as JupyterLab does: no cell is refused for its outputs. Of a file that is
    damaged the cells that can be made out are returned, and `problem` says what is wrong.

    Raises:
        TooLarge: it has more bytes, cells or text than anybody reads.
        Exception: it is no notebook.
    """
    if Path(path).stat().st_size > COLLECTED_LIMITS.file_bytes:
        raise TooLarge
    content = Path(path).read_bytes()
    if content == TOO_LARGE:
        raise TooLarge
    text = content.decode(json.detect_encoding(content), "replace")
    try:
        found = json.loads(text, strict=False)
        if found.get("nbformat", 4) != 4:
            import nbformat  # which loads for a tenth of a second, and most notebooks are of version 4

            found = nbformat.reads(json.dumps(found), as_version=4)
        cells, note, problem = [_cell(each) for each in found["cells"]], _note(found.get("metadata")), ""
    except Exception as error:  # a stranger's data: much is raised
        cells, note, problem = _salvaged(text), None, type(error).__name__
        if not cells:
            raise
    if len(cells) > MAX_CELLS:
        raise TooLarge
    if sum(len(each["source"]) for each in cells) > MAX_TEXTS:
        raise TooLarge
    return {"cells": cells, "note": note, "problem": problem}


def tried(read: Callable[..., Any], *arguments: Any) -> dict[str, Any]:
    """Return the "value" that is read, or the name of its "problem"."""
    try:
        return {"value": read(*arguments)}
    except Exception as error:  # a stranger's data: much is raised
        return {"problem": type(error).__name__}


def _salvaged(text: str) -> list[dict[str, Any]]:
    """Return the cells of a file that was cut off, or merged by a program that knows no notebooks."""
    cells: list[dict[str, Any]] = []
    known: dict[str, str] = {}
    found = [*KEY.finditer(text)]
    for key, following in zip(found, [*found[1:], None], strict=True):
        rest = text[key.end() : following.start() if following else None]
        if key[1] == "cell_type":
            known = {"cell_type": _strings(rest)[:20]}
        elif key[1] != "source":
            known[key[1]] = _strings(rest)
        elif "cell_type" in known:
            metadata = {"nbgrader": {"grade_id": known.get("grade_id", "")}}
            cells.append(_cell({**known, "source": _strings(rest), "metadata": metadata}))
            known = {}
    return cells


def _strings(text: str) -> str:
    """Return the text, or the list of texts, with which damaged JSON begins."""
    with suppress(ValueError, RecursionError):
        return _text(json.JSONDecoder(strict=False).raw_decode(text)[0])
    parts = []
    for string, end in STRING.findall(text):
        if end:
            break
        try:
            parts.append(json.loads(f'"{string}"', strict=False))
        except ValueError:
            parts.append(string)
    return "".join(parts)


def _cell(found: dict[str, Any]) -> dict[str, Any]:
    kind, pictures = str(found["cell_type"]), _pictures(found.get("attachments"))
    kind = kind if kind in ("code", "markdown") else "raw"
    text = _text(found.get("source"))
    if kind != "code" and len(text) > MAX_TEXT:
        text = _picture_by_picture(text, pictures)
    text = text.encode("utf-8", "replace").decode()  # half a character is one of nobody's
    cell = {
        "cell_type": kind,
        "source": text if len(text) <= MAX_TEXT else text[:MAX_TEXT] + CUT,
        "id": _id(found.get("id")),
        "grade_id": _grade_id(found.get("metadata")),
    }
    return cell if kind == "code" else cell | {"attachments": pictures}


def _text(source: Any) -> str:
    if isinstance(source, list):
        return "".join(part if isinstance(part, str) else json.dumps(part) for part in source)
    return source if isinstance(source, str) else "" if source is None else json.dumps(source)


def _picture_by_picture(text: str, pictures: dict[str, dict[str, str]]) -> str:
    """Return a long text with the pictures that stand in it as text turned into attachments."""

    def attached(found: re.Match[str]) -> str:
        name = f"pasted-{len(pictures) + 1}"
        pictures[name] = {found[1]: found[2]}
        return f"attachment:{name}"

    return PASTED.sub(attached, text)


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
        name: {kind: _text(data) for kind, data in bundle.items() if kind in PICTURES}
        for name, bundle in attachments.items()
        if isinstance(bundle, dict)
    }
    return {name: bundle for name, bundle in found.items() if bundle}
