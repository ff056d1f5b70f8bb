"""A function goes back to its released text in the coding of the file."""

from __future__ import annotations

import pytest

from autograde.course.restore import restored

RELEASED = "def f():\n    raise NotImplementedError  # \u221a\n\n\ndef g():\n    raise NotImplementedError\n"
OWN = "def f():\n    return 1\n\n\ndef g():\n    return '\u00fc'\n"


def test_a_byte_order_mark_stays() -> None:
    text, extent = restored(b"\xef\xbb\xbf" + OWN.encode(), RELEASED, ["f"])
    assert extent == "function"
    assert text.startswith(b"\xef\xbb\xbfdef f():\n    raise NotImplementedError  # \xe2\x88\x9a")
    assert "return '\u00fc'" in text.decode()


def test_what_a_coding_lacks_makes_the_file_utf_8() -> None:
    text, extent = restored(f"# coding: latin-1\n{OWN}".encode("latin-1"), RELEASED, ["f"])
    assert extent == "function"
    assert text.decode().startswith("# coding: utf-8\n")
    assert "return '\u00fc'" in text.decode()
    compile(text, "f.py", "exec")


def test_another_coding_stays_where_it_can() -> None:
    text, _ = restored(f"# coding: latin-1\n{OWN}".encode("latin-1"), RELEASED, ["g"])
    assert (
        text == f"# coding: latin-1\n{OWN}".replace("return '\u00fc'", "raise NotImplementedError").encode()
    )


@pytest.mark.parametrize("present", [None, b"def f(:\n", b"# coding: no-such\n", b"\xff"])
def test_what_cannot_be_read_is_restored_as_a_whole(present: bytes | None) -> None:
    assert restored(present, RELEASED, ["f"]) == (RELEASED.encode(), "file")
