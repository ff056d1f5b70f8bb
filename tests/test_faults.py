"""`judge_error` says that the grader is at fault. No submission can have it said, whatever it returns."""

from __future__ import annotations

import textwrap
import tracemalloc
from collections.abc import Callable, Mapping

import pytest

from autograde.audit.candidates import replaced
from autograde.course.course import Course
from autograde.judge import judge_sources
from autograde.sandbox.sandbox import Sandbox
from autograde.verdict import ExerciseResult, Verdict

Judge = Callable[..., ExerciseResult]

STEP = """
import numpy as np
_past = []

def _phi(x):
    return np.where(x > 0, x + 1, np.exp(np.minimum(x, 0)))

def _state():
    {state}

def linear_attention_step(state, query, key, value):
    if state is None:
        _past.clear()
    _past.append((_phi(key), value))
    weights = [(_phi(query) * key).sum(-1, keepdims=True) for key, _ in _past]
    return sum(w * v for w, (_, v) in zip(weights, _past)) / sum(weights), _state()
"""

STATES = {
    "9,990 numbers": "return [0.1] * 9_990",
    "15 lists deep": "x = 1\n    for _ in range(15): x = [x]\n    return x",
    "a mebibyte of text": "return 'é' * 524_225",
    "an object in a dictionary": "return {'memory': object()}",
    "an object in a list in a dictionary": "return {'memory': [object()], 'key': (object(), 1)}",
    "a dictionary with keys of every kind": "return {None: 1, True: 2, 0.5: [3], 'a': {'b': ()}}",
    "the largest whole number": "return (1 << 1024) - 1",
    "a kilobyte of scalars": "return [np.float32(x) for x in range(128)]",
    "an array of complex numbers": "return np.ones((2, 2), complex)",
    "an array without elements": "return np.empty((0, 1 << 30), 'u1')",
    "a dtype": "return np.dtype('f4')",
    "bytes": "return b'\\0' * 100",
    "a mebibyte": "return np.zeros(1 << 17)",
}
TOO_LARGE_AS_AN_ARGUMENT = {"9,990 numbers", "15 lists deep", "a mebibyte of text"}


@pytest.fixture
def judged(course: Course, sandbox: Sandbox, reference: Mapping[str, bytes]) -> Judge:
    def judge(exercise: str, file: str, text: str) -> ExerciseResult:
        sources = {**reference, file: replaced(reference[file].decode(), text, "attnlib").encode()}
        return judge_sources(sources, exercise=exercise, course=course, sandbox=sandbox).exercises[0]

    return judge


@pytest.mark.slow
@pytest.mark.parametrize("name", STATES)
def test_a_state_that_comes_is_handed_back_or_is_too_large(judged: Judge, name: str) -> None:
    result = judged("08.5", "cpu/efficient.py", STEP.format(state=STATES[name]))
    steps = next(check for check in result.checks if check.name == "one_token_at_a_time")
    assert not result.judge_failed
    if name in TOO_LARGE_AS_AN_ARGUMENT:
        assert steps.verdict is Verdict.OUTPUT_LIMIT_EXCEEDED
        assert steps.message.startswith("linear_attention_step returned a tuple of 2, which was too large")
    else:
        assert steps.verdict is Verdict.ACCEPTED, steps.message


DESCRIPTIONS = [
    "import numpy; said = numpy.zeros((2, 3))",
    "said = {'outcome': 'error', 'type': 'E', 'message': 'm', 'frames': [('f', float('inf'), 'n')]}",
    "import numpy; said = {'outcome': 'error', 'type': 'E', 'message': 'm', 'frames': numpy.zeros((1, 3))}",
    "said = {'outcome': 'error', 'type': 'E', 'message': 'm', 'frames': [('f', 1, 'n')] * 3000}",
    "said = {'outcome': ['error'], 'type': {}, 'message': 1 << 1000, 'frames': 'abc'}",
    "said = [[[[[[[[1]]]]]]]]",
]


