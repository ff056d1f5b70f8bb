"""A notebook that is damaged, half-written or gone: the released one again, with what a learner wrote.

It is laid beside; the damaged one stays as it is. Of a file that is no JSON any more each cell that is still
whole counts, and of the one at the tear what stands before it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from autograde.course.files import not_written, write_atomically
from autograde.errors import AutogradeError

Cell = dict[str, Any]

BEGIN = re.compile(r'\{\s*"(?=attachments|cell_type|id|metadata|source)')
FIELD = re.compile(r'"(cell_type|id|grade_id)"\s*:\s*"([^"\\]*)"')
SOURCE = re.compile(r'"source"\s*:\s*\[?\s*')
STRING = re.compile(r'"((?:[^"\\]|\\.)*)("|\Z)\s*,?\s*')


@dataclass(frozen=True)
class Renewed:
    """A notebook that was laid beside a damaged one; `cells` of it hold what the learner wrote."""

    damaged: str
    path: str
    cells: int

    @property
    def sentence(self) -> str:
        """Return what a learner reads."""
        if self.damaged == self.path:
            return f"{self.path} was missing and is there again, as it was released."
        yours = f"with {self.cells} cell{'s' * (self.cells != 1)} of yours"
        then = f"{self.damaged} stays as it is: replace it by this one when you have looked at both."
        return f"{self.path} is the notebook as it was released, {yours}. {then}"


def renew(notebook: Path, released: bytes, root: Path) -> Renewed:
    """Lay the released notebook beside `notebook`, with the cells in which the learner wrote.

    Raises:
        AutogradeError: nothing can be written there.
    """
    text = notebook.read_bytes().decode("utf-8", "replace") if notebook.is_file() else ""
    made = json.loads(released)
    made["cells"], count = _merged(made["cells"], list(cells_of(text)))
    try:
        write_atomically(target := _free(notebook), json.dumps(made, indent=1, ensure_ascii=False).encode())
    except OSError as error:
        raise AutogradeError(not_written(error)) from error
    paths = [path.relative_to(root).as_posix() for path in (notebook, target)]
    return Renewed(paths[0], paths[1], count)


def cells_of(text: str) -> Iterator[Cell]:
    """Yield the cells of a notebook, in whatever state its text is."""
    try:
        found = json.loads(text)["cells"]
        yield from (cell for cell in found if isinstance(cell, dict))
    except (ValueError, TypeError, KeyError, RecursionError):
        yield from _torn(text)


def _torn(text: str) -> Iterator[Cell]:
    decoder, end = json.JSONDecoder(), 0
    places = [*(found.start() for found in BEGIN.finditer(text)), len(text)]
    for place, following in pairwise(places):
        if place < end:
            continue
        try:
            cell, end = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            cell = _salvaged(text[place:following])
        if "cell_type" in cell and "source" in cell:
            yield cell


def _salvaged(text: str) -> Cell:
    """Return what can be read of a cell that ends in the middle."""
    fields = dict(FIELD.findall(text))
    begun = SOURCE.search(text)
    if begun is None or "cell_type" not in fields:
        return {}
    lines, place = [], begun.end()
    while found := STRING.match(text, place):
        lines.append(_plain(found[1]))
        place = found.end()
    named = {"nbgrader": {"grade_id": fields["grade_id"]}} if "grade_id" in fields else {}
    return {**fields, "metadata": named, "source": "".join(lines)}


def _plain(string: str) -> str:
    try:
        return str(json.loads(f'"{string}"'))
    except ValueError:
        return string


def _merged(released: list[Cell], own: list[Cell]) -> tuple[list[Cell], int]:
    """Return the released cells with what a learner wrote in and between them, and how many that is."""
    known = {_name(cell): cell for cell in released}
    written = {_name(cell): cell for cell in own}
    added: dict[str, list[Cell]] = {}
    after = ""
    for cell in own:
        if _name(cell) in known:
            after = _name(cell)
        elif _text(cell).strip() and _text(cell) not in map(_text, released):
            added.setdefault(after, []).append(_whole(cell))
    merged, count = added.get("", []).copy(), sum(map(len, added.values()))
    for cell in released:
        mine = written.get(_name(cell))
        if mine is not None and _text(mine) != _text(cell) and not _is_locked(cell):
            cell = {**cell, "source": _text(mine), **_attached(mine)}
            count += 1
        merged += [cell, *added.get(_name(cell), ())]
    return merged, count


def _name(cell: Cell) -> str:
    return str(_nbgrader(cell).get("grade_id") or cell.get("id") or "")


def _nbgrader(cell: Cell) -> Cell:
    metadata = cell.get("metadata")
    found = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return found if isinstance(found, dict) else {}


def _is_locked(cell: Cell) -> bool:
    return bool(_nbgrader(cell).get("locked"))


def _text(cell: Cell) -> str:
    source = cell.get("source")
    return "".join(map(str, source)) if isinstance(source, Iterable) else ""


def _attached(cell: Cell) -> Cell:
    return {"attachments": cell["attachments"]} if isinstance(cell.get("attachments"), dict) else {}


def _whole(cell: Cell) -> Cell:
    """Return a cell of the learner's with all that a notebook demands of one, and without its outputs."""
    kind = cell["cell_type"] if cell["cell_type"] in ("code", "markdown", "raw") else "raw"
    outputs = {"outputs": [], "execution_count": None} if kind == "code" else _attached(cell)
    named = {"id": cell["id"]} if isinstance(cell.get("id"), str) else {}
    return {"cell_type": kind, "metadata": {}, "source": _text(cell), **named, **outputs}


def _free(notebook: Path) -> Path:
    """Return the first path at which nothing lies: that of the notebook, or one beside it."""
    numbers = ("", *range(2, 1000))
    beside = (notebook.with_name(f"{notebook.stem}.restored{number}.ipynb") for number in numbers)
    return next(path for path in (notebook, *beside) if not path.exists())
