"""The text of a stand-in as it travels: what it does, without a word that somebody wrote about it."""

from __future__ import annotations

import ast


def bare(source: str) -> str:
    """Return a function's text without comments and docstrings, and with other names for its variables.

    Arguments, imported names, functions and classes keep their names: others may call them by these.
    """
    tree = ast.parse(source)
    names = _variables(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
        if isinstance(node, ast.Name):
            node.id = names.get(node.id, node.id)
    return ast.unparse(tree) + "\n"


def _variables(tree: ast.AST) -> dict[str, str]:
    """Return a new name for everything that is only assigned to, in the order of the alphabet."""
    nodes = list(ast.walk(tree))
    arguments = {node.arg for node in nodes if isinstance(node, ast.arg)}
    assigned = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return {name: f"v{number}" for number, name in enumerate(sorted(assigned - arguments))}
