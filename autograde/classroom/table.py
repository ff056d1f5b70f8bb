"""A table as spreadsheets and learning platforms write it: in its encoding, with its separator."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from autograde.errors import AutogradeError, explain

MAX_BYTES = 20 * 1024 * 1024
MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
SEPARATORS = ",;\t"


@dataclass(frozen=True)
class Table:
    """Rows of text, and how the file says them: its mark, encoding, separator and line ends."""

    name: str
    rows: tuple[tuple[str, ...], ...]
    mark: bytes = b""
    encoding: str = "utf-8"
    separator: str = ","
    line_end: str = "\r\n"

    @property
    def header(self) -> tuple[str, ...]:
        """Return the first row."""
        return self.rows[0]

    def with_rows(self, rows: Iterable[Sequence[str]]) -> Table:
        """Return the same file with other rows."""
        return replace(self, rows=tuple(map(tuple, rows)))

    def content(self) -> bytes:
        """Return the bytes of the file."""
        text = io.StringIO()
        csv.writer(text, delimiter=self.separator, lineterminator=self.line_end).writerows(self.rows)
        return self.mark + text.getvalue().encode(self.encoding, "replace")


def read_table(path: Path) -> Table:
    """Return the table in a CSV file.

    Raises:
        AutogradeError: it cannot be read, or has no rows.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        next_step = "Name a CSV file."
        raise AutogradeError(explain(str(path), "a table", error.strerror, next_step)) from error
    if len(content) > MAX_BYTES:
        raise AutogradeError(explain(str(path), f"at most {MAX_BYTES:,} bytes", "more", "Is this the table?"))
    return _table(str(path), content)


def _table(name: str, content: bytes) -> Table:
    mark, encoding, text = _decoded(content)
    first, _, rest = text.partition("\n")
    said = re.fullmatch(r"sep=(.)\r?", first)  # Excel's own first line
    text = rest if said else text
    separator = said[1] if said else _separator(text.partition("\n")[0])
    lines = io.StringIO(text if "\n" in text else text.replace("\r", "\n"), newline="")
    try:
        rows = [
            tuple(row)
            for row in csv.reader(lines, delimiter=separator, strict=True)
            if any(map(str.strip, row))
        ]
    except csv.Error as error:
        raise AutogradeError(explain(name, "a CSV file", error, "Save it as CSV once more.")) from error
    if not rows or "\0" in text:
        raise AutogradeError(explain(name, "a CSV file with a first row of headers", "another file"))
    return Table(name, tuple(rows), mark, encoding, separator, "\r\n" if "\r\n" in text else "\n")


def _decoded(content: bytes) -> tuple[bytes, str, str]:
    """Return the mark in front, the encoding and the text."""
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return mark, encoding, content[len(mark) :].decode(encoding, "replace")
    guesses = ["utf-8", "cp1252", "latin-1"]
    if b"\0" in content[:200]:
        guesses[:0] = ["utf-16-le" if content[1:2] == b"\0" else "utf-16-be"]
    for encoding in guesses:
        try:
            return b"", encoding, content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise AssertionError("latin-1 reads everything")


def _separator(line: str) -> str:
    outside = re.sub(r'"[^"]*"', "", line)
    return max(SEPARATORS, key=outside.count)
