"""Written answers, wherever they stand in what was handed in, whatever was done to the cells around them.

A cell that was handed in is recognised by its `grade_id`, else by its id, else by its text. What is not
recognised is the learner's own. An answer is what stands in its cell, in all copies of it, and in the
learner's own cells beside it. Where that is nothing, all that the learner wrote is shown, and a person
reads it: the answer may be among it, and no rule is sure of that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode

Cell = dict[str, Any]
Pictures = dict[str, dict[str, str]]

LOOK = "*{} This is everything that was written and is not in the released notebook. Is the answer in it?*"
REFERENCE = re.compile(r"attachment:([^\s)\"'>]+)")


@dataclass
class Written:
    """Text with its pictures: {"plot.png": {"image/png": "iVBO..."}}."""

    text: str = ""
    pictures: Pictures = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.text.strip() or self.pictures)

    def add(self, other: Written, title: str = "") -> None:
        """Append another text; where both have different pictures of one name, the other's is renamed."""
        for name, bundle in other.pictures.items():
            new = self._free_name(name, bundle)
            other.text = re.sub(rf"attachment:{re.escape(name)}(?![\w.-])", f"attachment:{new}", other.text)
            self.pictures[new] = bundle
        self.text = "\n\n".join(filter(None, (self.text, title, other.text)))

    def _free_name(self, name: str, bundle: dict[str, str]) -> str:
        tries = (name, *(f"{number}-{name}" for number in range(2, 2 + len(self.pictures))))
        return next(each for each in tries if self.pictures.get(each, bundle) == bundle)


class Released:
    """The cells of a released notebook, and how one that was handed in is told to be one of them."""

    def __init__(self, notebook: NotebookNode) -> None:
        self.notebook = notebook
        self.cells = notebook.cells
        self.graded = {name: cell for cell in self.cells if (name := grade_id(cell))}
        places = [*enumerate(self.cells)][::-1]  # of two alike, the first one is meant
        self._by_grade_id = {name: place for place, cell in places if (name := grade_id(cell))}
        self._by_id = {cell["id"]: place for place, cell in places if cell.get("id")}
        self._by_text = {cell.source.strip(): place for place, cell in places if cell.source.strip()}
        self.answers = [place for place, cell in enumerate(self.cells) if is_answer(cell)]

    def place(self, cell: Cell) -> int | None:
        """Return which released cell this is, or None if it is the learner's own."""
        for known, key in ((self._by_grade_id, cell["grade_id"]), (self._by_id, cell["id"])):
            if key in known:
                return known[key]
        return self._by_text.get(cell["source"].strip())

    def own(self, cell: Cell, place: int | None) -> Written:
        """Return what a learner wrote into a cell: of a released one, what was not there."""
        text, pictures = cell["source"], dict(cell.get("attachments") or {})
        if place is not None:
            there = self.cells[place]
            pictures = {k: v for k, v in pictures.items() if k not in there.get("attachments", {})}
            if there.source.strip() and there.source.strip() in text:
                text = text.replace(there.source.strip(), "")
                text = f"\n\n{text.strip()}\n\n"
                for other in self.cells:  # paragraphs of cells that were merged with it
                    text = text.replace(f"\n\n{other.source.strip()}\n\n", "\n\n")
        text = text.strip() or "\n\n".join(f"![](attachment:{name})" for name in pictures)
        return Written(text, pictures)


def grade_id(cell: NotebookNode) -> str:
    """Return nbgrader's name of a cell, or ""."""
    found = cell.metadata.get("nbgrader", {})
    return str(found.get("grade_id", "")) if isinstance(found, dict) else ""


def is_answer(cell: NotebookNode) -> bool:
    """Whether a person grades what a learner writes into this cell."""
    found = cell.metadata.get("nbgrader", {})
    return cell.cell_type == "markdown" and bool(isinstance(found, dict) and found.get("solution"))


class HandedIn:
    """The cells of one notebook that was handed in, each with its place in the released one."""

    def __init__(self, name: str, cells: Sequence[Cell], released: Released) -> None:
        self.name, self.cells, self.released = name, cells, released
        self.places = [released.place(cell) for cell in cells]
        self.recognised = len({place for place in self.places if place is not None})
        self.taken: set[int] = set()
        self.elsewhere = False

    def answer(self, place: int, is_prose: Callable[[str], bool]) -> Written:
        """Return what stands in the copies of an answer's cell and in the learner's own cells beside it.

        Where that is more than one cell, those that were read are `taken`; `elsewhere` says that some of
        them are no copies.
        """
        copies = [each for each, found in enumerate(self.places) if found == place]
        parts = [*copies, *self._beside(place)]
        held = {each: self._held(each, place) for each in sorted(parts)}
        held = {each: written for each, written in held.items() if written}
        sure = {each for each in held if each in copies or self.cells[each]["cell_type"] != "code"}
        chosen = {each for each in held if each in sure or is_prose(held[each].text)}
        if chosen - set(copies[:1]):
            self.taken |= chosen
        self.elsewhere |= bool(chosen - set(copies))
        found = Written()
        texts: set[str] = set()
        for each in sorted(chosen):
            if held[each].text not in texts or held[each].pictures:
                found.add(_fenced(held[each], self.cells[each]))
            texts.add(held[each].text)
        return found

    def everything(self, is_prose: Callable[[str], bool]) -> Iterator[Written]:
        """Yield all that the learner wrote, but working code."""
        for cell, place in zip(self.cells, self.places, strict=True):
            written = self.released.own(cell, place)
            if written and (cell["cell_type"] != "code" or is_prose(written.text)):
                yield _fenced(written, cell)

    def pictures(self, name: str) -> list[dict[str, str]]:
        """Return the different pictures of one name in all cells."""
        found = [cell["attachments"][name] for cell in self.cells if name in (cell.get("attachments") or {})]
        return [each for number, each in enumerate(found) if each not in found[:number]]

    def _held(self, each: int, place: int) -> Written:
        """Return what a cell says: an answer's own cell as a whole, if there is anything new in it."""
        cell = self.cells[each]
        own = self.released.own(cell, self.places[each])
        if self.places[each] == place and own:
            text = cell["source"]
            return Written(text if own.text in text else f"{text}\n\n{own.text}", own.pictures)
        return own

    def _beside(self, place: int) -> Iterator[int]:
        """Yield the learner's own cells behind question and answer, and the question if more stands in it."""
        before: int | None = None
        for each, found in enumerate(self.places):
            if found is None and before in (place, place - 1):
                yield each
            elif found == place - 1 and self.cells[each]["cell_type"] == "markdown":
                source, there = self.cells[each]["source"], self.released.cells[found].source.strip()
                if there in source and source.strip() != there:
                    yield each
            before = before if found is None else found


def _fenced(written: Written, cell: Cell) -> Written:
    if cell["cell_type"] == "code":
        fence = "`" * (3 + max((len(ticks) for ticks in re.findall("`+", written.text)), default=0))
        return Written(f"{fence}\n{written.text}\n{fence}", written.pictures)
    return written


def everything(notebooks: Iterable[HandedIn], is_prose: Callable[[str], bool], why: str) -> Written:
    """Return all that was written in some notebooks, with a sentence on why; nothing if that is nothing."""
    found, texts = Written(), set[str]()
    for notebook in notebooks:
        for written in notebook.everything(is_prose):
            if written.text not in texts or written.pictures:
                texts.add(written.text)
                found.add(written)
    if not found:
        return found
    shown = Written(LOOK.format(why))
    shown.add(found)
    return shown
