"""Warms up Triton: its interpreter where TRITON_INTERPRET is set, its compiler and launcher on a GPU."""

from __future__ import annotations

from typing import Any

import torch
import triton
import triton.language as tl

BLOCK = 16


@triton.jit
def square_kernel(source, target, block: tl.constexpr):
    """(block, block) -> (block, block): exp(source @ source)."""
    place = tl.arange(0, block)[:, None] * block + tl.arange(0, block)[None, :]
    square = tl.load(source + place)
    tl.store(target + place, tl.exp(tl.dot(square, square)))


def warm_up(device: str) -> None:
    """Run a small kernel on `device`."""
    if device == "cpu":
        patch_once()
    source = torch.zeros(BLOCK, BLOCK, device=device)
    square_kernel[(1,)](source, torch.empty_like(source), BLOCK)


def patch_once() -> None:
    """Let Triton's interpreter replace the words of its language once in a launch, not at each `tl.max`.

    Each call of a function of Triton's own library looks through all words again, and finds none to replace:
    a third of the time of a kernel of many steps.
    """
    from triton.runtime import interpreter

    patch = interpreter._patch_lang

    def patch_lang(function: Any) -> Any:
        seen = set(map(id, function.__globals__.values()))
        if any(id(words) in seen and tl.core.is_builtin(words.load) for words in (tl, tl.core)):
            return patch(function)
        return interpreter._LangPatchScope()

    interpreter._patch_lang = patch_lang
