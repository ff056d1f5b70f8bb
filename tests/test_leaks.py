"""Nothing of `solutions/` and no place of the instructor's machine comes back to a learner."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from autograde.call import Call, Target
from autograde.classroom.feedback import exercise_html, exercise_text
from autograde.course.bare import bare
from autograde.course.course import Course
from autograde.exercise import Check, HiddenChecks
from autograde.judge import judge_sources
from autograde.sandbox.sandbox import Sandbox
from autograde.verdict import SubmissionResult, Verdict
from autograde.wording import OURS

REFERENCE = '''"""Numbers."""


def double(x):
    """Return x + x."""
    # Exercise 01.1 (1 line): add.
    ### BEGIN SOLUTION
    canary_of_the_reference = x + x  # CANARY of a comment
    return canary_of_the_reference
    ### END SOLUTION


def quadruple(x):
    """Return four times x."""
    # Exercise 02.1 (1 line): double twice.
    ### BEGIN SOLUTION
    return double(double(x))
    ### END SOLUTION
'''

PUBLIC = '''"""Public checks."""

import numpy as np

from autograde.compare import expect_close
from autograde.exercise import Exercise

exercise = Exercise("{id}", "numbers.{name}", title="A number", minutes=1, hints=("a", "b", "c"), {more})


@exercise.check
def one(learner, draw):
    """One number."""
    expect_close("result", learner.{name}(np.ones(1)), {one} * np.ones(1))
'''

HIDDEN = '''"""CANARY of the hidden checks."""

from reference import numbers as reference

from autograde.compare import expect, expect_close, expect_equal
from autograde.exercise import HiddenChecks

hidden = HiddenChecks("{id}")


@hidden.check(points=1, gate=True)
def numbers(learner, draw):
    """Drawn numbers."""
    x = draw.normal(3)
    expect_close("result", learner.{name}(x), reference.{name}(x))


@hidden.check(points=1)
def a_single_number(learner, draw):
    """One number."""
    canary = "CANARY of a check"
    expect_equal("result", learner.{name}(1), reference.{name}(1))
    if learner.{name}(2) is None:
        raise RuntimeError(canary)
'''

STAND_IN = '''

@hidden.stand_in
def double(x):
    """CANARY of a docstring."""
    canary_of_a_variable = 2 * x  # CANARY of a comment
    return canary_of_a_variable
'''

SPY = '''

def everything():
    """Look into every corner of this process for the text of others."""
    import gc, inspect, linecache, re, sys, types

    texts = [repr(linecache.cache)]
    for importer in sys.meta_path:
        texts.append(repr(getattr(importer, "__dict__", "")))
    for each in gc.get_objects():
        if isinstance(each, types.FunctionType | types.CodeType):
            code = getattr(each, "__code__", each)
            texts.append(repr((code.co_names, code.co_varnames, code.co_consts, code.co_filename)))
        if isinstance(each, types.FunctionType) and each.__module__.startswith("attnlib"):
            try:
                texts.append(inspect.getsource(each))
            except OSError:
                continue
        if isinstance(each, dict | list | tuple) and len(each) < 1000:
            parts = each.values() if isinstance(each, dict) else each
            texts += [part for part in parts if type(part) is str]
    frame = sys._getframe()
    while frame is not None:
        texts += [repr(value) for name, value in frame.f_locals.items() if name != "texts"]
        frame = frame.f_back
    return sorted({found for text in texts for found in re.findall("(?i)canary[ _]of[ _a-z]{1,30}", text)})
'''


@contextmanager
def another_course() -> Iterator[None]:
    """Keep the package `reference`, which other tests have loaded from the real course, out of the way."""
    found = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "reference"}
    for name in found:
        del sys.modules[name]
    try:
        yield
    finally:
        for name in [name for name in sys.modules if name.partition(".")[0] == "reference"]:
            del sys.modules[name]
        sys.modules.update(found)


@pytest.fixture(scope="module")
def canaries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Course]:
    """Return a course in which every secret text holds a canary."""
    root = tmp_path_factory.mktemp("canaries")
    files = {
        "attnlib/__init__.py": '"""A package."""\n',
        "attnlib/numbers.py": REFERENCE,
        "lessons/course.toml": (Path(__file__).parents[1] / "solutions/lessons/course.toml").read_text(),
    }
    for lesson, name, one, more in (("01", "double", 2, ""), ("02", "quadruple", 4, 'builds_on=("01.1",)')):
        id = f"{lesson}.1"
        hidden = HIDDEN.format(id=id, name=name) + (STAND_IN if lesson == "01" else "")
        files[f"lessons/{lesson}_a/checks.py"] = PUBLIC.format(id=id, name=name, one=one, more=more)
        files[f"checks/{lesson}_a.py"] = hidden
        files[f"misconceptions/{id}/{name}_wrong.py"] = (
            f'"""Wrong."""\n\n\ndef {name}(x):  # CANARY\n    return x\n'
        )
    for path, text in files.items():
        (root / "solutions" / path).parent.mkdir(parents=True, exist_ok=True)
        (root / "solutions" / path).write_text(text)
    with another_course():
        yield Course(root, secret="tests")


def judged(course: Course, sandbox: Sandbox, text: str) -> SubmissionResult:
    sources: Mapping[str, bytes] = {"__init__.py": b"", "numbers.py": (text + SPY).encode()}
    return judge_sources(sources, course=course, sandbox=sandbox)


def told(result: SubmissionResult) -> str:
    return json.dumps(result.as_json(), ensure_ascii=False)


WRONG = "def double(x):\n    return 3 * x\n\n\n"
SEEN = 'f"{double(1)} and {everything()}"'
HOSTILE = {
    "raised": f"raise ValueError({SEEN})",
    "returned": f"return {SEEN}",
    "as a class": f"return type({SEEN}[:90], (), {{}})()",
    "as a key": f"return {{{SEEN}: 1}}",
}


@pytest.mark.parametrize("how", HOSTILE)
def test_no_text_of_a_stand_in_comes_back(canaries: Course, sandbox: Sandbox, how: str) -> None:
    tells = f"    if type(x) is int:\n        {HOSTILE[how]}\n"
    quadruple = f"def quadruple(x):\n{tells}    return double(double(x))\n"
    result = judged(canaries, sandbox, WRONG + quadruple)
    helped = result.exercise("02.1")
    assert helped is not None
    assert "your double (01.1) is not" in helped.message
    assert helped.points == 1
    assert "canary" not in told(result).lower()
    assert "2 and" not in told(result)


def test_no_text_of_a_stand_in_lies_in_the_process_of_a_submission(
    canaries: Course, sandbox: Sandbox
) -> None:
    stand_ins = canaries.stand_ins(canaries.exercise("02.1"))
    assert set(stand_ins) == {"numbers.double"}
    sources = {"__init__.py": b"", "numbers.py": f"{WRONG}{SPY}".encode()}
    with sandbox.session("attnlib", sources, stand_ins=stand_ins) as session:
        assert session.call(Call(Target.of("numbers.double"), (2,))) == 4
        assert session.call(Call(Target.of("numbers.everything"))) == []


def test_the_spy_finds_what_is_there(canaries: Course, sandbox: Sandbox) -> None:
    sources = {"__init__.py": b"", "numbers.py": f"{WRONG}{SPY}".encode()}
    text = "def double(x):\n    canary_of_a_variable = 2 * x\n    return canary_of_a_variable\n"
    whole = {"numbers.double": text}
    with sandbox.session("attnlib", sources, stand_ins=whole) as session:
        session.call(Call(Target.of("numbers.double"), (2,)))
        assert session.call(Call(Target.of("numbers.everything")))


def test_what_a_check_says_of_itself_is_not_told(canaries: Course, sandbox: Sandbox) -> None:
    numbers = "def double(x):\n    return None if type(x) is int and x == 2 else 2 * x\n"
    checks = canaries.hidden("01.1").checks
    broken = HiddenChecks("01.1", [checks[0], Check("broken", "Broken.", _raises, 1.0)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(canaries, "hidden", lambda _: broken)
        patch.setattr(canaries, "exercises", lambda *_: (canaries.exercise("01.1"),))
        result = judged(canaries, sandbox, numbers)
    found = result.exercises[0]
    assert found.checks[1].verdict is Verdict.JUDGE_ERROR
    assert "CANARY" in found.checks[1].message
    for page in (exercise_text(found), exercise_html(found)):
        assert OURS in page
        assert "CANARY" not in page


def _raises(learner: Any, draw: object) -> None:
    learner.double(1)
    raise FileNotFoundError(f"CANARY of a broken check in {Path(__file__)}")


def test_a_message_names_no_place_of_this_machine(canaries: Course, sandbox: Sandbox) -> None:
    numbers = "import numpy\n\n\ndef double(x):\n    from numpy import no_such_thing\n"
    result = judged(canaries, sandbox, numbers)
    message = result.exercises[0].checks[0].message
    assert "cannot import name 'no_such_thing' from 'numpy' (__init__.py)" in message
    assert sys.prefix not in told(result)


def test_a_bare_text_does_what_the_text_does() -> None:
    text = '''def f(x, y=1):
    """Words."""
    import math as m

    total = 0.0  # words
    for each in range(x):
        total += m.sqrt(each) if (root := each) else y

    def inner(total_of_it):
        """Words."""
        return total_of_it + root

    return inner(total_of_it=total), [part for part in (total, y)]
'''
    plain: dict[str, object] = {}
    short: dict[str, object] = {}
    exec(text, plain)
    exec(bare(text), short)
    assert short["f"](4, y=3) == plain["f"](4, y=3)  # type: ignore[operator]
    assert not any(word in bare(text) for word in ("Words", "words", "root", "part", "each"))


def test_every_stand_in_of_the_course_is_bare() -> None:
    with another_course():
        course = Course(Path(__file__).parents[1], secret="tests")
        texts = {name: text for each in course.exercises() for name, text in course.stand_ins(each).items()}
    assert len(texts) > 10
    assert not any('"""' in text or "#" in text for text in texts.values())
