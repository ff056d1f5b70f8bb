"""A box in which a submission's Triton kernels are compiled for GPUs that are not there.

The compiler starts processes (`ptxas`) and writes files, which no worker may. So it gets a box of its own:
the same read-only libraries, no network, nothing secret, another user, a small /tmp, and one question, after
which it ends. There is no Landlock and no seccomp here, which is why nothing else runs in it.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from autograde.call import Call
from autograde.sandbox import box
from autograde.sandbox.failure import SandboxFailure, SubmissionFailure
from autograde.sandbox.inside.frames import Frame, Kind, pack, read_frame, write_frame
from autograde.sandbox.level import Level, probe
from autograde.sandbox.reported import reported
from autograde.verdict import Verdict
from autograde.wire import WireError

TIMEOUT_S = 120.0  # six seconds on an idle machine, most of it imports
CPU_S = 60
FILE_BYTES = 64 << 20
ADDRESS_SPACE_BYTES = 16 << 30
MAX_ANSWER_BYTES = 1 << 20
ENVIRONMENT = box.ENVIRONMENT | {
    "TRITON_INTERPRET": "0",
    "TRITON_CACHE_DIR": "/tmp/triton",
    "TRITON_DEFAULT_FP_FUSION": "1",
}
START = "import sys; sys.path.insert(0, sys.argv[1]); from autograde.sandbox.compile_box import main; main()"


def available() -> str:
    """Return why nothing can be compiled on this machine, or "" where it can."""
    if probe().level not in (Level.FULL, Level.STANDARD):
        return "no bubblewrap box here"
    try:
        import triton  # noqa: F401
    except ImportError:
        return "triton is not installed"
    return ""


def compile_call(sources: Mapping[str, bytes], call: Call, stand_ins: Mapping[str, str]) -> Any:
    """Return what `autograde.instruments.compile` answers to `call` for a submission with these files.

    Where this machine cannot compile, the answer has "unavailable", the reason, and nothing else in it.

    Raises:
        SubmissionFailure: the submission gave no answer.
        SandboxFailure: the box did not start.
    """
    reason = available()
    if reason:
        return {"launches": [], "errors": {}, "unavailable": reason}
    sequence = secrets.randbits(63)
    load = {"sources": dict(sources), "stand_ins": dict(stand_ins), "first_handle": 0}
    load["max_bytes"] = MAX_ANSWER_BYTES
    call = replace(call, mode="compile")
    question = (call.target, call.mode, call.args, dict(call.kwargs), dict(call.options))
    with tempfile.TemporaryFile() as questions, tempfile.TemporaryFile() as answers:
        for kind, value in ((Kind.LOAD, load), (Kind.CALL, question)):
            write_frame(questions.fileno(), pack(kind, sequence, value))
        questions.seek(0)
        _run(questions, answers)
        answers.seek(0)
        try:
            loaded, answer = (read_frame(answers.fileno(), MAX_ANSWER_BYTES) for _ in range(2))
            if {loaded.sequence, answer.sequence} != {sequence}:
                raise SubmissionFailure(Verdict.RUN_TIME_ERROR, "compile: got an answer to another question.")
            return _value(loaded if loaded.kind == Kind.ERROR else answer)
        except WireError as error:
            raise SubmissionFailure(
                Verdict.RUN_TIME_ERROR, f"compile: expected an answer, got none ({error})."
            ) from error


def _run(questions: IO[bytes], answers: IO[bytes]) -> None:
    command = [*box.arguments("triton", namespaces=False), sys.executable, "-I", "-B", "-c", START]
    try:
        subprocess.run(
            [*command, str(box.ENGINE_INSIDE.parent)],
            env=ENVIRONMENT,
            stdin=questions,
            stdout=answers,
            stderr=subprocess.DEVNULL,
            timeout=TIMEOUT_S,
        )
    except subprocess.TimeoutExpired as error:
        raise SubmissionFailure(
            Verdict.TIME_LIMIT_EXCEEDED,
            f"compile: expected the kernel compiled within {TIMEOUT_S:g} s, got no end.",
        ) from error
    except OSError as error:
        raise SandboxFailure(f"compile box: expected it to start, got {error}.") from error


def _value(answer: Frame) -> Any:
    """Return the answer if it has the agreed form; whatever else came is the submission's fault."""
    if answer.kind == Kind.ERROR:
        raise reported(answer, "compile", ADDRESS_SPACE_BYTES)
    match answer.value():
        case {"errors": dict(errors), "launches": list(launches)}:
            if all(isinstance(text, str) for text in [*errors, *errors.values(), *launches]):
                return {"launches": launches, "errors": errors}
    raise SubmissionFailure(Verdict.RUN_TIME_ERROR, "compile: expected an answer, got something else.")


def main() -> None:
    """Run inside the box: give up what is left, then answer the frames on standard input."""
    give_up(CPU_S, ADDRESS_SPACE_BYTES)
    answers = os.dup(1)
    os.dup2(2, 1)
    import torch  # noqa: F401  (the worker carries tensors only where torch is loaded)

    from autograde.sandbox.inside import worker

    worker.serve(0, answers)


def give_up(cpu_s: int, address_space_bytes: int | None = None) -> None:
    """Become a user who owns nothing, where the box was started by root; limit time, files and memory."""
    import resource  # not on Windows, where this module is still imported

    if os.geteuid() == 0 and _is_real_root():
        os.setgroups([])
        os.setresgid(box.WORKER_UID, box.WORKER_UID, box.WORKER_UID)
        os.setresuid(box.WORKER_UID, box.WORKER_UID, box.WORKER_UID)
    limits = {resource.RLIMIT_CORE: 0, resource.RLIMIT_CPU: cpu_s, resource.RLIMIT_FSIZE: FILE_BYTES}
    if address_space_bytes is not None:
        limits[resource.RLIMIT_AS] = address_space_bytes
    for kind, value in limits.items():
        resource.setrlimit(kind, (value, value))


def _is_real_root() -> bool:
    """Whether user 0 of this box is user 0 of the machine, and not an ordinary user in disguise."""
    return Path("/proc/self/uid_map").read_text().split()[:2] == ["0", "0"]
