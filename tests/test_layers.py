"""The architecture, read from the imports."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "autograde"

BOTH_SIDES = {"call", "wire"}
"""The words that a worker shares with the judge."""

LAYERS = (
    {"errors", "verdict", "wording", "limits", "accelerator", *BOTH_SIDES},
    {"instruments"},
    {"inside"},
    {"draw", "exercise", "compare", "difference", "expose", "growth", "sandbox"},
    {"course"},
    {"judge", "record", "here", "diagnose", "smallest", "doctor"},
    {"practice", "audit", "classroom", "templates"},
    {"hub", "nbgrader_plugins", "notebook", "cli"},
)

NUMPY_AND_TORCH_ALONE = set().union(*LAYERS[:6]) - {"wording"}
"""Rooms that a GPU machine without Jupyter can use."""

COURSE_WORDS = re.compile(
    r"""atten(d|tion) | attnlib | softmax\b(?!\(-1\)) | transformer | \b0[0-9]_[a-z]+
    | (?<!-)lesson\ [01][0-9] | ["'/]c(pu|uda)[./](?!\d) | \bFlash | d_head""",
    re.IGNORECASE | re.VERBOSE,
)
"""What only this course is about: its subject, its package, its rooms, its lessons."""

EXAMPLES = {"01_vectors", "02_matrices"}
"""A made-up lesson in the examples of the command line's help."""


def room(module: str) -> str:
    """Return the room of a module: the first part of its name below the package, or "inside"."""
    parts = module.split(".")
    return "inside" if parts[1:3] == ["sandbox", "inside"] else parts[1]


def layer_of(module: str) -> int:
    for number, rooms in enumerate(LAYERS):
        if room(module) in rooms:
            return number
    raise AssertionError(f"{module}: expected a layer for it in LAYERS, got none")


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        if name != "autograde":
            yield name, path


KNOWN = {"autograde", *(name for name, _ in modules())}


def imports(path: Path) -> Iterator[str]:
    """Yield the modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            inside = [f"{node.module}.{alias.name}" for alias in node.names]
            found = [name for name in inside if name in KNOWN]
            yield from found
            if len(found) < len(inside):
                yield node.module


def problems(name: str, path: Path) -> list[str]:
    """Return what is wrong with the imports of one module."""
    found = []
    for imported in imports(path):
        top, own = imported.partition(".")[0], room(name)
        if top == "autograde" and imported != "autograde":
            if layer_of(imported) > layer_of(name):
                found.append(
                    f"{name} (layer {layer_of(name)}) imports {imported} (layer {layer_of(imported)})"
                )
            if own == "inside" and room(imported) not in {"inside", "instruments", *BOTH_SIDES}:
                found.append(f"{name} imports {imported}, which would share a process with a submission")
        if top == "nbgrader" and own != "nbgrader_plugins":
            found.append(f"{name} imports nbgrader; only autograde.nbgrader_plugins may")
        if top in ("dask", "distributed") and name != "autograde.classroom.cluster":
            found.append(f"{name} imports {top}; only autograde.classroom.cluster may")
        allowed = sys.stdlib_module_names | {"autograde", "numpy", "torch", "triton"}
        if own in NUMPY_AND_TORCH_ALONE and top not in allowed:
            found.append(f"{name} imports {top}; expected numpy and torch alone")
    return found


def circle(graph: Mapping[str, Iterable[str]]) -> list[str]:
    """Return the modules of one circle of imports, or nothing."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def course_words(text: str) -> list[str]:
    """Return what in a text of the engine is about one course."""
    return [found[0] for found in COURSE_WORDS.finditer(text) if found[0] not in EXAMPLES]


@pytest.mark.parametrize(("name", "path"), list(modules()), ids=lambda value: str(value).rpartition("/")[2])
def test_imports_go_to_lower_layers_only(name: str, path: Path) -> None:
    assert problems(name, path) == []


def test_an_import_upwards_is_found(tmp_path: Path) -> None:
    path = tmp_path / "wire.py"
    path.write_text("from autograde import judge\nimport nbgrader.api\nimport rich\n")
    assert len(problems("autograde.wire", path)) == 4


def test_an_import_out_of_the_room_of_submissions_is_found(tmp_path: Path) -> None:
    path = tmp_path / "worker.py"
    path.write_text("from autograde.errors import explain\nfrom autograde.sandbox import box\n")
    assert len(problems("autograde.sandbox.inside.worker", path)) == 3


def test_no_module_imports_itself_by_a_detour() -> None:
    graph = {name: [each for each in imports(path) if each in KNOWN] for name, path in modules()}
    assert circle(graph) == []
    assert circle({"a": ["b"], "b": ["a"]}) != []


def test_package_files_hold_a_docstring_only() -> None:
    for path in PACKAGE.rglob("__init__.py"):
        body = ast.parse(path.read_text()).body
        extra = [node for node in body[1:] if not isinstance(node, ast.ImportFrom)]
        assert ast.get_docstring(ast.Module(body, [])), path
        assert not extra, path
        assert len(body) == 1 or path.parent.name in ("notebook", "nbgrader_plugins"), path


def test_release_reads_no_secret() -> None:
    """The release and everything below it does not know the course's trusted side."""
    found = set(imports(PACKAGE / "course" / "release.py"))
    assert not {"autograde.course.course", "autograde.judge"} & found


@pytest.mark.parametrize(
    "path", [path for path in sorted(PACKAGE.rglob("*")) if path.suffix in (".py", ".js", ".css", ".j2")]
)
def test_the_engine_is_about_no_course(path: Path) -> None:
    assert course_words(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "text", ["attnlib", 'startswith("cpu.")', "in 03_softmax", "Lesson 10's kernels", "def softmax(scores)"]
)
def test_a_word_of_the_course_is_found(text: str) -> None:
    assert course_words(text)
