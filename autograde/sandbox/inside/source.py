"""The text of a submission's file, as Python's compiler reads it."""

from __future__ import annotations

import io
import tokenize

from autograde.sandbox.inside.deny import Refused

_ESCAPES = r"\x41 \u0041 +AEE- ~~"
"""What other characters hide behind, in a coding in which a letter need not mean itself."""


def text_of(source: bytes) -> str:
    """Return the text, decoded by its byte order mark or the coding that its first lines name.

    Bytes that do not fit come back as question marks: the compiler says what is wrong with them.
    """
    try:
        return source.decode(_coding(source), "replace")
    except (SyntaxError, LookupError):
        return source.decode("utf-8", "replace")


def refuse_hidden(source: bytes, file: str) -> None:
    """Raise `Refused` for a text that Python compiles and a person's editor shows otherwise."""
    try:
        coding = _coding(source)
        if _ESCAPES.encode().decode(coding) == _ESCAPES:
            return
    except (SyntaxError, LookupError, ValueError):
        return  # the compiler will say so
    raise Refused(f"{file}: expected a text in UTF-8, got one in {coding}. Save it as UTF-8.")


def two_of_a_name(file: str) -> Refused:
    """Return what is said where Python would have to choose between a file and a folder."""
    return Refused(f"{file}: expected a file or a folder of this name, got both. Remove one.")


def _coding(source: bytes) -> str:
    return tokenize.detect_encoding(io.BytesIO(source).readline)[0]
