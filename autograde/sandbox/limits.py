"""What a submission may use."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Limits of one submission. Times are wall time in seconds, measured by the judge.

    Args:
        load_s: for one file of the submission and what it imports.
        call_s: for one call.
        submission_s: for all that the submission does.
        memory_bytes: address space beyond what a worker holds before it sees the submission.
        output_bytes: for one returned value, and for all that is printed.
        log_bytes: how much of what is printed is kept.
        respawns: how many times a new worker is started after a crash or a limit.
        patience: the times that a check asks for itself are multiplied by it.
    """

    load_s: float = 10.0
    call_s: float = 5.0
    submission_s: float = 60.0
    memory_bytes: int = 1 << 30
    output_bytes: int = 64 << 20
    log_bytes: int = 64 << 10
    respawns: int = 3
    patience: float = 1.0
