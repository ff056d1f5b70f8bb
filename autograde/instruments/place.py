"""Where an instrument runs. Each says so itself, with `PLACE`, and with `NEEDS` what it imports."""

from __future__ import annotations

from enum import StrEnum


class Place(StrEnum):
    """Where a call that is observed is carried out."""

    WORKER = "worker"
    """In the submission's worker, its tensors where that worker's are."""

    HOST = "host"
    """In the submission's worker, its tensors on the host: the instrument brings a device of its own."""

    ALONE = "alone"
    """In a worker of its own; the numbers are the kernel's, and no worker is asked for them."""

    COMPILER = "compiler"
    """In a box of its own that may start processes and write files."""
