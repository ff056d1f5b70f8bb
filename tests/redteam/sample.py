"""A sample is a file in `samples/<group>/`; its first line says what must become of it.

    \"\"\"wrong_answer: an object that claims to equal everything.\"\"\"
    \"\"\"time_limit_exceeded costs 26: a minute of code while it is imported.\"\"\"
    \"\"\"kept: right if and only if no socket is in reach.\"\"\"
    \"\"\"refused: a pipe, on which a reader would wait for ever.
    names: attnlib/cpu/pipe.py
    \"\"\"

It is joined to `cpu/softmax.py` of a learner who has all of lesson 03 right; `also:` in the second line
names further files with the same text. The verdict is that of the first check of 03.1 that is not accepted.
A verdict costs the ten points of that exercise and no others, a refusal all of the lesson, unless the line
says what it costs.

In `archive/` and `notebook/` the file has a function `spoil(folder)`, which is run on the folder that such a
learner hands in. In `notebook/` the learner's softmax is wrong, except where the sample is `kept`.

The samples of the rules, and what looks like one, lie in `tests/rules`; `test_rules.py` judges all of them.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograde.course.stub import skeleton

HERE = Path(__file__).resolve().parent
SAMPLES, RULES = HERE / "samples", HERE.parent / "rules"
HEADER = re.compile(r'"""(?P<verdict>\w+)(?: costs (?P<costs>\d+))?: ')
SOFTMAX, ATTENTION = "03_softmax", "06_cuda"
ATTENTION_FILE = "cuda/attention.py"
WRITTEN = re.compile(r" *# Exercise 06\.1 .*\n *### BEGIN SOLUTION\n(?s:(.*?)) *### END SOLUTION\n")
"""A region of 06.1, and its lines."""

POINTS = {"03.1": 10.0, "06.1": 14.0}
WHOLE = 26.0
"""All points of lesson 03: what a submission costs of which nothing can be read."""

KEPT, REFUSED = "kept", "refused"
SPOILING = ("archive", "notebook")
WRONG = "\n\ndef softmax(scores, axis=-1):\n    return scores\n"

RULES_TRIED = {
    *("in_plain_sight", "helper_file", "joined_text", "in_a_thread", "override_undone", "operator"),
    *("swallows_the_refusal", "table_of_modules", "executed_text", "folder_beside_the_file"),
}
LOOK_ALIKES = {"only_mentioned", "unused_import", "class_named_f", "dead_code"}
"""Of the samples in tests/rules, those that are handed in by every way."""


@dataclass(frozen=True)
class Sample:
    """One sample: what becomes of it, and where its text is."""

    name: str
    group: str
    path: Path
    verdict: str
    costs: float
    exercise: str = "03.1"
    also: tuple[str, ...] = ()
    names: str = ""

    @property
    def lesson(self) -> str:
        return SOFTMAX if self.exercise == "03.1" else ATTENTION

    @property
    def honest(self) -> bool:
        """Whether it is a look-alike: a sample that earns its points by being let alone."""
        return self.path.stem.startswith("honest") or self.path.parent.parent.name == "innocent"

    def applies(self, way: str) -> bool:
        """Whether `way` gets to see what is odd about it: the command judges the package and nothing else."""
        if way != "judge" or self.group not in SPOILING:
            return True
        inside = self.names.startswith(("attnlib", "files"))
        return self.group == "archive" and (inside or self.verdict != REFUSED)

    def hand_in(self, folder: Path, released: Path, reference: Mapping[str, bytes]) -> None:
        """Write the folder that is handed in: the lesson as it was released, and the package."""
        files = {path.relative_to(released).as_posix(): path.read_bytes() for path in _files(released)}
        files |= {f"attnlib/{path}": text for path, text in {**reference, **self._sources(reference)}.items()}
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text)
        if self.group in SPOILING:
            self._spoil(folder)

    def _sources(self, reference: Mapping[str, bytes]) -> dict[str, bytes]:
        if self.exercise == "06.1":
            return _joined(self.path, ATTENTION_FILE, {**reference, **_only_attention(reference)})
        if self.group in SPOILING:
            wrong = self.group == "notebook" and self.verdict != KEPT
            return {"cpu/softmax.py": reference["cpu/softmax.py"] + WRONG.encode() * wrong}
        also = dict.fromkeys(self.also, self.path.read_bytes())
        return _joined(self.path, "cpu/softmax.py", reference) | also

    def _spoil(self, folder: Path) -> None:
        spec = importlib.util.spec_from_file_location(self.name, self.path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        module.spoil(folder)


def _only_attention(reference: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files of lesson 06 as a learner has them who wrote 06.1 and nothing else of it."""
    texts = {file: reference[file].decode() for file in (ATTENTION_FILE, "cuda/multi_head.py")}
    return {file: skeleton(WRITTEN.sub(r"\1", text)).encode() for file, text in texts.items()}


def _joined(sample: Path, file: str, reference: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files of a sample: its text below the reference's, and the others of its folder."""
    found = {file: reference[file]}
    for path in sorted(sample.rglob("*.py")) if sample.is_dir() else [sample]:
        name = path.relative_to(sample).as_posix()
        if name in (".", "append.py"):
            found[file] += b"\n\n" + path.read_bytes()
        else:
            found[name] = path.read_bytes()
    return found


def samples() -> list[Sample]:
    """Return all samples, and honest learners before, between and behind them."""
    found = [_read(path) for path in sorted(SAMPLES.glob("*/*.py"))]
    found += [_rule(RULES / "evasions/06.1", name, "rule_broken") for name in sorted(RULES_TRIED)]
    found += [_rule(RULES / "innocent/06.1", name, KEPT) for name in sorted(LOOK_ALIKES)]
    return found


def _read(path: Path) -> Sample:
    first, second = path.read_text().splitlines()[:2]
    header = HEADER.match(first)
    assert header is not None, f"{path}: its first line says what must become of it"
    verdict, group = header["verdict"], path.parent.name
    usual = {KEPT: 0.0, REFUSED: WHOLE}.get(verdict, POINTS["03.1"])
    also = tuple(second.removeprefix("also:").split()) if second.startswith("also:") else ()
    names = second.removeprefix("names: ") if second.startswith("names: ") else ""
    return Sample(
        f"{group}_{path.stem}", group, path, verdict, float(header["costs"] or usual), also=also, names=names
    )


def _rule(folder: Path, name: str, verdict: str) -> Sample:
    (path,) = [each for each in folder.iterdir() if each.stem == name]
    costs = 0.0 if verdict == KEPT else POINTS["06.1"]
    return Sample(f"rules_{name}", "rules", path, verdict, costs, "06.1")


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and "attnlib" not in path.parts]


def edit(folder: Path, change: Callable[[Any], None]) -> None:
    """Change the notebook in a folder, whatever nbformat thinks of the result."""
    import json

    import nbformat

    path = folder / "03_softmax.ipynb"
    notebook = nbformat.read(path, as_version=4)
    change(notebook)
    path.write_text(json.dumps(notebook))


def graded(notebook: Any) -> list[Any]:
    """Return the cells of a notebook that the judge grades."""
    return [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")]
