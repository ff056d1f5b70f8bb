"""Names what of a line only a newer Python can read."""

from __future__ import annotations

import re
import sys

NEWER = (
    (r"\s*type\s+\w+(\[.*\])?\s*=", (3, 12), "A type statement", "Write NAME = ... without the word type"),
    (r"\s*(async\s+)?(def|class)\s+\w+\[", (3, 12), "A type parameter in brackets", "Leave it out"),
    (r".*\bf(['\"]).*\{[^}]*\1", (3, 12), "The same quotes inside an f-string", "Use the other kind inside"),
    (r".*\bt['\"]", (3, 14), "A t-string", "Write an f-string"),
    (r"\s*except\s+\w+\s*,", (3, 14), "except with a comma", "Put brackets around the errors"),
)
"""A line that begins so, since when it can be read, what it is, and what to do."""


def what_is_newer(line: str) -> str:
    """Return the sentence about what in a line needs a newer Python than this one, or ""."""
    for pattern, version, what, remedy in NEWER:
        if re.match(pattern, line) and sys.version_info < version:
            return f"{what} needs Python {'.'.join(map(str, version))}. {remedy}."
    return ""
