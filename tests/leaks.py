"""What must never reach a learner, found again in what is released."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from autograde.course.settings import read_settings
from autograde.course.stub import skeleton, solution_regions

SHORTEST_CODE = 40
SHORTEST_SENTENCE = 25
"""Shorter lines, such as `return x * x`, say nothing about where they come from."""


def leaks(released: Mapping[str, bytes], solutions: Path) -> list[str]:
    """Return "released path: secret" for every secret of `solutions` that a released file contains."""
    texts = {path: _flat(content.decode("utf-8", "replace")) for path, content in released.items()}
    found = [
        f"{path}: {secret}" for secret in secrets(solutions) for path, text in texts.items() if secret in text
    ]
    files = [
        path for path in released if re.search(r"misconceptions/|answers/|solutions/|(^|/)checks/", path)
    ]
    return [*files, *found]


def secrets(solutions: Path) -> set[str]:
    """Return the lines of the reference's solutions, and words and code of checks and known answers."""
    lines = set(_solution_lines(solutions))
    for path in (solutions / "checks").rglob("*.py"):
        lines |= {*_sentences(path), *_code_lines(path)}
    for folder in (solutions / "misconceptions", solutions / "answers"):
        # A lesson may show a wrong line of its own; the whole of a known answer it may not.
        for path in folder.rglob("*.py"):
            lines |= {*_sentences(path), *_bodies(path)}
        for path in folder.rglob("*.diff"):
            lines |= set(_edits(path))
    public = _flat("\n".join(path.read_text("utf-8") for path in (solutions / "lessons").glob("*/checks.py")))
    helpers = _flat("\n".join(skeleton(path.read_text("utf-8")) for path in _reference(solutions)))
    return {line for line in lines if line not in public and line not in helpers}


def _reference(solutions: Path) -> list[Path]:
    return sorted((solutions / read_settings(solutions / "lessons").package).rglob("*.py"))


def _solution_lines(solutions: Path) -> Iterator[str]:
    for path in _reference(solutions):
        source = path.read_text("utf-8")
        lines = source.splitlines()
        for region in solution_regions(source):
            yield from filter(_is_telling, map(_flat, lines[region.first : region.last - 1]))


def _sentences(path: Path) -> Iterator[str]:
    for node in ast.walk(_parsed(path.read_text("utf-8"))):
        if isinstance(node, ast.Module | ast.FunctionDef) and (text := ast.get_docstring(node)):
            yield from (line for line in [_flat(text)] if len(line) >= SHORTEST_SENTENCE)


def _code_lines(path: Path) -> Iterator[str]:
    for line in map(_flat, path.read_text("utf-8").splitlines()):
        if _is_telling(line) and not re.match(r"(import|from|def|class|@|\"\"\")", line):
            yield line


def _bodies(path: Path) -> Iterator[str]:
    source = path.read_text("utf-8")
    for node in ast.walk(_parsed(source)):
        if isinstance(node, ast.FunctionDef):
            body = _flat("\n".join(ast.get_source_segment(source, line) or "" for line in node.body))
            yield from filter(_is_telling, [body])


def _edits(path: Path) -> Iterator[str]:
    """Yield the sentence of an answer that is an edit of the reference, and the lines that it puts there."""
    sentence, _, edits = path.read_text("utf-8").partition("\n\n")
    yield from (line for line in [_flat(sentence)] if len(line) >= SHORTEST_SENTENCE)
    yield from filter(_is_telling, (_flat(line[1:]) for line in edits.splitlines() if line.startswith("+")))


def _parsed(source: str) -> ast.Module:
    """Return the code of a file; what one of the learners handed in is no Python, and so no code."""
    try:
        return ast.parse(source)
    except SyntaxError:
        return ast.Module([], [])


def _is_telling(line: str) -> bool:
    return len(line) >= SHORTEST_CODE


def _flat(text: str) -> str:
    return " ".join(text.replace('\\"', '"').split())
