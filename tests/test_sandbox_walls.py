"""What the walls let through, as far as that can be read without attacking them."""

from __future__ import annotations

import hashlib
import os
import re
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest
from one_file import process_id

from autograde.call import Call, Target
from autograde.errors import AutogradeError
from autograde.limits import Limits, Packages
from autograde.sandbox import box, libraries
from autograde.sandbox import sandbox as sandbox_module
from autograde.sandbox.failure import SandboxFailure, SubmissionFailure
from autograde.sandbox.inside import lockdown, seccomp, zygote
from autograde.sandbox.inside.agreed import BOX, LANDLOCK, NAMESPACES, SECCOMP, USER
from autograde.sandbox.level import LAYERS, Layer, Level, Probe, probe
from autograde.sandbox.sandbox import Sandbox

ROOT = Path(__file__).resolve().parent.parent
KILL, ALLOW, EPERM, ENOSYS, ENOTTY = 0x8000_0000, 0x7FFF_0000, 0x0005_0001, 0x0005_0026, 0x0005_0019
PROGRAMS = {
    "x86_64": "8be7e2a94e55e057bb87bebc5901d0fbf0554191dc4b86cc54b3f6ea1474faad",
    "aarch64": "3138fc857166f610e21d09c0bced72d152058bd6f26e7f29a6c21329e0cca5d0",
}


def answer(program: bytes, machine: int, number: int, *arguments: int) -> int:
    """Run a filter as the kernel does and return its answer."""
    data = struct.pack("<iIQ6Q", number, machine, 0, *arguments, *[0] * (6 - len(arguments)))
    lines = list(struct.iter_unpack("<HBBI", program))
    accumulator, position = 0, 0
    while True:
        code, if_true, if_false, operand = lines[position]
        position += 1
        if code == seccomp.RETURN:
            return operand
        if code == seccomp.LOAD:
            accumulator = struct.unpack_from("<I", data, operand)[0]
        elif code == seccomp.AND:
            accumulator &= operand
        else:
            test = {
                seccomp.JUMP_IF_EQUAL: accumulator == operand,
                seccomp.JUMP_IF_AT_LEAST: accumulator >= operand,
                seccomp.JUMP_IF_ANY: bool(accumulator & operand),
            }[code]
            position += if_true if test else if_false


@pytest.mark.parametrize("machine", sorted(PROGRAMS))
def test_filter_is_the_reviewed_one(machine: str) -> None:
    """Changed on purpose? Read `ALLOWED` once more, then put the new digest here."""
    assert hashlib.sha256(seccomp.program(machine)).hexdigest() == PROGRAMS[machine]


@pytest.mark.parametrize("machine", sorted(PROGRAMS))
def test_filter_allows_the_list_and_nothing_else(machine: str) -> None:
    column, audit = seccomp.MACHINES[machine]
    program = seccomp.program(machine)
    allowed = {numbers[column] for numbers in seccomp.ALLOWED.values()}
    special = {
        names[column]
        for names in (seccomp.CLONE, seccomp.CLONE3, seccomp.PRLIMIT, seccomp.IOCTL, seccomp.FCNTL)
    }
    for number in range(600):
        if number not in special:
            assert answer(program, audit, number) == (ALLOW if number in allowed else EPERM), number


@pytest.mark.parametrize("machine", sorted(PROGRAMS))
def test_filter_looks_into_arguments(machine: str) -> None:
    column, audit = seccomp.MACHINES[machine]
    program = seccomp.program(machine)

    def ask(call: tuple[int, int], *arguments: int) -> int:
        return answer(program, audit, call[column], *arguments)

    thread = 0x003D_0F00  # what glibc asks for a thread
    assert ask(seccomp.CLONE, thread) == ALLOW
    assert ask(seccomp.CLONE, 0x0120_0011) == EPERM  # fork
    assert ask(seccomp.CLONE, 0x4111) == EPERM  # vfork
    assert ask(seccomp.CLONE, thread | 0x1000_0000) == EPERM  # and a user namespace
    assert ask(seccomp.CLONE3, 1, 88) == ENOSYS
    assert ask(seccomp.PRLIMIT, 0, 7, 0, 0x7FFF_0000) == ALLOW
    assert ask(seccomp.PRLIMIT, 0, 7, 0x7FFF_0000, 0) == EPERM
    assert ask(seccomp.PRLIMIT, 0, 7, 0x7FFF_0000_0000, 0) == EPERM
    assert ask(seccomp.PRLIMIT, 4711, 7, 0, 0x7FFF_0000) == EPERM
    assert ask(seccomp.IOCTL, 1, 0x5401) == ALLOW
    assert ask(seccomp.IOCTL, 1, 0x5412) == ENOTTY  # TIOCSTI types into a terminal
    assert ask(seccomp.FCNTL, 1, 3) == ALLOW
    assert ask(seccomp.FCNTL, 1, 8) == EPERM  # F_SETOWN: signals for others


