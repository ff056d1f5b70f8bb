"""Warms up Triton's compiler: a worker that is forked afterwards starts no process and opens no file."""

from __future__ import annotations

import torch

from autograde.instruments import compile
from autograde.sandbox.inside.preload_triton import BLOCK, square_kernel


def warm_up() -> None:
    """Translate a small kernel for every chip; Triton asks for the assembler's version once for each."""
    source = torch.zeros(BLOCK, BLOCK)
    launch = compile.Launch(square_kernel, (source, source, BLOCK), {})
    for capability in compile.SHARED_BYTES:
        compile.translate(*compile.source_of(launch), capability)
