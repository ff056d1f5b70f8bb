"""The exchange where each person has an account: what it believes is the file system, and nobody's word.

Who handed in is the owner of the files. When is the newest change of their entries, which no account but
root's can set back. What lies there is open to whom it is for.
"""

from __future__ import annotations

import os
import pwd
import stat
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from shlex import quote
from typing import Any

from nbgrader.exchange import default
from nbgrader.utils import notebook_hash

from autograde.course.readers import grant_reading
from autograde.errors import AutogradeError, explain

SECRET = "submission_secret.txt"
TIMESTAMP = "timestamp.txt"

HANDED_IN_FOLDER, HANDED_IN_FILE = 0o770, 0o640
"""For who handed in, and for the group of the inbound folder: its instructors."""

OTHERS_NEED_NOT = {"feedback": stat.S_IWOTH | stat.S_IROTH, "inbound": stat.S_IROTH}
"""What others need not do in a folder of the exchange; anywhere else they need not write."""

MOST_ENTRIES = 5000


class Shared:
    """An exchange whose root belongs to an administrator: nobody else needs to write there."""

    root: str

    def ensure_root(self) -> None:
        """Refuse an exchange that is not there."""
        if not Path(self.root).is_dir():
            next_step = "Run: autograde release, or ask your instructor."
            self.fail(explain(self.root, "an exchange", "none", next_step))

    def fail(self, sentence: str) -> Any:
        """Say why; nbgrader's own method comes after this one."""
        return super().fail(sentence)  # type: ignore[misc]


class List(Shared, default.ExchangeList):
    """Lists what was released and what was handed in."""


class FetchFeedback(Shared, default.ExchangeFetchFeedback):
    """Fetches the pages on one's own work."""


@dataclass
class Returned:
    """What became of the pages of a lesson.

    Args:
        pages: how many were returned.
        kept_back: why others were not, a sentence for each.
        risks: what else the instructor must know.
    """

    pages: int = 0
    kept_back: list[str] = field(default_factory=list)
    risks: list[str] = field(default_factory=list)


class ReleaseFeedback(Shared, default.ExchangeReleaseFeedback):
    """Returns each page so that its student alone can read it; `done` says what became of them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.done = Returned()

    def copy_files(self) -> None:
        """Put the pages where their names are known to their students only, the earliest work first."""
        left_out = set(self.coursedir.student_id_exclude.split(","))
        folder = Path(self.dest_path)
        whose: dict[str, str] = {}
        closed = True
        for page in sorted(_pages(self.src_path), key=_handed_in):
            student = page.parent.parent.name
            if student in left_out:
                continue
            secret = _text(page.parent / SECRET)
            if not secret:
                self._keep_back(student, "what names the page", "none")
                continue
            name = notebook_hash(secret=secret, notebook_id=page.stem)
            if whose.setdefault(name, student) != student:
                self._keep_back(student, f"one of its own, not that of {whose[name]}", "the same")
                continue
            closed &= give(page.read_bytes(), folder / f"{name}.html", student)
            self.done.pages += 1
        if not closed:
            expected, actual = "access control lists", "none"
            risk = "Who knows the random name of a page can read it."
            self._say(explain(f"the file system of {folder}", expected, actual, risk), self.done.risks)

    def _keep_back(self, student: str, expected: str, actual: str) -> None:
        sentence = explain(f"{student}: {SECRET}", expected, actual, "No page was returned.")
        self._say(sentence, self.done.kept_back)

    def _say(self, sentence: str, where: list[str]) -> None:
        where.append(sentence)
        self.log.error(sentence)


def _pages(pattern: str) -> list[Path]:
    """Return the pages in such folders as feedback/*/lesson."""
    folder = Path(pattern)
    return [*folder.parent.parent.glob(f"{folder.parent.name}/{folder.name}/*.html")]


def _handed_in(page: Path) -> tuple[str, str]:
    return _text(page.parent / TIMESTAMP) or "unknown, so last", str(page)


def _text(path: Path) -> str:
    return path.read_text("utf-8", "replace") if path.is_file() else ""


def owner_of(path: Path) -> str:
    """Return the account to which a file or folder belongs; a link counts itself."""
    return _account(path.lstat().st_uid)


def own_name() -> str:
    """Return the account that runs this."""
    return _account(os.getuid())


def _account(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def is_own(path: Path) -> bool:
    """Whether a file or folder is of the account that runs this: what it says is believed."""
    return path.lstat().st_uid == os.getuid()


def arrival(folder: Path) -> datetime:
    """Return when a folder came to rest, in UTC: the newest change of it and of all that lies in it.

    The kernel writes that time at every change of content, name or rights; its owner cannot.
    No link is followed. A flood of files is refused elsewhere; here no more than MOST_ENTRIES are looked at.
    """
    newest = folder.lstat().st_ctime
    waiting, seen = [folder], 0
    while waiting and seen < MOST_ENTRIES:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                seen += 1
                newest = max(newest, entry.stat(follow_symlinks=False).st_ctime)
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(Path(entry.path))
    return datetime.fromtimestamp(newest, UTC).replace(tzinfo=None)


def lay(source: Path, target: Path) -> None:
    """Copy plain files into a new folder, made in place: so its group is that of the folder around it."""
    target.mkdir(mode=HANDED_IN_FOLDER)
    for path in sorted(source.iterdir()):
        if path.is_dir():
            lay(path, target / path.name)
        else:
            (target / path.name).write_bytes(path.read_bytes())


def give(content: bytes, target: Path, account: str) -> bool:
    """Write a file that one account can read, and nobody else but its owner; whole, or not at all.

    Returns:
        False where the file system cannot say so: then everybody can read it who knows its name.
    """
    draft = target.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    closed = _grant(draft, account)
    draft.replace(target)
    return closed


def _grant(path: Path, account: str) -> bool:
    try:
        uid = pwd.getpwnam(account).pw_uid
    except KeyError:  # nobody on this machine: whoever has the page carries it further
        return True
    if uid == os.getuid() or grant_reading(path, uid):
        return True
    path.chmod(0o644)
    return False


def close_exchange(root: Path, course: str) -> None:
    """Take from others what they do not need: only inbound takes what they add, and each keeps their own.

    Raises:
        AutogradeError: a folder is open to changes by others and belongs to somebody else.
    """
    place = root / course
    for folder in (root, place, place / "outbound", place / "feedback", place / "inbound"):
        if not folder.is_dir():
            continue
        mode = stat.S_IMODE(folder.stat().st_mode)
        closed = mode & ~OTHERS_NEED_NOT.get(folder.name, stat.S_IWOTH)
        closed |= stat.S_ISVTX if folder.name == "inbound" else 0
        if closed != mode:
            try:
                folder.chmod(closed)
            except PermissionError:
                next_step = f"Run as {owner_of(folder)} or root: chmod {closed:o} {quote(str(folder))}"
                raise AutogradeError(
                    explain(str(folder), f"mode {closed:o}", f"{mode:o}", next_step)
                ) from None
