"""Translates a learner's Triton kernel for GPUs that are not there, as far as Triton itself does it.

The function is called with `@triton.jit` kernels that note how they are launched and do nothing; then each
kernel is translated for those arguments to the assembly of each chip. This needs Triton's compiler in place
of its interpreter (`PLACE`), and neither a file nor a further process: the assembler, which is a program of
its own, is the judge's business. Triton is imported there, and not where the judge reads this file.
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
MAX_KERNELS = 16
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
        kernels: for each capability as "sm_80" what is to be assembled: name, assembly, and whether products
            and sums may be fused.
        errors: for each capability what the compiler said; "" where everything was translated.
    """
    launches: list[Launch] = []
    with _launches_noted(launches):
        function(*args, **kwargs)
    kernels, errors = {}, {}
    for capability in capabilities:
        chip = f"sm_{capability}"
        kernels[chip], errors[chip] = _translated(launches, capability)
    return {"launches": [launch.kernel.__name__ for launch in launches], "kernels": kernels, "errors": errors}


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


def _translated(launches: Sequence[Launch], capability: int) -> tuple[list[tuple[str, bytes, bool]], str]:
    """Return the kernels for one chip, each once, and what the compiler said about the first bad one."""
    found: dict[str, tuple[str, bytes, bool]] = {}
    for launch in launches:
        name = launch.kernel.__name__
        try:
            source, options = source_of(launch)
            key = repr((name, source.signature, source.constants, source.attrs, options))
            if key in found:
                continue
            assembly, shared_bytes, fused = translate(source, options, capability)
        except Exception as error:  # whatever the compiler says about a learner's code is for the learner
            return [], f"{name}: {type(error).__name__}: {error}"[:MAX_MESSAGE]
        most = SHARED_BYTES.get(capability)
        if most is not None and shared_bytes > most:
            return [], f"{name}: its tiles need {shared_bytes} bytes of shared memory, the chip has {most}"
        found[key] = name, assembly.encode(), fused
        if len(found) > MAX_KERNELS:
            return [], f"{name}: expected at most {MAX_KERNELS} different kernels, got more"
    return [*found.values()], ""


def translate(source: Any, options: Mapping[str, Any], capability: int) -> tuple[str, int, bool]:
    """Return assembly, bytes of shared memory, and whether products and sums may be fused.

    It does what `triton.compile` does up to the assembler, without its cache of files.
    """
    from triton._C.libtriton import ir
    from triton.backends.compiler import GPUTarget
    from triton.compiler import make_backend

    target = GPUTarget("cuda", capability, WARP_SIZE)
    backend = make_backend(target)
    chosen = backend.parse_options({**options, **source.parse_options()})
    context = ir.context()
    ir.load_dialects(context)
    backend.load_dialects(context)
    functions, modules = backend.get_codegen_implementation(chosen), backend.get_module_map()
    module = source.make_ir(target, chosen, functions, modules, context)
    metadata = {"hash": "", "target": target, **vars(chosen)}
    stages: dict[str, Callable[[Any, dict[str, Any]], Any]] = {}
    backend.add_stages(stages, chosen, source.language)
    for name, stage in stages.items():
        if name == "cubin":
            break
        module = stage(module, metadata)
    return str(module), int(metadata["shared"]), bool(chosen.enable_fp_fusion)


def source_of(launch: Launch) -> tuple[Any, dict[str, Any]]:
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
