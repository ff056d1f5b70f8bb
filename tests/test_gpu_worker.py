"""The worker for a GPU, driven on the CPU where there is no GPU: same pipes, same box, same moves."""

from __future__ import annotations

import os
import shutil
import sysconfig
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import torch

from autograde.call import Call, Remote, Target
from autograde.limits import Limits, Loaded
from autograde.sandbox import gpu
from autograde.sandbox.failure import SandboxFailure, SubmissionFailure
from autograde.sandbox.inside.agreed import WORKER_UID
from autograde.sandbox.inside.load import Load
from autograde.sandbox.level import Level, probe
from autograde.sandbox.process import Boxed
from autograde.sandbox.session import Clock, Session
from autograde.verdict import Verdict

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(probe().level not in (Level.FULL, Level.STANDARD), reason="needs bubblewrap"),
]
DEFAULT = Limits()
DEVICE = gpu.DEVICE if gpu.name() else "cpu"
HEADERS = Path(sysconfig.get_paths(scheme="posix_prefix")["include"], "Python.h")
DIES = b"""
import os

def answer():
    return 1

def crash():
    os.abort()

def lose_the_gpu():
    raise RuntimeError("CUDA error: an illegal memory access was encountered\\nmore")
"""
BUILD = b"""
import os, subprocess, sysconfig, tempfile

def libraries():
    return len(subprocess.check_output(["/sbin/ldconfig", "-p"]))

def extension():
    folder = tempfile.mkdtemp()
    with open(f"{folder}/launcher.c", "w") as file:
        file.write("#include <Python.h>")
    headers = "-I" + sysconfig.get_paths(scheme="posix_prefix")["include"]
    command = ["gcc", "-shared", "-fPIC", headers, f"{folder}/launcher.c", "-o", f"{folder}/launcher.so"]
    return subprocess.run(command, stderr=subprocess.PIPE, text=True).stderr
"""


def start(packages: Loaded, memory_bytes: int) -> Boxed:
    return gpu.start("torch", Limits(), DEVICE)


def session_of(sources: Mapping[str, bytes], limits: Limits = DEFAULT) -> Session:
    return Session(Load("attnlib", sources), "torch", limits, start, Clock())


@pytest.fixture(scope="module")
def session(reference: Mapping[str, bytes]) -> Iterator[Session]:
    with session_of(reference, Limits(call_s=60.0)) as session:
        yield session


def test_values_come_back_to_the_host(session: Session) -> None:
    query = torch.randn(1, 2, 5, 4)
    value = session.call(
        Call(Target.of("cuda.attention.attention"), (query, query, query), {"is_causal": True})
    )
    wanted = torch.nn.functional.scaled_dot_product_attention(query, query, query, is_causal=True)
    assert value.device.type == "cpu"
    assert torch.allclose(value, wanted, atol=1e-6)


def test_objects_stay_there(session: Session) -> None:
    module = session.call(Call(Target.of("cuda.multi_head.MultiHeadAttention"), (8, 2)))
    assert isinstance(module, Remote)
    x = torch.randn(1, 3, 8)
    assert session.call(Call(Target(module.handle), (x,))).shape == x.shape
    options = {"cotangent": x}
    seen = session.call(Call(Target(module.handle, ("forward",)), (x,), {}, "pretend_device", options))
    assert seen["devices"] == ["pretend"]


def test_failures_are_the_same_as_elsewhere(session: Session) -> None:
    with pytest.raises(SubmissionFailure) as caught:
        session.call(Call(Target.of("cuda.attention.attention"), (1, 2, 3)))
    assert caught.value.verdict is Verdict.RUN_TIME_ERROR


def test_an_endless_call_is_ended() -> None:
    endless = {"cuda/endless.py": b"def f():\n    while True:\n        pass\n"}
    with session_of(endless) as session:
        with pytest.raises(SubmissionFailure) as caught:
            session.call(Call(Target.of("cuda.endless.f"), timeout_s=1.0))
        assert caught.value.verdict is Verdict.TIME_LIMIT_EXCEEDED


def test_it_is_another_user_without_a_network() -> None:
    probe = b"""
def f():
    import os, socket
    try:
        socket.create_connection(("127.0.0.1", 1), timeout=1)
    except OSError as error:
        return os.getuid(), type(error).__name__, os.path.exists("/home")
"""
    with session_of({"cuda/probe.py": probe}) as session:
        user, error, home = session.call(Call(Target.of("cuda.probe.f")))
    assert user == (WORKER_UID if os.geteuid() == 0 else 0)
    assert error in ("ConnectionRefusedError", "OSError")
    assert not home


def test_a_process_that_dies_is_described_and_the_next_call_has_another() -> None:
    with session_of({"cuda/dies.py": DIES}, Limits(respawns=9)) as session:
        with pytest.raises(SubmissionFailure, match="got the end of its process") as caught:
            session.call(Call(Target.of("cuda.dies.crash")))
        assert caught.value.verdict is Verdict.RUN_TIME_ERROR
        assert session.call(Call(Target.of("cuda.dies.answer"))) == 1
        with pytest.raises(SubmissionFailure, match=r"the GPU stopped .*illegal memory access") as caught:
            session.call(Call(Target.of("cuda.dies.lose_the_gpu")))
        assert caught.value.verdict is Verdict.RUN_TIME_ERROR
        assert session.call(Call(Target.of("cuda.dies.answer"))) == 1


@pytest.mark.skipif(gpu.name() != "", reason="there is a GPU here")
def test_a_worker_that_finds_no_gpu_says_why() -> None:
    with pytest.raises(SandboxFailure, match="CUDA"):
        gpu.start("torch", Limits(), gpu.DEVICE)


@pytest.mark.skipif(shutil.which("gcc") is None or not HEADERS.exists(), reason="no C compiler or headers")
def test_triton_can_build_its_launcher() -> None:
    with session_of({"cuda/build.py": BUILD}, Limits(call_s=30.0)) as session:
        assert session.call(Call(Target.of("cuda.build.libraries"))) > 0
        assert session.call(Call(Target.of("cuda.build.extension"))) == ""


def test_how_names_the_gpu_or_says_that_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpu, "name", lambda: "")
    assert gpu.how("not run on a GPU here") == "not run on a GPU here"
    monkeypatch.setattr(gpu, "name", lambda: "Some GPU")
    assert gpu.how("not run on a GPU here") == "run on cuda:0 (Some GPU)"
