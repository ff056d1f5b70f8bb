"""Workers on a GPU, where there is one: a fresh process a submission, boxed as far as the driver allows.

A GPU cannot be shared through a fork, and its driver needs system calls, memory and device files that a
worker elsewhere must not have. What is left: the box with read-only libraries, no network, another user,
limits on time. Tensors move to the GPU before each call and come back after it.
"""

from __future__ import annotations

import functools
import os
import sysconfig
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from autograde.accelerator import gpu_problem
from autograde.limits import Limits, Packages
from autograde.sandbox import box
from autograde.sandbox.failure import SandboxFailure
from autograde.sandbox.process import Boxed

DEVICE = "cuda:0"


@dataclass(frozen=True)
class Gpu:
    """The GPU that workers run on: its name, or "" and the reason why there is none."""

    name: str
    reason: str = ""


@functools.cache
def found() -> Gpu:
    """Start a worker on the GPU as any submission's would be, and ask what it runs on."""
    if problem := gpu_problem():
        return Gpu("", problem)
    if box.bubblewrap() is None:
        return Gpu("", "there is one, and no bubblewrap box to put a worker in")
    try:
        worker = start("triton" if find_spec("triton") else "torch", Limits().on_gpu())
    except SandboxFailure as error:
        return Gpu("", str(error))
    worker.end()
    return Gpu(str(worker.hello["device"]))


def name() -> str:
    """Return what the GPU that workers run on is called, or "" where there is none."""
    return found().name


def how(otherwise: str) -> str:
    """Return how calls are run here: on the GPU, by its name, or `otherwise`."""
    return f"run on {DEVICE} ({name()})" if name() else otherwise


def start(packages: Packages, limits: Limits, device: str = DEVICE) -> Boxed:
    """Start a worker with the GPU in its box.

    Raises:
        SandboxFailure: it did not start.
    """
    return Boxed(
        "on_device",
        packages,
        limits,
        {"packages": packages, "device": device},
        options=_device_files(),
        extra=_headers(),
        environment=_environment(),
    )


def _device_files() -> list[str]:
    """Return bubblewrap's options that show it the files of the driver, and how the machine is built."""
    devices = [("--dev-bind", str(path), str(path)) for path in sorted(Path("/dev").glob("nvidia*"))]
    return [part for option in [*devices, ("--ro-bind", "/sys", "/sys")] for part in option]


def _headers() -> tuple[Path, ...]:
    """Return where Triton finds the interpreter's headers: it builds the launcher of its kernels in C."""
    folder = Path(sysconfig.get_paths(scheme="posix_prefix")["include"])
    return (folder,) if folder.is_dir() and not folder.is_relative_to("/usr") else ()


def _environment() -> dict[str, str]:
    handed_on = ("LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES")
    given = {name: os.environ[name] for name in handed_on if os.environ.get(name)}
    return box.ENVIRONMENT | box.TRITON["compiler"] | given
