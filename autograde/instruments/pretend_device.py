"""A device that is not there: finds device mistakes on a machine without a GPU.

The numbers of a tensor on this device lie on the CPU, so results and gradients are exact. Its rules are
CUDA's: tensors of two devices do not mix (a single CPU number and CPU indices may), every copy to the
host and every wait for the device is noted. What a GPU does with the numbers is not shown.

This renames torch's spare backend, once and for the whole process: it runs in a worker, never in the
process of the judge. The renaming is a private function of torch, which is why torch is pinned.

A worker on a GPU says so with `on_the_real`: then that GPU is the device, and the same is noted. torch
computes no gradient on a GPU in a process whose spare backend was renamed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import torch
from torch.autograd.graph import get_gradient_edge
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode, _disable_current_modes
from torch.utils._pytree import tree_flatten, tree_map
from torch.utils.backend_registration import _setup_privateuseone_for_python_backend

from autograde.instruments.place import Place

PLACE, NEEDS = Place.HOST, "torch._dynamo"  # torch loads it for a mode like ours, at its first use

NAME = "pretend"
_aten = torch.ops.aten
_READS = _aten._local_scalar_dense.default
_COPY = _aten.copy_.default
_CONVERT = _aten._to_copy.default
_INDEXING = (_aten.index.Tensor, _aten.index_put_.default, _aten.index_put.default)
_SIZE_IN_DATA = (_aten.nonzero.default, _aten.masked_select.default, _aten.equal.default)
_TRIPS = frozenset({"numpy", "tolist", "__array__"})
_FROM_DATA = (torch.tensor, torch.as_tensor, torch.asarray)


def perform(
    function: Callable[..., Any],
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    cotangent: torch.Tensor | None = None,
) -> dict[str, Any]:
    """Call `function` with everything on the pretend device, and back on the host with what came out.

    Args:
        function: a function, or the method of a module, whose parameters then move too.
        args: positional arguments; tensors move to the device.
        kwargs: likewise.
        cotangent: if given, the gradients of the tensors in `args` are computed as well.

    Returns:
        value: the result, on the host.
        gradients: one for each floating-point tensor in `args`; empty without `cotangent`.
        devices: for each tensor in the result "pretend", whichever the device is, or "cpu".
        log: what touched the host, such as "copy to the host", in order and without repeats.
    """
    device()
    log: list[str] = []
    with _parameters_on_device(function), _Trips(log), _Rules(log):
        there = [_to_device(arg) for arg in args]
        if cotangent is not None:
            there = [arg.requires_grad_() if _is_number_tensor(arg) else arg for arg in there]
        value = function(*there, **{name: _to_device(arg) for name, arg in kwargs.items()})
        gradients = [] if cotangent is None else _gradients(value, there, cotangent)
    leaves = [leaf for leaf in tree_flatten(value)[0] if isinstance(leaf, torch.Tensor)]
    devices = [NAME if _is_there(leaf) else leaf.device.type for leaf in leaves]
    return {
        "value": tree_map(_to_host, value),
        "gradients": [_to_host(gradient) for gradient in gradients],
        "devices": devices,
        "log": list(dict.fromkeys(log)),
    }


class DeviceTensor(torch.Tensor):
    """A tensor on the pretend device; `held` has its numbers, on the CPU."""

    held: torch.Tensor

    @staticmethod
    def __new__(cls, held: torch.Tensor) -> DeviceTensor:
        """Make a tensor without numbers of its own."""
        made: DeviceTensor = torch.Tensor._make_wrapper_subclass(
            cls,
            held.shape,
            strides=held.stride(),
            storage_offset=held.storage_offset(),
            dtype=held.dtype,
            device=device(),
        )
        made.held = held.detach()
        return made

    def __repr__(self, **_: Any) -> str:  # type: ignore[override]  # whatever torch passes
        return f"{self.held!r} on {NAME}:0"

    @classmethod
    def __torch_dispatch__(  # type: ignore[override]  # torch's own says nothing of cls
        cls, operation: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        """Carry out an operation outside of a call that is watched."""
        return _carry_out(operation, args, kwargs or {}, [])


class _Rules(TorchDispatchMode):
    """Applies the rules of two devices to every operation, also those that make tensors."""

    def __init__(self, log: list[str]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # torch gives it no types
        self.log = log

    def __torch_dispatch__(self, operation: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        with torch._C.DisableTorchFunction():
            return _carry_out(operation, args, kwargs or {}, self.log)


class _Trips(TorchFunctionMode):
    """Refuses, as CUDA does, to hand a device tensor to NumPy; notes `.tolist()`.

    Also makes tensors from Python's numbers, which no operation shows.
    """

    def __init__(self, log: list[str]) -> None:
        super().__init__()
        self.log = log

    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = getattr(function, "__name__", "")
        if name in _TRIPS and args and _is_there(args[0]):
            if name != "tolist":
                raise TypeError(
                    f"can't convert {device()} tensor to numpy. Use torch's own functions instead."
                )
            self.log.append("copy to the host (.tolist)")
            with _disable_current_modes():  # on a GPU this is a copy as well, noted already
                return _to_host(args[0]).tolist()
        kwargs = kwargs or {}
        if device().type != NAME:
            return function(*args, **kwargs)
        if function in _FROM_DATA and kwargs.get("device") is not None and _is_here(kwargs["device"]):
            return DeviceTensor(function(*map(_held, args), **(kwargs | {"device": "cpu"})))
        if function is torch.Tensor.new_tensor and isinstance(args[0], DeviceTensor):
            return DeviceTensor(args[0].held.new_tensor(*args[1:], **kwargs))
        return function(*args, **kwargs)


def _carry_out(operation: Any, args: Any, kwargs: dict[str, Any], log: list[str]) -> Any:
    tensors = [*_tensors((*args, *kwargs.values()))]
    on_device = any(map(_is_there, tensors))
    asked = kwargs.get("device")
    goes_there = on_device if asked is None else _is_here(asked)
    if operation is _COPY:
        goes_there = _is_there(args[0])
    if on_device:
        _note(operation, tensors, goes_there, log)
    if device().type != NAME:
        return operation(*args, **kwargs)
    if on_device and operation not in (_CONVERT, _COPY, *_INDEXING):
        _refuse_mixing(operation, tensors)
    plain_args = [_changed(_held, each) for each in args]
    plain_kwargs = {name: _changed(_held, each) for name, each in kwargs.items()}
    if goes_there and asked is not None:
        plain_kwargs["device"] = torch.device("cpu")
    result = operation(*plain_args, **plain_kwargs)
    if operation._schema.is_mutable and args and result is plain_args[0]:
        return args[0]
    return _changed(_wrap, result) if goes_there else result


def _tensors(values: Sequence[Any]) -> Iterator[torch.Tensor]:
    for value in values:
        if isinstance(value, torch.Tensor):
            yield value
        elif isinstance(value, list | tuple):
            yield from _tensors(value)


def _changed(change: Callable[[Any], Any], value: Any) -> Any:
    """Return what an operation takes or returns, a tensor or lists of them, with every tensor changed."""
    if isinstance(value, list | tuple):
        return type(value)([_changed(change, each) for each in value])
    return change(value)


def _note(operation: Any, tensors: Sequence[torch.Tensor], goes_there: bool, log: list[str]) -> None:
    if operation is _READS:
        log.append("wait for the device (.item(), bool() or float() of a tensor)")
    elif operation in _SIZE_IN_DATA:
        log.append(f"wait for the device ({operation._overloadpacket.__name__})")
    elif operation is _aten.index.Tensor and any(tensor.dtype == torch.bool for tensor in tensors[1:]):
        log.append("wait for the device (indexing with a mask)")
    elif operation in (_CONVERT, _COPY) and not goes_there:
        log.append("copy to the host")


def _refuse_mixing(operation: Any, tensors: Sequence[torch.Tensor]) -> None:
    for tensor in tensors:
        if not isinstance(tensor, DeviceTensor) and tensor.dim() > 0:
            name, shape = operation._overloadpacket.__name__, tuple(tensor.shape)
            raise RuntimeError(
                "Expected all tensors to be on the same device, but found at least two devices, "
                f"{NAME}:0 and cpu. In {name} the tensor of shape {shape} is on the cpu. "
                "Make it where the inputs are, with device=..."
            )


@cache
def device() -> torch.device:
    """Return the device, made at the first call: before the first backward pass, which counts the devices."""
    if _real:
        return torch.device(_real[0])
    _setup_privateuseone_for_python_backend(rename=NAME)
    return torch.device(NAME, 0)


_real: list[str] = []


def on_the_real(name: str) -> None:
    """Take a GPU, such as "cuda:0", as the device of this process, before anything asks for the device."""
    _real.append(name)


def _is_here(asked: Any) -> bool:
    return torch.device(asked).type == device().type


def _is_there(value: Any) -> bool:
    return isinstance(value, torch.Tensor) and value.device.type == device().type


def _is_number_tensor(value: Any) -> bool:
    return isinstance(value, torch.Tensor) and value.is_floating_point()


def _gradients(value: Any, inputs: Sequence[Any], cotangent: torch.Tensor) -> list[torch.Tensor | None]:
    first = value[0] if isinstance(value, tuple | list) else value
    edge = get_gradient_edge(first)  # of a tensor itself, backward would leave the mode that makes tensors
    with torch.autograd.set_multithreading_enabled(False):  # a mode holds in its own thread
        torch.autograd.backward(edge, _placed(cotangent))
    return [leaf.grad for leaf in inputs if _is_number_tensor(leaf)]


@contextmanager
def _parameters_on_device(function: Callable[..., Any]) -> Iterator[None]:
    """Move the parameters of the module that `function` belongs to, and bring back what was not replaced."""
    module = function if isinstance(function, torch.nn.Module) else getattr(function, "__self__", None)
    if not isinstance(module, torch.nn.Module):
        yield
        return
    moved = [
        (part, dict(part._parameters), dict(part._buffers), _to_device(dict(part._buffers)))
        for part in module.modules()
    ]
    for part, parameters, _, placed in moved:
        for name, parameter in parameters.items():
            if parameter is not None:
                part._parameters[name] = torch.nn.Parameter(_placed(parameter.detach().cpu()))
        part._buffers.update(placed)
    try:
        yield
    finally:
        for part, parameters, buffers, placed in moved:
            part._parameters.update(parameters)
            left = (name for name in buffers if part._buffers.get(name) is placed[name])
            part._buffers.update({name: buffers[name] for name in left})


def _to_device(value: Any) -> Any:
    return tree_map(lambda leaf: _placed(leaf) if type(leaf) is torch.Tensor else leaf, value)


def _placed(tensor: torch.Tensor) -> torch.Tensor:
    return DeviceTensor(tensor) if device().type == NAME else tensor.detach().to(device())


def _wrap(value: Any) -> Any:
    return DeviceTensor(value) if isinstance(value, torch.Tensor) else value


def _held(value: Any) -> Any:
    return value.held if isinstance(value, DeviceTensor) else value


def _to_host(value: Any) -> Any:
    if isinstance(value, DeviceTensor):
        return value.held.detach()
    return value.detach().cpu() if _is_there(value) else value
