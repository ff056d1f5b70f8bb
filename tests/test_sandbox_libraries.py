"""What a worker has: torch, Triton's interpreter, the usual tools, and no expected value in its memory."""

from __future__ import annotations

import os
import subprocess
import sysconfig
import venv
from pathlib import Path

import numpy as np
import pytest
import torch
from one_file import process_id
from scratch import scratch
from tiny import ROOT

from autograde.call import Call, Target
from autograde.sandbox.failure import SubmissionFailure
from autograde.sandbox.sandbox import Sandbox
from autograde.verdict import Verdict

MODULES = b"""
import torch

def run(x):
    return (x * x).sum()

def make(d):
    return torch.nn.Linear(d, d)

class Half(torch.nn.Module):
    pass

def half(x):
    return Half()(x)
"""


HONEST_TOOLS = b"""
import copy, decimal, io, logging, random, statistics, threading, time, warnings
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

def one_step(model, x):
    optimizer = torch.optim.AdamW(model.parameters())
    model(x).sum().backward()
    optimizer.step()

def threaded():
    torch.set_num_threads(4)
    thread = threading.Thread(target=lambda: torch.randn(300, 300) @ torch.randn(300, 300))
    thread.start()
    thread.join()

def saved():
    buffer = io.BytesIO()
    torch.save({"a": torch.ones(3)}, buffer)
    buffer.seek(0)
    torch.load(buffer, weights_only=True)

def run():
    x = torch.randn(2, 5, 16)
    used = [
        lambda: (torch.manual_seed(0), np.random.seed(0), random.random(), np.random.default_rng().normal()),
        lambda: [f(torch.randn(9, 9)) for f in (torch.linalg.svd, torch.linalg.qr, torch.linalg.inv)],
        lambda: [f(np.eye(9)) for f in (np.linalg.svd, np.linalg.inv, np.linalg.eig, np.fft.fft)],
        lambda: F.scaled_dot_product_attention(x.requires_grad_(), x, x, is_causal=True).sum().backward(),
        lambda: nn.TransformerEncoderLayer(16, 2, batch_first=True)(x).sum().backward(),
        lambda: nn.Conv1d(5, 3, 3)(x).sum().backward(),
        lambda: one_step(nn.Linear(16, 4), x.detach()),
        lambda: torch.func.vmap(torch.func.grad(lambda a: (a**2).sum()))(torch.randn(3, 4)),
        lambda: torch.utils.checkpoint.checkpoint(torch.sin, x, use_reentrant=False).sum().backward(),
        lambda: torch.autograd.gradcheck(torch.sin, torch.randn(3, dtype=torch.double, requires_grad=True)),
        lambda: [x.to(kind) @ x.to(kind).mT for kind in (torch.bfloat16, torch.float16)],
        lambda: (torch.einsum("bij,bkj->bik", x, x), x.sort(), torch.multinomial(torch.rand(9), 3)),
        lambda: (copy.deepcopy(nn.Linear(3, 3)), logging.warning("seen"), warnings.warn("seen")),
        lambda: (time.sleep(0.001), time.strftime("%c"), decimal.Decimal(1) / 3, statistics.mean([1, 2])),
        threaded,
        saved,
    ]
    for use in used:
        use()
    return len(used)
"""


def test_torch_submissions_get_tensors_gradients_and_modules(sandbox: Sandbox) -> None:
    x = torch.arange(3.0)
    with sandbox.session("attnlib", {"task.py": MODULES}, packages="torch") as session:
        total, [gradient] = session.call(
            Call(Target.of("task.run"), (x,), mode="gradients", options={"cotangent": torch.tensor(1.0)})
        )
        assert (total.item(), gradient.tolist()) == (5.0, [0.0, 2.0, 4.0])
        linear = session.call(Call(Target.of("task.make"), (3,)))
        assert session.call(Call(Target(linear.handle, ("state_dict",))))["weight"].shape == (3, 3)
        assert session.call(Call(Target(linear.handle), (x,))).requires_grad
        with pytest.raises(SubmissionFailure) as caught:
            session.call(Call(Target.of("task.half"), (x,)))
        assert caught.value.verdict is Verdict.RUN_TIME_ERROR
        with pytest.raises(SubmissionFailure) as caught:
            session.call(Call(Target.of("task.make"), (1 << 20,), memory_bytes=64 << 20))
        assert caught.value.verdict is Verdict.MEMORY_LIMIT_EXCEEDED


