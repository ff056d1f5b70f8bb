"""The errors that a person can act on."""

from __future__ import annotations

TRACEBACK = "AUTOGRADE_TRACEBACK"
"""The environment variable with which a fault of ours shows where it happened."""


class AutogradeError(Exception):
    """Something that the caller must fix. The command line prints it and exits with code 2."""


def explain(what: str, expected: object, actual: object, next_step: str = "") -> str:
    """Return the one form that every message of the project has.

    >>> explain("basis", "3 vectors (as in the space)", 4, "Transpose it.")
    'basis: expected 3 vectors (as in the space), got 4. Transpose it.'
    """
    return f"{what}: expected {expected}, got {actual}. {next_step}".rstrip()


def sentence(error: BaseException) -> str:
    """Return what a person reads of whatever a command has raised."""
    if isinstance(error, AutogradeError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        where = str(error.filename or "a file")
        return explain(where, "a file to read or write", error.strerror, "Mend that, and run again.")
    happened = f"{type(error).__name__}: {error}"
    return explain("autograde", "to get through", happened, f"{TRACEBACK}=1 shows where it happened.")
