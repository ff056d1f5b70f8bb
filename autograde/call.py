"""One call of a learner's function: what is asked, and how it is carried out.

The worker of the sandbox and the public checks in a notebook perform calls by this same code,
so that a check means the same in both places.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Resolve = Callable[[str], Any]


@dataclass(frozen=True)
class Call:
    """A question to a submission.

    Args:
        target: where the function lies inside `attnlib`, such as "cpu.softmax.softmax"; or "#3" for
            an object that an earlier call returned, "#3.forward" for one of its methods.
        args: positional arguments.
        kwargs: keyword arguments.
        mode: "value" asks for the result; "arguments" also for the arguments as the call left them;
            "gradients" also for the vector-Jacobian product; any other name is an instrument: the
            module `autograde.instruments.<mode>`, whose `perform(function, args, kwargs)` answers.
        options: keyword arguments for the mode, such as the cotangent of "gradients".
        memory_bytes: how much the call may allocate, enforced from outside; None: the usual limit.
        timeout_s: how long the call may take, enforced from outside; None: the usual limit.
    """

    target: str
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    mode: str = "value"
    options: Mapping[str, Any] = field(default_factory=dict)
    memory_bytes: int | None = None
    timeout_s: float | None = None


@dataclass(frozen=True)
class Remote:
    """An object that stays in the worker; `handle` is "#3", `type_name` what the worker calls it."""

    handle: str
    type_name: str


def perform(call: Call, resolve: Resolve) -> Any:
    """Carry out `call`; `resolve` finds the function that `call.target` names."""
    function = resolve(call.target)
    if call.mode == "value":
        return function(*call.args, **call.kwargs)
    if call.mode == "arguments":
        value = function(*call.args, **call.kwargs)
        return value, call.args, dict(call.kwargs)
    if call.mode == "gradients":
        return _gradients(function, call)
    instrument = importlib.import_module(f"autograde.instruments.{call.mode}")
    return instrument.perform(function, call.args, call.kwargs, **call.options)


def _gradients(function: Callable[..., Any], call: Call) -> tuple[Any, list[Any]]:
    """Return the value and, for each floating-point tensor argument, its gradient (None if there is none).

    The first output is the differentiated one, multiplied by `options["cotangent"]`.
    """
    import torch

    args = [
        arg.detach().requires_grad_() if isinstance(arg, torch.Tensor) and arg.is_floating_point() else arg
        for arg in call.args
    ]
    value = function(*args, **call.kwargs)
    first = value[0] if isinstance(value, tuple | list) else value
    first.backward(call.options["cotangent"])
    leaves = [arg for arg in args if isinstance(arg, torch.Tensor) and arg.is_floating_point()]
    return value, [leaf.grad for leaf in leaves]


def moved(value: Any, device: str, modules: str | None = None) -> Any:
    """Return `value` with every tensor in it on `device`, and every module on `modules` if that is given."""
    import torch

    if isinstance(value, torch.Tensor):
        return value.to(device)
    if isinstance(value, torch.nn.Module) and modules is not None:
        return value.to(modules)
    if type(value) in (tuple, list):
        return type(value)(moved(item, device, modules) for item in value)
    if type(value) is dict:
        return {key: moved(item, device, modules) for key, item in value.items()}
    return value
