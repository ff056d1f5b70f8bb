"""Answers that know nothing: whatever the exercise, they must earn no point.

The audit appends the text of this file to a right answer, and replaces the function by what
`trivial` makes of it. It runs in a worker, like every submission.
"""

import inspect
import sys
from typing import Any

TRIVIAL = ("zeros", "ones", "first_input", "last_input", "nothing")


def trivial(right: Any, kind: str) -> Any:
    """Return a function (or class) that answers in the form of `right` and with the content of `kind`."""
    if inspect.isclass(right):
        changes = {}
        for name, value in vars(right).items():
            if inspect.isfunction(value) and name != "__init__":
                changes[name] = trivial(value, kind)
            elif isinstance(value, staticmethod):
                changes[name] = staticmethod(trivial(value.__func__, kind))
        return type(right.__name__, (right,), changes)

    def answer(*args: Any, **kwargs: Any) -> Any:
        if kind == "nothing":
            return None
        if kind in ("first_input", "last_input"):
            given = [arg for arg in args if hasattr(arg, "shape")] or list(args) or list(kwargs.values())
            return given[0 if kind == "first_input" else -1]
        return _filled(right(*args, **kwargs), 0 if kind == "zeros" else 1)

    return answer


def _filled(value: Any, number: int) -> Any:
    """Return a value of the same form in which every number is `number`."""
    if isinstance(value, tuple | list):
        return type(value)(_filled(item, number) for item in value)
    if isinstance(value, dict):
        return {key: _filled(item, number) for key, item in value.items()}
    if isinstance(value, str | bool | int | float):
        return type(value)(number)
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        return torch.full_like(value, number)
    if hasattr(value, "shape"):
        return value * 0 + number if value.dtype.kind != "b" else value * False | bool(number)
    return value
