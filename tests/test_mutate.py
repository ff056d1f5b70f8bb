from __future__ import annotations

import textwrap

from autograde.audit.mutate import mutants
from autograde.course.extract import extract

SOURCE = textwrap.dedent('''
    """A module."""

    import numpy as np

    LIMIT = 3


    def helper(x):
        return x + LIMIT


    def mean(x, axis=-1):
        """Return the mean."""
        total = x.sum(axis=axis, keepdims=True)
        if total.size > 0:
            total = total - 0.0
        return helper(total) / x.shape[-1]


    def other(x):
        return mean(x) @ x
''')


def names(functions: tuple[str, ...]) -> list[str]:
    return [mutant.name for mutant in mutants(SOURCE, functions)]


def test_every_mutant_is_another_program_that_compiles() -> None:
    found = list(mutants(SOURCE, ("mean",)))
    texts = {mutant.source for mutant in found}
    assert len(texts) == len(found) > 8
    assert SOURCE not in texts
    for text in texts:
        compile(text, "mutant", "exec")


def test_the_typical_mistakes_are_among_them() -> None:
    found = names(("mean",))
    for after in (
        "total = x.mean(axis=axis, keepdims=True)",
        "total = x.sum(keepdims=True)",
        "total = x.sum(axis=axis, keepdims=False)",
        "return helper(total) * x.shape[-1]",
        "return helper(total) / x.shape[-2]",
        "if total.size >= 0:",
        "if False:",
        "total = total + 0.0",
    ):
        assert any(name.endswith(f"-> {after}") for name in found), after


def test_only_the_named_functions_are_touched() -> None:
    assert all(name.startswith("other: ") for name in names(("other",)))
    swapped, renamed = "return x @ mean(x)", "return sum(x) @ x"
    assert names(("other",)) == [f"other: return mean(x) @ x -> {after}" for after in (swapped, renamed)]
    assert names(()) == []


def test_extract_takes_what_the_function_needs_and_imports_the_rest() -> None:
    text = extract(SOURCE, ("other",), "attnlib.cpu.thing", ("mean", "other"), "reference")
    assert text == "from reference.cpu.thing import mean\n\n\ndef other(x):\n    return mean(x) @ x\n"
    text = extract(SOURCE, ("mean",), "attnlib.cpu.thing", ("mean", "other"), "reference")
    assert "LIMIT = 3" in text
    assert "def helper" in text
    assert "def other" not in text


def test_extract_turns_imports_from_the_package_into_the_reference_s() -> None:
    source = (
        "from .softmax import softmax as s\nfrom attnlib.cpu.scores import x\ndef f():\n    return s(x)\n"
    )
    text = extract(source, ("f",), "attnlib.cpu.attention", (), "reference")
    assert text.startswith(
        "from reference.cpu.softmax import softmax as s\nfrom reference.cpu.scores import x\n"
    )
