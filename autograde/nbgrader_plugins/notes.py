"""Where the released notebook lies, and how the files of a lesson get into what was handed in."""

from __future__ import annotations

import json
from pathlib import Path

from nbgrader.converters.base import BaseConverter
from nbgrader.exchange.default import Exchange
from nbgrader.utils import find_all_notebooks

from autograde.nbgrader_plugins.sentences import MISSING, NOTE


def released_notebook(converter: BaseConverter, lesson: str, name: str) -> Path:
    """Return the notebook as it was released: from the exchange, or from the generated lessons."""
    directory = converter.coursedir
    exchange = Exchange(coursedir=directory, config=converter.config)
    released = Path(exchange.root) / directory.course_id / "outbound" / lesson / name
    generated = Path(directory.format_path(directory.release_directory, ".", lesson)) / name
    return released if released.is_file() else generated


def set_folders_aside(folder: Path, released: Path) -> list[str]:
    """Rename folders that are called like a file of the lesson; return a sentence for each.

    nbgrader lays the lesson's files over what was handed in, and cannot grade where a folder is in the way. A
    notebook is another matter: see `add_missing_notebooks`.
    """
    told = []
    for path in sorted(released.rglob("*")):
        name = path.relative_to(released)
        if path.is_file() and path.suffix != ".ipynb" and (folder / name).is_dir():
            aside = name.with_name(f"{name.name}.handed-in")
            (folder / name).rename(folder / aside)
            told.append(f"{name}: expected a file, as in the lesson, got a folder. It is called {aside} now.")
    return told


def add_missing_notebooks(folder: Path, released: Path) -> list[str]:
    """Copy the released notebooks that `folder` lacks into it, marked as such; return their names.

    nbgrader does not grade a submission without a notebook, and says nothing. A folder of that name stays: it
    is a notebook that cannot be read.
    """
    found = find_all_notebooks(str(released))
    missing = sorted(name for name in found if not (folder / name).exists())
    for name in missing:
        notebook = json.loads((released / name).read_text("utf-8"))
        notebook["metadata"][NOTE] = MISSING
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(json.dumps(notebook, indent=1), "utf-8")
    return missing