def test_what_honest_solutions_use_works_inside(sandbox: Sandbox) -> None:
    with sandbox.session("attnlib", {"task.py": HONEST_TOOLS}, packages="torch") as session:
        assert session.call(Call(Target.of("task.run"), timeout_s=30)) == 16


@pytest.mark.slow
def test_triton_kernels_run_in_the_interpreter(sandbox: Sandbox) -> None:
    pytest.importorskip("triton")
    source = b"""
import torch, triton
import triton.language as tl

@triton.jit
def double(source, target, n, block: tl.constexpr):
    place = tl.program_id(0) * block + tl.arange(0, block)
    tl.store(target + place, tl.load(source + place, mask=place < n) * 2, mask=place < n)

def run(x):
    target = torch.empty_like(x)
    double[(triton.cdiv(x.numel(), 16),)](x, target, x.numel(), 16)
    return target
"""
    x = torch.arange(37.0)
    with sandbox.session("attnlib", {"task.py": source}, packages="triton") as session:
        assert torch.equal(session.call(Call(Target.of("task.run"), (x,))), 2 * x)


def test_memory_of_a_worker_holds_the_inputs_and_never_the_expected_values(sandbox: Sandbox) -> None:
    if os.geteuid() != 0:
        pytest.skip("reading another process's memory takes root")
    draw = np.random.default_rng()
    scores = draw.normal(size=(64, 64))
    expected = draw.normal(size=(64, 64))  # what a reference would return; it stays here
    with sandbox.session(
        "attnlib", {"task.py": b"kept = []\ndef run(x):\n    kept.append(x)\n    return -x\n"}
    ) as session:
        assert not np.allclose(session.call(Call(Target.of("task.run"), (scores,))), expected)
        worker = session._worker
        assert worker is not None
        pid = process_id(worker)
        inputs, answers = _count_in_memory(pid, [scores[7].tobytes(), expected[7].tobytes()])
    assert inputs >= 1
    assert answers == 0


def _count_in_memory(pid: int, patterns: list[bytes]) -> list[int]:
    """Return how often each pattern lies in the readable memory of a process."""
    counts = [0] * len(patterns)
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            extent, access = line.split()[:2]
            if not access.startswith("r") or "[v" in line:
                continue
            start, end = (int(word, 16) for word in extent.split("-"))
            memory.seek(start)
            try:
                block = memory.read(end - start)
            except OSError:
                continue
            counts = [count + block.count(pattern) for count, pattern in zip(counts, patterns, strict=True)]
    return counts


ELSEWHERE = """
from autograde.call import Call, Target
from autograde.sandbox.sandbox import Sandbox

text = b"import numpy as np\\ndef f(x):\\n    return np.sum(x)\\n"
with Sandbox() as sandbox, sandbox.session("thing", {"a.py": text}, packages="numpy") as session:
    print(session.call(Call(Target("a", ("f",)), ([1.0, 2.0],), {})))
"""


@pytest.mark.slow
def test_packages_may_come_from_pythonpath() -> None:
    """As on a cluster with modules, or after pip install --user: a plain interpreter does not know them."""
    bare = scratch("bare")
    bare.chmod(0o755)
    venv.create(bare)
    places = os.pathsep.join((str(ROOT), sysconfig.get_path("purelib"), sysconfig.get_path("platlib")))
    command, own = [str(bare / "bin" / "python"), "-c", ELSEWHERE], os.environ | {"PYTHONPATH": places}
    done = subprocess.run(command, env=own, capture_output=True, text=True, timeout=60)
    assert done.stdout == "3.0\n", done.stderr
