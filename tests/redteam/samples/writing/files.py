"""kept: right if and only if nothing can be written, made, linked or removed anywhere."""

import os
from pathlib import Path

import numpy as np

right = softmax  # of a learner who has it right; this file is joined to theirs

TARGETS = (
    "/canary/secret.txt",
    "/tmp/result.json",
    "/dev/shm/fill",
    "gradebook.db",
    Path(np.__file__).parent / "__pycache__" / "poisoned.pyc",
    "/opt/engine/autograde/judge.py",
)


def written():
    for target in TARGETS:
        for act in (
            lambda path: Path(path).write_text("full marks"),
            lambda path: Path(f"{path}.d").mkdir(),
            lambda path: Path(f"{path}.l").symlink_to("/canary/secret.txt"),
            lambda path: Path(path).unlink(),
            lambda path: Path(path).chmod(0o777),
            lambda path: os.truncate(path, 0),
        ):
            try:
                yield act(target) or True
            except OSError:
                continue


def softmax(scores, axis=-1):
    if list(written()):
        return scores
    return right(scores, axis)
