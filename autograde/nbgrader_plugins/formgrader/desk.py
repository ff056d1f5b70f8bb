"""What formgrader's buttons start, in a process of its own that stays warm between two of them.

It reads one job a line, and says for each student what came out, and when a job has ended. It ends with
the server whose buttons it serves.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from autograde.errors import AutogradeError, explain
from autograde.nbgrader_plugins.cycle import Nbgrader
from autograde.nbgrader_plugins.formgrader import outcome
from autograde.nbgrader_plugins.grade_class import ClassGrader, Outcome

Tell = Callable[[outcome.Shown], None]


def autograde(nbgrader: Nbgrader, lesson: str, students: list[str], tell: Tell) -> None:
    """Grade one submission as nbgrader's own button does, and several as a class."""
    if len(students) == 1:
        nbgrader.autograde(lesson, students[0])
        tell(outcome.kept_one(nbgrader.root, students[0], lesson))
        return

    def told(each: Outcome) -> None:
        if each.how == "failed":
            tell(outcome.failed(each.student, each.problem))
        else:
            tell(outcome.kept_one(nbgrader.root, each.student, lesson))

    with ClassGrader(nbgrader, min(_cores(), len(students)), told=told) as grader:
        grader.grade(lesson, students)


def feedback(nbgrader: Nbgrader, lesson: str, students: list[str], tell: Tell) -> None:
    """Write the feedback page of each student; one that fails stops no other."""
    for student in students:
        try:
            nbgrader.generate_feedback(lesson, student)
            tell(outcome.Shown(student, "The feedback page was written."))
        except AutogradeError as error:
            tell(outcome.failed(student, f"No feedback page. {error}"))


ACTIONS = {"autograde": autograde, "feedback": feedback}
NEEDS = {"autograde": "submissions that were collected", "feedback": "submissions that were graded"}


def everybody(nbgrader: Nbgrader, what: str, lesson: str) -> list[str]:
    """Return whom a job for the whole lesson concerns."""
    if what == "autograde":
        return nbgrader.submitted(lesson)
    root = nbgrader.folder("autograded", ".", ".").resolve()
    return sorted(path.parent.name for path in root.glob(f"*/{lesson}") if path.is_dir())


def run(job: dict[str, Any], say: Callable[[dict[str, Any]], None]) -> None:
    """Do one job; whatever fails is said in a sentence."""
    problem = ""
    try:
        nbgrader = Nbgrader(Path(job["root"]))
        known = everybody(nbgrader, job["what"], job["lesson"])
        students = job["students"] or known
        if not students or not set(students) <= set(known):
            who = ", ".join(students) or "none"
            raise AutogradeError(
                explain(job["lesson"], NEEDS[job["what"]], who, "Collect and autograde first.")
            )
        say({"total": len(students)})
        ACTIONS[job["what"]](nbgrader, job["lesson"], students, lambda each: say({"outcome": asdict(each)}))
    except (AutogradeError, OSError) as error:
        problem = str(error)
    except Exception as error:  # the process stays for the next job
        problem = f"{type(error).__name__}: {error}"
    say({"end": True, "problem": problem})


def main() -> None:
    """Serve jobs from standard input until it ends. What others print goes to the server's log."""
    told = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    for line in sys.stdin:
        job = json.loads(line)

        def say(event: dict[str, Any], job: dict[str, Any] = job) -> None:
            told.write(json.dumps({"job": job["id"]} | event) + "\n")
            told.flush()

        run(job, say)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
