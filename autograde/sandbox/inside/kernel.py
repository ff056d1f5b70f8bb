"""The system calls that Python does not offer. Importable everywhere, of use on Linux only."""

from __future__ import annotations

import ctypes
import functools
import os
import stat
import struct
from collections.abc import Sequence
from pathlib import Path

CLONE_NEWNS = 0x0002_0000
CLONE_NEWUTS = 0x0400_0000
CLONE_NEWIPC = 0x0800_0000
CLONE_NEWPID = 0x2000_0000
CLONE_NEWNET = 0x4000_0000

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_NO_NEW_PRIVS = 38

MS_RDONLY = 1
MS_NOSUID = 2
MS_NODEV = 4
MS_NOEXEC = 8
MS_REMOUNT = 1 << 5
MS_BIND = 1 << 12
MS_REC = 1 << 14
MS_PRIVATE = 1 << 18

# Landlock's three system calls have the same numbers on every architecture.
LANDLOCK_CREATE, LANDLOCK_ADD, LANDLOCK_RESTRICT = 444, 445, 446
LANDLOCK_VERSION, LANDLOCK_BENEATH = 1, 1
LANDLOCK_EXECUTE, LANDLOCK_WRITE_FILE, LANDLOCK_READ_FILE, LANDLOCK_READ_DIR = 1, 1 << 1, 1 << 2, 1 << 3
LANDLOCK_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}  # ABI -> how many file rights it can deny
LANDLOCK_FILE_RIGHTS_LATEST = 16

LARGE_PAGE_BYTES = 2 << 20
MADV_COLLAPSE = 25

SECCOMP_SET_FILTER, SECCOMP_IS_OFFERED = 1, 2

CAPABILITY_HEADER = b"\x22\x05\x08\x20\0\0\0\0"  # version 3, this thread
CAPABILITY_SETS_BYTES = 24


@functools.cache
def _libc() -> ctypes.CDLL:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    return libc


def _check(result: int, what: str) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
    return result


def prctl(option: int, value: int) -> None:
    """Set one property of this process."""
    arguments = [ctypes.c_ulong(number) for number in (value, 0, 0, 0)]
    _check(_libc().prctl(ctypes.c_int(option), *arguments), f"prctl {option}")


def unshare(flags: int) -> None:
    """Leave the shared namespaces that `flags` names."""
    _check(_libc().unshare(ctypes.c_int(flags)), "unshare")


def setns(descriptor: int, flags: int) -> None:
    """Enter the namespace that an open file of /proc/*/ns names."""
    _check(_libc().setns(ctypes.c_int(descriptor), ctypes.c_int(flags)), "setns")


def mount(target: str, kind: str | None, flags: int, options: str | None = None) -> None:
    """Mount an empty file system of `kind` on `target`, or only change flags where `kind` is None."""
    source, name, data = (None if text is None else text.encode() for text in (kind, kind, options))
    result = _libc().mount(source, target.encode(), name, ctypes.c_ulong(flags), data)
    _check(result, f"mount {target}")


def drop_capabilities() -> None:
    """Give up every capability, for ever."""
    sets = ctypes.create_string_buffer(CAPABILITY_SETS_BYTES)
    _check(_libc().capset(CAPABILITY_HEADER, sets), "capset")


def landlock_abi() -> int:
    """Return the version of Landlock that this kernel offers, 0 for none."""
    version = int(_libc().syscall(LANDLOCK_CREATE, None, ctypes.c_size_t(0), LANDLOCK_VERSION))
    return max(version, 0)


def landlock_ruleset(
    readable: Sequence[str], executable: Sequence[str] = (), writable: Sequence[str] = ()
) -> int:
    """Return a descriptor of rules that deny all but reading what lies under `readable`.

    The files `executable` are those that a process may become, the files `writable` may be written to.
    With newer kernels they also deny TCP, abstract Unix sockets and signals to other processes.
    """
    abi = landlock_abi()
    files = (1 << LANDLOCK_FILE_RIGHTS.get(abi, LANDLOCK_FILE_RIGHTS_LATEST)) - 1
    handled = [files, 0b11 if abi >= 4 else 0, 0b11 if abi >= 6 else 0]
    used = 1 if abi < 4 else 2 if abi < 6 else 3
    attributes = (ctypes.c_uint64 * used)(*handled[:used])
    size = ctypes.c_size_t(ctypes.sizeof(attributes))
    rules = _check(int(_libc().syscall(LANDLOCK_CREATE, attributes, size, 0)), "landlock")
    allowed = [*((path, 0) for path in readable), *((path, LANDLOCK_EXECUTE) for path in executable)]
    for path, more in [*allowed, *((path, LANDLOCK_WRITE_FILE) for path in writable)]:
        _allow(rules, path, LANDLOCK_READ_FILE | more)
    return rules


def _allow(rules: int, path: str, rights: int) -> None:
    parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        directory = LANDLOCK_READ_DIR if stat.S_ISDIR(os.fstat(parent).st_mode) else 0
        rule = struct.pack("=Qi", rights | directory, parent)
        added = _libc().syscall(LANDLOCK_ADD, ctypes.c_int(rules), LANDLOCK_BENEATH, rule, 0)
        _check(int(added), f"landlock {path}")
    finally:
        os.close(parent)


def landlock_restrict(rules: int) -> None:
    """Bind this process to the rules; needs `PR_SET_NO_NEW_PRIVS`."""
    _check(int(_libc().syscall(LANDLOCK_RESTRICT, ctypes.c_int(rules), 0)), "landlock")


def use_large_pages() -> None:
    """Gather what this process has allocated in large pages, so that a fork copies fewer entries.

    Only for speed: a kernel before 6.1 declines, and so does this one where nothing is allocated.
    """
    for line in Path("/proc/self/maps").read_text().splitlines():
        extent, access, _, _, _, *name = line.split()
        start, end = (int(word, 16) for word in extent.split("-"))
        start = -(-start // LARGE_PAGE_BYTES) * LARGE_PAGE_BYTES
        length = (end - start) // LARGE_PAGE_BYTES * LARGE_PAGE_BYTES
        if access == "rw-p" and name in ([], ["[heap]"]) and length > 0:
            _libc().madvise(ctypes.c_void_p(start), ctypes.c_size_t(length), MADV_COLLAPSE)


def seccomp(number: int, program: object) -> None:
    """Install a filter; `number` is the system call's, `program` a reference to a `sock_fprog`."""
    _check(int(_libc().syscall(number, SECCOMP_SET_FILTER, 0, program)), "seccomp")


def seccomp_refuses(number: int, action: int) -> bool:
    """Return whether the kernel's filter knows an action."""
    return int(_libc().syscall(number, SECCOMP_IS_OFFERED, 0, ctypes.byref(ctypes.c_uint32(action)))) == 0
