"""The system calls that a worker may still make, as a program for the kernel's filter.

The list is what numeric Python needs once everything is imported. All else answers EPERM: no process,
no program, no socket, no signal, no memory file, no new namespace. The program is assembled by hand and
held by a snapshot test, so that nothing needs to be installed for it.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct

from autograde.sandbox.inside import kernel

# name -> number on x86_64, on aarch64
ALLOWED: dict[str, tuple[int | None, int | None]] = {
    "read": (0, 63),
    "write": (1, 64),
    "futex": (202, 98),
    # memory
    "mmap": (9, 222),
    "munmap": (11, 215),
    "mprotect": (10, 226),
    "mremap": (25, 216),
    "brk": (12, 214),
    "madvise": (28, 233),
    # files that Landlock lets us read
    "readv": (19, 65),
    "writev": (20, 66),
    "pread64": (17, 67),
    "lseek": (8, 62),
    "close": (3, 57),
    "dup": (32, 23),
    "fstat": (5, 80),
    "newfstatat": (262, 79),
    "statx": (332, 291),
    "stat": (4, None),
    "lstat": (6, None),
    "open": (2, None),
    "openat": (257, 56),
    "getdents64": (217, 61),
    "readlink": (89, None),
    "readlinkat": (267, 78),
    "access": (21, None),
    "faccessat": (269, 48),
    "faccessat2": (439, 439),
    "getcwd": (79, 17),
    "poll": (7, None),
    "ppoll": (271, 73),
    "select": (23, None),
    "pselect6": (270, 72),
    # time, identity, chance
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "clock_nanosleep": (230, 115),
    "nanosleep": (35, 101),
    "gettimeofday": (96, 169),
    "getrandom": (318, 278),
    "getpid": (39, 172),
    "gettid": (186, 178),
    "getuid": (102, 174),
    "geteuid": (107, 175),
    "getgid": (104, 176),
    "getegid": (108, 177),
    "uname": (63, 160),
    "sysinfo": (99, 179),
    "getrusage": (98, 165),
    "times": (100, 153),
    "getcpu": (309, 168),
    "sched_yield": (24, 124),
    "sched_getaffinity": (204, 123),
    # its own signals and threads
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "sigaltstack": (131, 132),
    "restart_syscall": (219, 128),
    "set_robust_list": (273, 99),
    "rseq": (334, 293),
    "membarrier": (324, 283),
    "exit": (60, 93),
    "exit_group": (231, 94),
}
# what a process needs to become a program and to begin as one
BECOMING: dict[str, tuple[int | None, int | None]] = {
    "execve": (59, 221),
    "arch_prctl": (158, None),
    "set_tid_address": (218, 96),
    "sched_get_priority_max": (146, 125),
    "sched_get_priority_min": (147, 126),
}
CLONE = (56, 220)
CLONE3 = (435, 435)
PRLIMIT = (302, 261)
IOCTL = (16, 29)
FCNTL = (72, 25)
SECCOMP = (317, 277)

CLONE_VM_AND_THREAD = 0x0001_0100
CLONE_NEW_NAMESPACE = 0x7E02_0000
TERMINAL_QUESTIONS = (0x5401, 0x541B, 0x5450, 0x5451)  # TCGETS, FIONREAD, FIONCLEX, FIOCLEX
FCNTL_COMMANDS = (0, 1, 2, 3, 4, 1030)  # duplicate, get and set flags

MACHINES = {"x86_64": (0, 0xC000_003E), "aarch64": (1, 0xC000_00B7)}  # column above, audit number
X32 = 0x4000_0000

LOAD, JUMP_IF_EQUAL, JUMP_IF_AT_LEAST, JUMP_IF_ANY, AND, RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
ALLOW, REFUSE, KILL = 0x7FFF_0000, 0x0005_0000, 0x8000_0000
NUMBER, MACHINE, ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data

Instruction = tuple[int, int, int, int]  # code, steps if true, steps if false, operand


def program(machine: str = platform.machine(), becoming: bool = False) -> bytes:
    """Return the filter for `machine`, ready for the kernel.

    With `becoming` the process may become a program, and may have no second thread.
    """
    column, audit = MACHINES[machine]
    lines: list[Instruction] = [(LOAD, 0, 0, MACHINE), (JUMP_IF_EQUAL, 1, 0, audit), _answer(KILL)]
    lines.append((LOAD, 0, 0, NUMBER))
    if machine == "x86_64":
        lines += [(JUMP_IF_AT_LEAST, 0, 1, X32), _answer(KILL)]
    for numbers in [*ALLOWED.values(), *(BECOMING.values() if becoming else ())]:
        number = numbers[column]
        if number is not None:
            lines += _rule(number, [_answer(ALLOW)])
    if not becoming:
        lines += _rule(CLONE[column], _clone_of_threads())
    lines += _rule(CLONE3[column], [_answer(REFUSE | errno.ENOSYS)])
    lines += _rule(PRLIMIT[column], _reading_own_limits())
    lines += _rule(IOCTL[column], _one_of(1, TERMINAL_QUESTIONS, errno.ENOTTY))
    lines += _rule(FCNTL[column], _one_of(1, FCNTL_COMMANDS, errno.EPERM))
    lines.append(_answer(REFUSE | errno.EPERM))
    return b"".join(struct.pack("<HBBI", *line) for line in lines)


def _answer(value: int) -> Instruction:
    return RETURN, 0, 0, value


def _rule(number: int, body: list[Instruction]) -> list[Instruction]:
    return [(JUMP_IF_EQUAL, 0, len(body), number), *body]


def _argument(index: int, high: bool = False) -> Instruction:
    return LOAD, 0, 0, ARGUMENTS + 8 * index + (4 if high else 0)


def _clone_of_threads() -> list[Instruction]:
    """Allow a thread of this process, never another process or a namespace."""
    return [
        _argument(0),
        (JUMP_IF_ANY, 3, 0, CLONE_NEW_NAMESPACE),
        (AND, 0, 0, CLONE_VM_AND_THREAD),
        (JUMP_IF_EQUAL, 0, 1, CLONE_VM_AND_THREAD),
        _answer(ALLOW),
        _answer(REFUSE | errno.EPERM),
    ]


def _reading_own_limits() -> list[Instruction]:
    """Allow prlimit(0, which, NULL, old)."""
    return [
        _argument(0),
        (JUMP_IF_EQUAL, 0, 5, 0),
        _argument(2),
        (JUMP_IF_EQUAL, 0, 3, 0),
        _argument(2, high=True),
        (JUMP_IF_EQUAL, 0, 1, 0),
        _answer(ALLOW),
        _answer(REFUSE | errno.EPERM),
    ]


def _one_of(index: int, values: tuple[int, ...], otherwise: int) -> list[Instruction]:
    tests = [(JUMP_IF_EQUAL, len(values) - position, 0, value) for position, value in enumerate(values)]
    return [_argument(index), *tests, _answer(REFUSE | otherwise), _answer(ALLOW)]


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("lines", ctypes.c_void_p))


def install(code: bytes) -> None:
    """Put this process under the filter; needs `PR_SET_NO_NEW_PRIVS`."""
    lines = ctypes.create_string_buffer(code, len(code))
    argument = _Program(len(code) // 8, ctypes.addressof(lines))
    kernel.seccomp(SECCOMP[MACHINES[platform.machine()][0]], ctypes.byref(argument))
