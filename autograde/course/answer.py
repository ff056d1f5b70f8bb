"""Known answers: right and wrong implementations of an exercise, each in a file of its own.

Most are whole, a Python file with the functions. A long one that differs from the reference in a few lines is
a sentence and an edit of the reference, in a file NAME.diff:

    You return the squared norm. Take the root.

    -    return np.sqrt((x * x).sum(axis=-1))
    +    return (x * x).sum(axis=-1)

The lines after "-" give way to those after "+"; lines after a space stay, and say where. A blank line ends an
edit. What it looks for, the lines after "-" and a space, must stand in the reference exactly once, whatever
comments are at their ends; the lines that mark a solution and name its exercise are left out.
"""

from __future__ import annotations

import importlib.util
import inspect
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.abc import ExecutionLoader
from itertools import groupby, pairwise
from pathlib import Path
from types import CodeType
from typing import Any

from autograde.course.stub import is_mark
from autograde.errors import AutogradeError, explain

EDIT = ".diff"
MARKS = ("-", "+", " ")
NO_STAND_INS: Mapping[str, str] = {}


@dataclass(frozen=True)
class KnownAnswer:
    """An implementation of one exercise kept in a file; `sentence` is what its file begins with."""

    name: str
    sentence: str
    functions: Mapping[str, Any]


def answer_files(folder: Path) -> list[Path]:
    """Return the files of the known answers in a folder, in the order of their names.

    Raises:
        AutogradeError: a name stands there twice, whole and as an edit.
    """
    files = sorted(
        (path for path in folder.glob("*") if path.suffix in (".py", EDIT)), key=lambda path: path.stem
    )
    for path, following in pairwise(files):
        if path.stem == following.stem:
            raise AutogradeError(
                explain(str(path), "a name for itself", following.name, "Remove one of them.")
            )
    return files


def edited(source: str, edit: str, where: str) -> tuple[str, str]:
    """Return the sentence of an edit, and `source` with the edit applied.

    Args:
        source: the file of the reference.
        edit: the text of a `.diff` file.
        where: the edit's file, for errors.

    Raises:
        AutogradeError: there is no sentence or no edit, or what is looked for does not stand there once.
    """
    lines = edit.splitlines()
    first = next((number for number, line in enumerate(lines) if line.startswith(MARKS)), len(lines))
    sentence = " ".join(" ".join(lines[:first]).split())
    if not sentence or first == len(lines):
        raise AutogradeError(explain(where, 'a sentence, and then lines with "-" and "+"', "something else"))
    text = [line for line in source.splitlines() if not is_mark(line)]
    for hunk in _hunks(lines[first:], where):
        text = _applied(text, hunk, where)
    return sentence, "\n".join(text) + "\n"


def _hunks(lines: list[str], where: str) -> Iterator[list[str]]:
    """Yield the lines of each edit; a blank line ends one."""
    for blank, found in groupby(lines, lambda line: not line.strip()):
        hunk = list(found)
        if blank:
            continue
        unmarked = [line for line in hunk if not line.startswith(MARKS)]
        if unmarked:
            raise AutogradeError(
                explain(where, 'a line that begins with "-", "+" or a space', repr(unmarked[0]))
            )
        if all(line[0] == "+" for line in hunk):
            raise AutogradeError(explain(where, "a line that says where to add", repr(hunk[0])))
        yield hunk


def _applied(text: list[str], hunk: list[str], where: str) -> list[str]:
    """Return the lines of `text` with one edit applied."""
    wanted = [_bare(line[1:]) for line in hunk if line[0] != "+"]
    found = [_bare(line) for line in text]
    places = [at for at in range(len(text)) if found[at : at + len(wanted)] == wanted]
    if len(places) != 1:
        lines = repr("\n".join(wanted).strip())
        raise AutogradeError(explain(where, f"{lines} once in the reference", f"it {len(places)} times"))
    rest = iter(text[places[0] :])
    changed = []
    for line in hunk:
        present = line[1:] if line[0] == "+" else next(rest)
        if line[0] != "-":
            changed.append(present)
    return [*text[: places[0]], *changed, *rest]


def _bare(line: str) -> str:
    """Return a line without the comment at its end."""
    return line.partition("  #")[0].rstrip()


def load_answer(path: Path, text: str, stand_ins: Mapping[str, str] = NO_STAND_INS) -> KnownAnswer:
    """Execute the text of a known answer, the whole one that its file stands for.

    Args:
        path: its file.
        text: the text, which `Course.answer_text` returns.
        stand_ins: what takes the place of what it imports from the reference: quicker functions with the
            same values, by their targets.

    Raises:
        AutogradeError: it cannot be executed.
    """
    name = f"autograde_answer_{path.parent.name.replace('.', '_')}_{path.stem}"
    loader = _Text(path.with_suffix(".py"), text)
    spec = importlib.util.spec_from_loader(name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        loader.exec_module(module)
    except Exception as error:
        problem = f"{type(error).__name__}: {error}"
        raise AutogradeError(explain(str(path), "an answer that can be executed", problem)) from error
    for target, function in stand_ins.items():
        holder, _, name = target.rpartition(".")
        present = getattr(module, name, None)
        if str(getattr(present, "__module__", "")).endswith(f".{holder}"):
            stood_in: dict[str, Any] = {}
            exec(function, stood_in)
            setattr(module, name, stood_in[name])
    functions = {
        name: value
        for name, value in vars(module).items()
        if (inspect.isfunction(value) or inspect.isclass(value)) and value.__module__ == module.__name__
    }
    return KnownAnswer(path.stem, " ".join((inspect.getdoc(module) or "").split()), functions)


class _Text(ExecutionLoader):
    """Loads a module from a text; a compiler that asks for the source of a function gets it from there."""

    def __init__(self, path: Path, text: str) -> None:
        self._path, self._text = path, text

    def get_filename(self, fullname: str) -> str:
        return str(self._path)

    def get_source(self, fullname: str) -> str:
        return self._text

    def get_code(self, fullname: str) -> CodeType:
        return self.source_to_code(self._text, str(self._path))
