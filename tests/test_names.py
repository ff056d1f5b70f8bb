"""What a submission is told is true: names, sentences, whose fault it is, and what a right answer loses."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from autograde.audit.candidates import replaced
from autograde.course.answer import answer_files
from autograde.course.course import Course
from autograde.judge import judge_sources
from autograde.sandbox.sandbox import Sandbox
from autograde.verdict import CheckResult, ExerciseResult, Verdict

Judged = Callable[..., ExerciseResult]
ANSWERS = Path(__file__).resolve().parent.parent / "solutions" / "answers"
NEARLY = ANSWERS / "nearly"
SOFTMAXES = answer_files(NEARLY / "03.1")


@pytest.fixture
def judged(course: Course, sandbox: Sandbox, reference: Mapping[str, bytes]) -> Judged:
    """Judge an exercise with some functions replaced: the answer to it, or to the exercise `of`."""

    def run(exercise: str, text: str, of: str = "") -> ExerciseResult:
        file = course.exercise(of or exercise).target.file
        sources = {**reference, file: replaced(reference[file].decode(), text, "attnlib").encode()}
        return judge_sources(sources, exercise=exercise, course=course, sandbox=sandbox).exercises[0]

    return run


def failed(result: ExerciseResult) -> dict[str, CheckResult]:
    return {check.name: check for check in result.checks if check.verdict is not Verdict.ACCEPTED}


def names(result: ExerciseResult) -> set[str | None]:
    return {check.misconception for check in result.checks}


@pytest.mark.parametrize("path", SOFTMAXES, ids=lambda path: path.stem)
def test_a_nearly_right_answer_loses_what_asks_for_digits(judged: Judged, course: Course, path: Path) -> None:
    """Of those to all other exercises the audit finds it."""
    result = judged("03.1", course.answer_text(path, "03.1"))
    asked = [check for check in course.hidden("03.1").checks if check.precision]
    assert list(failed(result)) == [check.name for check in asked]
    assert names(result) == {None}
    assert result.points == result.max_points - 1


def test_there_are_nearly_right_answers_to_every_exercise_that_asks_for_digits(course: Course) -> None:
    asking = {
        each.id: [check for check in course.hidden(each.id).checks if check.precision]
        for each in course.exercises()
    }
    assert {folder.name for folder in NEARLY.iterdir()} == {each for each, checks in asking.items() if checks}
    assert all(answer_files(folder) for folder in NEARLY.iterdir())
    for each, checks in asking.items():
        assert [(check.points, check.gate) for check in checks] in ([], [(1, False)]), each


SOFTMAX = """
import numpy as np

def softmax(scores, axis=-1):
    scores = scores if scores.dtype.kind == "f" else scores.astype(float)
    exponentials = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return exponentials / {total}
"""
RIGHT_TOTAL = "exponentials.sum(axis=axis, keepdims=True)"


@pytest.mark.parametrize("small", ["1e-6", "1e-8"])
def test_an_epsilon_is_not_called_float32(judged: Judged, small: str) -> None:
    text = SOFTMAX.format(total=f"({RIGHT_TOTAL} + scores.dtype.type({small}))")
    lost = failed(judged("03.1", text))
    assert list(lost) == ["nine_digits"]
    assert "it agrees to about" in lost["nine_digits"].message
    assert "float32?" not in lost["nine_digits"].message


@pytest.mark.parametrize(
    ("exercise", "function"),
    [
        ("01.1", "project"),
        ("02.1", "dot_product_scores"),
        ("03.3", "softmax_backward"),
        ("04.1", "weighted_sum"),
    ],
)
def test_what_comes_back_as_float32_is_called_so_and_nothing_else(
    judged: Judged, exercise: str, function: str
) -> None:
    text = f"import numpy as np\n_right = {function}\n\ndef {function}(*args):\n"
    result = judged(exercise, f"{text}    return _right(*args).astype(np.float32)\n")
    assert names(result) == {None}
    assert [check.message for check in failed(result).values()] != []
    assert all("Is something computed in float32?" in check.message for check in failed(result).values())
    assert result.points == result.max_points - 1


ATTENTION = """
import numpy as np
from reference.cpu.scores import scaled_scores
from reference.cpu.softmax import softmax

def attention(query, key, value, mask=None):
    scores = scaled_scores(query, key)
    if mask is not None:
        {hide}
    weights = softmax(scores)
    if mask is not None:
        weights = weights * mask
    return weights @ value, weights
"""


def test_a_mask_of_minus_ten_has_no_name(judged: Judged) -> None:
    result = judged("04.3", ATTENTION.format(hide="scores = scores + np.where(mask, 0.0, -10.0)"))
    assert "a_mask_for_each_pair" in failed(result)
    assert names(result) == {None}


@pytest.mark.slow
def test_a_mask_of_minus_ten_thousand_lets_large_hidden_scores_through(judged: Judged) -> None:
    result = judged("04.3", ATTENTION.format(hide="scores = scores + np.where(mask, 0.0, -1e4)"))
    assert list(failed(result)) == ["large_scores"]
    text = """
import torch

_right = attention_weights

