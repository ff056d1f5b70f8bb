"""A skeleton keeps everything but the solution, and a misplaced marker never publishes one."""

from __future__ import annotations

import pytest

from autograde.course.stub import skeleton, solution_regions
from autograde.errors import AutogradeError

SOURCE = '''"""Softmax."""

import numpy as np

### BEGIN SOLUTION
from math import inf as secret_import

### END SOLUTION


def softmax(scores, axis=-1):
    """Return the weights."""
    # Exercise 03.1 (4 lines): exponentials, then divide.
    ### BEGIN SOLUTION
    secret = np.exp(scores)
    return secret / secret.sum(axis=axis, keepdims=True)
    ### END SOLUTION


class Block:
    """A block."""

    def forward(self, x):
        """Return x."""
        # Exercise 09.3 (1 line): give it back.
        ### BEGIN SOLUTION
        return x + 0 * secret
        ### END SOLUTION


def complete():
    """Stay."""
    return 1
'''

EXPECTED = '''"""Softmax."""

import numpy as np


def softmax(scores, axis=-1):
    """Return the weights."""
    # Exercise 03.1 (4 lines): exponentials, then divide.
    raise NotImplementedError("Exercise 03.1: softmax is not written yet.")


class Block:
    """A block."""

    def forward(self, x):
        """Return x."""
        # Exercise 09.3 (1 line): give it back.
        raise NotImplementedError("Exercise 09.3: Block.forward is not written yet.")


def complete():
    """Stay."""
    return 1
'''


def test_a_skeleton_holds_no_line_of_a_solution() -> None:
    text = skeleton(SOURCE)
    assert "secret" not in text
    assert "SOLUTION" not in text


def test_a_skeleton_keeps_everything_else() -> None:
    assert skeleton(SOURCE) == EXPECTED


def test_a_skeleton_says_which_exercise_is_not_written() -> None:
    namespace: dict[str, object] = {}
    exec(skeleton(SOURCE), namespace)
    with pytest.raises(NotImplementedError, match=r"^Exercise 03\.1: softmax is not written yet\.$"):
        namespace["softmax"](1)  # type: ignore[operator]


def test_a_file_without_regions_stays_as_it_is() -> None:
    assert skeleton("x = 1\n") == "x = 1\n"


def test_several_regions_below_one_comment_belong_to_its_exercise() -> None:
    region = "    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION\n"
    source = f"def f():\n    # Exercise 04.2 (2 lines): a.\n{region}\n\ndef g():\n{region}"
    assert skeleton(source).count("Exercise 04.2: ") == 2


BODY = "    ### BEGIN SOLUTION\n    return 1\n"
CLOSED = BODY + "    ### END SOLUTION\n"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (
            "def f():\n    # Exercise 01.1 (1 line): a.\n    ### BEGIN SOLUTION\n    return 1\n",
            "line 3: expected ### END",
        ),
        ("def f():\n    return 1\n    ### END SOLUTION\n", "line 3: expected ### BEGIN SOLUTION above"),
        ("### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION\n", "line 2: expected ### END SOLUTION"),
        (
            "def f():\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION\n",
            "line 2: expected a comment",
        ),
        ("## BEGIN SOLUTION\nx = 1\n## END SOLUTION\n", "line 1: expected '### BEGIN SOLUTION'"),
        ("x = 1  ### begin solution\n", "line 1: expected '### BEGIN SOLUTION'"),
        ("def f(:\n", "expected Python code"),
    ],
)
def test_a_misplaced_marker_is_an_error(source: str, said: str) -> None:
    with pytest.raises(AutogradeError, match=said):
        skeleton(source, "softmax.py")


def test_a_region_that_is_all_a_class_holds_is_an_error() -> None:
    with pytest.raises(AutogradeError, match="without its solutions"):
        skeleton("class A:\n    ### BEGIN SOLUTION\n    x = 1\n    ### END SOLUTION\n")


def test_regions_are_told_by_line() -> None:
    assert [(region.first, region.last) for region in solution_regions(SOURCE)] == [
        (5, 8),
        (14, 17),
        (26, 28),
    ]
