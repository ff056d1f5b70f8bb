"""Takes one function out of a submission, with everything in its file that it needs."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from autograde.errors import AutogradeError, explain


def extract(source: str, functions: tuple[str, ...], module: str, shared: Iterable[str], package: str) -> str:
    """Return the text of `functions` and of what they use, as a file of its own.

    Args:
        source: the learner's file.
        functions: top-level functions or classes that are wanted.
        module: what the file is imported as, such as "learnlib.algebra.vectors".
        shared: other functions of the file which are exercises of their own; they are imported.
        package: from where those, and the file's relative imports, are taken: "reference".

    Raises:
        AutogradeError: the file cannot be parsed, or a function is missing.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise AutogradeError(explain(module, "a file that can be parsed", type(error).__name__)) from error
    definitions = {name: node for node in tree.body for name in _bound(node)}
    missing = [name for name in functions if name not in definitions]
    if missing:
        raise AutogradeError(explain(module, f"a function {missing[0]}", "none"))
    imported = set(shared) - set(functions)
    needed = _needed(functions, definitions, imported)
    nodes = [node for node in tree.body if any(name in needed - imported for name in _bound(node))]
    own, _, inside = module.partition(".")
    parts = [_absolute(node, source, own, f"{package}.{inside}") for node in nodes]
    taken = sorted(needed & imported)
    if taken:
        parts.append(f"from {package}.{inside} import {', '.join(taken)}")
    imports = [part for part in parts if part.startswith(("import ", "from "))]
    rest = [part for part in parts if part not in imports]
    return "\n\n\n".join(filter(None, ("\n".join(imports), *rest))) + "\n"


def _bound(node: ast.stmt) -> list[str]:
    """Return the names that a top-level statement binds."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [alias.asname or alias.name.partition(".")[0] for alias in node.names]
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return [name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)]
    return []


def _needed(functions: tuple[str, ...], definitions: dict[str, ast.stmt], imported: set[str]) -> set[str]:
    waiting, found = list(functions), set[str]()
    while waiting:
        name = waiting.pop()
        if name in found or name not in definitions:
            continue
        found.add(name)
        if name not in imported:
            nodes = ast.walk(definitions[name])
            waiting += [node.id for node in nodes if isinstance(node, ast.Name)]
            waiting += ["annotations"]
    return found


def _absolute(node: ast.stmt, source: str, own: str, module: str) -> str:
    """Return the statement's text; imports from the learner's package are taken from the reference."""
    if isinstance(node, ast.ImportFrom):
        package = module.partition(".")[0]
        base = node.module or ""
        if node.level:
            base = ".".join([*module.split(".")[: -node.level], *filter(None, [base])])
        elif base.partition(".")[0] == own:
            base = base.replace(own, package, 1)
        names = [ast.unparse(alias) for alias in node.names]
        return f"from {base} import {', '.join(names)}"
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
    return "\n".join(source.splitlines()[first - 1 : node.end_lineno])