def test_filter_kills_calls_of_another_architecture() -> None:
    program = seccomp.program("x86_64")
    assert answer(program, 0x4000_0003, 0) == KILL  # 32-bit
    assert answer(program, seccomp.MACHINES["x86_64"][1], 0x4000_0000) == KILL  # x32
    assert answer(seccomp.program("aarch64"), seccomp.MACHINES["x86_64"][1], 63) == KILL


def test_system_call_numbers_agree_with_the_kernel_headers() -> None:
    header = Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h")
    if not header.exists():
        pytest.skip("the kernel's headers are not installed")
    numbers = dict(re.findall(r"#define __NR_(\w+) (\d+)", header.read_text()))
    named = seccomp.ALLOWED | {"clone": seccomp.CLONE, "clone3": seccomp.CLONE3, "prlimit64": seccomp.PRLIMIT}
    named |= {"ioctl": seccomp.IOCTL, "fcntl": seccomp.FCNTL, "seccomp": seccomp.SECCOMP}
    assert {name: int(numbers[name]) for name in named} == {name: each[0] for name, each in named.items()}


def test_workers_may_read_what_their_packages_require_and_no_other_package() -> None:
    names = {path.name for path in libraries.package_paths("numpy")}
    assert "numpy" in names
    assert not names & {"torch", "nbgrader", "pytest", "_pytest", "triton"}
    names = {path.name for path in libraries.package_paths("torch")}
    assert {"numpy", "torch", "sympy", "typing_extensions.py"} <= names
    assert not names & {"nbgrader", "pytest", "triton"}


@pytest.mark.parametrize("packages", ["numpy", "torch", "triton"])
def test_box_shows_neither_repository_nor_home_nor_root(packages: Packages) -> None:
    shown = {outside for outside, _ in box.mounts(packages)}
    for hidden in (
        ROOT,
        ROOT / "solutions",
        ROOT / "tests",
        Path.home(),
        Path("/"),
        Path("/etc"),
        Path("/home"),
    ):
        assert not [path for path in shown if hidden.resolve().is_relative_to(path.resolve())], hidden
    readable = {Path(path) for path in libraries.readable_paths(packages, box.ENGINE)}
    assert not [path for path in readable if (ROOT / "solutions").is_relative_to(path)]
    for folder in libraries.installed_package_folders():
        assert not [path for path in readable if folder.is_relative_to(path)]
        inside = {path for path in readable if path.is_relative_to(folder)}
        assert inside <= {*libraries.package_paths(packages), box.ENGINE}


def test_box_gives_no_environment_of_ours() -> None:
    assert set(box.ENVIRONMENT) == {
        "PATH",
        "HOME",
        "USER",
        "LANG",
        "MALLOC_ARENA_MAX",
        "OMP_NUM_THREADS",
        "MKL_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
    }
    assert "--clearenv" not in box.arguments("numpy", namespaces=True)


