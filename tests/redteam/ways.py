"""A class of samples, handed in all at once and judged by one way in. Runs in the outer box only.

    ways.py judge standard      `autograde judge` for each, at one level of the sandbox
    ways.py grade               `autograde grade` for all
    ways.py nbgrader            `nbgrader autograde` for all
    ways.py button              what formgrader's button calls, for each

Prints one JSON object: what became of each sample, what was touched, what outlived the run.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any
from unittest import mock

sys.path.insert(0, "/opt/redteam")
sys.path.insert(0, "/opt/engine")

from inside import TOKEN, canaries, processes, refuse_outside
from sample import ATTENTION, KEPT, REFUSED, SOFTMAX, Sample, samples

from autograde.course.submission import read_sources

SOLUTIONS = Path("/opt/solutions")
PLACE = Path("/tmp/red")
WHEN = "2026-01-01 00:00:00.000000 UTC"
LIMITS = {
    "load_s": "1.5",
    "call_s": "0.5",
    "submission_s": "6",
    "memory_bytes": str(128 << 20),
    "output_bytes": str(4 << 20),
}
ASKED = ("__init__", "cpu/", "cuda/", "puzzles")
"""What of the package has exercises: the rest draws and measures, and a class would copy it for nothing."""

SECRETS = (TOKEN, str(PLACE), "/opt/", "solutions/", "expect_close", sys.prefix)
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]")


@dataclass(frozen=True)
class Row:
    """What became of one sample: its verdict, the points that it cost, what was said of it."""

    verdict: str
    costs: float
    said: str = ""

    @property
    def tells(self) -> str:
        """Return what of ours stands in the sentences, or what would steer a terminal."""
        found = [secret for secret in SECRETS if secret in self.said]
        return (found or CONTROL.findall(self.said) or [""])[0]


def course_at(root: Path) -> Path:
    """Make a course of its own, with limits that a class of hostile samples can reach quickly."""
    shutil.copytree(SOLUTIONS, root / "solutions", ignore=shutil.ignore_patterns("__pycache__", "answers"))
    (root / "solutions/answers").mkdir()
    settings = root / "solutions/lessons/course.toml"
    text = settings.read_text()
    for name, value in LIMITS.items():
        text, count = re.subn(rf"(?m)^{name} = [\d_.]+", f"{name} = {value}", text)
        assert count == 1, name
    settings.write_text(text)
    shutil.copyfile("/opt/nbgrader_config.py", root / "nbgrader_config.py")
    os.chdir(root)
    return root


def package() -> dict[str, bytes]:
    """Return what a learner hands in who has all of it right."""
    whole = read_sources(SOLUTIONS, "attnlib")
    return {path: text for path, text in whole.items() if path.startswith(ASKED)}


def row(exercises: list[dict[str, Any]], sample: Sample) -> Row:
    """Return what became of a sample whose exercises were judged."""
    (exercise,) = [each for each in exercises if each["id"] == sample.exercise]
    missed = [each for each in exercise["checks"] if each["verdict"] != "accepted"]
    counted = exercises if sample.lesson == SOFTMAX else [exercise]
    costs = sum(each["max_points"] - each["points"] for each in counted)
    checks = [check for each in exercises for check in each["checks"]]
    messages = [each["message"] for each in checks] + [each.get("message", "") for each in exercises]
    said = " ".join(dict.fromkeys(messages))
    failed = any(check["verdict"] == "judge_error" for check in checks)
    verdict = "judge_error" if failed else missed[0]["verdict"] if missed else KEPT
    return Row(verdict, costs, said)


def by_judge(root: Path, chosen: list[Sample], level: str) -> dict[str, Row]:
    """Judge each folder with the command; the course and the sandbox stay warm between them."""
    from click.testing import CliRunner

    from autograde.cli.main import main
    from autograde.course.course import Course
    from autograde.sandbox.level import LAYERS, Level
    from autograde.sandbox.sandbox import Sandbox

    reference = package()
    course = Course(root)
    found = {}
    with Sandbox(course.limits, layers=LAYERS[Level(level)]) as sandbox:
        warm = mock.patch.multiple
        with (
            warm("autograde.course.course", Course=lambda _: course),
            warm("autograde.sandbox.sandbox", Sandbox=lambda *_, **__: contextlib.nullcontext(sandbox)),
        ):
            for sample in chosen:
                folder = PLACE / "handed_in" / sample.name
                sample.hand_in(folder, root / "none", reference)
                words = ["judge", str(folder), "--lesson", sample.lesson, "--student", sample.name]
                only = ["--exercise", sample.exercise] * (sample.lesson == ATTENTION)
                done = CliRunner().invoke(main, [*words, *only, "--json"])
                found[sample.name] = _judged(done, sample, str(folder))
                shutil.rmtree(folder, ignore_errors=True)  # one has a folder that nobody may enter
    return found


def _judged(done: Any, sample: Sample, folder: str) -> Row:
    """Read what the command said. It may name the folder that it was asked to judge."""
    if done.exit_code == 2:
        expected = sample.verdict in (REFUSED, "nothing") and sample.names in done.stderr
        verdict = sample.verdict if expected else "refused without a name"
        return Row(verdict, sample.costs, done.stderr.replace(folder, ""))
    if done.exit_code not in (0, 1):
        return Row(f"exit code {done.exit_code}", 0.0, repr(done.exception))
    return row(json.loads(done.stdout)["exercises"], sample)


class Classroom:
    """A course with its exchange; everybody hands in, some of them behind the back of `submit`."""

    def __init__(self, root: Path, chosen: list[Sample]) -> None:
        from autograde.course.release import write_generated
        from autograde.nbgrader_plugins.cycle import Nbgrader
        from autograde.nbgrader_plugins.generate import generate

        self.root, self.chosen = root, chosen
        self.nbgrader = Nbgrader(root)
        self.lessons = sorted({sample.lesson for sample in chosen})
        write_generated(root, generate(root, self.lessons, gradebook=True), ["attnlib", "lessons"])
        for lesson in self.lessons:
            self.nbgrader.release(lesson)

    def hand_in(self) -> dict[str, str]:
        """Put everything into the exchange and collect it; return why some were refused, by sample.

        What was refused is then laid where it would lie had it been collected by hand.
        """
        exchange = Path(self.nbgrader.config.Exchange.root) / self.nbgrader.course_id
        reference = package()
        for sample in self.chosen:
            folder = exchange / "inbound" / f"{sample.name}+{sample.lesson}+{WHEN}"
            folder.mkdir(parents=True)
            (folder / "timestamp.txt").write_text(WHEN)
            sample.hand_in(folder, exchange / "outbound" / sample.lesson, reference)
        refused = [sentence for lesson in self.lessons for sentence in self.nbgrader.collect(lesson)]
        by_name = {sentence.partition(":")[0]: sentence for sentence in refused}
        for sample in self.chosen:
            if sample.name in by_name:
                laid = self.nbgrader.folder("submitted", sample.name, sample.lesson)
                assert not laid.exists(), f"{laid} was copied"
                laid.parent.mkdir(parents=True, exist_ok=True)
                (exchange / "inbound" / f"{sample.name}+{sample.lesson}+{WHEN}").rename(laid)
        return by_name

    def grade(self, way: str) -> None:
        """Grade all of them by one way."""
        python = [sys.executable, "-B"]
        for lesson in self.lessons:
            if way == "grade":
                ours = "from autograde.cli.main import main; main()"
                workers = "2" if lesson == SOFTMAX else "1"  # each loads torch for the dozen of the other
                self._run([*python, "-c", ours, "grade", lesson, "--workers", workers, "--json"])
            elif way == "nbgrader":
                self._run([*python, "-m", "nbgrader", "autograde", lesson])
            else:
                self._press(lesson)

    def _run(self, command: list[str]) -> None:
        environment = os.environ | {"PYTHONPATH": "/opt/engine"}
        done = subprocess.run(command, cwd=self.root, env=environment, capture_output=True, text=True)
        print(done.returncode, done.stderr[-4000:], file=sys.stderr)

    def _press(self, lesson: str) -> None:
        from autograde.classroom.grading import warm_grader
        from autograde.nbgrader_plugins.reader import reader

        api = self.nbgrader.api()
        with warm_grader(self.root), contextlib.closing(reader):
            for student in self.nbgrader.submitted(lesson):
                found = api.autograde(lesson, student)
                if not found["success"]:
                    print(student, found, file=sys.stderr)

    def rows(self, refused: dict[str, str]) -> dict[str, Row]:
        """Return what store and gradebook say of each."""
        points = {(each.student, each.lesson): each.points for each in self.nbgrader.standings()}
        return {
            sample.name: self._row(sample, refused.get(sample.name), points.get((sample.name, sample.lesson)))
            for sample in self.chosen
        }

    def _row(self, sample: Sample, refused: str | None, points: float | None) -> Row:
        from autograde.classroom.store import kept_result

        kept = kept_result(self.root, sample.name, sample.lesson)
        if kept is None or kept.result is None or points is None:
            return Row("not graded", 0.0, f"{kept}")
        found = row(kept.result.as_json()["exercises"], sample)
        said = " ".join([*kept.notes, kept.problem, found.said, refused or ""])
        if kept.result.points != points:
            return Row("two grades", 0.0, f"{kept.result.points} judged, {points} in the gradebook")
        if refused is not None or (sample.verdict == REFUSED and kept.notes):
            sentences = [*kept.notes[:1], *filter(None, [refused])]
            named = all(sample.names in sentence for sentence in sentences)
            return Row(REFUSED if named else "refused without a name", found.costs, said)
        nothing = sample.verdict == "nothing" and bool(kept.notes)
        return replace(found, verdict="nothing" if nothing else found.verdict, said=said)


@contextlib.contextmanager
def unchanged(folder: Path) -> Iterator[None]:
    """Raise if a file in the folder is another one afterwards."""
    before = _state(folder)
    yield
    changed = before.items() ^ _state(folder).items()
    if changed:
        raise AssertionError(f"changed: {sorted(changed)[:5]}")


def _state(folder: Path) -> dict[str, bytes]:
    return {
        str(path): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def main() -> None:
    """Play one way in, and say what became of the class."""
    refuse_outside()
    way, level = sys.argv[1], sys.argv[2]
    root = course_at(PLACE / way)
    chosen = [sample for sample in samples() if sample.applies(way)]
    if len(sys.argv) > 3:
        chosen = [sample for sample in chosen if re.search(sys.argv[3], sample.name)]
    classroom = None if way == "judge" else Classroom(root, chosen)
    before, begin = processes(), time.monotonic()
    with canaries(), unchanged(root / "solutions"):
        if classroom is None:
            rows = by_judge(root, chosen, level)
        else:
            refused = classroom.hand_in()
            classroom.grade(way)
            rows = classroom.rows(refused)
    wall_s = time.monotonic() - begin
    answer = {
        "rows": {name: asdict(each) | {"tells": each.tells} for name, each in rows.items()},
        "wall_s": wall_s,
        "cpu_s": _cpu_s(),
        "survivors": _survivors(before),
    }
    print(json.dumps(answer))


def _cpu_s() -> float:
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(sum(resource.getrusage(each)[:2]) for each in who)


def _survivors(before: set[str]) -> list[str]:
    """Return the command lines of what still runs, but for Python's own process that makes others."""
    found = []
    for name in sorted(processes() - before):
        with contextlib.suppress(OSError):
            found.append(Path(f"/proc/{name}/cmdline").read_bytes().replace(b"\0", b" ").decode())
    return [line for line in found if "from multiprocessing" not in line]


if __name__ == "__main__":
    main()
