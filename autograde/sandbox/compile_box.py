"""A box in which a submission's Triton kernels are compiled for GPUs that are not there.

The compiler starts processes (`ptxas`) and writes files, which no worker may. So it gets a box of its own:
the same read-only libraries, no network, nothing secret, another user, a small /tmp, and one question, after
which it ends. There is no Landlock and no seccomp here, which is why nothing else runs in it.
"""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec
from typing import Any

from autograde.limits import Limits, Packages
from autograde.sandbox import box
from autograde.sandbox.failure import SubmissionFailure
from autograde.sandbox.level import Level, probe
from autograde.sandbox.process import Boxed
from autograde.verdict import Verdict

ADDRESS_SPACE_BYTES = 16 << 30
MAX_ANSWER_BYTES = 1 << 20
ENVIRONMENT = box.ENVIRONMENT | {
    "TRITON_INTERPRET": "0",
    "TRITON_CACHE_DIR": "/tmp/triton",
    "TRITON_DEFAULT_FP_FUSION": "1",
}


def available() -> str:
    """Return why nothing can be compiled on this machine, or "" where it can."""
    if probe().level not in (Level.FULL, Level.STANDARD):
        return "no bubblewrap box here"
    return "" if find_spec("triton") else "triton is not installed"


def compile_limits(limits: Limits) -> Limits:
    """Return the limits of a box: its one call may take as long as a compiler does."""
    return replace(limits, call_s=limits.compile_s, load_s=limits.compile_s, output_bytes=MAX_ANSWER_BYTES)


def start(packages: Packages, limits: Limits) -> Boxed:
    """Start a worker that may compile.

    Raises:
        SandboxFailure: it did not start.
    """
    memory = {"memory_bytes": ADDRESS_SPACE_BYTES}
    return Boxed("compiling", packages, limits, memory, environment=ENVIRONMENT)


def plain_answer(answer: Any) -> dict[str, Any]:
    """Return the answer if it has the agreed form; whatever else came is the submission's fault."""
    match answer:
        case {"errors": dict(errors), "launches": list(launches)}:
            if all(isinstance(text, str) for text in [*errors, *errors.values(), *launches]):
                return {"launches": launches, "errors": errors}
    raise SubmissionFailure(Verdict.RUN_TIME_ERROR, "compile: expected an answer, got something else.")
