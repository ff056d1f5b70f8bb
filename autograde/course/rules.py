"""Finds what an exercise does not allow: library calls that would do its work, and foreign packages.

Names are followed through imports, assignments and `getattr` with a constant name, in the
exercise's function and in the functions of the same file that it uses.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Collection, Iterable, Iterator

from autograde.errors import explain
from autograde.exercise import Exercise
from autograde.limits import Packages

IMPORTABLE: dict[Packages, frozenset[str]] = {
    "numpy": frozenset({"numpy"}),
    "torch": frozenset({"numpy", "torch"}),
    "triton": frozenset({"numpy", "torch", "triton"}),
}
"""What a submission may import beside the standard library and itself."""

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def broken_rules(source: str, function: str, banned: Collection[str]) -> list[str]:
    """Return the banned names that `function` uses, each as "numpy.linalg.norm in line 12".

    Args:
        source: the text of the module. Text that is not Python breaks no rule.
        function: the function or class that the exercise asks for.
        banned: dotted names. "numpy.linalg" also covers what lies in it; "torch.Tensor.norm"
            (or "numpy.ndarray.sort") covers that method on any object.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    reached = list(_reachable(tree, function))
    names = _Names([*(node for node in tree.body if not isinstance(node, Definition)), *reached])
    uses = [use for node in reached for use in names.used_in(node)] or names.imported(function)
    found = {f"{rule} in line {line}": None for name, line in uses for rule in banned if _covers(rule, name)}
    return list(found)


def exercise_rules_broken(exercise: Exercise, source: str) -> list[str]:
    """Return one sentence for each rule of `exercise` that the text of its file breaks."""
    allowed = IMPORTABLE[exercise.packages]
    try:
        calls = [use for name in exercise.names for use in broken_rules(source, name, exercise.banned)]
        foreign = foreign_imports(source, exercise.names, allowed | {exercise.package})
    except RecursionError:
        return [explain(exercise.file, "expressions that a person can read", "one with hundreds of levels")]
    return [f"{use}: this exercise is to be written without it." for use in calls] + [
        f"{package}: only {', '.join(sorted(allowed))} and Python's standard library can be imported here."
        for package in foreign
    ]


