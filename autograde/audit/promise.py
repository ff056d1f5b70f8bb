"""What a function promises, read from its signature and docstring.

The docstring says which axes an array has ("x: (..., seq_len, d_in)"), which dtype an answer keeps, and
from which number on a size is legal. Nothing here is asked of an author twice.
"""

from __future__ import annotations

import inspect
import re
import sys
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import NoneType
from typing import Any

import numpy as np

DTYPES = ("float16", "bfloat16", "float32", "float64")

_SHAPE = re.compile(r"\(((?:\.\.\.|[\w ·*/]+)(?:,[\w ·*/]*)*)\)")
_ENTRY = re.compile(r"    (\w+): (.*)")


class Kind(StrEnum):
    """What a parameter takes."""

    NUMBERS = "numbers"
    """An array or tensor of floating-point numbers."""
    MASK = "mask"
    """An array or tensor of bools that broadcasts to a shape."""
    LABELS = "labels"
    """An array or tensor of whole numbers."""
    SEQUENCE = "sequence"
    """A list, or an array in its place."""
    ITERABLE = "iterable"
    """Whatever can be read once."""
    SIZE = "size"
    """One whole number."""
    NUMBER = "number"
    """One number."""
    FLAG = "flag"
    """True or False."""
    CHOICE = "choice"
    """One of a few words."""
    OTHER = "other"


@dataclass(frozen=True)
class Parameter:
    """One parameter of a function.

    Args:
        name: its name.
        kind: what it takes.
        text: what the docstring says about it.
        axes: of an array, such as ("...", "seq_len", "d_in"); of a mask those that it broadcasts to.
        default: its default, or `inspect.Parameter.empty`.
        choices: the values of a flag or a choice.
    """

    name: str
    kind: Kind
    text: str
    axes: tuple[str, ...]
    default: Any
    choices: tuple[Any, ...] = ()

    @property
    def is_keyword(self) -> bool:
        """Whether it may be left out."""
        return self.default is not inspect.Parameter.empty

    @property
    def is_changeable(self) -> bool:
        """Whether a function could change what it is given."""
        return self.kind in (Kind.NUMBERS, Kind.MASK, Kind.LABELS, Kind.SEQUENCE, Kind.ITERABLE)


@dataclass(frozen=True)
class Promise:
    """A function or method, and what it promises.

    Args:
        name: as an author calls it: "norm", or "Basis.change".
        signature: without `self` and without a `ctx`.
        parameters: in their order.
        text: its docstring.
        gradients: whether it promises them.
        module: whether it is a method of an object with parameters that learn.
        member: whether it is a method of an object.
    """

    name: str
    signature: inspect.Signature
    parameters: tuple[Parameter, ...]
    text: str
    gradients: bool = False
    module: bool = False
    member: bool = False

    @property
    def keywords(self) -> tuple[Parameter, ...]:
        """Return the parameters that may be left out."""
        return tuple(each for each in self.parameters if each.is_keyword)

    def of_kind(self, *kinds: Kind) -> tuple[Parameter, ...]:
        """Return the parameters of some kinds."""
        return tuple(each for each in self.parameters if each.kind in kinds)

    @property
    def axes(self) -> tuple[str, ...]:
        """Return the names of all axes, each once, without "..."."""
        names = [axis for each in self.parameters for axis in each.axes if each.kind is not Kind.MASK]
        return tuple(dict.fromkeys(name for name in names if name.isidentifier()))

    @property
    def sizes(self) -> tuple[str, ...]:
        """Return the names of all axes and whole numbers, each once."""
        return tuple(dict.fromkeys((*self.axes, *(each.name for each in self.of_kind(Kind.SIZE)))))

    @property
    def has_leading_axes(self) -> bool:
        """Whether any number of axes may stand in front."""
        return any("..." in each.axes for each in self.of_kind(Kind.NUMBERS, Kind.ITERABLE))

    @property
    def dtypes(self) -> tuple[str, ...]:
        """Return the dtypes of numbers that are promised: float32 and float64 where none is asked for."""
        arrays = self.of_kind(Kind.NUMBERS, Kind.ITERABLE)
        if not arrays:
            return ()
        named = [name for name in DTYPES if re.search(rf"\b{name}\b", self.text)]
        asked = any(name in each.text for each in arrays for name in DTYPES)
        return tuple(dict.fromkeys(named if asked else (*named, "float32", "float64")))

    @property
    def keeps_dtype(self) -> bool:
        """Whether the answer has the dtype of an argument."""
        return bool(re.search(r"\bdtype\b", self.text))

    def least(self, size: str) -> int:
        """Return the smallest legal value of a size: 1, unless the docstring says otherwise."""
        text = next((each.text for each in self.parameters if each.name == size), "")
        if re.search(r"\b0 or more|from 0 to\b", text) or re.search(rf"\b{size} may be 0\b", self.text):
            return 0
        found = re.search(rf"\b{size}`?(?: is)? at least (\d+)", self.text) or re.search(
            r"\bat least (\d+)|(\d+) or more", text
        )
        return int(next(filter(None, found.groups()))) if found else 1


def promises(functions: Mapping[str, Any]) -> dict[str, Promise]:
    """Return what some functions and classes of a module promise, a class by its public methods."""
    found: dict[str, Promise] = {}
    for name, value in functions.items():
        if inspect.isclass(value):
            found |= {each.name: each for each in _methods(name, value)}
        else:
            found[name] = read(name, value)
    return found


