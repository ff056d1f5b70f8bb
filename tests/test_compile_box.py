"""Kernels are compiled for GPUs that are not there, in a box of their own that has nothing secret in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from autograde.call import Call
from autograde.sandbox import compile_box
from autograde.sandbox.sandbox import Sandbox, SubmissionFailure

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(compile_box.available()), reason=compile_box.available()),
]
QUESTION = Call(
    "cuda.kernels.flash_attention",
    tuple(torch.zeros(1, 2, n, 64, dtype=torch.float16) for n in (70, 81, 81)),
    {"is_causal": True},
    "compile",
)


LARGEST = replace(QUESTION, args=tuple(torch.zeros(1, 1, n, 128) for n in (70, 81, 81)))


def compiled(reference: Mapping[str, bytes], old: bytes, new: bytes, question: Call = QUESTION) -> Any:
    source = reference["cuda/kernels.py"]
    assert old in source
    changed = {**reference, "cuda/kernels.py": source.replace(old, new)}
    return compile_box.compile_call(changed, question, {})


def test_the_reference_compiles_for_two_gpus(sandbox: Sandbox, reference: Mapping[str, bytes]) -> None:
    with sandbox.session(reference, packages="triton") as session:
        seen = session.call(QUESTION)
    assert seen == {"launches": ["attention_kernel"], "errors": {"sm_80": "", "sm_90": ""}}


def test_what_the_compiler_says_comes_back(reference: Mapping[str, bytes]) -> None:
    seen = compiled(reference, b"tl.arange(0, D_HEAD)", b"tl.arange(0, 100)")
    assert "range must be a power of 2" in seen["errors"]["sm_90"]


def test_the_largest_tiles_fit_on_the_chip(reference: Mapping[str, bytes]) -> None:
    assert set(compiled(reference, b"", b"", LARGEST)["errors"].values()) == {""}


def test_tiles_that_do_not_fit_on_a_chip_are_named(reference: Mapping[str, bytes]) -> None:
    seen = compiled(reference, b"(32, 32) if", b"(64, 64) if", LARGEST)
    assert "bytes of shared memory, the chip has 166912" in seen["errors"]["sm_80"]
    assert seen["errors"]["sm_90"] == ""


def test_a_function_without_a_kernel_launches_none(reference: Mapping[str, bytes]) -> None:
    early = b"    batch, n_heads, q_len, d_head = query.shape\n"
    seen = compiled(reference, early, b"    return query, query[..., 0]\n" + early)
    assert seen["launches"] == []


def test_the_box_holds_nothing_and_reaches_nothing(reference: Mapping[str, bytes], tmp_path: Path) -> None:
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
        compiled(reference, early, probe.encode() + early)


def test_an_answer_of_another_form_is_refused(reference: Mapping[str, bytes]) -> None:
    forged = b"""
    import autograde.instruments.compile as real
    real._errors = lambda *_: ["not a text"]
"""
    early = b"    batch, n_heads, q_len, d_head = query.shape\n"
    with pytest.raises(SubmissionFailure, match="something else"):
        compiled(reference, early, forged + early)


def test_an_endless_launch_is_ended(reference: Mapping[str, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compile_box, "TIMEOUT_S", 15.0)
    early = b"    batch, n_heads, q_len, d_head = query.shape\n"
    with pytest.raises(SubmissionFailure, match="within 15 s"):
        compiled(reference, early, b"    while True:\n        pass\n" + early)
