"""The architecture, read from the imports."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "autograde"

LAYERS = (
    {"errors", "verdict", "wire", "trivial"},
    {"call", "exercise", "compare", "difference", "lesson", "stub", "restore", "rules", "wording"}
    | {"growth", "extract", "mutate", "instruments", "submission"},
    {"sandbox"},
    {"course", "judge", "record", "diagnose", "doctor"},
    {"store", "grading", "feedback", "report", "release", "workspace", "practice", "audit", "known"},
    {"nbgrader_plugins", "notebook", "cli"},
)

WITHOUT_JUPYTER = {
    *LAYERS[0] - {"trivial"},
    *{"call", "exercise", "compare", "difference", "lesson", "rules", "growth", "instruments", "submission"},
    *LAYERS[2],
    *LAYERS[3],
}
"""Modules that need numpy and torch alone: a GPU machine without Jupyter can use them."""


def layer_of(module: str) -> int:
    part = module.split(".")[1]
    for number, parts in enumerate(LAYERS):
        if part in parts:
            return number
    raise AssertionError(f"{module}: expected a layer for it in LAYERS, got none")


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        if name != "autograde":
            yield name, path


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def problems(name: str, path: Path) -> list[str]:
    """Return what is wrong with the imports of one module."""
    found = []
    for imported in imports(path):
        top = imported.partition(".")[0]
        part = name.split(".")[1]
        if top == "autograde" and imported != "autograde" and layer_of(imported) > layer_of(name):
            found.append(f"{name} (layer {layer_of(name)}) imports {imported} (layer {layer_of(imported)})")
        if top == "nbgrader" and part != "nbgrader_plugins":
            found.append(f"{name} imports nbgrader; only autograde.nbgrader_plugins may")
        if top in ("dask", "distributed"):
            found.append(f"{name} imports {top}; only the caller of grading may")
        allowed = sys.stdlib_module_names | {"autograde", "numpy", "torch", "triton"}
        if part in WITHOUT_JUPYTER and top not in allowed:
            found.append(f"{name} imports {top}; expected numpy and torch alone")
    return found


@pytest.mark.parametrize(("name", "path"), list(modules()), ids=lambda value: str(value).rpartition("/")[2])
def test_imports_go_to_lower_layers_only(name: str, path: Path) -> None:
    assert problems(name, path) == []


def test_an_import_upwards_is_found(tmp_path: Path) -> None:
    path = tmp_path / "wire.py"
    path.write_text("from autograde import judge\nimport nbgrader.api\nimport rich\n")
    assert len(problems("autograde.wire", path)) == 4


def test_package_files_hold_a_docstring_only() -> None:
    for path in PACKAGE.rglob("__init__.py"):
        body = ast.parse(path.read_text()).body
        extra = [node for node in body[1:] if not isinstance(node, ast.ImportFrom)]
        assert ast.get_docstring(ast.Module(body, [])), path
        assert not extra, path
        assert len(body) == 1 or path.parent.name == "notebook", path


def test_release_reads_no_secret() -> None:
    """The release and everything below it does not know the course's trusted side."""
    assert not {"autograde.course.course", "autograde.judge"} & set(imports(PACKAGE / "release.py"))
