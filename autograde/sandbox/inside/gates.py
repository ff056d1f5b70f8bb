"""Gates in front of Python's functions: whoever calls one, and however it is spelt, is asked about first.

A function written in Python gets its gate in its own code, so that it does not matter who holds it and since
when. What is written in C is replaced where it lies: in its module, or in its class.
"""

from __future__ import annotations

import ctypes
import functools
import gc
import sys
import sysconfig
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, FunctionType, ModuleType
from typing import Any

Ask = Callable[[tuple[Any, ...]], None]
"""Is told the positional arguments of a call; raises where it is refused."""

Undo = Callable[[], None]

_TRANSPARENT = ("numpy", "torch")
_PLACEHOLDER = "the gate"


class Gate:
    """Stands where a callable written in C lay."""

    def __init__(self, original: Any, ask: Ask) -> None:
        self._original = original
        self._ask = ask

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Ask, then call."""
        self._ask(args)
        return self._original(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        """Return an attribute; one that can be called, such as `numpy.add.reduce`, behind the same gate."""
        value = getattr(self._original, name)
        return Gate(value, self._ask) if callable(value) else value


class Method(Gate):
    """The same for what becomes a method where a class holds it."""

    def __get__(self, holder: object, kind: type | None = None) -> Gate:
        """Return it bound to `holder`, where there is one."""
        return Gate(self._original.__get__(holder, kind), _with_holder(self._ask, holder))


def _with_holder(ask: Ask, holder: object) -> Ask:
    return ask if holder is None else lambda args: ask((holder, *args))


def behind(value: object) -> object:
    """Return what a gate stands in front of, or the value itself."""
    while isinstance(value, Gate):
        value = value._original
    return value


def guard(holder: Any, name: str, ask: Ask) -> Undo:
    """Put a gate in front of `holder.name`; call what is returned to take it away."""
    if isinstance(holder, type):
        holder = next(kind for kind in holder.__mro__ if name in vars(kind))
    found = vars(holder)[name]
    function = getattr(found, "__func__", found)  # that of a static method or a class method
    if isinstance(function, FunctionType):
        return _guard_code(function, ask)
    return _replace(holder, name, (Method if hasattr(type(found), "__get__") else Gate)(found, ask))


def _entry(*args: Any, **kwargs: Any) -> Any:
    """The code of every function behind a gate; the constant is the gate itself."""
    gate: Any = "the gate"
    return gate(*args, **kwargs)


def _guard_code(function: FunctionType, ask: Ask) -> Undo:
    code = function.__code__
    original = FunctionType(
        code, function.__globals__, function.__name__, function.__defaults__, function.__closure__
    )
    original.__kwdefaults__ = function.__kwdefaults__
    gate = Gate(original, ask)
    constants = tuple(gate if each == _PLACEHOLDER else each for each in _entry.__code__.co_consts)
    function.__code__ = _entry.__code__.replace(
        co_consts=constants,
        co_freevars=code.co_freevars,
    )
    return functools.partial(setattr, function, "__code__", code)


def _replace(holder: Any, name: str, value: Any) -> Undo:
    before = vars(holder)[name]
    _put(holder, name, value)
    return lambda: _put(holder, name, before)


def _put(holder: Any, name: str, value: Any) -> None:
    try:
        setattr(holder, name, value)
    except TypeError:  # a class written in C takes no attributes, its dictionary does
        gc.get_referents(vars(holder))[0][name] = value
        ctypes.pythonapi.PyType_Modified(ctypes.py_object(holder))


@dataclass(frozen=True)
class Caller:
    """Who called what a gate guards: something of the submission, and in which line of which of its files."""

    is_own: bool
    file: str = ""
    line: int = 0


Own = Callable[[str], str | None]
"""Returns how the learner knows a file of the submission, "" for text without a file, None for others."""


def caller(own: Own) -> Caller:
    """Return who called the gate from which this is called.

    The first that counts decides, from the inside out: the submission, or code that is neither the
    submission's nor of a library through which everything goes (Python's own, NumPy, torch).
    """
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename != __file__:
        frame = frame.f_back
    while frame is not None and frame.f_code.co_filename == __file__:
        frame = frame.f_back
    while frame is not None and own(frame.f_code.co_filename) is None:
        if not _is_transparent(frame.f_code.co_filename):
            return Caller(is_own=False)
        frame = frame.f_back
    return nearest(own, frame)


def nearest(own: Own, frame: FrameType | None) -> Caller:
    """Return the innermost line of the submission's files from `frame` outwards, or in another thread."""
    for each in (frame, *sys._current_frames().values()):
        while each is not None:
            if file := own(each.f_code.co_filename):
                return Caller(True, file, each.f_lineno)
            each = each.f_back
    return Caller(is_own=True)


@functools.cache
def _is_transparent(file: str) -> bool:
    standard = f"{sysconfig.get_path('stdlib')}/"
    if file.startswith(("<frozen", *_libraries())):
        return True
    return file.startswith(standard) and "-packages/" not in file.removeprefix(standard)


@functools.cache
def _libraries() -> tuple[str, ...]:
    modules = [sys.modules.get(name) for name in _TRANSPARENT]
    return tuple(f"{Path(str(each.__file__)).parent}/" for each in modules if isinstance(each, ModuleType))
