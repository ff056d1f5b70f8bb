"""Kernels are compiled for GPUs that are not there, in a box of their own that has nothing secret in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from autograde.call import Call, Target
from autograde.limits import Limits
from autograde.sandbox import compile_box
from autograde.sandbox.failure import SubmissionFailure
from autograde.sandbox.sandbox import Sandbox

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(compile_box.available()), reason=compile_box.available()),
]
QUESTION = Call(
    Target.of("cuda.kernels.flash_attention"),
    tuple(torch.zeros(1, 2, n, 64, dtype=torch.float16) for n in (70, 81, 81)),
    {"is_causal": True},
    "compile",
)


LARGEST = replace(QUESTION, args=tuple(torch.zeros(1, 1, n, 128) for n in (70, 81, 81)))


def compiled(
    sandbox: Sandbox, reference: Mapping[str, bytes], old: bytes, new: bytes, question: Call = QUESTION
) -> Any:
    source = reference["cuda/kernels.py"]
    assert old in source
    changed = {**reference, "cuda/kernels.py": source.replace(old, new)}
    with sandbox.session("attnlib", changed, packages="triton") as session:
        return session.call(question)


def test_the_reference_compiles_for_two_gpus(sandbox: Sandbox, reference: Mapping[str, bytes]) -> None:
    with sandbox.session("attnlib", reference, packages="triton") as session:
        seen = session.call(QUESTION)
    assert seen == {"launches": ["attention_kernel"], "errors": {"sm_80": "", "sm_90": ""}}


def test_what_the_compiler_says_comes_back(sandbox: Sandbox, reference: Mapping[str, bytes]) -> None:
    seen = compiled(sandbox, reference, b"tl.arange(0, D_HEAD)", b"tl.arange(0, 100)")
    assert "range must be a power of 2" in seen["errors"]["sm_90"]


def test_the_largest_tiles_fit_on_the_chip(sandbox: Sandbox, reference: Mapping[str, bytes]) -> None:
    assert set(compiled(sandbox, reference, b"", b"", LARGEST)["errors"].values()) == {""}


def test_tiles_that_do_not_fit_on_a_chip_are_named(sandbox: Sandbox, reference: Mapping[str, bytes]) -> None:
    seen = compiled(sandbox, reference, b"(32, 32) if", b"(64, 64) if", LARGEST)
    assert "bytes of shared memory, the chip has 166912" in seen["errors"]["sm_80"]
    assert seen["errors"]["sm_90"] == ""


def test_a_function_without_a_kernel_launches_none(sandbox: Sandbox, reference: Mapping[str, bytes]) -> None:
    early = b"    batch, n_heads, q_len, d_head = query.shape\n"
    seen = compiled(sandbox, reference, early, b"    return query, query[..., 0]\n" + early)
    assert seen["launches"] == []


def test_the_box_holds_nothing_and_reaches_nothing(
    sandbox: Sandbox, reference: Mapping[str, bytes], tmp_path: Path
) -> None:
    canary = tmp_path / "canary"
    canary.write_text("canary")
    probe = f"""
    import os, pathlib, socket
    found = []
    for path in ({str(canary)!r}, {str(Path(__file__).parent.parent / "solutions")!r}):
        if pathlib.Path(path).exists():
            found.append(path)
    try:
        socket.create_connection(("127.0.0.1", 1), timeout=1)
    except OSError as error:
        found.append(type(error).__name__)
    found.append(sorted(name for name in os.environ if "SECRET" in name or "COURSE" in name))
    raise ValueError(found)
"""
    early = b"    batch, n_heads, q_len, d_head = query.shape\n"
    with pytest.raises(SubmissionFailure, match=r"\['(ConnectionRefusedError|OSError)', \[\]\]"):
        compiled(sandbox, reference, early, probe.encode() + early)


def test_an_answer_of_another_form_is_refused(sandbox: Sandbox, reference: Mapping[str, bytes]) -> None:
    forged = b"""
    import importlib
    real = importlib.import_module("autograde.instruments.compile")
    real._errors = lambda *_: ["not a text"]
"""
    early = b"    batch, n_heads, q_len, d_head = query.shape\n"
    with pytest.raises(SubmissionFailure, match="something else"):
        compiled(sandbox, reference, early, forged + early)


def test_an_endless_launch_is_ended(sandbox: Sandbox, reference: Mapping[str, bytes]) -> None:
    early = b"    batch, n_heads, q_len, d_head = query.shape\n"
    quick = sandbox.under(Limits(compile_s=5.0))
    with pytest.raises(SubmissionFailure, match="within 5 s"):
        compiled(quick, reference, early, b"    while True:\n        pass\n" + early)
