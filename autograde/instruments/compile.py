"""Compiles a learner's Triton kernel for GPUs that are not there.

The function is called with `@triton.jit` kernels that note how they are launched and do nothing; then each
kernel is compiled for those arguments, ahead of time. This needs Triton's compiler (not its interpreter), a
temporary folder and processes of its own: it runs in a box of its own (`PLACE`).
Triton is imported there, and not where the judge reads this file.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch

from autograde.instruments.place import Place

PLACE, NEEDS = Place.COMPILER, "triton"

WARP_SIZE = 32
DIVISOR = 16
SHARED_BYTES = {80: 163 << 10, 90: 227 << 10}
"""What one program may use, by capability. A kernel that needs more compiles, and fails at its launch.

Source: NVIDIA, "CUDA C++ Programming Guide", technical specifications per compute capability.
"""
MAX_MESSAGE = 2000
_POINTERS = {
    torch.float64: "*fp64",
    torch.float32: "*fp32",
    torch.float16: "*fp16",
    torch.bfloat16: "*bf16",
    torch.int64: "*i64",
    torch.int32: "*i32",
    torch.bool: "*i1",
}


@dataclass(frozen=True)
class Launch:
    """How a kernel was launched."""

    kernel: Any
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]


def perform(
    function: Callable[..., Any],
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    capabilities: Sequence[int] = (80, 90),
) -> dict[str, Any]:
    """Compile the kernels that `function(*args, **kwargs)` launches.

    Returns:
        launches: the names of the kernels, in the order of their launches.
        errors: for each capability as "sm_80" what the compiler said; "" where everything was compiled.
    """
    launches: list[Launch] = []
    with _launches_noted(launches):
        function(*args, **kwargs)
    errors = {f"sm_{capability}": _errors(launches, capability) for capability in capabilities}
    return {"launches": [launch.kernel.__name__ for launch in launches], "errors": errors}


@contextmanager
def _launches_noted(launches: list[Launch]) -> Iterator[None]:
    def note(kernel: Any, *args: Any, grid: Any, warmup: bool, **kwargs: Any) -> None:
        launches.append(Launch(kernel, args, kwargs))

    import triton

    run = triton.JITFunction.run
    triton.JITFunction.run = note
    try:
        yield
    finally:
        triton.JITFunction.run = run


def _errors(launches: Sequence[Launch], capability: int) -> str:
    import triton
    from triton.backends.compiler import GPUTarget

    for launch in launches:
        source, options = _source(launch)
        name = launch.kernel.__name__
        try:
            compiled = triton.compile(
                source, target=GPUTarget("cuda", capability, WARP_SIZE), options=options
            )
        except Exception as error:  # whatever the compiler says about a learner's code is for the learner
            return f"{name}: {type(error).__name__}: {error}"[:MAX_MESSAGE]
        needed, most = compiled.metadata.shared, SHARED_BYTES.get(capability)
        if most is not None and needed > most:
            return f"{name}: its tiles need {needed} bytes of shared memory, the chip has {most}"
    return ""


def _source(launch: Launch) -> tuple[Any, dict[str, Any]]:
    """Return what the compiler takes: the kernel with the types and constants of a launch, and options."""
    from triton.compiler import ASTSource

    parameters = inspect.signature(launch.kernel.fn).parameters
    options = {name: value for name, value in launch.kwargs.items() if name not in parameters}
    named = {name: value for name, value in launch.kwargs.items() if name in parameters}
    bound = inspect.signature(launch.kernel.fn).bind(*launch.args, **named)
    bound.apply_defaults()
    constant_names = {parameter.name for parameter in launch.kernel.params if parameter.is_constexpr}
    signature, constants, attributes = {}, {}, {}
    for place, (name, value) in enumerate(bound.arguments.items()):
        signature[name] = "constexpr" if name in constant_names else _type(value)
        if signature[name] == "constexpr":
            constants[name] = value
        elif _is_multiple(value):
            attributes[(place,)] = [["tt.divisibility", DIVISOR]]
    return ASTSource(launch.kernel, signature, constants, attributes), options


def _is_multiple(value: Any) -> bool:
    """Return whether Triton compiles for an address or a number that 16 divides, as at a real launch."""
    number = value.data_ptr() if isinstance(value, torch.Tensor) else value
    return type(number) is int and number % DIVISOR == 0


def _type(value: Any) -> str:
    if isinstance(value, torch.Tensor):
        return _POINTERS[value.dtype]
    if value is None:
        return "constexpr"
    if isinstance(value, bool):
        return "i1"
    if isinstance(value, int):
        return "i32" if -(2**31) <= value < 2**31 else "i64"
    return "fp32"
