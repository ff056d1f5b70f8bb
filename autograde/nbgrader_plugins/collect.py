"""Collecting: what lies in the exchange was put there by strangers, and one of them spoils nothing."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from nbgrader.exchange import default
from nbgrader.utils import parse_utc

from autograde.course.submission import COLLECTED_LIMITS, SubmissionRefused, copy_folder
from autograde.errors import AutogradeError, explain
from autograde.nbgrader_plugins.beginnings import forget_beginning
from autograde.nbgrader_plugins.exchange import STUDENT
from autograde.nbgrader_plugins.notes import add_missing_notebooks, set_folders_aside
from autograde.nbgrader_plugins.shared import SECRET, TIMESTAMP, Shared, arrival, is_own, own_name, owner_of
from autograde.nbgrader_plugins.submitted import refusal_path

TOLERATED = timedelta(minutes=10)

MOST_HAND_INS = 500
"""Of one account, for one lesson. Who has more has flooded the exchange, and none of theirs is looked at."""

Record = dict[str, Any]


class Collect(Shared, default.ExchangeCollect):
    """Collects each submission on its own; one that is refused is named and left where it is.

    Who handed in is the owner of the files, and when is the file system's: a folder's name or `timestamp.txt`
    that says otherwise is refused. They are believed where the files are the instructor's own account's (a
    machine with one account) or `ExchangeCollect.check_owner` is off. `refused` holds the sentences.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.refused: list[str] = []
        self._staged = Path()
        self._false_times: list[str] = []
        self._floods: dict[str, int] = {}

    def _path_to_record(self, path: str) -> Record:
        """Return name, file name and time; who may not have the name gets an empty one and is refused.

        nbgrader picks the newest of each name afterwards: what is not theirs must be out by then.
        """
        name = Path(path).name
        student = name.partition("+")[0]
        nobody: Record = {"username": "", "filename": name, "timestamp": datetime.min}
        if _owner(Path(path)) in ("", *self._floods):
            return nobody
        try:
            record: Record = super()._path_to_record(path)
            if not STUDENT.fullmatch(student) or record["username"] != student:
                raise ValueError(name)
        except (ValueError, OverflowError, AttributeError):
            self._refuse(explain(repr(name), "student+lesson+time", "another name", "It was not collected."))
            return nobody
        try:
            believed = self._believed(Path(path))
        except FileNotFoundError:
            return nobody
        return record if believed else self._checked(record, Path(path))

    def _believed(self, folder: Path) -> bool:
        return not self.check_owner or is_own(folder)

    def _checked(self, record: Record, folder: Path) -> Record:
        """Return a record with the file system's time, or without a name where the owner is another one."""
        student, owner = record["username"], _owner(folder)
        try:
            if owner != student:
                raise SubmissionRefused(explain("the owner of the files", student, owner))
            return record | {"said": record["timestamp"], "timestamp": arrival(folder)}
        except (AutogradeError, OSError) as error:
            unread = isinstance(error, OSError) and error.strerror
            reason = explain("the submission", "files that you may read", unread) if unread else error
            self._refuse(f"{student}: {reason} It was not collected.")
            return record | {"username": ""}

    def init_src(self) -> None:
        """Find the latest submission of each student."""
        self._floods = self._find_floods()
        for owner, count in self._floods.items():
            next_step = "Remove what they do not need; nothing of theirs was collected."
            self._refuse(explain(f"{owner}: hand-ins", f"at most {MOST_HAND_INS}", count, next_step))
        super().init_src()
        named = [record for record in self.src_records if record["username"]]
        self.src_records: list[Record] = sorted(named, key=lambda record: str(record["username"]))

    def _find_floods(self) -> dict[str, int]:
        """Return the accounts with too many hand-ins for this lesson, and how many they have."""
        inbound = Path(self.root) / str(self.coursedir.course_id) / "inbound"
        if not self.check_owner or not os.access(inbound, os.R_OK):
            return {}
        owners = Counter(map(_owner, inbound.glob(f"*+{self.coursedir.assignment_id}+*")))
        return {who: count for who, count in owners.items() if count > MOST_HAND_INS and who != own_name()}

    def init_dest(self) -> None:
        """Refuse a course in which nothing can be written: that is no submission's fault."""
        made = Path(self.coursedir.root) / ".course"
        if not os.access(made, os.W_OK):
            self.fail(explain(str(made), "a folder to write to", "a read-only one", "Let it be written."))

    def copy_files(self) -> None:
        """Collect one after the other."""
        records = self.src_records
        for record in records:
            self.src_records = [record]
            try:
                self._collect(record)
            except (AutogradeError, OSError) as error:
                self._refuse(f"{record['username']}: {error} It was not collected.")
        self.src_records = records

    def do_copy(self, src: str, dest: str, log: object = None) -> None:
        """Put the checked copy in its place; a refusal of the submission before it is history."""
        for sentence in self._false_times:
            self._refuse(sentence)
        shutil.move(self._staged, dest)
        root, student, lesson = Path(self.coursedir.root), Path(dest).parent.name, Path(dest).name
        shutil.rmtree(refusal_path(root, student, lesson).parent, ignore_errors=True)
        forget_beginning(root, student, lesson)

    def _collect(self, record: Record) -> None:
        source = Path(self.inbound_path) / record["filename"]
        made = Path(self.coursedir.root) / ".course"
        with tempfile.TemporaryDirectory(dir=made, prefix="collecting-") as folder:
            self._staged = Path(folder) / "submission"
            copy_folder(source, self._staged, COLLECTED_LIMITS)
            for name in (TIMESTAMP, SECRET):
                if (self._staged / name).is_dir():
                    shutil.rmtree(self._staged / name)
            self._false_times = [*self._set_time(record, source)] if "said" in record else []
            self._mend(record)
            super().copy_files()

    def _set_time(self, record: Record, source: Path) -> Iterator[str]:
        """Let the file system's time count, as it is after the copy was made; yield what claims another."""
        record["timestamp"] = when = arrival(source)
        file = self._staged / TIMESTAMP
        claims = {"its name": record["said"], TIMESTAMP: file_time(file)}
        for place, claim in claims.items():
            if claim is not None and abs(claim - when) > TOLERATED:
                expected = f"{when:%Y-%m-%d %H:%M:%S} UTC, when its files changed last"
                actual = f"{claim:%Y-%m-%d %H:%M:%S} in {place}"
                what = f"{record['username']}: the time of the submission"
                yield explain(what, expected, actual, "What the files say counts.")
        file.unlink(missing_ok=True)

    def _mend(self, record: Record) -> None:
        """Make the copy one that the next steps can rely on: time, secret, notebook."""
        time, secret = self._staged / TIMESTAMP, self._staged / SECRET
        if file_time(time) is None:
            time.write_text(f"{record['timestamp']} UTC")
        if not secret.is_file() or not re.fullmatch(r"[0-9a-f]{32,256}", secret.read_text("latin-1").strip()):
            secret.write_text(secrets.token_hex(64))
        for sentence in set_folders_aside(self._staged, self._released):
            self.log.warning("%s: %s", record["username"], sentence)
        for name in add_missing_notebooks(self._staged, self._released):
            self.log.warning("%s handed in no %s; its code is graded.", record["username"], name)

    @property
    def _released(self) -> Path:
        return Path(self.course_path) / "outbound" / str(self.coursedir.assignment_id)

    def _refuse(self, sentence: str) -> None:
        self.refused.append(sentence)
        self.log.error(sentence)


def _owner(path: Path) -> str:
    """Return the account of a hand-in, "" where it is gone: its owner may take it away at any time."""
    try:
        return owner_of(path)
    except FileNotFoundError:
        return ""


def file_time(path: Path) -> datetime | None:
    """Return the time that a file claims, in UTC, or None."""
    try:
        found: datetime | None = parse_utc(path.read_text("utf-8").strip())
    except (OSError, ValueError, OverflowError, AttributeError):
        return None
    return found
