"""The class of `make demo` gets what it deserves, in less than a minute."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
COURSE = ROOT / ".course" / "demo"
LEARNERS = ROOT / "solutions" / "answers" / "learners"

POINTS = {
    "ada": 22,
    "ben": 22,
    "chen": 22,
    "dana": 10,
    "emil": 17,
    "fay": 12,
    "gus": 10,
    "hana": 0,
    "ivan": 0,
    "june": 17,
    "kit": 0,
    "lena": 22,
    "milo": 22,
    "nora": 22,
    "omar": 0,
    "pia": 0,
    "rosa": 22,
}


@pytest.mark.slow
@pytest.mark.redteam
def test_the_class_gets_what_it_deserves():
    done = subprocess.run(
        [sys.executable, str(HERE / "play.py")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "The canary is untouched." in done.stdout
    assert "refused: " in done.stdout
    export = [sys.executable, "-c", "from autograde.cli.main import main; main(['export'])"]
    grades = subprocess.run(export, cwd=COURSE, capture_output=True, text=True, check=True).stdout
    rows = {row["student"]: row for row in csv.DictReader(grades.splitlines())}
    assert {student: float(row["points"]) for student, row in rows.items()} == POINTS
    assert sorted(student for student, row in rows.items() if float(row["late_s"]) > 0) == ["nora", "rosa"]


def test_every_learner_says_what_they_did():
    learners = sorted(path.name for path in LEARNERS.iterdir())
    assert learners == sorted([*POINTS, "quin"])
    assert all((LEARNERS / name / "about.txt").read_text().strip() for name in learners)