def test_sandbox_refuses_a_secret_that_workers_could_see(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.refuse_visible(tmp_path)
    sandbox.refuse_visible(ROOT / "solutions")
    for place in (
        box.ENGINE / "solutions",
        Path("/usr/share/solutions"),
        Path(libraries.package_paths("numpy")[0]) / "x",
    ):
        with pytest.raises(
            AutogradeError, match="expected a place that no submission can see, got one under"
        ):
            sandbox.refuse_visible(place)
    link = tmp_path / "link"
    link.symlink_to("/usr/lib")
    with pytest.raises(AutogradeError, match="Move the course"):
        sandbox.refuse_visible(link / "solutions")
    filtered = Sandbox(layers=LAYERS[Level.FILTERED])
    with pytest.raises(AutogradeError):
        filtered.refuse_visible(box.ENGINE / "solutions")


def test_probe_names_every_layer_and_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [layer.name for layer in probe().layers] == [BOX, NAMESPACES, LANDLOCK, SECCOMP, USER]
    monkeypatch.setattr(box, "bubblewrap", lambda: None)
    found = probe.__wrapped__()
    assert found.level is Level.FILTERED
    reasons = {layer.name: layer.reason for layer in found.missing}
    assert reasons[BOX] == "bubblewrap is not installed: apt install bubblewrap"
    assert reasons[NAMESPACES] == "needs the box"
    closed = os.geteuid() == 0 and libraries.closed_folder(box.ENGINE) is not None
    assert (USER in reasons) == closed


def test_judge_works_without_the_box_where_root_hides_the_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(box, "bubblewrap", lambda: None)
    monkeypatch.setattr(sandbox_module, "probe", probe.__wrapped__)
    source = b"import wave, numpy.polynomial\ndef run():\n    return 1\n"
    with Sandbox() as sandbox, sandbox.session("attnlib", {"task.py": source}) as session:
        assert sandbox.level is Level.FILTERED
        assert session.call(Call(Target.of("task.run"))) == 1


def test_libraries_below_a_closed_folder_are_noticed(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    assert libraries.closed_folder(tmp_path / "engine") is not None


def test_the_kernel_confirms_what_a_worker_says_about_its_layers(sandbox: Sandbox) -> None:
    with sandbox.session("attnlib", {"task.py": b"def run():\n    return 1\n"}) as session:
        session.call(Call(Target.of("task.run")))
        worker = session._worker
        assert worker is not None
        pid = process_id(worker)
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        status = {name: words.split() for name, words in (line.split(":", 1) for line in lines)}
        session_number = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[3])
        owner = Path(f"/proc/{pid}/environ").stat().st_uid
    assert status["NoNewPrivs"] == ["1"]
    assert status["Seccomp"] == ["2"]
    assert not any(int(status[name][0], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapAmb"))
    assert "0" not in status["Uid"] + status["Gid"] + status["Groups"]
    assert session_number == pid
    if os.geteuid() == 0:
        assert owner == 0, "what cannot be dumped belongs to root"
    if NAMESPACES in sandbox.layers:
        assert status["NSpid"][-1] == "1"


def test_a_zygote_with_two_threads_forks_nobody() -> None:
    order = lockdown.Order(memory_bytes=1, cpu_s=1, user=None)
    rules = lockdown.Rules(frozenset(), base_bytes=0, landlock=None, seccomp=None)
    ended = threading.Event()
    thread = threading.Thread(target=ended.wait)
    thread.start()
    try:
        with (
            socket.socket() as control,
            pytest.raises(RuntimeError, match="expected one thread before a fork"),
        ):
            zygote._spawn(control, (), rules, order, None)
    finally:
        ended.set()
        thread.join()


def test_worker_holds_five_descriptors(tmp_path: Path) -> None:
    with ExitStack() as stack:
        for number in range(40):
            stack.enter_context((tmp_path / str(number)).open("w"))
        sandbox = stack.enter_context(Sandbox())
        session = stack.enter_context(sandbox.session("attnlib", {"task.py": DESCRIPTORS}))
        assert session.call(Call(Target.of("task.run"))) == [0, 1, 2, 3, 4]


def test_probe_of_another_system_offers_nothing_and_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    found = probe.__wrapped__()
    assert found.level is Level.NONE
    assert all("needs Linux" in layer.reason for layer in found.missing)


DESCRIPTORS = b"""
import os

def held(descriptor):
    try:
        return bool(os.fstat(descriptor))
    except OSError:
        return False

def run():
    return [descriptor for descriptor in range(1100) if held(descriptor)]
"""
WINDOWS = """
import ctypes, importlib.metadata, numpy, select, socket, subprocess, sys, threading
for name in ("resource", "fcntl"):
    sys.modules[name] = None
sys.platform = "win32"
from autograde.errors import AutogradeError
from autograde.sandbox.sandbox import Sandbox
for unsafe in (False, True):
    try:
        Sandbox(unsafe=unsafe)
    except AutogradeError as error:
        print(error)
"""


def test_other_systems_can_import_everything_and_are_told_where_to_grade() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WINDOWS], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.count("grade in a Linux machine or container") == 2


def test_sandbox_refuses_to_work_without_walls_unless_asked_to(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = Probe(Level.NONE, (Layer(LANDLOCK, False, "the kernel offers none"),))
    monkeypatch.setattr(sandbox_module, "probe", lambda: bare)
    with pytest.raises(AutogradeError, match="the kernel offers none"):
        Sandbox()
    with Sandbox(Limits(), unsafe=True) as open_sandbox:
        assert open_sandbox.level is Level.NONE


def open_up(folder: Path) -> None:
    """Let other users reach `folder`, through all the folders that pytest made above it."""
    made = [each for each in (folder, *folder.parents) if each.is_relative_to(tempfile.gettempdir())]
    for each in made[:-1]:
        each.chmod(0o755)


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="only root becomes another user")
@pytest.mark.parametrize("level", [Level.FULL, Level.STANDARD, Level.FILTERED])
def test_worker_of_root_is_another_user(tmp_path: Path, level: Level) -> None:
    """The canary belongs to root and nobody else may read it; Landlock lets a worker ask for its rights."""
    canary = tmp_path / "canary.txt"
    canary.write_text("made by this test")
    canary.chmod(0o600)
    open_up(tmp_path)
    source = b"import os\ndef ask(path):\n    return os.path.exists(path), os.access(path, os.R_OK)\n"
    layers = LAYERS[level]
    for held, expected in ((layers - {USER}, (True, True)), (layers, (True, False))):
        with (
            Sandbox(layers=held, extra=(tmp_path,)) as sandbox,
            sandbox.session("attnlib", {"task.py": source}) as session,
        ):
            assert session.call(Call(Target.of("task.ask"), (str(canary),))) == expected


def test_a_worker_with_fewer_layers_than_agreed_is_our_failure() -> None:
    with (
        Sandbox(layers=LAYERS[Level.STANDARD]) as sandbox,
        sandbox.session("attnlib", {"task.py": b""}) as session,
    ):
        with pytest.raises(SubmissionFailure):
            session.call(Call(Target.of("task.run")))
        session.close()
        sandbox.layers = LAYERS[Level.FULL]
        with pytest.raises(SandboxFailure, match=r"expected \[.*'namespaces'.*\], got"):
            sandbox._start_once("numpy", 1 << 30, ())
