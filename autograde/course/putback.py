"""Puts functions of a learner's file back to another text of theirs and leaves every other line as it is."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from autograde.errors import AutogradeError, explain

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_CONTINUES = re.compile(r"[\s#)\]}]|\Z")
"""What a line begins with that belongs to the statement above it, or to nothing."""


@dataclass(frozen=True)
class _Span:
    """Lines `first` to `last`, counted from 1, both included."""

    first: int
    last: int


def put_back(present: bytes, released: str, functions: Sequence[str], file: str) -> bytes:
    """Return the text of a file with some functions as they were released.

    A file that is not Python is searched line by line: what is put back begins with `def NAME` and ends
    where the next line begins at the margin.

    Args:
        present: the file as the learner left it. Its coding and line ends stay.
        released: the file as it was released.
        functions: the functions (or classes) to put back.
        file: what the file is called.

    Raises:
        AutogradeError: the file is no text, or holds no such function and cannot be read as Python.
    """
    text, coding = _decoded(present, file)
    lines = _LINE.findall(text)
    newline = _newline(lines)
    tree, broken = _parsed(text)
    spans = {name: _spans(tree, name) if tree else _spans_by_lines(lines, name) for name in functions}
    if tree is None and (lost := [name for name in functions if not spans[name]]):
        expected, next_step = (
            f"a line that begins with def {lost[0]}",
            f"Repair {broken}, or write that line.",
        )
        raise AutogradeError(explain(file, expected, "none, and it is not Python", next_step))
    originals = {name: _original(released, name).replace("\n", newline) for name in functions}
    # From the end of the file to its beginning, so that line numbers stay valid.
    places = sorted(
        ((span, name, order) for name in functions for order, span in enumerate(spans[name])),
        key=lambda place: place[0].first,
        reverse=True,
    )
    for span, name, order in places:
        lines[span.first - 1 : span.last] = [originals[name]] if order == 0 else []
    for name in functions:
        if not spans[name]:
            ended = not lines or lines[-1].endswith(("\r", "\n"))
            lines.append(("" if ended else newline) + 2 * newline + originals[name])
    if tree is not None:
        place = _after_head(tree)
        lines[place:place] = [line + newline for line in _missing_imports(tree, released)]
    return _encoded("".join(lines), coding)


def line_of(present: bytes, name: str) -> int:
    """Return the line, counted from 1, on which a function begins; 1 where it is not found."""
    try:
        text, _ = _decoded(present, "")
    except AutogradeError:
        return 1
    tree, _ = _parsed(text)
    spans = _spans(tree, name) if tree else _spans_by_lines(_LINE.findall(text), name)
    return spans[0].first if spans else 1


def what_is_wrong(present: bytes) -> str:
    """Return where a file cannot be read as Python, as in "line 12"; "" where it can."""
    try:
        text, _ = _decoded(present, "")
    except AutogradeError:
        return "its first line"
    return _parsed(text)[1]


def _decoded(present: bytes, file: str) -> tuple[str, str]:
    """Return the text, and the coding that its byte order mark or its first lines name."""
    try:
        coding = tokenize.detect_encoding(io.BytesIO(present).readline)[0]
        return present.decode(coding), coding
    except (SyntaxError, ValueError, LookupError) as error:
        next_step = "Move it away; what is missing is put there as it was released."
        raise AutogradeError(explain(file, "text that Python can read", str(error), next_step)) from error


def _parsed(text: str) -> tuple[ast.Module | None, str]:
    """Return the syntax tree, or None and the line that keeps it from being one."""
    try:
        return ast.parse(text), ""
    except SyntaxError as error:
        return None, f"line {error.lineno or 1}"
    except (ValueError, RecursionError, MemoryError):
        return None, "what Python cannot read"


def _newline(lines: Sequence[str]) -> str:
    """Return how most lines of a file end."""
    ends = Counter(line[len(line.rstrip("\r\n")) :] for line in lines)
    del ends[""]
    return ends.most_common(1)[0][0] if ends else "\n"


def _encoded(text: str, coding: str) -> bytes:
    """Return the text in its coding, or in UTF-8 and saying so where the coding lacks a character of it."""
    try:
        return text.encode(coding)
    except UnicodeEncodeError:
        first, second, *rest = text.split("\n", 2)
        head = [re.sub(r"(coding[:=]\s*)[-\w.]+", r"\1utf-8", line) for line in (first, second)]
        return "\n".join([*head, *rest]).encode()


def _spans(tree: ast.Module, name: str) -> list[_Span]:
    """Return where the top of the file defines or assigns `name`, on lines that nothing else shares."""
    found = []
    for node in tree.body:
        span = _span(node)
        shared = any(
            _span(other).first <= span.last and span.first <= _span(other).last
            for other in tree.body
            if other is not node
        )
        if name in _defined(node) and not shared:
            found.append(span)
    return found


def _defined(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
        return [node.targets[0].id]
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return [node.target.id]
    return []


def _span(node: ast.stmt) -> _Span:
    decorators = getattr(node, "decorator_list", [])
    return _Span(min(line.lineno for line in (node, *decorators)), node.end_lineno or node.lineno)


def _spans_by_lines(lines: Sequence[str], name: str) -> list[_Span]:
    """Return where a function stands, from its decorators to the next margin, without a syntax tree."""
    head = re.compile(rf"(async\s+def|def|class)\s+{re.escape(name)}\b")
    found = []
    for number, line in enumerate(lines):
        if not head.match(line):
            continue
        first = last = number
        while first and lines[first - 1].startswith("@"):
            first -= 1
        for later in range(number + 1, len(lines)):
            if not _CONTINUES.match(lines[later]):
                break
            last = later if lines[later].strip() and not lines[later].startswith("#") else last
        found.append(_Span(first + 1, last + 1))
    return found


def _original(released: str, name: str) -> str:
    spans = _spans(ast.parse(released), name)
    if not spans:
        raise AutogradeError(explain("released file", f"a function {name}", "none"))
    text = "".join(_LINE.findall(released)[spans[0].first - 1 : spans[0].last])
    return re.sub(r"\r\n?", "\n", text).rstrip("\n") + "\n"


def _missing_imports(tree: ast.Module, released: str) -> list[str]:
    """Return the import lines of the released file that the learner's file no longer has."""
    kept = {ast.unparse(node) for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)}
    wanted = [node for node in ast.parse(released).body if isinstance(node, ast.Import | ast.ImportFrom)]
    return [ast.unparse(node) for node in wanted if ast.unparse(node) not in kept]


def _after_head(tree: ast.Module) -> int:
    """Return the number of the last line of the docstring and the `__future__` imports."""
    last = 0
    for number, node in enumerate(tree.body):
        is_docstring = number == 0 and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        is_future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
        if not is_docstring and not is_future:
            break
        last = node.end_lineno or last
    return last
