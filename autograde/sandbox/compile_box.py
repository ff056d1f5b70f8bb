"""Kernels for GPUs that are not there: translated in a worker, assembled in a box of its own.

Triton translates a kernel inside a process, so a submission does that in a worker like any other: no
process, no program, no file. What comes out is a text in the language of `ptxas`. Only that text reaches
the box in which `ptxas` runs, read-only, without network, as another user, and able to do nothing but
to read the text and say what is wrong with it. Which program that is, with which options, is said here.
"""

from __future__ import annotations

import functools
import os
import secrets
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from autograde.limits import Limits
from autograde.sandbox import box
from autograde.sandbox.failure import SandboxFailure, SubmissionFailure
from autograde.sandbox.inside.agreed import LOCKED_OUT, WORKER_UID
from autograde.sandbox.level import Level, probe
from autograde.verdict import Verdict
from autograde.wording import by_name, printable

MAX_ANSWER_BYTES = 16 << 20
MAX_KERNELS = 16
MAX_MESSAGE = 2000
MAX_SAID_BYTES = 16 << 10
MEMORY_BYTES = 1 << 30
CHIPS = {"sm_80": ("ptxas", "sm_80"), "sm_90": ("ptxas-blackwell", "sm_90a")}
"""The assembler for each chip, and what it calls the chip; as in Triton's `backends/nvidia/compiler.py`."""

OTHER_USERS = 1 << 20


@dataclass(frozen=True)
class Kernel:
    """What is assembled."""

    name: str
    text: bytes
    fused: bool


@dataclass(frozen=True)
class Translated:
    """What a worker made of the kernels: names of the launches; by chip the kernels, or what is wrong."""

    launches: Sequence[str]
    kernels: Mapping[str, Sequence[Kernel]]
    errors: Mapping[str, str]


@functools.cache
def available() -> str:
    """Return why nothing can be compiled on this machine, or "" where it can."""
    if probe().level not in (Level.FULL, Level.STANDARD):
        return "no bubblewrap box here"
    if find_spec("triton") is None:
        return "triton is not installed"
    missing = [program for program, _ in CHIPS.values() if not _program(program).is_file()]
    return f"triton has no {missing[0]} here" if missing else ""


def compile_limits(limits: Limits) -> Limits:
    """Return the limits of the worker that translates: its one call may take as long as a compiler does."""
    return replace(limits, call_s=limits.compile_s, load_s=limits.compile_s, output_bytes=MAX_ANSWER_BYTES)


def translated(answer: Any) -> Translated:
    """Return the answer of the instrument `compile` if it has the agreed form.

    Raises:
        SubmissionFailure: whatever else came.
    """
    match answer:
        case {"launches": list(launches), "kernels": dict(kernels), "errors": dict(errors)} if (
            set(kernels) == set(errors)
            and set(errors) <= set(CHIPS)
            and all(isinstance(text, str) for text in [*launches, *errors.values()])
        ):
            said = {chip: printable(by_name(text))[:MAX_MESSAGE] for chip, text in errors.items()}
            return Translated(launches, {chip: _kernels(found) for chip, found in kernels.items()}, said)
    raise _odd()


def _kernels(found: Any) -> list[Kernel]:
    if not isinstance(found, list) or len(found) > MAX_KERNELS:
        raise _odd()
    return [_kernel(each) for each in found]


def _kernel(found: Any) -> Kernel:
    match found:
        case (str(name), bytes(text), bool(fused)):
            return Kernel(printable(name)[:100], text, fused)
    raise _odd()


def _odd() -> SubmissionFailure:
    return SubmissionFailure(Verdict.RUN_TIME_ERROR, "compile: expected an answer, got something else.")


def assembled(found: Translated, limit_s: float) -> dict[str, Any]:
    """Return the names of the launches, and for each chip what is wrong with the first bad kernel, or "".

    Raises:
        SubmissionFailure: it takes longer than `limit_s` seconds.
        SandboxFailure: the box did not start.
    """
    deadline = time.monotonic() + limit_s
    errors = dict(found.errors)
    for chip in errors:
        problems = (_assemble(kernel, chip, deadline) for kernel in found.kernels[chip])
        errors[chip] = errors[chip] or next(filter(None, problems), "")
    return {"launches": list(found.launches), "errors": errors}


def _assemble(kernel: Kernel, chip: str, deadline: float) -> str:
    """Return what the assembler has to say against a kernel, "" if nothing."""
    limit_s = max(deadline - time.monotonic(), 0.0)
    program, architecture = CHIPS[chip]
    options = ["--regAllocOptLevel=2", f"--fmad={str(kernel.fused).lower()}", f"--gpu-name={architecture}"]
    with tempfile.TemporaryFile() as said:  # a file, so that its size can be limited
        try:
            done = subprocess.run(
                command(_program(program), options, limit_s),
                env=box.ENVIRONMENT,
                input=kernel.text,
                stdout=subprocess.DEVNULL,
                stderr=said,
                timeout=limit_s,
            )
        except subprocess.TimeoutExpired:
            wanted = f"{kernel.name}: expected to be compiled in time, got no end within {limit_s:.0f} s."
            raise SubmissionFailure(Verdict.TIME_LIMIT_EXCEEDED, wanted) from None
        except OSError as error:
            raise SandboxFailure(f"sandbox: expected bubblewrap to start, got {error}.") from error
        said.seek(0)
        text = printable(by_name(said.read(MAX_SAID_BYTES).decode("utf-8", "replace"))).strip()
    if done.returncode == LOCKED_OUT or text.startswith("bwrap:"):
        raise SandboxFailure(f"sandbox: expected a box for the assembler, got {text[:MAX_MESSAGE]}")
    reason = text or f"it ended with status {done.returncode}"
    return f"{kernel.name}: ptxas: {reason}"[:MAX_MESSAGE] if done.returncode else ""


def command(program: Path, options: Sequence[str], limit_s: float) -> list[str]:
    """Return the command that runs `program` on its standard input in a box, where it can do nothing else."""
    told = {
        "program": str(program),
        "options": options,
        "memory_bytes": MEMORY_BYTES,
        "cpu_s": int(limit_s) + 1,
        "said_bytes": MAX_SAID_BYTES,
        "user": WORKER_UID - 1 - secrets.randbelow(OTHER_USERS) if os.geteuid() == 0 else None,
    }
    walls = box.arguments("numpy", namespaces=False, extra=(program,))
    return [*walls, *box.program("assembling", box.ENGINE_INSIDE, "numpy", told)]


def _program(name: str) -> Path:
    """Return the path of an assembler that came with Triton; no variable of the environment has a say."""
    spec = find_spec("triton")
    folder = Path(spec.origin).parent if spec is not None and spec.origin else Path()
    return folder / "backends" / "nvidia" / "bin" / name
