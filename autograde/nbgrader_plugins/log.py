"""What nbgrader logs, kept off the screen and searched for the one line that says why."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

EXCEPTION = re.compile(r"^\s*(?:[\w.]+\.)?(\w*(?:Error|Exception|Refused|Entry)): (.+)$", re.MULTILINE)


@dataclass
class Log:
    """The messages of one step."""

    buffer: io.StringIO = field(default_factory=io.StringIO)

    def messages(self, level: str) -> list[str]:
        """Return the first lines of the messages at such a level as "ERROR"."""
        lines = self.buffer.getvalue().splitlines()
        return [line.removeprefix(f"{level} ") for line in lines if line.startswith(f"{level} ")]

    def reason(self) -> str:
        """Return why the step failed: the last exception in the log, else the first error, else ""."""
        found = EXCEPTION.findall(self.buffer.getvalue())
        if found:
            kind, message = found[-1]
            return message if kind in ("ExchangeError", "NbGraderException") else f"{kind}: {message}"
        return next(iter(self.messages("ERROR") + self.messages("CRITICAL")), "")


@contextmanager
def captured(logger: Any) -> Iterator[Log]:
    """Keep what `logger` is told while the block runs."""
    log = Log()
    handler = logging.StreamHandler(log.buffer)
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    plain = logger.logger if isinstance(logger, logging.LoggerAdapter) else logger
    before, propagate, level = list(plain.handlers), plain.propagate, plain.level
    plain.handlers, plain.propagate = [handler], False
    plain.setLevel(logging.INFO)
    try:
        yield log
    finally:
        plain.handlers, plain.propagate = before, propagate
        plain.setLevel(level)
