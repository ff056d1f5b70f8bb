"""What comes from a learning platform: whose each file of its archive is.

Canvas names a file `lovelaceada_LATE_4711_8899_work.zip`: the name, whether it is late, the student's number
and the file's. Moodle names a folder, or the beginning of a file, `Ada Lovelace_1234_assignsubmission_file_`;
its number is another one in each assignment, so there the name decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from autograde.classroom.roster import Person, Roster
from autograde.course.archive import Member, file_member, folder_members, opened
from autograde.course.submission import SubmissionRefused, shown_name
from autograde.errors import AutogradeError, explain

CANVAS = re.compile(
    r"(?P<name>.*?)(?P<late>_LATE)?_(?P<number>\d+)_(?:(?P<file>\d+)_(?P<rest>.+)|(?P<page>(?:text|link)\.html))",
    re.DOTALL,
)
ANONYMOUS = re.compile(r"(LATE_)?anon_")
"""How Canvas begins a name that it hides; the number after it is the file's."""

MOODLE = re.compile(
    r"(?P<name>[^_]*)_(?P<number>\d+)_assignsubmission_(?P<kind>file|onlinetext)(?:_(?P<rest>.*))?", re.DOTALL
)
VERSION = re.compile(r"(?P<stem>.+?)(?:-(?P<dash>\d{1,2})| \((?P<round>\d{1,2})\))(?P<suffix>\.\w+)?")
"""How a platform, or a browser, tells a later file of the same name from the first."""


@dataclass(frozen=True)
class Owner:
    """Whose a file is, by its name."""

    shown: str
    name: str
    number: str = ""
    late: bool = False
    platform: str = ""

    def find(self, roster: Roster) -> Person:
        """Return who of the class this is.

        Raises:
            SubmissionRefused: it is nobody, or could be two, or name and number are two persons'.
        """
        named, numbered = self._named(roster), roster.numbered(self.number)
        found = [each for each in numbered if each in named] or named
        if self.platform == "Canvas" and not named:
            found = numbered
        elif numbered and not set(named) & set(numbered):
            found = []
        if len(found) == 1:
            return found[0]
        raise SubmissionRefused(self._unknown(named, numbered))

    def is_called_so(self, roster: Roster) -> bool:
        """Whether anybody of the class has this name."""
        return bool(self._named(roster))

    def _named(self, roster: Roster) -> list[Person]:
        if self.platform == "Canvas":
            return roster.joined(self.name)
        return (
            roster.named(self.name)
            if self.platform
            else roster.identified(self.name) or roster.named(self.name)
        )

    def _unknown(self, named: list[Person], numbered: list[Person]) -> str:
        what, name = shown_name(self.shown), repr(shown_name(self.name))
        said = f"{name}, number {self.number}" if self.number else name
        if not named and not numbered:
            next_step = "Run: autograde roster import FILE, or name the file by an account."
            return explain(what, "somebody on the roster", said, next_step)
        if len(named) > 1:
            next_step = "Give each their number: autograde roster import FILE"
            return explain(what, "one student", f"{said}: {_ids(named)}", next_step)
        whose = f"the number of {_ids(numbered)} and the name {name}"
        next_step = "Mend the roster, or name the file by the account."
        return explain(what, "one student", whose, next_step)


def _ids(people: Iterable[Person]) -> str:
    return " and ".join(each.id for each in people)


@dataclass(frozen=True)
class Part:
    """One file that a student uploaded.

    Args:
        path: as the student named it.
        order: of two files of the same name the later one has the higher order.
        beginning: what the platform put in front of the path.
    """

    owner: Owner
    path: str
    order: tuple[int, int]
    member: Member
    beginning: str = ""


def whose(member: Member, roster: Roster) -> Part | None:
    """Return a file with its owner, the outermost part of its path that names one; None if none does."""
    names = member.path.split("/")
    for place, name in enumerate(names):
        inside = "/".join(names[place + 1 :])
        if part := _on_moodle(name, inside, member) or _on_canvas(name, inside, member):
            return part
        for whole, number in [(name, 0)] if inside else [(name, 0), version(name)]:
            stem = whole if inside else whole.rpartition(".")[0]
            if stem and (roster.identified(stem) or roster.named(stem)):
                return Part(Owner(name, stem), inside or name, (number, 0), member)
    return None