def _methods(name: str, kind: type) -> Iterator[Promise]:
    for method, value in vars(kind).items():
        if isinstance(value, staticmethod) and method == "forward":  # called as `apply`, without `ctx`
            yield read(f"{name}.apply", value.__func__, skip=1, gradients=True)
        elif inspect.isfunction(value) and not method.startswith("_"):
            yield read(
                f"{name}.{method}", value, skip=1, gradients=_learns(kind), module=_learns(kind), member=True
            )


def _learns(kind: type) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and issubclass(kind, torch.nn.Module)


def read(
    name: str,
    function: Callable[..., Any],
    *,
    skip: int = 0,
    gradients: bool = False,
    module: bool = False,
    member: bool = False,
) -> Promise:
    """Return what one function promises; its first `skip` parameters are not the caller's."""
    signature = inspect.signature(function)
    own = list(signature.parameters.values())[skip:]
    text = inspect.getdoc(function) or ""
    around = inspect.getdoc(sys.modules[function.__module__]) or ""
    entries, hints = _entries(text), typing.get_type_hints(function)
    parameters = tuple(
        _parameter(each, entries.get(each.name, ""), hints.get(each.name), str(each.annotation))
        for each in own
    )
    takes_tensors = any("Tensor" in str(hints.get(each.name)) for each in own)
    promised = gradients or (takes_tensors and bool(re.search(r"\bgradients?\b", text + around)))
    return Promise(name, signature.replace(parameters=own), parameters, text, promised, module, member)


def _entries(text: str) -> dict[str, str]:
    """Return what stands under "Args:", by name."""
    found: dict[str, str] = {}
    name = ""
    for line in text.partition("Args:\n")[2].splitlines():
        entry = _ENTRY.fullmatch(line)
        if entry:
            name = entry[1]
            found[name] = entry[2]
        elif line.startswith("        "):
            found[name] += " " + line.strip()
        else:
            break
    return found


def _parameter(parameter: inspect.Parameter, text: str, hint: Any, written: str) -> Parameter:
    hint = _without_none(hint)
    kind = _kind(hint, written, text)
    where = text[max(0, text.find("broadcast")) :] if kind is Kind.MASK else text
    shapes = [axes for axes in map(_axes, _SHAPE.findall(where)) if axes]
    axes = shapes[0] if shapes and kind not in (Kind.SIZE, Kind.NUMBER) else ()
    choices = typing.get_args(hint) if kind is Kind.CHOICE else (True, False) if kind is Kind.FLAG else ()
    return Parameter(parameter.name, kind, text, axes, parameter.default, choices)


def _kind(hint: Any, written: str, text: str) -> Kind:
    plain = {bool: Kind.FLAG, int: Kind.SIZE, float: Kind.NUMBER}
    if hint in plain:
        return Kind.OTHER if text.startswith("the axis") else plain[hint]
    if typing.get_origin(hint) is typing.Literal:
        return Kind.CHOICE
    if written.startswith("Iterable"):
        return Kind.ITERABLE
    if written.startswith(("Sequence", "ArrayLike")):
        return Kind.SEQUENCE
    named = str(hint)
    if "ndarray" not in named.partition("[")[0] and "Tensor" not in named:
        return Kind.OTHER
    if "bool" in named or text.startswith("bool"):
        return Kind.MASK
    return Kind.LABELS if "integer" in named or "whole numbers" in text else Kind.NUMBERS


def _without_none(hint: Any) -> Any:
    parts = [part for part in typing.get_args(hint) if part is not NoneType]
    return parts[0] if NoneType in typing.get_args(hint) and len(parts) == 1 else hint


def _axes(inside: str) -> tuple[str, ...]:
    """Return the axes of one shape, or nothing where the parentheses hold something else."""
    parts = [part.strip() for part in inside.split(",")]
    if parts == ["..."]:
        return ("...", "row")
    axes = tuple(part for part in parts if part)
    is_shape = len(parts) > 1 and all(
        re.fullmatch(r"\.\.\.|\d* ?[a-z]\w*(?: \* \w+)?|\d+", axis) for axis in axes
    )
    return axes if is_shape else ()


def bound_sizes(axes: tuple[str, ...], shape: tuple[int, ...]) -> tuple[dict[str, int], tuple[int, ...]]:
    """Return the size of each named axis of an array, and its leading axes."""
    named = [axis for axis in axes if axis != "..."]
    start = len(shape) - len(named)
    if start < 0:
        return {}, ()
    sizes = {axis: size for axis, size in zip(named, shape[start:], strict=True) if axis.isidentifier()}
    return sizes, tuple(shape[:start]) if "..." in axes else ()


def numbers(value: Any) -> np.ndarray[Any, Any] | None:
    """Return an array, a tensor or a list of them as one array in this process; None for anything else."""
    if isinstance(value, list | tuple) and value and hasattr(value[0], "shape"):
        return np.concatenate([np.asarray(each).reshape(-1) for each in value])
    if type(value).__module__ == "torch" and hasattr(value, "detach"):
        value = value.detach().cpu()
        return np.asarray(value.double().numpy() if value.is_floating_point() else value.numpy())
    return np.asarray(value) if hasattr(value, "shape") else None
