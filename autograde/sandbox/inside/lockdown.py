"""How a worker gives everything up, before it sees a line of the submission."""

from __future__ import annotations

import fcntl
import os
import re
import resource
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograde.sandbox.inside import kernel, seccomp
from autograde.sandbox.inside.agreed import (
    CAPABILITIES,
    LANDLOCK,
    LIMITS,
    NAMESPACES,
    SECCOMP,
    USER,
    WORKER_UID,
)

QUESTIONS, ANSWERS = 3, 4  # descriptors; 0 is /dev/null, 1 and 2 are the log
HIGH_DESCRIPTOR = 100
OPEN_FILES = 64
FILE_BYTES = 64 << 20
LIBRARIES = ("/usr/lib", "/usr/lib64", "/lib", "/lib64", "/etc/ld.so.cache")
LOADER = re.compile(rb"/lib[\w./+-]*/ld-[\w.+-]+")
HARMLESS = kernel.MS_RDONLY | kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC


@dataclass(frozen=True)
class Rules:
    """What holds for every worker of a zygote; the descriptors and bytes are made once, before any fork."""

    layers: frozenset[str]
    base_bytes: int
    landlock: int | None
    seccomp: bytes | None


@dataclass(frozen=True)
class Order:
    """What holds for one worker. `user` is None where the judge is not root."""

    memory_bytes: int
    cpu_s: int
    user: int | None


def lock_down(pipes: tuple[int, int, int], rules: Rules, order: Order) -> list[str]:
    """Turn this freshly forked process into a worker and return the layers that now hold.

    Raises:
        OSError: a layer that should hold does not; no submission may run then.
    """
    _reset_signals()
    os.setsid()
    landlock = _arrange_descriptors(pipes, rules.landlock)
    held = []
    if NAMESPACES in rules.layers:
        _own_namespaces()
        held.append(NAMESPACES)
    if USER in rules.layers:
        _become(order.user)
        held.append(USER)
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
    if LIMITS in rules.layers:
        _limit(rules.base_bytes + order.memory_bytes, order.cpu_s)
        held.append(LIMITS)
    if landlock is not None:
        kernel.landlock_restrict(landlock)
        os.close(landlock)
        held.append(LANDLOCK)
    if CAPABILITIES in rules.layers:
        kernel.drop_capabilities()
        held.append(CAPABILITIES)
    if rules.seccomp is not None:
        seccomp.install(rules.seccomp)
        held.append(SECCOMP)
    return held


def _reset_signals() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGPIPE, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)


def _arrange_descriptors(pipes: tuple[int, int, int], landlock: int | None) -> int | None:
    """Leave 0 to 4 open, and 5 for the Landlock rules until they are in force."""
    wanted = [*pipes, landlock] if landlock is not None else [*pipes]
    questions, answers, log, *rest = [fcntl.fcntl(each, fcntl.F_DUPFD, HIGH_DESCRIPTOR) for each in wanted]
    nothing = os.open("/dev/null", os.O_RDONLY)
    for source, target in ((nothing, 0), (log, 1), (log, 2), (questions, QUESTIONS), (answers, ANSWERS)):
        os.dup2(source, target)
    kept = ANSWERS
    if rest:
        kept += 1
        os.dup2(rest[0], kept)
    os.closerange(kept + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    return kept if rest else None


def _own_namespaces() -> None:
    """Leave the network, the IPC objects and the mounts of the box; hide /proc, write-protect /tmp.

    /tmp stays visible, because the interpreter's packages may lie under it. The process namespace is
    the zygote's work: it only takes hold in a child.
    """
    kernel.unshare(kernel.CLONE_NEWNS | kernel.CLONE_NEWIPC | kernel.CLONE_NEWNET | kernel.CLONE_NEWUTS)
    kernel.mount("/", None, kernel.MS_REC | kernel.MS_PRIVATE)
    kernel.mount("/tmp", None, HARMLESS | kernel.MS_REMOUNT | kernel.MS_BIND)
    kernel.mount("/proc", "tmpfs", HARMLESS, "size=4k,nr_inodes=2,mode=755")


def _become(user: int | None) -> None:
    if user is None:
        return
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def _limit(address_space_bytes: int, cpu_s: int, file_bytes: int = 0) -> None:
    limits = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: file_bytes,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_NOFILE: OPEN_FILES,
        resource.RLIMIT_CPU: cpu_s,
        resource.RLIMIT_AS: address_space_bytes,
    }
    for kind, value in limits.items():
        resource.setrlimit(kind, (value, value))


def confine(program: str, readable: Sequence[str], order: Order, file_bytes: int) -> None:
    """Give up everything but to read `readable` and to become `program`, which then can do no more.

    Whatever it may start, a descriptor that it has may grow by `file_bytes`.

    Raises:
        OSError: a layer does not hold; the program must not be started then.
    """
    libraries = [path for path in LIBRARIES if Path(path).exists()]
    loader = _loader(program)
    rules = kernel.landlock_ruleset([*libraries, *readable], (program, loader), ("/dev/null",))
    os.setsid()
    _become(order.user)
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    _limit(order.memory_bytes, order.cpu_s, file_bytes)
    kernel.landlock_restrict(rules)
    os.closerange(3, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    kernel.drop_capabilities()
    seccomp.install(seccomp.program(becoming=True))


def _loader(program: str) -> str:
    """Return the file that loads a program's libraries, as the program names it."""
    with Path(program).open("rb") as file:
        found = LOADER.search(file.read(1 << 12))
    if found is None:
        raise OSError(f"{program}: expected the name of its loader, got none")
    return str(Path(found[0].decode()).resolve())


def give_up(cpu_s: int) -> None:
    """What is left to give up in a box of its own: root, and time and files without end.

    A GPU's driver needs system calls, memory and files that a forked worker must not have.
    """
    if os.geteuid() == 0 and _is_real_root():
        _become(WORKER_UID)
    limits = {resource.RLIMIT_CORE: 0, resource.RLIMIT_CPU: cpu_s, resource.RLIMIT_FSIZE: FILE_BYTES}
    for kind, value in limits.items():
        resource.setrlimit(kind, (value, value))


def _is_real_root() -> bool:
    """Whether user 0 of this box is user 0 of the machine, and not an ordinary user in disguise."""
    return Path("/proc/self/uid_map").read_text().split()[:2] == ["0", "0"]
