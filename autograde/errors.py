"""The errors that a person can act on."""

from __future__ import annotations


class AutogradeError(Exception):
    """Something that the caller must fix. The command line prints it and exits with code 2."""


def explain(what: str, expected: object, actual: object, next_step: str = "") -> str:
    """Return the one form that every message of the project has.

    >>> explain("basis", "3 vectors (as in the space)", 4, "Transpose it.")
    'basis: expected 3 vectors (as in the space), got 4. Transpose it.'
    """
    return f"{what}: expected {expected}, got {actual}. {next_step}".rstrip()
