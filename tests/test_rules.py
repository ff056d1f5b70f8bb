"""What an exercise is to be written without is refused where the call arrives, and nothing else is.

The samples lie in `rules/`, filed by exercise: ways round a rule in `evasions`, look-alikes in `innocent`. A
file is joined to the reference's file of its exercise; a folder lies over the reference, and its `append.py`
is joined likewise.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch
from _pytest.mark import ParameterSet

from autograde.call import Call, Target
from autograde.course.course import Course
from autograde.course.lesson import Lessons
from autograde.course.workspace import Workspace
from autograde.exercise import Exercise
from autograde.instruments import pretend_device
from autograde.judge import judge_sources
from autograde.practice.run import Practice, practise
from autograde.sandbox.inside import deny
from autograde.sandbox.inside.deny import Denial, Refused
from autograde.sandbox.inside.names import operator_pattern, place
from autograde.sandbox.inside.source import refuse_hidden, text_of
from autograde.sandbox.sandbox import Sandbox
from autograde.verdict import ExerciseResult, Verdict

Sources = Mapping[str, bytes]
ROOT = Path(__file__).resolve().parent
WITHOUT = "this exercise is to be written without it"

EVASIONS = sorted(ROOT.glob("rules/evasions/*/*"))
INNOCENT = sorted(ROOT.glob("rules/innocent/*/*"))
KERNELS = ("10.5", "10.6")
REFUSED_ANYWAY = {"folder_beside_the_file", "fused", "numpy_inside", "forwards"}
"""Samples that meet another wall when nothing is banned: another check, or the limit on memory."""

WITHOUT_A_LINE = {
    "override_undone",
    "override_replaced",
    *("no_function", "apply_replaced", "empty_function"),
}
WITHOUT_A_LINE |= {"checkpoint"}
"""Samples in which no line of theirs makes the call."""


def timed(samples: list[Path]) -> list[ParameterSet]:
    """Mark the samples whose kernels are interpreted and compiled, which takes seconds."""
    return [pytest.param(each, marks=[pytest.mark.slow] * (each.parent.name in KERNELS)) for each in samples]


def named(sample: Path) -> str:
    return f"{sample.parent.name}-{sample.stem}"


def handed_in(sample: Path, reference: Sources, exercise: Exercise) -> dict[str, bytes]:
    """Return the submission that a sample stands for."""
    sources, own = dict(reference), exercise.target.file
    for path in sorted(sample.rglob("*.py")) if sample.is_dir() else [sample]:
        name = path.relative_to(sample).as_posix()
        if name in (".", "append.py"):
            sources[own] += b"\n\n" + path.read_bytes()
        else:
            sources[name] = path.read_bytes()
    return sources


@pytest.fixture
def judged(course: Course, sandbox: Sandbox, reference: Sources) -> Callable[..., ExerciseResult]:
    """Judge a sample, its exercise's file changed by `coded`."""

    def run(sample: Path, coded: Callable[[bytes], bytes] = bytes) -> ExerciseResult:
        exercise = course.exercise(sample.parent.name)
        sources = handed_in(sample, reference, exercise)
        sources[exercise.target.file] = coded(sources[exercise.target.file])
        return judge_sources(sources, exercise=exercise.id, course=course, sandbox=sandbox).exercises[0]

    return run


def test_there_are_enough_samples() -> None:
    assert len(EVASIONS) >= 36
    assert len(INNOCENT) >= 15


@pytest.mark.redteam
@pytest.mark.parametrize("sample", timed(EVASIONS), ids=named)
def test_a_way_round_a_rule_earns_nothing(judged, sample: Path) -> None:
    result = judged(sample)
    assert result.points == 0
    assert {check.verdict for check in result.checks} == {Verdict.RULE_BROKEN}
    message = result.checks[0].message
    assert WITHOUT in message or "expected a file or a folder of this name, got both" in message
    assert sample.stem in WITHOUT_A_LINE or "attnlib/cuda/" in message


