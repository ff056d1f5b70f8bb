"""The audit finds what is wrong with checks; seen on the tiny course with planted faults."""

from __future__ import annotations

import dataclasses
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from subprocess import CompletedProcess

import pytest
import tiny

from autograde.audit.audit import ExerciseAudit, audit, is_sound, mutation_score
from autograde.audit.closing import Figure, Further, figures
from autograde.audit.kept import Answer
from autograde.audit.names import NameCount
from autograde.audit.public import Public, public_here
from autograde.audit.regions import ExerciseRegions, exercise_regions
from autograde.audit.secrets import Varying, varying

CHECKS = "solutions/checks/01_octaves.py"
REFERENCE = "solutions/tones/pitch.py"
USELESS = '''

@octave_checks.check(points=1)
def answers(learner, draw):
    """It must answer."""
    learner.octave(draw.normal(2))
'''
RIGHT, SAME = (f"def octave(frequency):\n    return {body}\n" for body in ("2.0 * frequency", "frequency"))
HALF = '"""You halve."""\n\n\ndef octave(frequency):\n    return 0.5 * frequency\n'
SINGLE = (
    "import numpy as np\n\n\ndef octave(frequency):\n    return np.float32(2.0) * np.float32(frequency) + 1\n"
)
SQUARE = '"""You square."""\n\n\ndef octave(frequency):\n    return frequency * frequency\n'
SCALARS = "def octave(frequency):\n    return 2.0 * frequency if frequency.ndim == 0 else frequency\n"
LUCKY = '''

@octave_checks.check(points=1, gate=True)
def one_of_two(learner, draw):
    """One shape."""
    frequency = draw.uniform(20.0, 20_000.0, *draw.choice([(), (3,)]))
    expect_close("octave", learner.octave(frequency), pitch.octave(frequency))


octave_checks.checks[:] = octave_checks.checks[-1:]
'''
TRIPLE = """\
import math


def _third(x):
    return x * 3


def octave(frequency):
    return _third(frequency)
"""


