"""What goes wrong while a submission runs: its fault as data, ours as an error."""

from __future__ import annotations

from dataclasses import dataclass

from autograde.errors import AutogradeError
from autograde.verdict import Verdict


@dataclass(frozen=True)
class Frame:
    """One line of a traceback that lies in the submission."""

    file: str
    line: int
    function: str


class SubmissionFailure(Exception):
    """The submission gave no answer. The message is fit for a learner, a terminal and a page."""

    def __init__(
        self, verdict: Verdict, message: str, error_type: str | None = None, frames: tuple[Frame, ...] = ()
    ) -> None:
        super().__init__(message)
        self.verdict = verdict
        self.message = message
        self.error_type = error_type
        self.frames = frames


class SandboxFailure(AutogradeError):
    """The sandbox itself failed; the verdict is `judge_error` and the grade stays open."""
