"""One call of a learner's function: what is asked, and how it is carried out.

The worker of the sandbox and the public checks in a notebook perform calls by this same code,
so that a check means the same in both places.
"""

from __future__ import annotations

import dis
import importlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import Any

SEVERAL = ("arguments", "gradients", "parameter_gradients")
"""The modes whose answer is the value and something beside it."""

PLAIN_MODES = ("value", "once", *SEVERAL)
"""The modes that only call; every other mode is the name of an instrument."""

_RAISE = dis.opmap["RAISE_VARARGS"]


@dataclass(frozen=True)
class Target:
    """A function of a submission, or a method of an object that an earlier call returned.

    Args:
        holder: the module inside the package, such as "algebra.vectors"; or "#3" for a kept object.
        names: the way from there: ("norm",) for a function, ("Basis", "change") for a method.
    """

    holder: str
    names: tuple[str, ...] = ()

    @classmethod
    def of(cls, dotted: str) -> Target:
        """Return the target of "algebra.vectors.norm": the last part is the function."""
        holder, _, name = dotted.rpartition(".")
        return cls(holder, (name,))

    @property
    def kept(self) -> bool:
        """Whether this is an object that stays where the submission runs, or a method of one."""
        return self.holder.startswith("#")

    @property
    def name(self) -> str:
        """Return the last part, as a person calls it: "norm"."""
        return self.names[-1] if self.names else self.holder

    @property
    def file(self) -> str:
        """Return the module's file inside the package: "algebra/vectors.py"."""
        return f"{self.holder.replace('.', '/')}.py"

    def __str__(self) -> str:
        """Return "algebra.vectors.norm"."""
        return ".".join((self.holder, *self.names))

    def member(self, name: str) -> Target:
        """Return the attribute `name` of this target."""
        return replace(self, names=(*self.names, name))

    def within(self, holder: object) -> Any:
        """Follow the names from `holder`, the module or the object; raises AttributeError."""
        for name in self.names:
            holder = getattr(holder, name)
        return holder


@dataclass(frozen=True)
class Call:
    """A question to a submission.

    Args:
        target: which function.
        args: positional arguments.
        kwargs: keyword arguments.
        mode: "value" asks for the result; "once" too, and lists arrive as what can be read once;
            "arguments" also asks for the arguments as the call left them, and makes the call with
            `options["between"]` as arguments before it answers; "gradients" and "parameter_gradients"
            also for the vector-Jacobian product; any other name is an instrument:
            the module `autograde.instruments.<mode>`, whose `perform(function, args, kwargs)` answers.
        options: keyword arguments for the mode, such as the cotangent of "gradients".
        memory_bytes: how much the call may allocate, enforced from outside; None: the usual limit.
        timeout_s: how long the call may take, enforced from outside; None: the usual limit.
        cpu_s: how long its threads may have the processors, in a worker of its own; in place of `timeout_s`.
    """

    target: Target
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    mode: str = "value"
    options: Mapping[str, Any] = field(default_factory=dict)
    memory_bytes: int | None = None
    timeout_s: float | None = None
    cpu_s: float | None = None

    @property
    def limited(self) -> bool:
        """Whether the call has limits of its own."""
        return (self.memory_bytes, self.timeout_s, self.cpu_s) != (None, None, None)

    @property
    def plain(self) -> bool:
        """Whether it only calls: with no instrument, and with no limits of its own."""
        return self.mode in PLAIN_MODES and not self.limited


Resolve = Callable[[Target], Any]


@dataclass(frozen=True)
class Remote:
    """An object that stays in the worker; `handle` is "#3", `type_name` what the worker calls it."""

    handle: str
    type_name: str


def instrument(mode: str) -> ModuleType | None:
    """Return the instrument that a mode names; its `PLACE` says where it runs, its `NEEDS` with what."""
    return None if mode in PLAIN_MODES else importlib.import_module(f"autograde.instruments.{mode}")


