"""Skeletons: what a learner gets is the reference without its solution regions.

A region lies between two comments, indented like the code that it holds:

    # Exercise 03.1 (4 lines): exponentials, then divide by their sum.
    ### BEGIN SOLUTION
    shifted = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return shifted / shifted.sum(axis=axis, keepdims=True)
    ### END SOLUTION

Inside a function it becomes one line that raises NotImplementedError and names the exercise;
outside of functions (imports and helpers that only the solution needs) it disappears.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile

from autograde.errors import AutogradeError, explain

BEGIN = "### BEGIN SOLUTION"
END = "### END SOLUTION"
EXERCISE_COMMENT = re.compile(r"^\s*# Exercise (\d\d\.\d+)\b")

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True)
class Region:
    """A solution region; `first` and `last` are the line numbers of its two markers."""

    first: int
    last: int


def skeleton(source: str, file: str = "source") -> str:
    """Return `source` with every solution region replaced by what the learner starts from.

    Raises:
        AutogradeError: a marker is unbalanced or misspelt, or no exercise comment stands above a region.
    """
    lines = source.splitlines(keepends=True)
    tree = _parsed(source, file)
    for region in reversed(solution_regions(source, file)):
        function = _enclosing_function(tree, region)
        if function is None:
            _remove(lines, region)
        else:
            exercise_id = _exercise_above(lines, region, file)
            indent = lines[region.first - 1].split("#")[0]
            message = f"Exercise {exercise_id}: {function} is not written yet."
            lines[region.first - 1 : region.last] = [f'{indent}raise NotImplementedError("{message}")\n']
    text = "".join(lines)
    _parsed(text, f"{file} without its solutions")
    return text


def solution_regions(source: str, file: str = "source") -> list[Region]:
    """Return the solution regions of `source`, in order."""
    regions: list[Region] = []
    begun = 0
    for number, line in enumerate(source.splitlines(), start=1):
        marker = _marker(line, f"{file}, line {number}")
        if marker == BEGIN:
            if begun:
                raise AutogradeError(explain(f"{file}, line {number}", END, f"a second {BEGIN}"))
            begun = number
        elif marker == END:
            if not begun:
                raise AutogradeError(explain(f"{file}, line {number}", f"{BEGIN} above", f"{END} alone"))
            regions.append(Region(begun, number))
            begun = 0
    if begun:
        raise AutogradeError(explain(f"{file}, line {begun}", f"{END} below", "none"))
    return regions


def is_mark(line: str) -> bool:
    """Whether a line is there for the skeleton only: a marker, or the comment that names an exercise."""
    return line.strip() in (BEGIN, END) or EXERCISE_COMMENT.match(line) is not None


def _marker(line: str, place: str) -> str | None:
    """Return the marker in `line`; a misspelt one would publish a solution, so it is an error."""
    text = line.strip()
    if text in (BEGIN, END):
        return text
    if re.search(r"#.*\b(begin|end)[ _-]*solution", text, re.IGNORECASE):
        raise AutogradeError(explain(place, f"{BEGIN!r} or {END!r} on its own line", repr(text)))
    return None


def _parsed(source: str, file: str) -> ast.Module:
    try:
        return ast.parse(source)
    except SyntaxError as error:
        problem = f"{error.msg} in line {error.lineno}"
        raise AutogradeError(explain(file, "Python code", problem)) from error


def _enclosing_function(tree: ast.Module, region: Region) -> str | None:
    """Return the outermost function around `region`, as "norm" or "Basis.change"."""
    names: list[str] = []
    body: list[ast.stmt] = tree.body
    while True:
        inside = next((node for node in body if _holds(node, region)), None)
        if inside is None:
            return None
        names.append(inside.name)  # type: ignore[attr-defined]  # _holds a Definition
        if not isinstance(inside, ast.ClassDef):
            return ".".join(names)
        body = inside.body


def _holds(node: ast.stmt, region: Region) -> bool:
    if not isinstance(node, Definition):
        return False
    # The end of a body is its last statement, so the closing marker may lie one comment below it.
    return node.lineno < region.first <= (node.end_lineno or 0)


def _exercise_above(lines: list[str], region: Region, file: str) -> str:
    for line in reversed(lines[: region.first - 1]):
        if found := EXERCISE_COMMENT.match(line):
            return found[1]
    place = f"{file}, line {region.first}"
    raise AutogradeError(explain(place, "a comment '# Exercise 03.1 (4 lines): ...' above", "none"))


def _remove(lines: list[str], region: Region) -> None:
    """Delete the region; of the blank lines above and below it the longer run stays."""
    above = _blank_lines(reversed(lines[: region.first - 1]))
    below = _blank_lines(lines[region.last :])
    del lines[region.first - 1 : region.last + min(above, below)]


def _blank_lines(lines: Iterable[str]) -> int:
    return sum(1 for _ in takewhile(lambda line: not line.strip(), lines))
