"""Work that was laid one folder too deep, as a zip unpacks: it is put where it belongs, and that is said."""

from __future__ import annotations

from pathlib import Path

from autograde.course.submission import SKIPPED_FOLDERS
from autograde.nbgrader_plugins.submitted import refusal_path

DEEPEST = 3


def unnest(root: Path, folder: Path, package: str) -> None:
    """Lay what one folder inside `folder` holds into `folder` itself, where the package is only there.

    Nothing that lies in `folder` is replaced, no link is followed, and nothing is read. What is said of it is
    kept where a refusal is.

    Raises:
        OSError: it cannot be moved.
    """
    place = folder
    for _ in range(DEEPEST):
        if not place.is_dir() or (place / package).exists() or (place / package).is_symlink():
            break
        inside = [path for path in place.iterdir() if _is_folder(path)]
        if len(inside) != 1:
            return
        place = inside[0]
    if place == folder or not _is_folder(place / package):
        return
    for path in list(place.iterdir()):
        target = folder / path.name
        if not target.exists() and not target.is_symlink():
            path.rename(target)
    note = refusal_path(root, folder.parent.name, folder.name)
    note.parent.mkdir(parents=True, exist_ok=True)
    where = place.relative_to(folder).as_posix()
    note.write_text(f"{package}/ was found in the folder {where} of what was handed in.", "utf-8")


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink() and path.name not in SKIPPED_FOLDERS