def _on_moodle(name: str, inside: str, member: Member) -> Part | None:
    found = MOODLE.fullmatch(name)
    if found is None:
        return None
    owner = Owner(name, found["name"], found["number"], platform="Moodle")
    beginning = f"{found['name']}_{found['number']}_assignsubmission_file_"
    order = (version(found["rest"] or inside)[1], 0)
    return Part(owner, _joined(found["rest"] or "", inside) or name, order, member, beginning)


def _on_canvas(name: str, inside: str, member: Member) -> Part | None:
    found = CANVAS.fullmatch(name)
    if found is None:
        return None
    number = "" if ANONYMOUS.match(found["name"]) else found["number"]
    owner = Owner(name, found["name"], number, found["late"] is not None, "Canvas")
    own = found["rest"] or found["page"]
    order = (version(own)[1], int(found["file"] or 0))
    return Part(owner, _joined(own, inside), order, member, name.removesuffix(own))


def is_late(beginning: str) -> bool:
    """Whether the platform calls work late, by what it put in front of it."""
    found = CANVAS.fullmatch(f"{beginning}file")
    return found is not None and found["late"] is not None


def _joined(*parts: str) -> str:
    return "/".join(filter(None, parts))


def version(name: str) -> tuple[str, int]:
    """Return a name without the number of a later version, and that number: "work-2.zip" -> "work.zip", 2."""
    found = VERSION.fullmatch(name)
    if found is None:
        return name, 0
    return f"{found['stem']}{found['suffix'] or ''}", int(found["dash"] or found["round"])


@dataclass(frozen=True)
class Sorted:
    """The files of some archives by student, and why the others are nobody's."""

    by_student: dict[str, list[Part]]
    unknown: list[str]


@contextmanager
def sorted_parts(paths: Iterable[Path], roster: Roster) -> Iterator[Sorted]:
    """Sort the files of archives, folders of them, and single files by whose they are.

    Of a student who is in several archives the one with the newest file counts. The files can be read
    until the block ends.

    Raises:
        AutogradeError: a path cannot be read.
    """
    with ExitStack() as stack:
        sources = [source for path in paths for source in _sources(path, roster, stack)]
        yield _sorted(sources, roster)


def _sources(path: Path, roster: Roster, stack: ExitStack) -> Iterator[tuple[str, list[Member]]]:
    """Yield the name and the files of each archive below a path; a student's own archive stays one file."""
    if not path.exists():
        raise AutogradeError(
            explain(str(path), "a zip, a folder or a file", "none", "Name what was downloaded.")
        )
    loose = []
    for member in folder_members(path) if path.is_dir() else [file_member(path)]:
        is_class = (
            member.path.lower().endswith(".zip") and whose(member, roster) is None and not member.problem
        )
        if is_class and isinstance(member.source, Path):
            yield member.path, stack.enter_context(opened(member.source, member.shown))
        else:
            loose.append(member)
    yield "", loose


def _sorted(sources: Iterable[tuple[str, list[Member]]], roster: Roster) -> Sorted:
    found: dict[str, list[Part]] = {}
    unknown: dict[str, None] = {}
    for archive, members in sources:
        here: dict[str, list[Part]] = {}
        parts = [(member, whose(member, roster)) for member in members if not _is_left_behind(member)]
        is_nobodys = archive and not any(part for _, part in parts)
        for member, part in parts:
            path = archive if is_nobodys else member.path
            try:
                owner = part.owner if part else Owner(path, PurePosixPath(path).stem)
                student = owner.find(roster).id
            except SubmissionRefused as error:
                unknown[str(error)] = None
                continue
            if part:
                here.setdefault(student, []).append(part)
        for student, theirs in here.items():
            found[student] = max(found.get(student, []), theirs, key=_time)
    return Sorted(found, list(unknown))


def _is_left_behind(member: Member) -> bool:
    return "__MACOSX" in member.path.split("/") or is_noise(member.path.rpartition("/")[2])


def _time(parts: list[Part]) -> float:
    return max((part.member.time.timestamp() for part in parts), default=0.0)


NOISE = frozenset(
    {"__MACOSX", "__pycache__", "Thumbs.db", "desktop.ini", "backup", "feedback", "node_modules", "venv"}
)


def is_noise(path: str) -> bool:
    """Whether a file is nobody's work: what macOS, Windows, Office, git, Python or our tools leave."""
    names = [name for name in path.split("/") if name not in (".", "..", "")]
    return bool(NOISE & set(names)) or any(name.startswith((".", "~$")) for name in names)