@pytest.mark.parametrize("description", DESCRIPTIONS)
def test_an_error_described_in_another_form_is_the_submissions(judged: Judge, description: str) -> None:
    text = f"""
    import sys
    {description}
    sys.modules["autograde.sandbox.inside.worker"].Worker.report = lambda self, error: said

    def softmax(scores, axis=-1):
        raise ValueError
    """
    result = judged("03.1", "cpu/softmax.py", textwrap.dedent(text))
    assert {check.verdict for check in result.checks} == {Verdict.RUN_TIME_ERROR}
    assert "expected" in result.checks[0].message


ODD = (Verdict.WRONG_ANSWER, Verdict.OUTPUT_LIMIT_EXCEEDED, Verdict.RUN_TIME_ERROR)
RETURNED = [
    "[0] * 9_999",
    "'x' * 1_000_000",
    "{'a': [[[[[[[[[[[[scores]]]]]]]]]]]]}",
    "np.zeros((8 << 20,), 'f8')",
    "np.zeros((64 << 20,), 'b1')",
    "np.zeros((64 << 20,), 'f2')[:1 << 20]",
    "[object() for _ in range(900)]",
    "(1 << 1023, -(1 << 1023), 1e308, float('nan'), 1j)",
    "np.full(scores.shape, np.inf, 'f2')",
    "np.full(scores.shape, complex(np.nan, np.inf))",
    "np.datetime64('2000-01-01')",
    "type('Lies', (), {'__class__': property(lambda self: 1 / 0)})()",
    "iter(lambda: 1, 0)",
]


@pytest.mark.parametrize("returned", RETURNED)
def test_an_odd_value_is_a_wrong_answer_or_too_much_output(judged: Judge, returned: str) -> None:
    text = f"import numpy as np\ndef softmax(scores, axis=-1):\n    return {returned}\n"
    result = judged("03.1", "cpu/softmax.py", text)
    assert not result.judge_failed
    assert result.points == 0
    assert result.checks[0].verdict in ODD


MEASURED = {
    "nothing": "None",
    "an empty dictionary": "{}",
    "a list": "[1, 2]",
    "endless numbers": "{'flops': float('inf'), 'peak_bytes': float('nan'), 'escapes': []}",
    "huge numbers": "{'flops': 1 << 1000, 'peak_bytes': -(1 << 1000), 'escapes': []}",
    "numbers below zero": "{'flops': -1, 'peak_bytes': -1, 'escapes': []}",
    "texts": "{'flops': 'a', 'peak_bytes': 'b', 'escapes': 'c'}",
    "arrays": "{'flops': np.zeros(3), 'peak_bytes': np.zeros(3), 'escapes': np.zeros(3)}",
    "objects": "{'flops': object(), 'peak_bytes': object(), 'escapes': object()}",
    "odd escapes": "{'flops': 1, 'peak_bytes': 1, 'escapes': [[1], {}, np.zeros(2)]}",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", MEASURED)
def test_a_forged_measurement_is_no_fault_of_ours(judged: Judge, name: str) -> None:
    text = f"""
    import sys
    import numpy as np
    _window = sliding_window_attention

    def sliding_window_attention(*args, **kwargs):
        for name, module in list(sys.modules.items()):
            if name.startswith("autograde.instruments.cost"):
                module.perform = lambda *args, **kwargs: {MEASURED[name]}
        return _window(*args, **kwargs)
    """
    result = judged("08.2", "cpu/efficient.py", textwrap.dedent(text))
    assert not result.judge_failed, [(check.name, check.message) for check in result.checks]


@pytest.mark.slow
def test_a_large_state_step_after_step_costs_the_judge_little_memory(judged: Judge) -> None:
    def peak_mib(state: str) -> float:
        tracemalloc.start()
        try:
            judged("08.5", "cpu/efficient.py", STEP.format(state=state))
            return tracemalloc.get_traced_memory()[1] / (1 << 20)
        finally:
            tracemalloc.stop()

    assert peak_mib("return np.zeros(1 << 20)") - peak_mib("return 1") < 64, "8 MiB, 40 times"