def attention_weights(query, key, mask=None, is_causal=False, scale=None):
    if mask is None:
        return _right(query, key, None, is_causal, scale)
    wide = torch.promote_types(query.dtype, torch.float32)
    keys = key.repeat_interleave(query.shape[1] // key.shape[1], 1).to(wide)
    scores = query.to(wide) @ keys.mT * (query.shape[-1] ** -0.5 if scale is None else scale)
    seen = torch.ones(scores.shape[-2:], dtype=torch.bool, device=query.device)
    seen = (seen.tril() if is_causal else seen) & mask
    bias = torch.zeros_like(scores).masked_fill(~seen, -1e4)
    return torch.softmax(scores + bias, -1).masked_fill(~seen, 0.0).to(query.dtype)
"""
    assert judged("06.1", text).points < 14


def test_an_error_that_reads_like_that_of_a_misconception_has_no_name(judged: Judged) -> None:
    text = """
_right = multi_head_attention

def multi_head_attention(x, w_query, w_key, w_value, w_out, n_heads, mask=None, context=None):
    if mask:
        return _right(x, w_query, w_key, w_value, w_out, n_heads, mask, context)
    return _right(x, w_query, w_key, w_value, w_out, n_heads, None, context)
"""
    result = judged("05.3", text)
    assert any("truth value of an array" in check.message for check in failed(result).values())
    assert names(result) == {None}


@pytest.mark.slow
def test_half_precision_is_not_called_by_a_mistake_with_masks(judged: Judged, course: Course) -> None:
    path = ANSWERS / "wrong" / "06.1" / "softmax_in_half_precision.diff"
    result = judged("06.1", course.answer_text(path, "06.1"))
    assert "half_precision" in failed(result)
    assert names(result) == {None}


def test_zeros_have_no_name(judged: Judged) -> None:
    """A misconception that gives zeros in one check is not behind an answer that gives them everywhere."""
    text = "_right = attention\n\ndef attention(*args, **kwargs):\n"
    result = judged("04.3", f"{text}    return tuple(each * 0 for each in _right(*args, **kwargs))\n")
    assert "large_scores" in failed(result)
    assert names(result) == {None}


@pytest.mark.parametrize("exercise", ["04.3", "05.3"])
def test_blame_goes_down_to_the_first_exercise_at_fault(judged: Judged, exercise: str) -> None:
    result = judged(exercise, SOFTMAX.format(total="exponentials.sum()"), of="03.1")
    assert result.points == result.max_points
    assert result.message.endswith(" is right; your softmax (03.1) is not.")


def test_blame_names_all_that_are_wrong_by_themselves(judged: Judged) -> None:
    halves = (
        "_right = attention\n\ndef attention(*args, **kwargs):\n    return _right(*args, **kwargs)[::-1]\n"
    )
    split = "def split_heads(x, n_heads):\n    return x[..., None, :, :]\n"
    message = judged("05.3", split, of="05.1").message
    assert message.endswith("your split_heads (05.1) is not.")
    message = judged("05.3", halves, of="04.3").message
    assert message.endswith("your attention (04.3) is not.")


def test_a_list_is_asked_for_where_the_docstring_says_list(judged: Judged) -> None:
    lost = failed(judged("04.4", "def most_attended(weights, tokens):\n    return ' '.join(tokens)\n"))
    assert all("expected a list, got a string" in check.message for check in lost.values())


TURNED = "\n_real = {0}\n\ndef {0}(*args, **kwargs):\n    return _real(*args, **kwargs) * (1 + 0j)\n"


@pytest.mark.parametrize(
    ("exercise", "text"),
    [
        ("01.1", TURNED.format("project")),
        ("02.3", TURNED.format("score_variance")),
        ("03.1", TURNED.format("softmax")),
        ("06.1", TURNED.format("attention")),
        ("07.2", TURNED.format("attention_flops")),
    ],
)
def test_complex_numbers_are_called_so(
    judged: Judged, capfd: pytest.CaptureFixture[str], exercise: str, text: str
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = judged(exercise, text)
    gate = result.checks[0]
    assert re.search(r"expected (real numbers|a number|a whole number), got (dtype|a) complex", gate.message)
    assert names(result) == {None}
    assert result.points == 0
    assert capfd.readouterr().err == ""


FLOATS = """
import numpy as np

_right = train_recall

def train_recall(*args, **kwargs):
    model, losses = _right(*args, **kwargs)
    return [model, [np.float32(loss) for loss in losses]]
"""

LISTS = """
class MultiHeadAttention(MultiHeadAttention):
    def forward(self, *args, **kwargs):
        answer = super().forward(*args, **kwargs)
        return list(answer) if isinstance(answer, tuple) else answer
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("exercise", "text"), [("09.4", FLOATS), ("06.2", LISTS)], ids=["floats of NumPy", "a list for a tuple"]
)
def test_a_right_answer_in_another_form_loses_nothing(judged: Judged, exercise: str, text: str) -> None:
    assert failed(judged(exercise, text)) == {}


def test_an_object_that_keeps_every_token_is_found_out(judged: Judged) -> None:
    result = judged("08.5", (ANSWERS / "wrong" / "08.5" / "object_of_all_tokens.py").read_text())
    assert list(failed(result)) == ["a_state_that_does_not_grow"]
    assert "operations a step after 2 tokens" in failed(result)["a_state_that_does_not_grow"].message


def test_the_inputs_depend_on_what_was_handed_in(
    course: Course, sandbox: Sandbox, reference: Mapping[str, bytes]
) -> None:
    """The messages tell where the first number is off, which differs from draw to draw."""
    wrong = "import numpy as np\n\ndef padding_mask(lengths, kv_len):\n    return np.arange(kv_len) <= {}\n"

    def messages(comment: str, student: str = "") -> list[str]:
        text = wrong.format("np.asarray(lengths)[:, None, None]") + comment
        sources = {**reference, "cpu/attention.py": reference["cpu/attention.py"] + b"\n\n" + text.encode()}
        result = judge_sources(sources, exercise="04.2", student=student, course=course, sandbox=sandbox)
        return [check.message for check in result.exercises[0].checks]

    tries = [messages(f"# try {number}") for number in range(4)]
    assert messages("# try 0") == tries[0]
    assert len({str(each) for each in tries}) > 1
    assert len({str(messages("# try 0", student)) for student in "abcd"}) > 1
