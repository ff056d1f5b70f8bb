"""Release: what learners get is generated from `solutions/`, and nobody's work is ever overwritten.

Nothing here, or in what calls it, opens `solutions/checks`, `misconceptions` or `answers`.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import autograde
from autograde.course.lay import RELEASED, SKELETON
from autograde.course.settings import FILE, read_settings
from autograde.course.stub import skeleton
from autograde.errors import AutogradeError, explain

MANIFEST = "lessons/.generated.json"
"""Digests of the texts that were generated last, by path; committed, so that work can be told from them."""

PRISTINE = SKELETON
"""Where a learner's workspace keeps the text that `autograde reset` restores."""

AS_THEY_ARE = (".css", ".js")
"""What of the reference is released besides Python; whatever else lies there (`vectors.py.orig`) is not."""

SHIPPED = ("CHANGELOG.md", "requirements.txt", "LICENSE")
BUNDLE = Path(__file__).parent / "bundle"
ENGINE_SUFFIXES = (".md", ".py", ".j2", ".css", ".js", ".json", ".html", ".typed")
NOISE = ("__pycache__", ".ipynb_checkpoints")
OLDEST_ZIP_DATE = (1980, 1, 1, 0, 0, 0)

Files = Mapping[str, bytes]


@dataclass(frozen=True)
class Difference:
    """A generated file that is not as it should be: "missing", "stale", "worked in" or "left over"."""

    path: str
    state: str


def skeleton_files(solutions: Path) -> dict[str, bytes]:
    """Return the files of the learner's package, by their paths in the workspace, made from the reference.

    Python files become skeletons; styles and scripts go along as they are.
    """
    folder = solutions / read_settings(solutions / "lessons").package
    if not folder.is_dir():
        raise AutogradeError(explain(str(folder), "the reference of the course", "none"))
    released: dict[str, bytes] = {}
    for path in _plain_files(folder):
        inside = path.relative_to(solutions).as_posix()
        if path.suffix == ".py":
            released[inside] = skeleton(path.read_text("utf-8"), f"{solutions.name}/{inside}").encode()
        elif path.suffix in AS_THEY_ARE:
            released[inside] = path.read_bytes()
    return released


def released_files(solutions: Path) -> dict[str, bytes]:
    """Return what is released beside the lessons themselves: the package, and what the course is."""
    return {f"lessons/{FILE}": (solutions / "lessons" / FILE).read_bytes(), **skeleton_files(solutions)}


def scope(root: Path, lessons: Iterable[str] = ()) -> list[str]:
    """Return the paths below which everything is generated: all, or what belongs to some lessons."""
    package = read_settings(root / "solutions" / "lessons").package
    chosen = [f"lessons/{name}" for name in lessons]
    return [package, *([f"lessons/{FILE}", *chosen] if chosen else ["lessons"])]


def lesson_names(root: Path, chosen: Iterable[str] = ()) -> list[str]:
    """Return the chosen lessons, or all that have a notebook, in order."""
    known = sorted(path.parent.name for path in (root / "solutions" / "lessons").glob("*/*.ipynb"))
    unknown = [name for name in chosen if name not in known]
    if unknown or not known:
        raise AutogradeError(
            explain(
                "lesson", f"one of {', '.join(known) or 'solutions/lessons'}", ", ".join(unknown) or "none"
            )
        )
    return sorted(set(chosen)) or known


def folder_files(folder: Path, below: str) -> dict[str, bytes]:
    """Return the files in `folder`, by their paths with `below` in front; caches and dot files left out."""
    return {
        f"{below}/{path.relative_to(folder).as_posix()}": path.read_bytes() for path in _plain_files(folder)
    }


def _plain_files(folder: Path) -> list[Path]:
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(_is_noise(part) for part in path.relative_to(folder).parts)
    ]


def _is_noise(name: str) -> bool:
    return name in NOISE or name.startswith(".")


def digest(content: bytes) -> str:
    """Return what identifies a text."""
    return hashlib.sha256(content).hexdigest()