def one_process() -> ProcessPoolExecutor:
    """Return a process of its own for a course, as they differ. What all load is loaded once."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["autograde.audit.audit", "autograde.audit.regions", "torch"])
    return ProcessPoolExecutor(1, mp_context=context)


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return tiny.copied(tmp_path / "course")


def audited(course: Path, *, mutated: bool = False, cache: Path | None = None) -> ExerciseAudit:
    """Audit 01.1 in a process of its own."""
    chosen = {"01.1"} if mutated else set()
    with one_process() as executor:
        return next(audit(course, ["01.1"], executor, seed="audit", mutated=chosen, cache=cache))


def write(course: Path, name: str, text: str) -> None:
    (course / name).parent.mkdir(parents=True, exist_ok=True)
    (course / name).write_text(text)


def replace(course: Path, name: str, old: str, new: str) -> None:
    text = (course / name).read_text()
    assert old in text
    (course / name).write_text(text.replace(old, new))


@pytest.mark.slow
def test_sound_checks_have_no_problem(course: Path) -> None:
    found = audited(course, mutated=True)
    assert found.problems == ()
    assert found.survivors == ()
    assert found.mutants == found.killed > 0
    assert is_sound([found])


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> ExerciseAudit:
    """Return what the audit says of a course with several faults."""
    course = tiny.copied(tmp_path_factory.mktemp("faulty") / "course")
    write(course, CHECKS, (course / CHECKS).read_text() + USELESS)
    write(course, "solutions/answers/right/01.1/same.py", SAME)
    write(course, "solutions/answers/wrong/01.1/fine.py", RIGHT)
    write(course, "solutions/answers/wrong/01.1/halved.py", HALF)
    write(course, "solutions/answers/wrong/01.1/halves.py", f"# misconception: an_octave_below\n{HALF}")
    write(course, "solutions/answers/nearly/01.1/single.py", SINGLE)
    write(course, "solutions/misconceptions/01.1/again.py", SQUARE)
    return audited(course)


@pytest.mark.slow
@pytest.mark.parametrize(
    "problem",
    [
        "check answers is useless: no wrong answer fails it",
        "right answer same fails drawn_frequencies",
        "wrong fine is accepted",
        "misconception again is diagnosed as nothing",
        "wrong halved is falsely named an_octave_below",
        "nearly right answer single fails drawn_frequencies",
    ],
)
def test_a_planted_fault_is_found(faulty: ExerciseAudit, problem: str) -> None:
    assert problem in faulty.problems
    assert not is_sound([faulty])


@pytest.mark.slow
def test_names_are_counted(faulty: ExerciseAudit, course: Path) -> None:
    assert faulty.names == NameCount(true=2, false=1, missing=2)
    assert audited(course).names == NameCount(true=2, false=0, missing=0)


@pytest.mark.slow
def test_an_answer_whose_points_depend_on_the_secret_is_found(course: Path) -> None:
    assert varied(course) == []
    write(course, CHECKS, (course / CHECKS).read_text() + LUCKY)
    (found,) = varied(course)
    assert (found.name, found.points) == ("scalars_only", (0.0, 1.0))
    assert 0 < found.checks["one_of_two"] < 8
    assert "01.1 wrong scalars_only: 0 to 1 points; of 8 secrets one_of_two fails under" in str(found)


def varied(course: Path) -> list[Varying]:
    write(course, "solutions/answers/wrong/01.1/scalars_only.py", SCALARS)
    with one_process() as executor:
        return executor.submit(varying, course, "01.1", 8).result()


@pytest.mark.slow
def test_a_check_that_asks_the_reference_is_found(course: Path) -> None:
    replace(course, CHECKS, "learner.octave(frequency), pitch", "pitch.octave(frequency), pitch")
    assert "misconception squares is accepted" in audited(course).problems


@pytest.mark.slow
def test_a_survivor_is_named_until_it_is_listed_with_a_reason(course: Path) -> None:
    replace(course, REFERENCE, "2 * frequency", "2 * frequency if 1 < 2 else 2 * frequency")
    found = audited(course, mutated=True)
    assert found.survivors
    assert mutation_score([found]) < 1
    listed = "".join(f'"{name}" = "both branches are the same"\n' for name in found.survivors)
    write(course, "solutions/checks/equivalent_mutants.toml", f'["01.1"]\n{listed}"gone: a -> b" = "old"\n')
    again = audited(course, mutated=True)
    assert again.survivors == ()
    assert again.equivalent == len(found.survivors)
    assert again.problems == ("equivalent mutant gone: a -> b: no such mutant",)


def add_misconception(course: Path, name: str, answer: str) -> CompletedProcess[str]:
    write(course, "submitted/tones/pitch.py", answer)
    words = ("add-misconception", "submitted", "01.1", name, "--sentence", "You go too far.")
    return tiny.command(*words, cwd=course)


@pytest.mark.slow
def test_a_misconception_is_taken_from_a_submission(course: Path) -> None:
    added = add_misconception(course, "triples", TRIPLE)
    assert added.returncode == 0, added.stderr
    assert "diagnosed now: triples" in added.stdout
    text = (course / "solutions/misconceptions/01.1/triples.py").read_text()
    assert text.startswith('"""You go too far."""')
    assert "_third" in text
    assert "import math" not in text
    again = add_misconception(course, "triples", TRIPLE)
    assert again.returncode == 2
    assert "a name that is free" in again.stderr


@pytest.mark.slow
def test_a_right_answer_is_not_kept_as_a_misconception(course: Path) -> None:
    refused = add_misconception(course, "fine", RIGHT)
    assert refused.returncode == 2
    assert "a wrong answer" in refused.stderr
    assert not (course / "solutions/misconceptions/01.1/fine.py").exists()


@pytest.mark.slow
def test_what_was_sound_is_not_judged_again_until_something_changes(course: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    with one_process() as executor:

        def audited_again(*, fresh: bool = False) -> ExerciseAudit:
            found = audit(
                course, ["01.1"], executor, seed="audit", mutated={"01.1"}, cache=cache, fresh=fresh
            )
            return next(found)

        first, second, fresh = audited_again(), audited_again(), audited_again(fresh=True)
    assert (first.kept, second.kept, fresh.kept) == (0, first.answers, 0)
    assert second.seconds == 0 < fresh.seconds
    assert dataclasses.replace(second, seconds=first.seconds, kept=0) == first
    for other in ("solutions/checks/02_melodies.py", "solutions/tones/melody.py"):
        write(course, other, (course / other).read_text() + "\n# changed\n")
    assert audited(course, mutated=True, cache=cache).kept == first.answers
    write(course, CHECKS, (course / CHECKS).read_text() + "\n# changed\n")
    assert audited(course, cache=cache).kept == 0


@pytest.mark.slow
def test_regions_public_checks_and_secrets_are_asked_once(course: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    write(course, CHECKS, (course / CHECKS).read_text() + '\noctave_checks.outside("*", "as in a test")\n')
    with one_process() as executor:

        def asked() -> tuple[ExerciseRegions, Public, list[Varying]]:
            return (
                executor.submit(exercise_regions, course, "01.1", seed="audit", cache=cache).result(),
                executor.submit(public_here, course, "01.1", cache=cache).result(),
                executor.submit(varying, course, "01.1", 2, cache=cache).result(),
            )

        first = asked()
        kept = {path.name: path.stat().st_mtime_ns for path in cache.rglob("*.json")}
        assert asked() == first
    assert set(kept) == {"01.1 regions.json", "01.1 public.json", "01.1 secrets.json"}
    assert kept == {path.name: path.stat().st_mtime_ns for path in cache.rglob("*.json")}


@pytest.mark.slow
def test_what_is_not_sound_is_judged_again(course: Path, tmp_path: Path) -> None:
    write(course, "solutions/answers/wrong/01.1/fine.py", RIGHT)
    first, second = (audited(course, cache=tmp_path / "cache") for _ in range(2))
    assert second.kept == first.answers - 1
    assert "wrong fine is accepted" in second.problems


def closed(further: Further | None = None, *, failed: tuple[str, ...] = (), mutants: int = 4) -> list[Figure]:
    """Return the closing table of an audit with two right answers, one nearly right, and one wrong."""
    right = tuple(Answer(name, "right", 1.0, failed, ()) for name in ("as_in_ours", "loops"))
    nearly = (Answer("single", "nearly", 0.5, ("digits",), ()),)
    wrong = (Answer("squares", "misconception", 0.0, ("doubles",), ("squares",), "squares"),)
    return figures([ExerciseAudit("01.1", ("doubles",), right, nearly, wrong, mutants, 0, ())], further)


def test_the_closing_table_has_every_figure() -> None:
    assert [each.found for each in closed()] == [
        *("2 of 2", "1", "1 of 1", "1 of 1", "1 true, 0 false, 0 missing"),
        *("not asked: --whole",) * 3,
        "4 of 4, 100.0%",
    ]
    assert closed(mutants=0)[-1].found == "not asked: --mutants"
    regions = ExerciseRegions(
        "01.1", promised=3, never=("a batch of one",), uncompared=(), lucky={}, outside={}
    )
    luck = Varying("01.1", "wrong", "lucky", (0.0, 1.0), {"doubles": 2}, 20)
    further = Further([regions], [luck], 20, [Public("01.1", 5, ("squares",))])
    found = closed(further, failed=("doubles",))
    assert [each.found for each in found][5:8] == ["2 of 3", "1 under 20 secrets", "1 of 5"]
    assert [each.what for each in found if not each.sound] == [
        "right answers whole",
        "promised regions visited",
        "answers whose points vary",
        "wrong, pass all public checks",
    ]
