"""Puts functions of a learner's file back to their released text and leaves the rest as it is."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Sequence
from dataclasses import dataclass

from autograde.errors import AutogradeError, explain


@dataclass(frozen=True)
class _Span:
    """Lines `first` to `last`, counted from 1, both included."""

    first: int
    last: int


def restored(present: bytes | None, released: str, functions: Sequence[str]) -> tuple[bytes, str]:
    """Return the new text of a file and what was restored: "function" or "file".

    Args:
        present: the file as the learner left it; None if it is missing.
        released: the file as it was released.
        functions: the functions (or classes) to restore.
    """
    text, coding, tree = _parsed(present)
    if tree is None:
        return released.encode(), "file"
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = _lines(text)
    spans = {name: _spans(tree, name) for name in functions}
    originals = {name: _original(released, name) for name in functions}
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
            lines.append(f"\n\n{originals[name]}")
    imports = _missing_imports(tree, released)
    lines[_after_head(tree) : _after_head(tree)] = imports
    return _encoded("".join(lines).replace("\n", newline), coding), "function"


def _lines(text: str) -> list[str]:
    """Return the lines as Python counts them (form feeds do not end a line), each with its newline."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [f"{line}\n" for line in (lines if lines[-1] else lines[:-1])]


def _parsed(present: bytes | None) -> tuple[str, str, ast.Module | None]:
    """Return the text, the coding that its byte order mark or its first lines name, and its syntax tree."""
    try:
        if present is not None:
            coding = tokenize.detect_encoding(io.BytesIO(present).readline)[0]
            text = present.decode(coding)
            return text, coding, ast.parse(text)
    except (SyntaxError, ValueError, LookupError, RecursionError, MemoryError):
        pass
    return "", "utf-8", None


def _encoded(text: str, coding: str) -> bytes:
    """Return the text in its coding, or in UTF-8 and saying so where the coding lacks a character of it."""
    try:
        return text.encode(coding)
    except UnicodeEncodeError:
        first, second, *rest = text.split("\n", 2)
        head = [re.sub(r"(coding[:=]\s*)[-\w.]+", r"\1utf-8", line) for line in (first, second)]
        return "\n".join([*head, *rest]).encode()


def _spans(tree: ast.Module, name: str) -> list[_Span]:
    """Return where the top of the file defines or assigns `name`."""
    return [_span(node) for node in tree.body if name in _defined(node)]


def _defined(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
        return [node.targets[0].id]
    return []


def _span(node: ast.stmt) -> _Span:
    decorators = getattr(node, "decorator_list", [])
    return _Span(min(line.lineno for line in (node, *decorators)), node.end_lineno or node.lineno)


def _original(released: str, name: str) -> str:
    spans = _spans(ast.parse(released), name)
    if not spans:
        raise AutogradeError(explain("released file", f"a function {name}", "none"))
    return "".join(_lines(released)[spans[0].first - 1 : spans[0].last])


def _missing_imports(tree: ast.Module, released: str) -> list[str]:
    """Return the import lines of the released file that the learner's file no longer has."""
    kept = {ast.unparse(node) for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)}
    wanted = [node for node in ast.parse(released).body if isinstance(node, ast.Import | ast.ImportFrom)]
    return [f"{ast.unparse(node)}\n" for node in wanted if ast.unparse(node) not in kept]


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
