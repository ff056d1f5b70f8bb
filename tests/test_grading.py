"""What is kept comes back as it was, what is damaged is none, and no page carries where things lie."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_feedback import RIGHT, WRONG, check, exercise, graded, shown

from autograde.classroom.grading import Grader
from autograde.classroom.pool import Judged
from autograde.classroom.store import Graded, Kept, Store, kept_result
from autograde.limits import ONE_THREAD
from autograde.verdict import Verdict

KEPT = replace(
    graded(exercise(RIGHT, WRONG, message="Your softmax is right."), notes=("No notebook.",)), key="a key"
)
LESSON = KEPT.lesson


def keep(root: Path, graded: Graded) -> None:
    with Store(root) as store:
        store.keep([Kept(graded)])


def damaged(root: Path, content: bytes, column: str = "verdict.result") -> Any:
    """Return what comes back once a value of the store is another one."""
    keep(root, KEPT)
    table, _, name = column.partition(".")
    with closing(sqlite3.connect(root / ".course" / "store.db")) as db:
        db.execute(f"UPDATE {table} SET {name} = ?", [content.decode("utf-8", "replace")])
        db.commit()
    with Store(root) as store:
        assert column != "verdict.result" or (kept_result(root, "ada", LESSON) is None) == (
            store.verdicts([KEPT.key]) == {}
        )
    return kept_result(root, "ada", LESSON)


def changed(*way: str | int, to: Any) -> bytes:
    """Return the kept result with another value at one place."""
    found = json.loads(json.dumps(asdict(KEPT)))["result"]
    place = found
    for step in way[:-1]:
        place = place[step]
    place[way[-1]] = to
    return json.dumps(found).encode()


CHECK = ("exercises", 0, "checks", 0)
ODD: tuple[Any, ...] = (5, 0.5, True, [], {}, ["a"], {"a": 1}, None, "a", float("inf"), float("nan"))
PLACES: list[tuple[tuple[str | int, ...], tuple[type, ...]]] = [
    (("points",), (int, float)),
    (("lesson",), (str, type(None))),
    (("environment",), (dict,)),
    (("environment", "sandbox"), (str,)),
    (("exercises",), (list,)),
    (("exercises", 0), ()),
    (("exercises", 0, "checks"), (list,)),
    (("exercises", 0, "max_points"), (int, float)),
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


@pytest.mark.parametrize("content", [b"[]", b"5", b'"a"', b"null", b"{}", b"\xff", b"[" * 100_000, b"{"])
def test_what_is_no_result_is_none(tmp_path: Path, content: bytes) -> None:
    assert damaged(tmp_path, content) is None


@pytest.mark.parametrize("content", [b"", b"5", b"[5]", b"{}", b"[", b"null"])
def test_odd_notes_are_no_result(tmp_path: Path, content: bytes) -> None:
    assert damaged(tmp_path, content, "submission.notes") is None


@pytest.mark.parametrize(("way", "kinds"), PLACES)
def test_a_value_of_another_kind_makes_it_none(
    tmp_path: Path, way: tuple[str | int, ...], kinds: tuple[type, ...]
) -> None:
    for odd in ODD:
        found = damaged(tmp_path, changed(*way, to=odd))
        plain = type(odd) in kinds and odd not in (["a"], {"a": 1}, float("inf")) and odd == odd
        assert (found is not None) == plain, (way, odd)


BYTES = json.dumps(asdict(KEPT)["result"]).encode()


@pytest.mark.slow
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
    assert KEPT.result is not None
    judged = Judged(KEPT.result, 0.0)
    monkeypatch.setattr("autograde.classroom.pool.Pool.judge", lambda self, job: judged)
    monkeypatch.setattr("autograde.classroom.store.Store.keep", lambda self, batch: None)
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


THREADS = """
from multiprocessing import get_context
from pathlib import Path

from autograde.classroom.pool import Pool

Pool(Path()).start()
with get_context("forkserver").Pool(1) as processes:
    print(processes.apply(eval, ("__import__('torch').get_num_threads()",)))
"""


@pytest.mark.slow
def test_torch_uses_one_thread_in_the_pool_whatever_the_shell_has_set() -> None:
    environment = {name: value for name, value in os.environ.items() if name not in ONE_THREAD}
    command = [sys.executable, "-c", THREADS]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "1\n"


def test_the_pool_starts_where_the_folder_for_temporary_files_has_a_long_name(tmp_path: Path) -> None:
    place = tmp_path / ("x" * 90)
    place.mkdir()
    code = """
from pathlib import Path
from autograde.classroom import pool
pool.PRELOADED.clear()
pool.Pool(Path()).start()
print(pool.get_temp_dir())
"""
    environment = os.environ | {"TMPDIR": str(place)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert not Path(done.stdout.strip()).exists()