def perform(call: Call, resolve: Resolve) -> Any:
    """Carry out `call`; `resolve` finds the function that `call.target` names."""
    function = resolve(call.target)
    if call.mode == "value":
        return function(*call.args, **call.kwargs)
    if call.mode == "once":
        return function(*(_read_once(arg) if type(arg) is list else arg for arg in call.args), **call.kwargs)
    if call.mode == "arguments":
        value = function(*call.args, **call.kwargs)
        if "between" in call.options:
            function(*call.options["between"], **call.kwargs)
        return value, call.args, dict(call.kwargs)
    if call.mode == "gradients":
        return _gradients(function, call)
    if call.mode == "parameter_gradients":
        return _parameter_gradients(function, call)
    found = instrument(call.mode)
    assert found is not None
    return found.perform(function, call.args, call.kwargs, **call.options)


def _gradients(function: Callable[..., Any], call: Call) -> tuple[Any, list[Any]]:
    """Return the value and, for each floating-point tensor argument, its gradient (None if there is none).

    Where some of them require gradients, only these get one. The first output is the differentiated one,
    multiplied by `options["cotangent"]`. `options["between"]` are the arguments of another call, made before
    the gradients are computed.
    """
    import torch

    numbers = [arg for arg in call.args if isinstance(arg, torch.Tensor) and arg.is_floating_point()]
    every = not any(arg.requires_grad for arg in numbers)
    leaves = [arg.detach().requires_grad_(every or arg.requires_grad) for arg in numbers]
    rest = iter(leaves)
    args = [next(rest) if any(arg is each for each in numbers) else arg for arg in call.args]
    value = function(*args, **call.kwargs)
    if "between" in call.options:
        function(*call.options["between"], **call.kwargs)
    _differentiate(value, call)
    return value, [leaf.grad for leaf in leaves]


def _parameter_gradients(function: Callable[..., Any], call: Call) -> tuple[Any, dict[str, Any]]:
    """Return the value and the gradient of each parameter, by its name; of a module or one of its methods."""
    module: Any = getattr(function, "__self__", function)
    module.zero_grad()
    value = function(*call.args, **call.kwargs)
    _differentiate(value, call)
    return value, {name: parameter.grad for name, parameter in module.named_parameters()}


def _differentiate(value: Any, call: Call) -> None:
    first = value[0] if isinstance(value, tuple | list) else value
    cotangent = call.options["cotangent"]
    given = cotangent.clone()
    first.backward(cotangent)
    if not given.equal(cotangent):
        raise RuntimeError("gradient of the output: expected it as it was given, got other numbers in it.")


def _read_once(items: list[Any]) -> Iterator[Any]:
    yield from items


def is_unwritten(error: BaseException, is_own: Callable[[str], bool]) -> bool:
    """Return whether `error` says "not written yet": raised as `NotImplementedError` in a learner's file.

    One that a library raised, on a call that it does not support, is an error like any other.

    Args:
        error: what a call ended with.
        is_own: whether a file name, as a traceback shows it, is one of the learner's.
    """
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if not isinstance(error, NotImplementedError) or trace is None:
        return False
    code = trace.tb_frame.f_code
    return is_own(code.co_filename) and code.co_code[trace.tb_lasti] == _RAISE


def moved(value: Any, device: str, modules: str | None = None) -> Any:
    """Return `value` with every tensor in it on `device`, and every module on `modules` if that is given.

    A generator of random numbers there has the seed that it has here: its numbers are others.
    """
    import torch

    if isinstance(value, torch.Tensor):
        return value.to(device)
    if isinstance(value, torch.nn.Module) and modules is not None:
        return value.to(modules)
    if isinstance(value, torch.Generator) and modules is not None and value.device != torch.device(modules):
        return torch.Generator(modules).manual_seed(value.initial_seed())
    if type(value) in (tuple, list):
        return type(value)(moved(item, device, modules) for item in value)
    if type(value) is dict:
        return {key: moved(item, device, modules) for key, item in value.items()}
    return value
