"""Every number that a lesson's text states, computed: `python tests/claims.py 03_softmax` says what is wrong.

`solutions/claims/<lesson>.toml` lists the claims of each text cell, by the cell's id:

    [saturation]
    "slope is 0.25" = "slopes[20]"
    "more than 5000 times smaller" = "slopes[20] / slopes[40] > 5000"

On the left stands a piece of the text, on the right what computes it, with the names that the notebook has
there: the code cells above have run, on the reference. The numbers in the piece must be the computed ones,
rounded as the text rounds them. Where the expression is True or False, the piece says something else, and has
to be true. An entry `code` runs first. `promised_lines("03")` is the least and the most that a learner writes
in a lesson, `SOLUTIONS` is the folder of the reference. A number that no claim covers is a problem, unless a
rule below says that it states nothing.

A question of `questions.toml` is judged like a text: `recall-NAME` at the start, `predict-NAME` once the cell
after it has run. What is wrong among its choices states nothing.
"""

from __future__ import annotations

import ast
import contextlib
import io
import linecache
import math
import os
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any

import nbformat
import numpy as np

from autograde.course.questions import Question, read_questions

ROOT = Path(__file__).resolve().parent.parent
SMALLEST = 10  # whole numbers below it are too common to be counted as statements
HALF = Fraction(1, 2)

NAMES = re.compile(
    r"```.*?```|`[^`]*`"  # code
    r"|\]\([^)]*\)"  # where a link leads
    r"|(?<!\.)\b0\d(?:\.\d)?\b|\b1[01]\.[1-9]\b"  # exercises: 03.1, 10.1; lessons: 03; but not 0.03
    r"|(?:^# |[Ll]essons? |\[|\bExercise )1[01]\b"  # lessons from 10 on
    r"|\b[A-Za-z_][\w.-]*\d[\w.-]*",  # float16, GPT-2, L5H11
    re.DOTALL,
)
CHOSEN = re.compile(
    r"(?:\b(?:n|k|T|window|dilation)|\bd_\w+|(?:model|head)\}) ?= ?$"  # a size
    r"|\b(?:layer|head|position|token|feature|step|query|key|row|column|word|page)s? $",  # a place
    re.IGNORECASE,
)
ASKING = ("predict-", "questions")
"""How the ids of cells begin that compute nothing."""

JUDGING = "judging-"
"""How the ids of those begin that judge a text."""

YEAR = re.compile(r"(?:\b(?:of|in|since) |\()$")
MINUTES = re.compile(r" minutes?\b")  # test_claims.py compares them with the exercises
UP = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"
NUMBER = re.compile(
    r"(?<![\w.])(?P<sign>[−-]?)(?P<digits>\d+(?:,\d{3})*(?:\.\d+)?)"
    rf"(?P<own>[{UP}]+)?(?: · 10(?P<power>[{UP}]+))?(?!\w)(?: ?(?P<unit>\\?%|per cent|million|billion))?"
)
UNITS = {"": 0, "%": -2, "\\%": -2, "per cent": -2, "million": 6, "billion": 9}  # powers of ten


@dataclass(frozen=True)
class Number:
    """A number of a text: where it stands, what it is, and how far rounding may have moved it."""

    start: int
    end: int
    value: Fraction
    rounding: Fraction

    def states(self, computed: float) -> bool:
        """Tell whether the computed number, rounded as the text does, is this one."""
        slack = self.rounding / 1000  # a computed 0.125 may come out as 0.1250000001
        return math.isfinite(computed) and abs(Fraction(computed) - self.value) <= self.rounding + slack


def numbers(text: str) -> list[Number]:
    """Return the numbers of a text, without those that belong to names and code."""
    return [_number(found) for found in NUMBER.finditer(NAMES.sub(lambda name: " " * len(name[0]), text))]


def _number(found: re.Match[str]) -> Number:
    digits = found["digits"].replace(",", "")
    size = Fraction(10) ** (UNITS[found["unit"] or ""] + _raised(found["power"] or "⁰"))
    value = Fraction(digits) ** _raised(found["own"] or "¹") * size * (-1 if found["sign"] else 1)
    return Number(found.start(), found.end(), value, size / 10 ** len(digits.partition(".")[2]) / 2)


def _raised(exponent: str) -> int:
    return int(exponent.translate(str.maketrans(UP, "-0123456789")))