def read_manifest(root: Path) -> dict[str, str]:
    """Return the digests of the last generated texts, by path."""
    path = root / MANIFEST
    try:
        return dict(json.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        return {}
    except (ValueError, OSError) as error:
        raise AutogradeError(
            explain(MANIFEST, "a JSON object of digests", str(error), "Restore it from version control.")
        ) from error


def write_manifest(root: Path, manifest: Mapping[str, str]) -> None:
    """Keep the digests for the next release."""
    path = root / MANIFEST
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(dict(sorted(manifest.items())), indent=1) + "\n", "utf-8")


def differences(root: Path, generated: Files, scope: Iterable[str]) -> list[Difference]:
    """Compare the files on disk with the generated ones, below such folders as "lessons/01_vectors"."""
    manifest = read_manifest(root)
    gone = [path for path in manifest if path not in generated and _within(path, scope)]
    found = [
        Difference(path, state) for path in generated if (state := _state(root, path, generated, manifest))
    ]
    left_over = [
        Difference(path, "left over" if _digest_on_disk(root, path) == manifest[path] else "worked in")
        for path in gone
        if (root / path).is_file()
    ]
    return sorted([*found, *left_over], key=lambda difference: difference.path)


def _within(path: str, scope: Iterable[str]) -> bool:
    return any(path == folder or path.startswith(f"{folder}/") for folder in scope)


def _digest_on_disk(root: Path, path: str) -> str:
    return digest((root / path).read_bytes())


def _state(root: Path, path: str, generated: Files, manifest: Mapping[str, str]) -> str:
    """Return "" when the file is up to date, or else what it is."""
    if not (root / path).is_file():
        return "missing"
    present = _digest_on_disk(root, path)
    if present == digest(generated[path]):
        return ""
    return "stale" if present == manifest.get(path) else "worked in"


def write_generated(root: Path, generated: Files, scope: Iterable[str]) -> list[Difference]:
    """Bring the generated files up to date and return what was changed.

    Raises:
        AutogradeError: somebody has worked in one of them. Then nothing is written.
    """
    scope = list(scope)
    found = differences(root, generated, scope)
    worked = [difference.path for difference in found if difference.state == "worked in"]
    if worked:
        raise AutogradeError(
            explain(
                ", ".join(worked),
                "the text that was generated last",
                "somebody's work",
                "Move it elsewhere, or restore it from version control, and release again.",
            )
        )
    for difference in found:
        target = root / difference.path
        if difference.state == "left over":
            target.unlink()
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(generated[difference.path])
    kept = {path: text for path, text in read_manifest(root).items() if not _within(path, scope)}
    manifest = kept | {path: digest(content) for path, content in generated.items()}
    if manifest != read_manifest(root):
        write_manifest(root, manifest)
    return found


def worked_files(root: Path, folder: str) -> list[str]:
    """Return the files below `folder` whose text is not the one that was generated last."""
    manifest = read_manifest(root)
    present = folder_files(root / folder, folder)
    return [path for path, content in present.items() if manifest.get(path) != digest(content)]


def to_lay(generated: Files) -> dict[str, bytes]:
    """Return the generated files by the paths from which `lay` brings them to where a learner works."""
    return {
        f"{RELEASED if path.startswith('lessons/') else SKELETON}/{path}": content
        for path, content in generated.items()
    }


def write_bundle(target: Path, root: Path, generated: Files) -> None:
    """Write the zip for a learner without an exchange: lessons, the package, the engine, and how to start.

    What a learner works in lies under `.autograde/` and is laid out at the first start, so that a newer
    bundle can be unzipped over an older one. The same course gives the same bytes.
    """
    files = to_lay(generated)
    for name in SHIPPED:
        if (root / name).is_file():
            files[name] = (root / name).read_bytes()
    files |= {path.name: path.read_bytes() for path in BUNDLE.iterdir() if path.is_file()}
    files |= engine_files()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bundle:
        for path in sorted(files):
            entry = zipfile.ZipInfo(path, OLDEST_ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            bundle.writestr(entry, files[path])


def engine_files() -> dict[str, bytes]:
    """Return the files of the package `autograde`, which is all that runs on a learner's machine."""
    package = Path(autograde.__file__).parent
    found = folder_files(package, "autograde")
    return {path: content for path, content in found.items() if path.endswith(ENGINE_SUFFIXES)}
