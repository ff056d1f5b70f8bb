"""Is there a GPU? The one place that is asked."""

from __future__ import annotations

import functools
from pathlib import Path

DEVICE_FILES = ("/dev/nvidiactl", "/dev/dxg", "/dev/kfd")
"""One of them exists where there is a GPU: NVIDIA's, Windows' Subsystem for Linux, AMD's."""


@functools.cache
def gpu_problem() -> str:
    """Return why torch cannot use a GPU in this process, or "" where it can. Loads torch only if it may."""
    if not any(Path(file).exists() for file in DEVICE_FILES):
        return "none"
    try:
        import torch
    except ImportError:
        return "there is one, and no torch"
    return "" if torch.cuda.is_available() else "there is one, and a torch that cannot use it"


def has_gpu() -> bool:
    """Return whether torch can use a GPU here."""
    return not gpu_problem()