def states_something(number: Number, text: str, constants: set[Fraction]) -> bool:
    """Tell whether a number needs a claim: it is neither small nor chosen, by the text or by the code."""
    before, after = text[: number.start], text[number.end :]
    small = number.rounding == HALF and abs(number.value) < SMALLEST
    year = YEAR.search(before) and number.value in range(1900, 2100)
    chosen = abs(number.value) in constants or CHOSEN.search(before)
    return not (small or year or chosen or MINUTES.match(after))


def problems(
    text: str, claims: Mapping[str, str], names: Mapping[str, Any], constants: set[Fraction]
) -> Iterator[str]:
    """Yield what is wrong with the numbers of one text cell."""
    offered = {"np": np, "math": math, "SOLUTIONS": ROOT / "solutions", "promised_lines": promised_lines}
    names = {**offered, **names}
    exec(claims.get("code", ""), names)
    found, covered = numbers(text), set()
    for piece, expression in claims.items():
        if piece == "code":
            continue
        places = list(re.finditer(re.escape(piece), text))
        if not places:
            yield f"{piece!r}: expected in the text, got no such piece. Bring the claim up to date."
        for place in places:
            inside = [each for each in found if place.start() <= each.start and each.end <= place.end()]
            covered.update(inside)
            yield from _disagreement(piece, inside, eval(expression, names))
    for number in found:
        if number not in covered and states_something(number, text, constants):
            yield f"{_around(text, number)}: expected a claim that computes this number, got none. Add one."


def _disagreement(piece: str, stated: Sequence[Number], computed: Any) -> Iterator[str]:
    """Yield a problem if a piece of text does not say what was computed."""
    if isinstance(computed, bool | np.bool_):
        if not computed:
            yield f"{piece!r}: expected to be true, got False. Change the text."
        return
    values = _flat(computed)
    if len(values) != len(stated):
        yield f"{piece!r}: expected {len(values)} numbers, as computed, got {len(stated)}. Change the claim."
    elif not all(number.states(value) for number, value in zip(stated, values, strict=True)):
        exact = ", ".join(f"{value:.6g}" for value in values)
        yield f"{piece!r}: expected {exact}, as computed, got another number. Change the text."


def _flat(computed: Any) -> list[float]:
    """Return a number, a sequence, an array or a tensor as a list of numbers."""
    parts = computed.tolist() if hasattr(computed, "tolist") else computed
    return [x for part in parts for x in _flat(part)] if isinstance(parts, list | tuple) else [float(parts)]


def _around(text: str, number: Number) -> str:
    return repr(text[max(0, number.start - 30) : number.end + 20].replace("\n", " "))


def promised_lines(exercises: str) -> tuple[int, int]:
    """Return the least and the most lines that are promised for the exercises whose ids begin so."""
    sources = "\n".join(path.read_text("utf-8") for path in (ROOT / "solutions" / "attnlib").rglob("*.py"))
    promise = rf"# Exercise {re.escape(exercises)}\S*(?: \w+ part)? \((?:(\d+) to )?(\d+) lines?\)"
    promised = [(int(least or most), int(most)) for least, most in re.findall(promise, sources)]
    return sum(least for least, _ in promised), sum(most for _, most in promised)


def lesson_problems(
    book: nbformat.NotebookNode,
    claims: Mapping[str, Mapping[str, str]],
    asked: Mapping[str, Question] = MappingProxyType({}),
) -> Iterator[str]:
    """Run the code cells of a notebook here, judge the text cells between them, yield what is wrong."""
    yield from strangers(book, claims, asked)
    names: dict[str, Any] = {"__name__": "__main__", **dict.fromkeys(["display", *_offered()], _nothing)}
    for cell in judging_cells(book, claims, asked):
        said = _run(cell, names)
        if cell.id.startswith(JUDGING):
            yield from said.splitlines()


def strangers(
    book: nbformat.NotebookNode, claims: Mapping[str, Mapping[str, str]], asked: Mapping[str, Question]
) -> Iterator[str]:
    """Yield a problem for each cell that has claims and is no text of the notebook."""
    texts = {cell.id for cell in _with_questions(book.cells, asked) if cell.cell_type == "markdown"}
    for unknown in set(claims) - texts:
        yield f"[{unknown}]: expected the id of a text cell. Bring the claims up to date."


