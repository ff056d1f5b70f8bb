"""Banned library calls are found however they are spelt, and nothing else is."""

from __future__ import annotations

import time

import pytest

from autograde.course.rules import broken_rules, exercise_rules_broken, foreign_imports
from autograde.exercise import Exercise

BANNED = ("torch.softmax", "torch.nn.functional.softmax", "torch.Tensor.softmax", "numpy.linalg")

BREAKING = {
    "plain": "import torch\ndef f(x):\n    return torch.softmax(x, -1)\n",
    "module alias": "import torch as t\ndef f(x):\n    return t.softmax(x, -1)\n",
    "dotted import": "import torch.nn.functional\ndef f(x):\n    return torch.nn.functional.softmax(x, -1)\n",
    "dotted alias": "import torch.nn.functional as F\ndef f(x):\n    return F.softmax(x, -1)\n",
    "from import": "from torch import softmax as s\ndef f(x):\n    return s(x, -1)\n",
    "local import": "def f(x):\n    from torch import softmax\n    return softmax(x, -1)\n",
    "getattr": "import torch\ndef f(x):\n    return getattr(torch, 'softmax')(x, -1)\n",
    "vars": "import torch\ndef f(x):\n    return vars(torch)['softmax'](x, -1)\n",
    "dict": "import torch\ndef f(x):\n    return torch.__dict__['softmax'](x, -1)\n",
    "method": "def f(x):\n    return (x + 1).softmax(-1)\n",
    "star": "from torch import *\ndef f(x):\n    return softmax(x, -1)\n",
    "assigned": "import torch\ns = torch.softmax\ndef f(x):\n    return s(x, -1)\n",
    "helper": "import torch\ndef g(x):\n    return torch.softmax(x, -1)\ndef f(x):\n    return g(x)\n",
    "lambda": "import torch\nf = lambda x: torch.softmax(x, -1)\n",
    "just imported": "from torch import softmax as f\n",
    "import_module": "from importlib import import_module as i\ndef f(x):\n    i('torch').softmax(x, -1)\n",
    "dunder import": "def f(x):\n    return __import__('torch').softmax(x, -1)\n",
    "below a ban": "import numpy as np\ndef f(x):\n    return np.linalg.norm(x)\n",
    "in a class": "import torch\nclass f:\n    def forward(self, x):\n        return torch.softmax(x, -1)\n",
}

KEEPING = {
    "unused import": "from torch import softmax, exp\ndef f(x):\n    return exp(x)\n",
    "other function": "import torch\ndef g(x):\n    return torch.softmax(x, -1)\ndef f(x):\n    return x\n",
    "own function": "def softmax(x):\n    return x\ndef f(x):\n    return softmax(x)\n",
    "course function": "from .softmax import softmax\ndef f(x):\n    return softmax(x)\n",
    "import elsewhere": "def g():\n    from torch import softmax\ndef f(softmax):\n    return softmax(1)\n",
    "name elsewhere": "import torch\ndef g():\n    s = torch.softmax\ndef f(s):\n    return s(1)\n",
    "own method": "class f:\n    def softmax(self, x): return x\n    def g(self, x): self.softmax(x)\n",
    "longer name": "import torch\ndef f(x):\n    return torch.softmax_backward(x)\n",
    "in a text": "def f(x):\n    'not torch.softmax(x)'\n    return x\n",
    "not Python": "def f(x:\n",
}


@pytest.mark.parametrize("source", BREAKING.values(), ids=BREAKING.keys())
def test_a_banned_call_is_found(source: str) -> None:
    assert broken_rules(source, "f", BANNED)


@pytest.mark.parametrize("source", KEEPING.values(), ids=KEEPING.keys())
def test_what_is_allowed_is_left_alone(source: str) -> None:
    assert broken_rules(source, "f", BANNED) == []


def test_the_name_and_the_line_are_told_once() -> None:
    assert broken_rules(BREAKING["below a ban"], "f", BANNED) == ["numpy.linalg in line 3"]


FOREIGN = {
    "at the top": ("import scipy.special as s\ndef f(x):\n    return s.softmax(x)\n", ["scipy in line 1"]),
    "from": ("from scipy.special import softmax\n", ["scipy in line 1"]),
    "in the function": ("def f(x):\n    import torch\n    return torch.exp(x)\n", ["torch in line 2"]),
    "in its helper": ("def g():\n    import torch\ndef f(x):\n    g()\n", ["torch in line 2"]),
    "in another function": ("def g():\n    import torch\ndef f(x):\n    return x\n", []),
    "allowed": ("import math, numpy as np\nfrom attnlib.cpu import softmax\nfrom . import scores\n", []),
    "for types": ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import torch\n", []),
}


@pytest.mark.parametrize(("source", "found"), FOREIGN.values(), ids=FOREIGN.keys())
def test_packages_that_are_not_there_when_graded_are_found(source: str, found: list[str]) -> None:
    assert foreign_imports(source, ["f"], ["numpy", "attnlib"]) == found


def test_torch_is_allowed_where_the_exercise_is_about_it() -> None:
    assert foreign_imports("import torch\n", ["f"], ["numpy", "torch"]) == []


def test_a_broken_rule_reads_as_a_sentence() -> None:
    exercise = Exercise("03.1", "cpu.a.f", title="", minutes=1, hints=("", "", ""), banned=("numpy.exp",))
    assert exercise_rules_broken(exercise, "import numpy as np\ndef f(x):\n    return np.exp(x)\n") == [
        "numpy.exp in line 3: this exercise is to be written without it."
    ]


EXERCISE = Exercise("03.1", "cpu.a.f", title="", minutes=1, hints=("", "", ""), banned=("numpy.exp",))


@pytest.mark.parametrize(
    "source",
    [
        "def f(x):\n" + f"    x{'.a' * 400}\n" * 300,
        "".join(f"a{number} = " for number in range(20000)) + "0\ndef f(x):\n    return a0\n",
        "def f(x):\n    return " + "x" + "()" * 3000 + "\n",
        "def f(x):\n    return " + "(" * 5000 + ")" * 5000 + "\n",
    ],
    ids=["long chains", "many targets", "many calls", "many brackets"],
)
def test_a_hostile_text_costs_little(source: str) -> None:
    begun = time.process_time()
    exercise_rules_broken(EXERCISE, source)
    assert time.process_time() - begun < 5


def test_an_expression_that_is_too_deep_is_refused() -> None:
    source = f"import numpy as np\ndef f(x):\n    x{'.a' * 2000}\n    return np.exp(x)\n"
    assert "expected expressions that a person can read" in exercise_rules_broken(EXERCISE, source)[0]
