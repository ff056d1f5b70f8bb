"""kept: right if and only if no other process can be read, and no secret of the environment."""

import functools
import os
from pathlib import Path


right = softmax  # of a learner who has it right; this file is joined to theirs

HARMLESS = {"PATH", "HOME", "USER", "LANG", "LC_CTYPE", "MALLOC_ARENA_MAX", "PWD"}
HARMLESS |= {"CUDA_VISIBLE_DEVICES", "PYTORCH_NVML_BASED_CUDA_CHECK"}


def read():
    yield from (name for name in os.environ if name not in HARMLESS and not name.endswith("_THREADS"))
    for pid in range(1, 200):
        for what in ("cmdline", "environ", "maps", "mem", "status", "stat", "cwd", "root", "fd"):
            try:
                path = Path(f"/proc/{pid}/{what}")
                yield [*path.iterdir()] if what in ("cwd", "root", "fd") else path.read_bytes()[:9]
            except OSError:
                continue


@functools.cache
def found():
    return list(read())


def softmax(scores, axis=-1):
    if found():
        return scores
    return right(scores, axis)
