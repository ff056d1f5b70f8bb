"""A function goes back to its released text in the coding of the file."""

from __future__ import annotations

import pytest

from autograde.course.putback import put_back
from autograde.errors import AutogradeError

RELEASED = "def f():\n    raise NotImplementedError  # \u221a\n\n\ndef g():\n    raise NotImplementedError\n"
OWN = "def f():\n    return 1\n\n\ndef g():\n    return '\u00fc'\n"


def test_a_byte_order_mark_stays() -> None:
    text = put_back(b"\xef\xbb\xbf" + OWN.encode(), RELEASED, ["f"], "own.py")
    assert text.startswith(b"\xef\xbb\xbfdef f():\n    raise NotImplementedError  # \xe2\x88\x9a")
    assert "return '\u00fc'" in text.decode()


def test_what_a_coding_lacks_makes_the_file_utf_8() -> None:
    text = put_back(f"# coding: latin-1\n{OWN}".encode("latin-1"), RELEASED, ["f"], "own.py")
    assert text.decode().startswith("# coding: utf-8\n")
    assert "return '\u00fc'" in text.decode()
    compile(text, "f.py", "exec")


def test_another_coding_stays_where_it_can() -> None:
    text = put_back(f"# coding: latin-1\n{OWN}".encode("latin-1"), RELEASED, ["g"], "own.py")
    assert (
        text == f"# coding: latin-1\n{OWN}".replace("return '\u00fc'", "raise NotImplementedError").encode()
    )


BROKEN = "x = (1,\n\n\ndef f(a\n    return 1\n\n\n# mine\ndef g():\n    return '''\n"
"""A bracket and a text that are never closed."""


def test_in_a_file_that_is_not_python_only_the_function_changes() -> None:
    text = put_back(BROKEN.encode(), RELEASED, ["f"], "own.py").decode()
    assert text == BROKEN.replace("def f(a\n    return 1\n", RELEASED.split("\n\n\n")[0] + "\n")
    text = put_back(text.encode(), RELEASED, ["g"], "own.py").decode()
    assert text == "x = (1,\n\n\n" + RELEASED.replace("\n\n\ndef g", "\n\n\n# mine\ndef g")


@pytest.mark.parametrize("present", [b"fed f():\n  return (\n", b"# coding: no-such\n", b"\xff", b"a\x00("])
def test_what_cannot_be_done_safely_is_not_done(present: bytes) -> None:
    with pytest.raises(AutogradeError, match=r"own.py: expected .*, got .*\. \w.*\."):
        put_back(present, RELEASED, ["f"], "own.py")


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_ends_stay_each_as_it_is(newline: str) -> None:
    odd = "# one that ends otherwise" + ("\r\n" if newline == "\n" else "\n")
    present = OWN.replace("\n", newline) + odd
    text = put_back(present.encode(), RELEASED, ["f"], "own.py").decode()
    first = RELEASED.split("\n\n\n")[0].replace("\n", newline)
    assert text == present.replace(f"def f():{newline}    return 1", first)


@pytest.mark.parametrize(
    "line", ["f = g = None", "f: int = 1", "a = 1; f = 2", "if True:\n    def f(): ...", "from m import f"]
)
def test_what_shares_its_line_with_other_work_is_replaced_below(line: str) -> None:
    present = f"{line}\nmine = 3\n"
    text = put_back(present.encode(), RELEASED, ["f"], "own.py").decode()
    assert line in text or line == "f: int = 1"
    assert "mine = 3\n" in text
    assert "raise NotImplementedError  # \u221a" in text


def test_a_second_time_changes_nothing() -> None:
    once = put_back(OWN.encode(), RELEASED, ["f", "g"], "own.py")
    assert once == RELEASED.encode()
    assert put_back(once, RELEASED, ["f", "g"], "own.py") == once
