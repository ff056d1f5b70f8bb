"""The cheat sheet: what learners write, one line a function, from the docstrings.

`python tests/cheat_sheet.py` writes it into lesson 00, from where it is released.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from autograde.course.course import Course
from autograde.exercise import Exercise

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "solutions" / "lessons" / "00_welcome" / "cheat_sheet.md"
HEAD = """# Cheat sheet

Every function that you write, in the order of the lessons, as its docstring has it.
Dots stand for any axes in front. The last column says which later exercises call it: when time is short,
write those first.

| | call | what comes of it | shape | used in |
|---|---|---|---|---|
"""


def sheet(course: Course) -> str:
    """Return the page."""
    exercises = [exercise for lesson in course.lessons.values() for exercise in lesson.exercises]
    used: dict[str, list[str]] = defaultdict(list)
    for exercise in exercises:
        for earlier in exercise.builds_on:
            used[earlier].append(exercise.id)
    rows = (row for exercise in exercises for row in _rows(exercise, ", ".join(used[exercise.id])))
    return HEAD + "".join(f"{row}\n" for row in rows)


def _rows(exercise: Exercise, used: str) -> Iterator[str]:
    tree = ast.parse((ROOT / "solutions" / exercise.file).read_text("utf-8"))
    defined = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    for name in exercise.names:
        node = defined[name]
        text = ast.get_docstring(node) or ""
        first = re.sub(r"^Return,? ", "", " ".join(text.partition("\n\n")[0].split()))
        cells = exercise.id, f"`{name}({_parameters(node)})`", first, _shape(text), used
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _parameters(node: ast.FunctionDef | ast.ClassDef) -> str:
    """Return the parameters of a function, or of what creates a class, without their types."""
    made = [each for each in node.body if isinstance(each, ast.FunctionDef) and each.name == "__init__"]
    function = node if isinstance(node, ast.FunctionDef) else made[0] if made else None
    if function is None:
        return ""
    arguments = function.args
    for argument in [*arguments.args, *arguments.kwonlyargs]:
        argument.annotation = None
    return re.sub(r"^self(, )?", "", ast.unparse(arguments))


def _shape(docstring: str) -> str:
    """Return the shape with which a docstring begins to tell what is returned."""
    found = re.search(r"Returns:\n\s+(?:\w+: )?(\([^)]*\)(?: bool)?)", docstring)
    return found[1] if found else ""


if __name__ == "__main__":
    PAGE.write_text(sheet(Course(ROOT, secret="none is needed")), "utf-8")
