"""What a submission may use: libraries, time and memory. Practice and the judge read the same numbers."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, Self

from autograde.errors import AutogradeError, explain

Packages = Literal["numpy", "torch", "triton"]
"""What may be imported beside Python's own library; each kind includes those before it."""

Loaded = Literal["numpy", "torch", "triton", "compiler"]
"""What a process of the sandbox has loaded: packages, where Triton interprets kernels or compiles them."""

KINDS: tuple[Packages, ...] = ("numpy", "torch", "triton")

ONE_THREAD = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""What numpy and torch read as they are loaded. On a busy machine more threads cost ten times as much."""


def use_one_thread() -> None:
    """Let numpy and torch, which are not loaded yet, use one thread, where nobody has said otherwise."""
    for name, value in ONE_THREAD.items():
        os.environ.setdefault(name, value)


def importable(packages: Packages) -> tuple[Packages, ...]:
    """Return what may be imported where `packages` may."""
    return KINDS[: KINDS.index(packages) + 1]


@dataclass(frozen=True)
class Limits:
    """Limits of one submission.

    Times are wall time in seconds, measured from outside its process, without what it waited for a processor.

    Args:
        load_s: for one file of the submission and what it imports.
        call_s: for one call.
        submission_s: for all that the submission does in one lesson, compiling included.
        compile_s: for compiling the kernels of one call for a GPU that is not there.
        memory_bytes: address space beyond what a worker holds before it sees the submission.
        output_bytes: for one returned value, and for all that is printed.
        log_bytes: how much of what is printed is kept.
        respawns: how many times a new worker is started after a crash or a limit.
        patience: the times that a check asks for itself are multiplied by it.
        gpu_patience: on a GPU all times are multiplied by it: a kernel is compiled for each new shape.
    """

    load_s: float = 10.0
    call_s: float = 5.0
    submission_s: float = 60.0
    compile_s: float = 120.0
    memory_bytes: int = 1 << 30
    output_bytes: int = 64 << 20
    log_bytes: int = 64 << 10
    respawns: int = 3
    patience: float = 1.0
    gpu_patience: float = 6.0

    @classmethod
    def read(cls, table: Mapping[str, Any], where: str) -> Self:
        """Return the limits that a table names; what it does not name stays as it is by default."""
        known = {field.name: field.type for field in fields(cls)}
        for name, value in table.items():
            if name not in known:
                raise AutogradeError(
                    explain(f"{where}: {name}", f"one of {', '.join(known)}", "another name")
                )
            if type(value) not in ((int,) if known[name] == "int" else (int, float)) or value < 0:
                raise AutogradeError(explain(f"{where}: {name}", f"a number ({known[name]})", repr(value)))
        return cls(**table)

    def on_gpu(self) -> Limits:
        """Return the limits of a worker on a GPU."""
        times = {
            name: getattr(self, name) * self.gpu_patience for name in ("load_s", "call_s", "submission_s")
        }
        return replace(self, **times)
