"""Results on disk: the same ones come back, a damaged one is none, and no page carries where things lie."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_feedback import RIGHT, WRONG, check, exercise, graded, shown

from autograde.classroom.grading import MAX_RESULT_BYTES, Grader, keep, kept_result, result_path
from autograde.verdict import Verdict

KEPT = graded(exercise(RIGHT, WRONG, message="Your softmax is right."), notes=("No notebook.",))
LESSON = KEPT.lesson


def damaged(root: Path, content: bytes) -> Any:
    path = result_path(root, "ada", LESSON)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return kept_result(root, "ada", LESSON)


def changed(*way: str | int, to: Any) -> bytes:
    """Return the kept result with another value at one place."""
    found = json.loads(json.dumps(asdict(KEPT)))
    place = found
    for step in way[:-1]:
        place = place[step]
    place[way[-1]] = to
    return json.dumps(found).encode()


CHECK = ("result", "exercises", 0, "checks", 0)
ODD: tuple[Any, ...] = (5, 0.5, True, [], {}, ["a"], {"a": 1}, None, "a", float("inf"), float("nan"))
PLACES: list[tuple[tuple[str | int, ...], tuple[type, ...]]] = [
    (("student",), (str,)),
    (("notes",), (list,)),
    (("notes", 0), (str,)),
    (("problem",), (str,)),
    (("result",), (type(None),)),
    (("result", "points"), (int, float)),
    (("result", "lesson"), (str, type(None))),
    (("result", "environment"), (dict,)),
    (("result", "environment", "sandbox"), (str,)),
    (("result", "exercises"), (list,)),
    (("result", "exercises", 0), ()),
    (("result", "exercises", 0, "checks"), (list,)),
    (("result", "exercises", 0, "max_points"), (int, float)),
    (CHECK, ()),
    ((*CHECK, "verdict"), ()),
    ((*CHECK, "points"), (int, float)),
    ((*CHECK, "misconception"), (str, type(None))),
    ((*CHECK, "ran"), (bool,)),
    ((*CHECK, "unknown"), ()),
]


def test_a_result_comes_back_as_it_was(tmp_path: Path) -> None:
    keep(tmp_path, KEPT)
    assert kept_result(tmp_path, "ada", LESSON) == KEPT
    open_one = replace(KEPT, result=None, problem="OSError")
    keep(tmp_path, open_one)
    assert kept_result(tmp_path, "ada", LESSON) == open_one
    assert kept_result(tmp_path, "bob", LESSON) is None


@pytest.mark.parametrize("content", [b"", b"[]", b"5", b'"a"', b"null", b"{}", b"\xff", b"[" * 100_000, b"{"])
def test_what_is_no_result_is_none(tmp_path: Path, content: bytes) -> None:
    assert damaged(tmp_path, content) is None


def test_a_result_is_not_read_without_end(tmp_path: Path) -> None:
    assert damaged(tmp_path, b" " * MAX_RESULT_BYTES + changed("student", to="ada")) is None


@pytest.mark.parametrize(("way", "kinds"), PLACES)
def test_a_value_of_another_kind_makes_it_none(
    tmp_path: Path, way: tuple[str | int, ...], kinds: tuple[type, ...]
) -> None:
    for odd in ODD:
        found = damaged(tmp_path, changed(*way, to=odd))
        plain = type(odd) in kinds and odd not in (["a"], {"a": 1}, float("inf")) and odd == odd
        assert (found is not None) == (plain or (odd == ["a"] and way == ("notes",))), (way, odd)


BYTES = json.dumps(asdict(KEPT)).encode()


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(BYTES) - 1), st.binary(max_size=3), st.integers(0, 3))
def test_any_damage_leaves_a_result_or_none(
    tmp_path_factory: pytest.TempPathFactory, place: int, put: bytes, lost: int
) -> None:
    root = tmp_path_factory.getbasetemp()
    found = damaged(root, BYTES[:place] + put + BYTES[place + lost :])
    assert found is None or shown(found)


def test_a_folder_that_is_missing_is_named_without_its_place(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograde.classroom.pool.Pool.judge", lambda self, job: KEPT.result)
    monkeypatch.setattr("autograde.classroom.grading.keep", lambda root, graded: None)
    (tmp_path / "handed in").mkdir()
    notes = Grader(root).grade(tmp_path / "handed in", LESSON, "ada").notes
    wanted = "attnlib: expected a folder named attnlib, got none. Name the folder that holds it."
    assert notes == (f"{wanted} Nothing of it was run.",)


def test_what_went_wrong_in_the_grader_is_not_on_the_page() -> None:
    message = "FileNotFoundError: /srv/course/solutions/checks/03.py has 31337.25"
    html = shown(graded(exercise(check(Verdict.JUDGE_ERROR, message))))
    assert "This is a fault of the grader" in html
    assert "31337" not in html
    assert "/srv" not in html