def judging_cells(
    book: nbformat.NotebookNode, claims: Mapping[str, Mapping[str, str]], asked: Mapping[str, Question]
) -> Iterator[nbformat.NotebookNode]:
    """Yield the code cells, and for each text a cell that prints what is wrong with its numbers there."""
    cells = [*_with_questions(book.cells, asked)]
    for index, cell in enumerate(cells):
        if cell.cell_type == "code":
            yield cell
            continue
        beside = sorted(map(str, constants(cells[:index][::-1]) | constants(cells[index:])))
        details = ", ".join(map(repr, (cell.id, cell.source, dict(claims.get(cell.id, {})), beside)))
        source = f"__import__('claims').tell({details}, globals())"
        yield nbformat.v4.new_code_cell(source, id=f"{JUDGING}{cell.id}"[:64])


def tell(
    cell: str, text: str, claims: Mapping[str, str], constants: Sequence[str], names: Mapping[str, Any]
) -> None:
    """Print what is wrong with a text, where the cells above it have run."""
    with _same_draws(names):
        for problem in problems(text, claims, names, {*map(Fraction, constants)}):
            print(f"[{cell}] {problem}")


def _with_questions(
    cells: Sequence[nbformat.NotebookNode], asked: Mapping[str, Question]
) -> Iterator[nbformat.NotebookNode]:
    """Yield the cells, and each question as a text cell where what it is about has been computed."""
    waiting: list[Question] = []
    for cell in cells:
        yield cell
        if cell.id.startswith("predict-"):
            waiting = [each for each in asked.values() if each.id[3:] == cell.id.removeprefix("predict-")]
        elif cell.id == "questions":
            yield from (_as_text(each) for each in asked.values() if each.lesson)
        elif cell.cell_type == "code":
            yield from map(_as_text, waiting)
            waiting = []


def _as_text(question: Question) -> nbformat.NotebookNode:
    kind = "recall" if question.lesson else "predict"
    text = f"{question.ask} Answer: {question.answer}. {question.because}"
    return nbformat.v4.new_markdown_cell(text, id=f"{kind}-{question.id.partition('.')[2]}")


@contextlib.contextmanager
def _same_draws(names: Mapping[str, Any]) -> Iterator[None]:
    """Let the notebook's generators go on afterwards as if nothing had been drawn meanwhile."""
    generators = [each for each in names.values() if isinstance(each, np.random.Generator)]
    states = [each.bit_generator.state for each in generators]
    yield
    for each, state in zip(generators, states, strict=True):
        each.bit_generator.state = state


def constants(cells: Sequence[nbformat.NotebookNode]) -> set[Fraction]:
    """Return the numbers that are written in the first code cell of these: what is chosen, not computed."""
    code = (cell for cell in cells if cell.cell_type == "code" and not cell.id.startswith(ASKING))
    source = next(map(_without_magic, code), "")
    values = (node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant))
    return {Fraction(repr(value)) for value in values if type(value) in (int, float)}


def _run(cell: nbformat.NotebookNode, names: dict[str, Any]) -> str:
    source = _without_magic(cell)
    lines = source.splitlines(True)
    linecache.cache[cell.id] = (len(source), None, lines, cell.id)  # Triton reads a kernel's source
    with contextlib.redirect_stdout(io.StringIO()) as said:
        exec(compile(source, cell.id, "exec"), names)
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")
    return said.getvalue()


def _without_magic(cell: nbformat.NotebookNode) -> str:
    return re.sub(r"^%.*", "", cell.source, flags=re.MULTILINE)


def _offered() -> list[str]:
    """Return the names that `%load_ext autograde.notebook` offers in a lesson."""
    return list(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["ruff"]["builtins"])


def _nothing(*ignored: object, **also_ignored: object) -> None:
    return None


def claims_of(lesson: str) -> tuple[dict[str, dict[str, str]], dict[str, Question]]:
    """Return the claims of a lesson, and its questions."""
    table = ROOT / "solutions" / "claims" / f"{lesson}.toml"
    claims = tomllib.loads(table.read_text("utf-8")) if table.exists() else {}
    return claims, read_questions(ROOT / "solutions" / "lessons" / lesson)


def main(lesson: str) -> None:
    """Print the problems of one lesson."""
    os.environ |= {"MPLBACKEND": "agg", "OMP_NUM_THREADS": "1"}
    sys.path[:0] = [str(ROOT / "solutions"), str(ROOT)]
    os.chdir(ROOT / "solutions" / "lessons" / lesson)
    for problem in lesson_problems(nbformat.read(f"{lesson}.ipynb", as_version=4), *claims_of(lesson)):
        print(f"solutions/claims/{lesson}.toml {problem}")


if __name__ == "__main__":
    main(sys.argv[1])
