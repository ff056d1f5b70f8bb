"""What shares a process with a submission, asked of the processes themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograde.call import Call, Target
from autograde.limits import Limits, Loaded, Packages
from autograde.sandbox import gpu
from autograde.sandbox.inside.load import Load
from autograde.sandbox.level import Level, probe
from autograde.sandbox.process import Worker
from autograde.sandbox.sandbox import Sandbox
from autograde.sandbox.session import Clock, Session

ENGINE = Path(__file__).resolve().parent.parent / "autograde"
ALLOWED = ("sandbox.inside", "instruments", "call", "wire")
LOOK = b"""
import sys

def run():
    return sorted(name for name in sys.modules if name.partition(".")[0] == "autograde")
"""
boxed = pytest.mark.skipif(probe().level not in (Level.FULL, Level.STANDARD), reason="needs bubblewrap")
LIMITS = Limits()


def loaded(session: Session) -> set[str]:
    """Return the modules of ours in the worker of a session, without the name of the package."""
    with session:
        return {name.removeprefix("autograde.") for name in session.call(Call(Target.of("look.run")))}


def strangers(names: set[str]) -> set[str]:
    """Return what does not belong into a submission's process; packages that only hold others do."""
    inside = {name for name in names for room in ALLOWED if f"{name}.".startswith(f"{room}.")}
    return names - inside - {"autograde", "sandbox"}


@pytest.mark.slow
@pytest.mark.parametrize("packages", ["numpy", "torch", "triton"])
def test_a_forked_worker_holds_the_room_inside_alone(sandbox: Sandbox, packages: Packages) -> None:
    if packages == "triton":
        pytest.importorskip("triton")
    found = loaded(sandbox.session("library", {"look.py": LOOK}, packages=packages))
    assert strangers(found) == set()
    assert "sandbox.inside.worker" in found


@pytest.mark.slow
@pytest.mark.parametrize(
    ("packages", "own"),
    [
        pytest.param("compiler", "preload_compiler", id="a worker that translates kernels"),
        pytest.param("torch", "on_device", id="a worker on a GPU", marks=boxed),
    ],
)
def test_another_worker_holds_the_room_inside_alone(sandbox: Sandbox, packages: Loaded, own: str) -> None:
    def start(packages: Loaded, memory_bytes: int) -> Worker:
        if own == "on_device":
            return gpu.start("torch", LIMITS, "cpu")
        return sandbox._start(packages, memory_bytes)

    if packages == "compiler":
        pytest.importorskip("triton")
    found = loaded(Session(Load("library", {"look.py": LOOK}), packages, LIMITS, start, Clock()))
    assert strangers(found) == set()
    assert f"sandbox.inside.{own}" in found


def test_a_stranger_is_found() -> None:
    assert strangers({"autograde", "sandbox", "sandbox.inside.worker", "call", "sandbox.box", "errors"}) == {
        "sandbox.box",
        "errors",
    }


def test_nothing_else_lies_in_the_room() -> None:
    """Every module there is loaded by a worker, or by a zygote before it."""
    text = "".join(path.read_text() for path in (ENGINE / "sandbox").rglob("*.py"))
    for path in (ENGINE / "sandbox" / "inside").glob("[a-z]*.py"):
        assert f'"{path.stem}"' in text or f"import {path.stem}" in text or f"inside.{path.stem}" in text
