"""What a dotted name leads to, as an exercise bans it: looked up in what is imported already."""

from __future__ import annotations

import contextlib
import importlib
import sys
from collections.abc import Iterator
from types import FunctionType, GenericAlias, ModuleType
from typing import Any

from autograde.sandbox.inside.gates import behind

OPERATORS = "torch.ops.aten."


def operator_pattern(rule: str) -> str:
    """Return the pattern of torch's operators that a name stands for, or "" for what is written in Python."""
    if rule.startswith(OPERATORS):
        return rule.removeprefix(OPERATORS)
    found = place(rule)
    if found is None or not rule.startswith("torch."):
        return ""
    from autograde.sandbox.inside import operators

    holder, name = found
    written_in_c = bool(name) and not isinstance(getattr(holder, name), FunctionType | ModuleType | type)
    return name if written_in_c and operators.found(name) else ""


def place(rule: str) -> tuple[Any, str] | None:
    """Return the holder of a dotted name and its last part; (module, "") for a module itself.

    None stands for what is not there. Of a library that is not imported yet nothing is imported.
    """
    if isinstance(module := sys.modules.get(rule), ModuleType):
        return module, ""
    path, _, name = rule.rpartition(".")
    holder = place(path) if path else None
    if holder is None:
        return None
    inside = getattr(*holder) if holder[1] else holder[0]
    if hasattr(inside, name):
        return inside, name
    if isinstance(inside, ModuleType):
        with contextlib.suppress(ImportError):
            return importlib.import_module(rule), ""
    return None


def callables(module: ModuleType) -> Iterator[tuple[ModuleType | type, str, str]]:
    """Yield holder, name and dotted name of what can be called in a module and in what lies in it.

    Types written in C and what stands for a type, such as `NDArray`, stay as they are, for annotations and
    `isinstance`; others are met where they make an object.
    """
    path = module.__name__
    for name, each in list(sys.modules.items()):
        inside = name == path or name.startswith(f"{path}.")
        if not isinstance(each, ModuleType) or not inside or "._" in name.removeprefix(path):
            continue
        for member, value in list(vars(each).items()):
            home = getattr(behind(value), "__module__", None) or path
            if not callable(value) or isinstance(value, GenericAlias) or not str(home).startswith(path):
                continue
            if not isinstance(value, type):
                yield each, member, f"{name}.{member}"
            elif isinstance(vars(value).get("__new__"), staticmethod):
                yield value, "__new__", f"{name}.{member}"


def work_of(kind: type) -> str:
    """Return the method in which a class does its work."""
    return next((name for name in ("forward", "__enter__") if hasattr(kind, name)), "__init__")
