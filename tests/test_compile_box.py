"""Kernels are compiled for GPUs that are not there: translated by a worker, assembled in a box of its own."""

from __future__ import annotations

import subprocess
import textwrap
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from autograde.call import Call, Target
from autograde.limits import Limits
from autograde.sandbox import box, compile_box
from autograde.sandbox.failure import SubmissionFailure
from autograde.sandbox.sandbox import Sandbox
from autograde.sandbox.session import Clock

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
    seen = begun_with(sandbox, reference, "return query, query[..., 0]\n")
    assert seen["launches"] == []


EARLY = b"    batch, n_heads, q_len, d_head = query.shape\n"


def begun_with(sandbox: Sandbox, reference: Mapping[str, bytes], lines: str) -> Any:
    """Return what is compiled where the function begins with these lines."""
    return compiled(sandbox, reference, EARLY, textwrap.indent(lines, "    ").encode() + EARLY)


def test_the_worker_that_translates_is_locked_down(
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
for attempt in (
    lambda: socket.create_connection(("127.0.0.1", 1), timeout=1),
    lambda: os.fork(),
    lambda: os.posix_spawn("/usr/bin/true", ["true"], {{}}),
    lambda: os.execv("/usr/bin/true", ["true"]),
    lambda: open("/tmp/canary", "w"),
):
    try:
        attempt()
    except OSError as error:
        found.append(type(error).__name__)
found.append(sorted(name for name in os.environ if "SECRET" in name or "COURSE" in name))
raise ValueError(found)
"""
    with pytest.raises(SubmissionFailure) as caught:
        begun_with(sandbox, reference, probe)
    assert caught.value.message == f"ValueError: {[*['PermissionError'] * 4, 'OSError', []]}"


@pytest.mark.parametrize(
    "choice",
    [
        "os.environ['TRITON_PTXAS_PATH'] = os.environ['TRITON_PTXAS_BLACKWELL_PATH'] = '/usr/bin/false'",
        "triton.knobs.nvidia.ptxas = triton.knobs.nvidia.ptxas_blackwell = '/usr/bin/false'",
    ],
)
def test_a_submission_does_not_choose_the_assembler(
    sandbox: Sandbox, reference: Mapping[str, bytes], choice: str
) -> None:
    errors = begun_with(sandbox, reference, f"import os\nimport triton\n{choice}\n")["errors"]
    assert set(errors.values()) in (
        {""},
        {"attention_kernel: PermissionError: [Errno 1] Operation not permitted"},
    )


def test_options_of_a_launch_do_not_reach_the_assembler(
    sandbox: Sandbox, reference: Mapping[str, bytes]
) -> None:
    seen = compiled(sandbox, reference, b"num_warps=", b"ptx_options='--no-such-option', num_warps=")
    assert seen["errors"] == {"sm_80": "", "sm_90": ""}


FORGED = {
    "a text in place of the kernels": ("'kernel', ''", "something else"),
    "no text": ("[('attention_kernel', 5, True)], ''", "something else"),
    "too many kernels": ("[('k', b'', True)] * 17, ''", "something else"),
    "an error that is no text": ("[], ['a']", "something else"),
}


@pytest.mark.parametrize("name", FORGED)
def test_an_answer_of_another_form_is_refused(
    sandbox: Sandbox, reference: Mapping[str, bytes], name: str
) -> None:
    forged, said = FORGED[name]
    module = "sys.modules['autograde.instruments.compile']"
    with pytest.raises(SubmissionFailure, match=said):
        begun_with(sandbox, reference, f"import sys\n{module}._translated = lambda *_: ({forged})\n")


def test_what_the_assembler_refuses_is_said(sandbox: Sandbox, reference: Mapping[str, bytes]) -> None:
    forged = (
        "import sys\nsys.modules['autograde.instruments.compile'].translate = lambda *_: ('no', 0, True)\n"
    )
    seen = begun_with(sandbox, reference, forged)
    assert seen["errors"]["sm_80"].startswith("attention_kernel: ptxas: ptxas kernel.ptx, line 1; fatal")


def translated(text: bytes) -> compile_box.Translated:
    return compile_box.Translated(["k"], {"sm_80": [compile_box.Kernel("k", text, True)]}, {"sm_80": ""})


def test_what_the_assembler_says_has_a_budget() -> None:
    flood = b".version 8.0\n.target sm_80\n.address_size 64\n" + b".visible .nothing x;\n" * 200_000
    error = compile_box.assembled(translated(flood), 60.0)["errors"]["sm_80"]
    assert error.startswith("k: ptxas: ")
    assert len(error) <= compile_box.MAX_MESSAGE


def test_an_assembler_that_takes_too_long_is_ended() -> None:
    with pytest.raises(SubmissionFailure, match="expected to be compiled in time"):
        compile_box.assembled(translated(b""), 0.01)


SHELL = Path("/usr/bin/dash")
DENIED = {
    "echo well": "",
    "exec /usr/bin/true": "Permission denied",
    "exec /usr/bin/dash": "",
    "/usr/bin/true": "Cannot fork",
    "(:)": "Cannot fork",
    "echo > /tmp/canary": "Permission denied",
    "read line < /proc/1/cmdline": "Permission denied",
    "read line < /opt/engine/autograde/call.py": "Permission denied",
    "ulimit -v unlimited": "Operation not permitted",
}


@pytest.mark.skipif(not SHELL.exists(), reason="a shell for the test")
@pytest.mark.parametrize("script", DENIED)
def test_a_confined_program_reads_its_text_and_does_nothing_else(script: str) -> None:
    command = compile_box.command(SHELL, ["-c", script], 20.0)
    done = subprocess.run(command, env=box.ENVIRONMENT, input=b"the text", capture_output=True)
    said = done.stderr.decode()
    assert DENIED[script] in said, said
    assert bool(said) == bool(DENIED[script]), said


@pytest.mark.skipif(not SHELL.exists(), reason="a shell for the test")
def test_what_comes_in_is_what_a_confined_program_reads() -> None:
    command = compile_box.command(SHELL, ["-c", '. "$0"'], 20.0)
    done = subprocess.run(command, env=box.ENVIRONMENT, input=b"echo the text", capture_output=True)
    assert done.stdout == b"the text\n", done.stderr


def test_an_endless_launch_is_ended(sandbox: Sandbox, reference: Mapping[str, bytes]) -> None:
    quick = sandbox.under(Limits(compile_s=2.0))
    with pytest.raises(SubmissionFailure, match="within 2 s"):
        begun_with(quick, reference, "while True:\n    pass\n")


def test_time_spent_where_kernels_are_translated_counts(
    sandbox: Sandbox, reference: Mapping[str, bytes]
) -> None:
    slow = reference["cuda/kernels.py"].replace(EARLY, b"    __import__('time').sleep(60)\n" + EARLY)
    sources, clock = {**reference, "cuda/kernels.py": slow}, Clock()
    limited = sandbox.under(Limits(compile_s=30.0, submission_s=4.0, gpu_patience=1.0))
    with limited.session("attnlib", sources, packages="triton", clock=clock) as session:
        for question in (QUESTION, replace(QUESTION, mode="value")):
            with pytest.raises(SubmissionFailure, match="at most 4 s for all calls together"):
                session.call(question)
    assert 4 <= clock.used_s < 6
