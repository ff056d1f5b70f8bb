"""What one student uploaded, as the course has it: the package, and beside it the notebook of the lesson."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath

from autograde.classroom.lms import Part, is_noise, version
from autograde.course.archive import opened
from autograde.course.submission import COLLECTED_LIMITS, SubmissionRefused, shown_name
from autograde.errors import explain

RAW_MEMBERS = 20_000
"""How many files a student's zip may list, before an environment or a history of git in it is left out."""


@dataclass(frozen=True)
class HandedOver:
    """What one student handed in.

    Args:
        files: by path, where the lesson is graded.
        time: the newest that a file has.
        late: whether the platform says so.
        told: what the instructor has to know.
    """

    files: Mapping[str, bytes]
    time: datetime
    late: bool
    told: tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """Where the course has what a student hands in for one lesson.

    Args:
        lesson: the id of the lesson.
        package: the package that learners fill in.
        modules: its files: "the_package/algebra/vectors.py".
        others: the ids of the other lessons.
    """

    lesson: str
    package: str
    modules: frozenset[str]
    others: frozenset[str] = frozenset()


def handed_over(parts: Iterable[Part], layout: Layout) -> HandedOver:
    """Return what a student handed in: of each name the newest, each file where the course has it.

    Raises:
        SubmissionRefused: something in it is not a plain file, or too much, or it is not clear what counts.
    """
    counted, earlier = _newest(part for part in parts if not is_noise(part.path))
    room = _Room()
    told = [f"{part.member.shown} is an earlier version and was left out." for part in earlier]
    told += _unpack(counted, room)
    placed = dict(_package(room.files, layout))
    if not placed:
        placed = _loose(room.files, layout)
        left = [
            path for path in room.files if path.endswith(".py") and room.files[path] not in placed.values()
        ]
        told += [f"{shown_name(path)} has no place in {layout.package}/ and was left out." for path in left]
    placed = _notebooks(room.files, layout) | placed
    theirs = {f"{each}.ipynb" for each in layout.others}
    if not any(path.endswith((".py", ".ipynb")) and version(path)[0] not in theirs for path in placed):
        found = ", ".join(map(shown_name, [*room.files][:5])) or "none"
        expected = f"{layout.package}/ or {layout.lesson}.ipynb"
        raise SubmissionRefused(explain("files", expected, found, " ".join(told)))
    told += _of_another_lesson(room.files, placed, layout)
    time = max(part.member.time for part in counted)
    return HandedOver(placed, time, any(part.owner.late for part in counted), tuple(told))


def _of_another_lesson(files: Iterable[str], placed: Mapping[str, bytes], layout: Layout) -> Iterator[str]:
    """Yield a sentence where there is no notebook of this lesson and one of another: a mistaken upload."""
    names = {version(PurePosixPath(path).name)[0] for path in files}
    found = sorted(names & {f"{each}.ipynb" for each in layout.others})
    if found and f"{layout.lesson}.ipynb" not in placed:
        yield f"{', '.join(found)} is of another lesson. Is this the archive of {layout.lesson}?"


def _newest(parts: Iterable[Part]) -> tuple[list[Part], list[Part]]:
    """Return the parts that count, and the earlier ones of the same name."""
    ordered = sorted(parts, key=lambda each: each.order)
    names = {part.path.casefold() for part in ordered}
    kept: dict[str, Part] = {}
    earlier: list[Part] = []
    for part in ordered:
        path, first = part.path.casefold(), version(part.path)[0].casefold()
        key = first if first in names or first.endswith((".zip", ".ipynb")) else path
        if key in kept:
            earlier.append(kept[key])
        kept[key] = part
    return list(kept.values()), earlier


@dataclass
class _Room:
    """The files of one student, within what one may hand in."""

    files: dict[str, bytes] = field(default_factory=dict)
    left: int = COLLECTED_LIMITS.total_bytes
    _folded: dict[str, str] = field(default_factory=dict)

    def add(self, path: str, content: bytes) -> None:
        key = unicodedata.normalize("NFKC", path).casefold()
        if key in self._folded:
            both = " and ".join(sorted((self._folded[key], path)))
            raise SubmissionRefused(
                explain(shown_name(both), "names that differ by more than case", "two alike")
            )
        self._folded[key] = path
        self.files[path] = content
        self.left -= len(content)
        if len(self.files) > COLLECTED_LIMITS.files:
            raise SubmissionRefused(explain("files", f"at most {COLLECTED_LIMITS.files}", "more"))


