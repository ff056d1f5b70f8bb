"""A submission of one file, asked for its function `run`, and a look at its process from outside."""

from __future__ import annotations

from typing import Any

import pytest

from autograde.call import Call, Target
from autograde.sandbox.failure import SubmissionFailure
from autograde.sandbox.process import Forked, Worker, _number_of
from autograde.sandbox.sandbox import Sandbox


def failure(sandbox: Sandbox, source: str, *args: object, **options: Any) -> SubmissionFailure:
    """Return how a call of `run` in `source` fails."""
    sources = {"task.py": source.encode()}
    with (
        sandbox.session("attnlib", sources, **options) as session,
        pytest.raises(SubmissionFailure) as caught,
    ):
        session.call(Call(Target.of("task.run"), args))
    return caught.value


def value(sandbox: Sandbox, source: str, *args: object, **options: Any) -> Any:
    """Return what `run` in `source` returns."""
    with sandbox.session("attnlib", {"task.py": source.encode()}, **options) as session:
        return session.call(Call(Target.of("task.run"), args))


def process_id(worker: Worker) -> int:
    """Return the number that the worker has in the judge's own process namespace."""
    assert isinstance(worker, Forked)
    return _number_of(worker._process)
