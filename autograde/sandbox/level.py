"""How strong the walls round a worker are on this machine, and why not stronger."""

from __future__ import annotations

import functools
import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from enum import StrEnum

from autograde.sandbox import box, libraries
from autograde.sandbox.inside import kernel, seccomp
from autograde.sandbox.inside.agreed import BOX, CAPABILITIES, LANDLOCK, LIMITS, NAMESPACES, SECCOMP, USER

PROBE_TIMEOUT_S = 10.0


class Level(StrEnum):
    """What stands between a worker and the machine.

    `FULL`: box, own namespaces, Landlock, seccomp. `STANDARD`: without own namespaces.
    `FILTERED`: Landlock and seccomp alone. `NONE`: a process with limits.
    """

    FULL = "full"
    STANDARD = "standard"
    FILTERED = "filtered"
    NONE = "none"


LAYERS: dict[Level, frozenset[str]] = {
    Level.FULL: frozenset({BOX, NAMESPACES, USER, LIMITS, LANDLOCK, CAPABILITIES, SECCOMP}),
    Level.STANDARD: frozenset({BOX, USER, LIMITS, LANDLOCK, CAPABILITIES, SECCOMP}),
    Level.FILTERED: frozenset({USER, LIMITS, LANDLOCK, CAPABILITIES, SECCOMP}),
    Level.NONE: frozenset({USER, LIMITS, CAPABILITIES}),
}


@dataclass(frozen=True)
class Layer:
    """One wall: whether it is there, and what is needed where it is not."""

    name: str
    available: bool
    reason: str = ""


@dataclass(frozen=True)
class Probe:
    """What this machine offers."""

    level: Level
    layers: tuple[Layer, ...]

    @property
    def missing(self) -> tuple[Layer, ...]:
        """The layers that are not there."""
        return tuple(layer for layer in self.layers if not layer.available)


@functools.cache
def probe() -> Probe:
    """Try every layer; nothing is started that outlives the call."""
    if sys.platform != "linux":
        reason = f"needs Linux, this is {platform.system()}; grade in a Linux machine or container"
        walls = (BOX, NAMESPACES, LANDLOCK, SECCOMP)
        return Probe(Level.NONE, tuple(Layer(name, False, reason) for name in walls))
    boxed = _probe_box(namespaces=False)
    inner = _probe_box(namespaces=True) if boxed.available else Layer(NAMESPACES, False, "needs the box")
    layers = (boxed, inner, _probe_landlock(), _probe_seccomp(), _probe_user(boxed.available))
    there = {layer.name for layer in layers if layer.available}
    return Probe(_level(there), layers)


def _level(there: set[str]) -> Level:
    if not {LANDLOCK, SECCOMP} <= there:
        return Level.NONE
    if BOX not in there:
        return Level.FILTERED
    return Level.FULL if NAMESPACES in there else Level.STANDARD


def _probe_box(namespaces: bool) -> Layer:
    """Start the box round a program that does nothing, or only makes its own namespaces."""
    name = NAMESPACES if namespaces else BOX
    if box.bubblewrap() is None:
        return Layer(name, False, "bubblewrap is not installed: apt install bubblewrap")
    flags = kernel.CLONE_NEWPID | kernel.CLONE_NEWNS | kernel.CLONE_NEWNET if namespaces else 0
    code = f"import ctypes, sys; sys.exit({flags} and ctypes.CDLL(None).unshare({flags}) != 0)"
    command = [*box.arguments("numpy", namespaces), sys.executable, "-I", "-S", "-c", code]
    try:
        done = subprocess.run(
            command,
            env=box.ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PROBE_TIMEOUT_S,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Layer(name, False, f"bubblewrap does not start: {error}")
    if done.returncode == 0:
        return Layer(name, True)
    said = done.stderr.decode(errors="replace").strip() or "the kernel forbids it"
    return Layer(name, False, f"user namespaces: {said[:200]}")


def _probe_user(boxed: bool) -> Layer:
    """Workers of root become another user, who must be able to read the libraries."""
    closed = None if boxed or os.geteuid() != 0 else libraries.closed_folder(box.ENGINE)
    if closed is None:
        return Layer(USER, True)
    return Layer(USER, False, f"{closed} is closed to others: workers stay root, without capabilities")


def _probe_landlock() -> Layer:
    if kernel.landlock_abi() > 0:
        return Layer(LANDLOCK, True)
    return Layer(LANDLOCK, False, "the kernel offers none: it takes Linux 5.13 with lsm=landlock")


def _probe_seccomp() -> Layer:
    machine = platform.machine()
    if machine not in seccomp.MACHINES:
        return Layer(SECCOMP, False, f"no list of system calls for {machine}")
    offered = kernel.seccomp_refuses(seccomp.SECCOMP[seccomp.MACHINES[machine][0]], seccomp.REFUSE)
    return Layer(SECCOMP, offered, "" if offered else "the kernel offers no seccomp filter")
