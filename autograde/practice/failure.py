"""Reads from an exception what went wrong in a learner's code, and where."""

from __future__ import annotations

import linecache
import re
import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from autograde.practice.alone import Alone
from autograde.practice.newer import what_is_newer
from autograde.practice.timeout import TooSlow

LONGEST_MESSAGE = 300
UNEQUAL = re.compile(r"matmul: .* core dimension 0, .*\(size (\d+) is different from (\d+)\)")
"""How NumPy puts the mistake that beginners make most."""

INDENT = "The lines of a function begin four spaces further in than its def."

SLIPS = (
    (
        r"(?m)^\s*(<{7}|={7}|>{7})( |$)",
        "This is the mark of a merge conflict. Keep one side.",
    ),
    (r"(?m)^\s*[%!]", "A line that begins with % or ! belongs into a notebook."),
    (r"[\u201c-\u201f\u2018-\u201b]", "These are quotes of a word processor. Write \" or '."),
    (r"non-printable", "It looks like a space and is none. Write this line again, by hand."),
    (r"unicodeescape", "In a path write / for \\, or put r before the quotes."),
    (
        r"null bytes",
        "The file is damaged, or not in UTF-8. Save it as UTF-8, or bring back an earlier text.",
    ),
)
"""What stands in the message or in the line, and what to do about it."""


@dataclass(frozen=True)
class Place:
    """A line of the learner's code; `file` is relative to the workspace, `function` as in the source."""

    file: str
    line: int
    function: str = ""
    code: str = ""

    def __str__(self) -> str:
        """Return what a person reads."""
        return f"{self.file}, line {self.line}"


@dataclass(frozen=True)
class Failure:
    """What an exception says: `sentence` without the place, `place` if it lies in the learner's code."""

    sentence: str
    place: Place | None


def read_failure(error: BaseException, package: Path) -> Failure:
    """Return what `error` says about the package in the folder `package`."""
    if isinstance(error, SyntaxError):
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        sentence = f"Python {version} cannot read this: {plain(error.msg)}. {_remedy(error)}"
        return Failure(sentence.strip(), _syntax_place(error, package))
    if isinstance(error, KeyboardInterrupt):
        return Failure("You stopped it.", _place(error, package))
    if isinstance(error, TooSlow):
        return Failure(f"It was stopped: {error}.", _place(error, package))
    if isinstance(error, Alone):
        return Failure(str(error), _place(error, package))
    if isinstance(error, SystemExit):
        return Failure(
            "SystemExit ends the whole program. Write return, or raise an error.", _place(error, package)
        )
    kind = type(error).__name__
    said = UNEQUAL.sub(
        r"a @ b: a has \2 columns and b has \1 rows, and these must be as many", said_by(error)
    )
    return Failure(plain(f"{kind}: {said}" if said else kind), _place(error, package))


def said_by(error: BaseException) -> str:
    """Return what an error says; "" where saying it fails, as in an error of a learner's own class."""
    try:
        return str(error)
    except Exception:
        return ""


def _remedy(error: SyntaxError) -> str:
    """Return what to do about a line that Python cannot read; "" where its message says enough."""
    if _is_of_indentation(error):
        return INDENT
    line = error.text or ""
    slips = (remedy for pattern, remedy in SLIPS if re.search(pattern, f"{error.msg}\n{line}"))
    return next(slips, "") or what_is_newer(line)


def _is_of_indentation(error: SyntaxError) -> bool:
    return isinstance(error, IndentationError) or "outside function" in error.msg


def plain(text: object) -> str:
    """Return `text` in one line without control characters, cut at `LONGEST_MESSAGE`."""
    shown = "".join(character if character.isprintable() else " " for character in str(text))
    line = " ".join(shown.split())
    return line if len(line) <= LONGEST_MESSAGE else f"{line[: LONGEST_MESSAGE - 3]}..."


def _place(error: BaseException, package: Path) -> Place | None:
    """Return the innermost line of the learner's code that the error passed through."""
    places = list(_places(error.__traceback__, package))
    return places[-1] if places else None


def _places(trace: TracebackType | None, package: Path) -> Iterator[Place]:
    for frame, line in traceback.walk_tb(trace):
        file = relative_file(frame.f_code.co_filename, package)
        if file is not None:
            code = linecache.getline(frame.f_code.co_filename, line).strip()
            yield Place(file, line, frame.f_code.co_qualname, plain(code))


def _syntax_place(error: SyntaxError, package: Path) -> Place | None:
    file = relative_file(error.filename or "", package)
    if file is None:
        return _place(error, package)
    return Place(file, error.lineno or 1, "", plain((error.text or "").strip()))


def relative_file(file: str, package: Path) -> str | None:
    """Return `file` relative to the workspace if it lies in the package, else None."""
    path = Path(file)
    return path.relative_to(package.parent).as_posix() if path.is_relative_to(package) else None