def foreign_imports(source: str, functions: Collection[str], allowed: Collection[str]) -> list[str]:
    """Return the packages that cannot be imported where submissions are graded, as "scipy in line 3".

    Looked at are the imports at the top of the file and those inside of `functions` and what they use;
    what stands under `if` or `try` is left to chance.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    known = sys.stdlib_module_names | set(allowed)
    reached = [node for name in functions for node in _reachable(tree, name)]
    inner = [statement for node in reached for statement in ast.walk(node)]
    imports = [import_ for node in (*tree.body, *inner) for import_ in _imported_packages(node)]
    found = {f"{package} in line {line}": None for package, line in imports if package not in known}
    return list(found)


def _imported_packages(node: ast.AST) -> list[tuple[str, int]]:
    if isinstance(node, ast.Import):
        return [(alias.name.partition(".")[0], node.lineno) for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.level == 0:
        return [((node.module or "").partition(".")[0], node.lineno)]
    return []


def _covers(rule: str, name: str) -> bool:
    owner, _, method = rule.rpartition(".")
    if owner.rpartition(".")[2] in ("Tensor", "ndarray") and name == f"?.{method}":
        return True
    return name == rule or name.startswith(f"{rule}.")


def _reachable(tree: ast.Module, function: str) -> Iterator[ast.AST]:
    """Yield the statements at the top of the file that bind `function` or what it uses, one by one."""
    binders: dict[str, list[ast.stmt]] = {}
    for node in tree.body:
        for name in _bound_names(node):
            binders.setdefault(name, []).append(node)
    waiting, seen = [function], {function}
    yielded: set[int] = set()
    while waiting:
        for node in binders.get(waiting.pop(), []):
            if id(node) in yielded:
                continue
            yielded.add(id(node))
            yield node
            for used in ast.walk(node):
                if isinstance(used, ast.Name) and used.id not in seen:
                    seen.add(used.id)
                    waiting.append(used.id)


def _bound_names(node: ast.stmt) -> list[str]:
    """Return the names that a statement at the top of a file binds by definition or assignment."""
    if isinstance(node, Definition):
        return [node.name]
    if isinstance(node, ast.Assign):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return [node.target.id]
    return []


class _Names:
    """What the names in some statements stand for."""

    def __init__(self, statements: Iterable[ast.AST]) -> None:
        self.aliases: dict[str, str] = {}
        self.lines: dict[str, int] = {}
        self.stars: list[str] = []
        self.resolved: dict[int, str | None] = {}
        nodes = [node for statement in statements for node in ast.walk(statement)]
        for node in nodes:
            self._learn_import(node)
        for node in nodes:
            if isinstance(node, ast.Assign) and len(node.targets) == 1:
                target, value = node.targets[0], self.resolve(node.value)
                if isinstance(target, ast.Name) and value and not value.startswith("?"):
                    self.aliases.setdefault(target.id, value)
        self.resolved.clear()  # what was resolved before all names were known

    def _learn_import(self, node: ast.AST) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.asname:
                    self.aliases[alias.asname] = alias.name
                else:
                    top = alias.name.partition(".")[0]
                    self.aliases[top] = top
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            for alias in node.names:
                if alias.name == "*":
                    self.stars.append(module)
                else:
                    bound = alias.asname or alias.name
                    self.aliases[bound] = f"{module}.{alias.name}"
                    self.lines[bound] = node.lineno

    def imported(self, name: str) -> list[tuple[str, int]]:
        """Return what `name` stands for and in which line, if the file imports it from a module."""
        return [(self.aliases[name], self.lines[name])] if name in self.lines else []

    def used_in(self, node: ast.AST) -> Iterator[tuple[str, int]]:
        """Yield every dotted name that stands in `node`, with its line."""
        for inner in ast.walk(node):
            if not isinstance(inner, ast.Name | ast.Attribute | ast.Call | ast.Subscript):
                continue
            name = self.resolve(inner)
            if name:
                yield name, inner.lineno
            if isinstance(inner, ast.Name) and inner.id not in self.aliases:
                for module in self.stars:
                    yield f"{module}.{inner.id}", inner.lineno

    def resolve(self, node: ast.AST) -> str | None:
        """Return the dotted name that an expression stands for; "?.name" for an attribute of a value."""
        if id(node) not in self.resolved:
            self.resolved[id(node)] = self._resolve(node)
        return self.resolved[id(node)]

    def _resolve(self, node: ast.AST) -> str | None:
        if isinstance(node, ast.Name):
            return self.aliases.get(node.id)
        if isinstance(node, ast.Attribute):
            return self._member(node.value, node.attr)
        if isinstance(node, ast.Call):
            return self._called(node)
        if isinstance(node, ast.Subscript) and (key := _text(node.slice)):
            holder = node.value
            if isinstance(holder, ast.Attribute) and holder.attr == "__dict__":
                return self._member(holder.value, key)
            if isinstance(holder, ast.Call) and _is_named(holder.func, "vars") and holder.args:
                return self._member(holder.args[0], key)
        return None

    def _member(self, owner: ast.expr, name: str) -> str | None:
        if isinstance(owner, ast.Name) and owner.id in ("self", "cls"):
            return None
        base = self.resolve(owner)
        return f"{base}.{name}" if base and not base.startswith("?") else f"?.{name}"

    def _called(self, node: ast.Call) -> str | None:
        """Return the name that `getattr(numpy, "exp")` or `import_module("numpy")` stands for."""
        if _is_named(node.func, "getattr") and len(node.args) >= 2 and (name := _text(node.args[1])):
            return self._member(node.args[0], name)
        importers = ("importlib.import_module", "importlib.__import__")
        imports = _is_named(node.func, "__import__") or self.resolve(node.func) in importers
        return _text(node.args[0]) if imports and node.args else None


def _is_named(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