@pytest.mark.slow
@pytest.mark.parametrize("sample", [each for each in EVASIONS if each.stem not in REFUSED_ANYWAY], ids=named)
def test_it_would_pass_the_gate_if_nothing_were_banned(
    course: Course, sandbox: Sandbox, reference: Sources, sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exercise = replace(course.exercise(sample.parent.name), banned=())
    hidden = course.hidden(exercise.id)
    alone = replace(hidden, checks=hidden.checks[:1])
    monkeypatch.setattr(course, "exercises", lambda *_: [exercise])
    monkeypatch.setattr(course, "hidden", lambda _: alone)
    sources = handed_in(sample, reference, exercise)
    (gate,) = judge_sources(sources, course=course, sandbox=sandbox).exercises[0].checks
    assert (gate.verdict, gate.message) == (Verdict.ACCEPTED, "")


@pytest.mark.slow
@pytest.mark.parametrize("sample", timed(INNOCENT), ids=named)
def test_an_innocent_look_alike_keeps_all_points(judged, sample: Path) -> None:
    result = judged(sample)
    assert [check.message for check in result.checks if check.verdict is not Verdict.ACCEPTED] == []


PLAIN = ROOT / "rules/evasions/06.1/in_plain_sight.py"
SCRATCH = ROOT / "rules/innocent/06.1/scratch_at_the_end.py"


def with_mark(source: bytes) -> bytes:
    return b"\xef\xbb\xbf" + source


def in_latin_1(source: bytes) -> bytes:
    text = source.decode().replace("\u221a", "v").replace("\u1d40", "T").replace("\u00b7", "*")
    return b"# -*- coding: latin-1 -*-\n" + text.encode("latin-1", "replace") + b"\ngr\xf6\xdfe = 1\n"


def in_cp1252(source: bytes) -> bytes:
    return in_latin_1(source).replace(b"latin-1", b"cp1252", 1)


def deep(source: bytes) -> bytes:
    return source + b"\n\ndef deep(x):\n    return x" + b".a" * 2000 + b"\n"


def with_two_lines_ends(source: bytes) -> bytes:
    return source.replace(b"\n", b"\r\n")


@pytest.mark.slow
@pytest.mark.parametrize("coded", [with_mark, in_latin_1, in_cp1252, deep, with_two_lines_ends])
def test_how_the_text_is_written_changes_nothing(judged, coded: Callable[[bytes], bytes]) -> None:
    refused, kept = judged(PLAIN, coded), judged(SCRATCH, coded)
    assert {check.verdict for check in refused.checks} == {Verdict.RULE_BROKEN}
    assert "torch.nn.functional.scaled_dot_product_attention in attnlib/cuda/attention.py, line" in (
        refused.checks[0].message
    )
    assert kept.points == kept.max_points


def test_the_line_is_that_of_the_call(judged) -> None:
    source: list[bytes] = []

    def seen(text: bytes) -> bytes:
        source.append(text)
        return text

    message = judged(PLAIN, seen).checks[0].message
    line = int(message.partition("line ")[2].partition(":")[0])
    assert b"F.scaled_dot_product_attention(" in source[0].splitlines()[line - 1]


def test_a_text_that_hides_its_letters_is_refused(judged) -> None:
    result = judged(SCRATCH, lambda source: b"# coding: unicode_escape\n" + source.replace(b"\xe2", b"a"))
    assert {check.verdict for check in result.checks} == {Verdict.RULE_BROKEN}
    assert "attnlib/cuda/attention.py: expected a text in UTF-8" in result.checks[0].message


@pytest.mark.parametrize("coding", ["utf-7", "unicode_escape", "raw_unicode_escape", "hz"])
def test_such_codings_are_known_for_what_they_do(coding: str) -> None:
    with pytest.raises(Refused, match=f"got one in {coding}"):
        refuse_hidden(f"# coding: {coding}\n".encode(), "a.py")


@pytest.mark.parametrize("coding", ["utf-8", "ascii", "latin-1", "cp1252", "gbk", "big5", "euc-kr", "koi8-r"])
def test_what_people_write_in_is_read(coding: str) -> None:
    source = f"# coding: {coding}\nx = 1\n".encode()
    refuse_hidden(source, "a.py")
    assert text_of(source).endswith("x = 1\n")


def test_text_is_read_as_the_compiler_reads_it() -> None:
    assert text_of(b"\xef\xbb\xbfx = 1") == "x = 1"
    assert text_of(b"# coding: latin-1\ns = '\xfc'") == "# coding: latin-1\ns = '\u00fc'"
    assert text_of(b"# coding: no-such\nx") == "# coding: no-such\nx"


HOSTILE = {
    "stars": "from numpy import *\n" * 400 + "def attention(*a):\n" + f"    {';'.join('b' * 1000)}\n" * 50,
    "long chains": "def attention(*a):\n" + f"    x{'.a' * 400}\n" * 140,
    "many targets": "".join(f"a{number} = " for number in range(14000)) + "0\n",
    "many calls": "def attention(*a):\n    return x" + "()" * 3000 + "\n",
    "many brackets": "def attention(*a):\n    return " + "(" * 60000 + ")" * 60000 + "\n",
    "many helpers": "".join(f"def f{i}(x): return f{i + 1}(x)\n" for i in range(3500)),
}


UNFINISHED = "def attention(*a:\n"
Measured = Callable[[str], tuple[float, ExerciseResult]]


@pytest.fixture(scope="module")
def measured(course: Course, sandbox: Sandbox, reference: Sources) -> Measured:
    """Judge a text, and say what processor time this process spent on it."""

    def run(text: str) -> tuple[float, ExerciseResult]:
        sources = {**reference, "cuda/attention.py": text.encode()}
        begun = time.process_time()
        result = judge_sources(sources, exercise="06.1", course=course, sandbox=sandbox).exercises[0]
        return time.process_time() - begun, result

    run(UNFINISHED)  # what is loaded once is no text's
    return run


@pytest.fixture(scope="module")
def usual_s(measured: Measured) -> float:
    return measured(UNFINISHED)[0]


@pytest.mark.slow
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_text_costs_the_judge_little(measured: Measured, usual_s: float, text: str) -> None:
    """The text is read where it runs: the judge's own processor time does not depend on it."""
    spent_s, result = measured(text)
    assert spent_s < 4 * usual_s
    assert result.points == 0
    assert Verdict.JUDGE_ERROR not in {check.verdict for check in result.checks}


def test_packages_that_are_not_there_when_graded_are_named(
    course: Course, sandbox: Sandbox, reference: Sources
) -> None:
    text = b"import math\nimport scipy.special\n"
    sources = {**reference, "cpu/softmax.py": text}
    result = judge_sources(sources, exercise="03.1", course=course, sandbox=sandbox).exercises[0]
    only = "only numpy and Python's standard library can be imported here."
    assert {check.message for check in result.checks} == {f"scipy in attnlib/cpu/softmax.py, line 2: {only}"}


def test_the_grader_itself_cannot_be_imported(sandbox: Sandbox) -> None:
    sources = {"task.py": b"def run():\n    import autograde.sandbox.inside.deny\n"}
    with (
        sandbox.session("attnlib", sources) as session,
        pytest.raises(Exception, match=r"autograde in attnlib/task\.py, line 2"),
    ):
        session.call(Call(Target.of("task.run")))


@pytest.mark.slow
def test_blame_follows_a_rule_that_an_earlier_exercise_breaks(
    course: Course, sandbox: Sandbox, reference: Sources
) -> None:
    """06.2 with a right text keeps its points where 06.1 calls the library."""
    sources = handed_in(ROOT / "rules/innocent/06.1/unused_import.py", reference, course.exercise("06.1"))
    sources["cuda/attention.py"] += (
        b"\n\nOwn = attention_weights\n\n\ndef attention_weights(query, key, *rest, **options):\n"
        b"    scaled_dot_product_attention(query, key, key)\n    return Own(query, key, *rest, **options)\n"
    )
    _, first, second, *_ = judge_sources(sources, lesson="06_cuda", course=course, sandbox=sandbox).exercises
    assert first.points == 0
    assert second.points == second.max_points
    assert "06.1" in second.message


def test_every_banned_name_leads_somewhere(root: Path) -> None:
    exercises = [each for lesson in Lessons(root / "lessons").values() for each in lesson.exercises]
    banned = {name for each in exercises for name in each.banned}
    assert len(banned) > 10
    for name in banned:
        denial = Denial((name,))
        waits = Path(torch.__file__).parent.parent.joinpath(*name.split(".")).with_suffix(".py")
        there = waits.exists() if name.startswith(deny.SLOW) else list(denial._gated(denial._names()))
        assert denial._kernels or there, name


@pytest.fixture
def denial() -> Iterator[Denial]:
    """What is refused to this file, in this process."""
    banned = (
        "torch.nn.functional.softplus",
        "torch.Tensor.backward",
        "torch.autograd.backward",
        "numpy.linalg",
    )
    made = Denial((*banned, "torch.nn.Transformer"), own=lambda file: "here" if file == __file__ else None)
    made.install()
    yield made
    made.remove()


def test_what_is_denied_refuses_only_while_it_is_in_force(denial: Denial) -> None:
    x, whole = torch.ones(2, requires_grad=True), torch.nn.Transformer(4, 2, 1, 1, 4, batch_first=True)
    torch.nn.functional.softplus(x).sum().backward()
    assert np.linalg.norm([3, 4]) == 5
    denial.enforce()
    for call in (
        lambda: torch.nn.functional.softplus(x),
        lambda: torch.ops.aten.softplus(x),
        lambda: x.sum().backward(),
        lambda: np.linalg.norm([3, 4]),
        lambda: whole(torch.ones(1, 2, 4), torch.ones(1, 2, 4)),
    ):
        with pytest.raises(Refused, match=rf"here, line \d+: {WITHOUT}"):
            call()
    denial.lift()
    torch.nn.functional.softplus(x).sum().backward()
    assert np.linalg.norm([3, 4]) == 5


def test_nothing_is_left_of_a_denial() -> None:
    before = (
        torch.Tensor.backward.__code__,
        np.linalg.norm,
        vars(torch._C.TensorBase)["numpy"],
        torch.compile,
    )
    made = Denial(("torch.Tensor.backward", "numpy", "torch.ops.aten.*softplus*"), own=lambda _: "here")
    made.install()
    made.enforce()
    during = (
        torch.Tensor.backward.__code__,
        np.linalg.norm,
        vars(torch._C.TensorBase)["numpy"],
        torch.compile,
    )
    made.remove()
    after = (
        torch.Tensor.backward.__code__,
        np.linalg.norm,
        vars(torch._C.TensorBase)["numpy"],
        torch.compile,
    )
    assert not set(before) & set(during)
    assert after == before
    assert torch.nn.functional.softplus(torch.zeros(1)).item() == pytest.approx(0.6931, abs=1e-4)


def test_the_first_refusal_is_told_whatever_became_of_it(denial: Denial) -> None:
    denial.enforce()
    with pytest.raises(Refused) as caught:
        np.linalg.norm([3, 4])
    assert denial.reason(ValueError("something else")) is caught.value


@pytest.mark.parametrize("door", sorted({each for doors in deny.DOORS.values() for each in doors}))
def test_every_other_way_that_is_guarded_is_there(door: str) -> None:
    assert operator_pattern(door) or place(door)


def test_what_is_slow_to_import_is_guarded_once_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    late = ModuleType("late.part")
    exec("def attend(x):\n    return x", vars(late))
    monkeypatch.setattr(deny, "SLOW", "late.")
    made = Denial(("late.part",), own=lambda file: "here" if file == __file__ else None)
    made.install()
    made.enforce()
    monkeypatch.setitem(sys.modules, "late.part", late)
    assert late.attend(1) == 1
    made.enforce()
    with pytest.raises(Refused, match=r"late\.part\.attend in here"):
        late.attend(1)
    made.remove()
    assert late.attend(1) == 1


@pytest.fixture
def at_home(tmp_path: Path, root: Path, reference: Sources, course: Course) -> Callable[[Path], Practice]:
    """Run the public checks on a sample, in this process."""
    pretend_device.perform(torch.exp, (torch.ones(1),), {})  # torch's first steps there are not the learner's

    def run(sample: Path) -> Practice:
        exercise = course.exercise(sample.parent.name)
        shutil.copytree(root / "lessons", tmp_path / "lessons", dirs_exist_ok=True)
        for path, text in handed_in(sample, reference, exercise).items():
            (tmp_path / "attnlib" / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "attnlib" / path).write_bytes(text)
        return practise(Workspace(tmp_path.resolve(), course.settings), exercise.id)

    return run


AT_HOME = [
    "06.1/in_plain_sight",
    "06.1/helper_file",
    "06.1/exp_by_its_name",
    "06.2/no_weights",
    "06.2/in_plain_sight",
]
AT_HOME += ["06.3/no_function", "06.3/grad", "06.3/kept_name", "06.1/folder_beside_the_file"]


@pytest.mark.parametrize("name", AT_HOME)
def test_public_checks_know_the_rules(at_home, name: str) -> None:
    found = next(each for each in EVASIONS if each.with_suffix("").as_posix().endswith(name))
    result = at_home(found)
    assert {check.verdict for check in result.checks} == {Verdict.RULE_BROKEN}
    assert "attnlib/cuda/" in result.problem or "a backward of your own" in result.problem


@pytest.mark.slow
@pytest.mark.parametrize(
    "sample", [each for each in INNOCENT if not each.parent.name.startswith("08")], ids=named
)
def test_public_checks_leave_the_innocent_alone(at_home, sample: Path) -> None:
    result = at_home(sample)
    assert [check.message for check in result.checks if check.verdict is not Verdict.ACCEPTED] == []
    assert "scipy" not in sys.modules


def test_public_checks_name_a_package_that_is_not_there_when_graded(at_home, tmp_path: Path) -> None:
    sample = tmp_path / "06.1" / "sample.py"
    sample.parent.mkdir()
    sample.write_text("import pytest\n")
    result = at_home(sample)
    assert {check.verdict for check in result.checks} == {Verdict.RULE_BROKEN}
    assert "pytest in attnlib/cuda/attention.py, line" in result.problem
    assert "only numpy, torch and Python's standard library" in result.problem


def test_an_annotation_is_no_call() -> None:
    made = Denial(("numpy",), own=lambda _: "here")
    made.install()
    made.enforce()
    try:
        assert "float" in str(np.typing.NDArray[np.floating])
    finally:
        made.remove()
