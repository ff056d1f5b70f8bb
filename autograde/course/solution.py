"""What the reference does, for whoever studies alone: only where the course allows it and has its reference.

A released course has no `solutions/`, whatever its `course.toml` allows.
"""

from __future__ import annotations

import ast

from autograde.course.workspace import Workspace
from autograde.errors import AutogradeError, explain
from autograde.exercise import Exercise

MARKERS = ("### BEGIN SOLUTION", "### END SOLUTION")


def may_be_seen(workspace: Workspace, accepted: bool, attempted: bool, hints_left: int) -> bool:
    """Return whether a learner may see a solution: after success, or after all hints and an honest try."""
    earned = accepted or (attempted and hints_left == 0)
    return workspace.settings.practice.solutions and workspace.solutions is not None and earned


def solution(workspace: Workspace, exercise: Exercise) -> str:
    """Return the functions of an exercise as the reference has them.

    Raises:
        AutogradeError: there is no reference here.
    """
    if workspace.solutions is None:
        raise AutogradeError(explain("a solution", "the course's solutions/", "none"))
    text = (workspace.solutions / exercise.file).read_text("utf-8")
    lines, found = text.splitlines(), []
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name in exercise.names:
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            found.append([line for line in lines[first - 1 : node.end_lineno] if line.strip() not in MARKERS])
    return "\n\n\n".join("\n".join(each) for each in found)