def _unpack(parts: list[Part], room: _Room) -> Iterator[str]:
    """Read the files that were uploaded, those of a zip in its place; yield what was left out."""
    zips = [part for part in parts if _is_zip(part.path)]
    for part in parts:
        content = part.member.read(room.left)
        if part not in zips:
            room.add(part.path, content)
            continue
        below = f"{PurePosixPath(part.path).stem}/" if len(zips) > 1 else ""
        yield from _unzip(content, part.member.shown, below, room)


def _unzip(content: bytes, shown: str, below: str, room: _Room, *, deeper: bool = True) -> Iterator[str]:
    """Read the files of a zip; a zip that is all there is in it is opened too."""
    with opened(content, shown, RAW_MEMBERS) as found:
        members = [member for member in found if not is_noise(member.path)]
        for member in members:
            if not _is_zip(member.path):
                room.add(below + member.path, member.read(room.left))
            elif deeper and len(members) == 1:
                yield from _unzip(member.read(room.left), member.shown, below, room, deeper=False)
            else:
                yield f"{member.shown} is a zip in a zip and was not opened."


def _is_zip(path: str) -> bool:
    return path.lower().endswith(".zip")


def _package(files: Mapping[str, bytes], layout: Layout) -> Iterator[tuple[str, bytes]]:
    """Yield the modules of the package, wherever its folder lies.

    Raises:
        SubmissionRefused: there are two such folders, equally deep.
    """
    inside = f"{layout.package}/"
    found = {path[: f"/{path}".index(f"/{inside}")] for path in files if f"/{inside}" in f"/{path}"}
    place = _only(found, f"one folder {layout.package}")
    for path, content in files.items():
        if place is not None and path.startswith(place + inside) and path.endswith(".py"):
            yield path.removeprefix(place), content


def _loose(files: Mapping[str, bytes], layout: Layout) -> dict[str, bytes]:
    """Return the modules that were uploaded without their folder, where it is clear which they are."""
    placed: dict[str, bytes] = {}
    for path, content in files.items():
        names = version(path)[0].split("/")
        for length in range(len(names), 0, -1):
            end = "/" + "/".join(names[-length:])
            modules = [module for module in layout.modules if module.endswith(end)]
            if len(modules) == 1:
                placed.setdefault(modules[0], content)
            if modules:
                break
    return placed


def _notebooks(files: Mapping[str, bytes], layout: Layout) -> dict[str, bytes]:
    """Return the lesson's notebook and what lies beside it; else whatever may hold the answers.

    Raises:
        SubmissionRefused: there are two of the lesson's name, equally deep.
    """
    name = f"{layout.lesson}.ipynb"
    outside = {path: content for path, content in files.items() if f"/{layout.package}/" not in f"/{path}"}
    found = {path for path in outside if version(PurePosixPath(path).name)[0] == name}
    own = {path for path in found if PurePosixPath(path).parent.name == layout.lesson}
    exact = {path for path in own or found if PurePosixPath(path).name == name}
    notebook = _only(exact or own or found, f"one {name}")
    if notebook is None:
        others = [path for path in outside if not path.endswith(".py") and "lessons" not in path.split("/")]
        return {PurePosixPath(path).name: outside[path] for path in others}
    folder = f"{PurePosixPath(notebook).parent}/".removeprefix("./")
    deep = notebook in own
    beside = {
        path.removeprefix(folder): content
        for path, content in outside.items()
        if path.startswith(folder) and path != notebook and (deep or "/" not in path.removeprefix(folder))
    }
    modules = {PurePosixPath(module).name for module in layout.modules}
    return {name: outside[notebook]} | {
        path: content for path, content in beside.items() if deep or version(path)[0] not in modules
    }


def _only(found: set[str], expected: str) -> str | None:
    """Return the one that lies least deep, or None where there is none."""
    if not found:
        return None
    least = min(each.count("/") for each in found)
    first = sorted(each for each in found if each.count("/") == least)
    if len(first) > 1:
        shown = " and ".join(shown_name(each) or "." for each in first[:3])
        raise SubmissionRefused(explain("files", expected, shown, "Hand in one of them."))
    return first[0]
