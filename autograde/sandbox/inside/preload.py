"""Loads what workers share, so that a fork has it at once and never needs a temporary folder."""

from __future__ import annotations

import importlib
import sys

from autograde.instruments.threads import alone_now

STANDARD = """
abc bisect collections contextlib copy dataclasses datetime decimal enum fractions functools heapq inspect
itertools json linecache logging math numbers operator random re statistics string textwrap threading time
traceback tracemalloc types typing warnings
"""
NUMPY = """
numpy numpy.fft numpy.lib.stride_tricks numpy.linalg numpy.random numpy.typing
"""
TORCH = """
torch torch.autograd.gradcheck torch.func torch.nn.functional torch.optim torch.utils.checkpoint
torch.utils.flop_counter
"""


def load(packages: str) -> None:
    """Import and warm up what `packages` names: "numpy", "torch", "triton", or Triton's "compiler"."""
    _load(packages)
    alone_now()


def _load(packages: str) -> None:
    for name in (STANDARD + NUMPY).split():
        importlib.import_module(name)
    _warm_numpy()
    if packages == "numpy":
        sys.modules["torch"] = None  # type: ignore[assignment]  # an honest ImportError at every level
        return
    for name in TORCH.split():
        importlib.import_module(name)
    _warm_torch()
    if packages == "triton":
        importlib.import_module("autograde.sandbox.inside.preload_triton").warm_up("cpu")
    if packages == "compiler":
        importlib.import_module("autograde.sandbox.inside.preload_compiler").warm_up()


def _warm_numpy() -> None:
    import numpy as np

    for dtype in ("f4", "f8"):
        square = np.eye(64, dtype=dtype)
        np.linalg.svd(square @ square)
    np.random.default_rng(0).normal()


def _warm_torch() -> None:
    """Touch what torch imports or allocates lazily. No backward pass: it could start a thread."""
    import torch

    torch.set_num_threads(1)
    square = torch.randn(64, 64)
    (square @ square).softmax(-1)
    torch.nn.functional.linear(square, square)
    torch.optim.Adam([torch.zeros(1, requires_grad=True)])
    torch.utils.checkpoint.checkpoint(torch.sin, square, use_reentrant=False)
    importlib.import_module("autograde.instruments.pretend_device").device()
    importlib.import_module("autograde.sandbox.inside.operators").found("add")
