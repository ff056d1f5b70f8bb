"""Collecting: what lies in the exchange was put there by strangers, and one of them spoils nothing."""

from __future__ import annotations

import os
import pwd
import re
import secrets
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from nbgrader.exchange import default
from nbgrader.utils import parse_utc

from autograde.course.submission import COLLECTED_LIMITS, SubmissionRefused, copy_folder
from autograde.errors import AutogradeError, explain
from autograde.nbgrader_plugins.exchange import STUDENT
from autograde.nbgrader_plugins.notes import add_missing_notebooks
from autograde.nbgrader_plugins.submitted import refusal_path

TIMESTAMP = "timestamp.txt"
SECRET = "submission_secret.txt"
TOLERATED = timedelta(minutes=10)

Record = dict[str, Any]


class Collect(default.ExchangeCollect):
    """Collects each submission on its own; one that is refused is named and left where it is.

    The name must be that of the owner of the files, unless they are the instructor's own account's
    (a machine with one account) or `ExchangeCollect.check_owner` is off. `refused` holds the sentences.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.refused: list[str] = []
        self._staged = Path()

    def _path_to_record(self, path: str) -> Record:
        """Return name, file name and time; a name that is not one is refused and becomes empty."""
        name = Path(path).name
        student = name.partition("+")[0]
        try:
            record: Record = super()._path_to_record(path)
            if not STUDENT.fullmatch(student) or record["username"] != student:
                raise ValueError(name)
        except (ValueError, OverflowError, AttributeError):
            self._refuse(explain(repr(name), "student+lesson+time", "another name", "It was not collected."))
            return {"username": "", "filename": name, "timestamp": datetime.min}
        return record

    def init_src(self) -> None:
        """Find the latest submission of each student."""
        super().init_src()
        named = [record for record in self.src_records if record["username"]]
        self.src_records: list[Record] = sorted(named, key=lambda record: str(record["username"]))

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
        shutil.move(self._staged, dest)
        refusal = refusal_path(Path(self.coursedir.root), Path(dest).parent.name, Path(dest).name)
        shutil.rmtree(refusal.parent, ignore_errors=True)

    def _collect(self, record: Record) -> None:
        source = Path(self.inbound_path) / record["filename"]
        self._check_owner(source, record["username"])
        made = Path(self.coursedir.root) / ".course"
        with tempfile.TemporaryDirectory(dir=made, prefix="collecting-") as folder:
            self._staged = Path(folder) / "submission"
            copy_folder(source, self._staged, COLLECTED_LIMITS)
            self._mend(record)
            super().copy_files()

    def _check_owner(self, source: Path, student: str) -> None:
        info = source.lstat()
        if not self.check_owner or info.st_uid == os.getuid():
            return
        try:
            owner = pwd.getpwuid(info.st_uid).pw_name
        except KeyError:
            owner = f"user {info.st_uid}"
        if owner != student:
            raise SubmissionRefused(explain("the owner of the files", student, owner))

    def _mend(self, record: Record) -> None:
        """Make the copy one that the next steps can rely on: time, secret, notebook."""
        time, secret = self._staged / TIMESTAMP, self._staged / SECRET
        if not _is_time(time):
            time.write_text(f"{record['timestamp']} UTC")
        if not secret.is_file() or not re.fullmatch(r"[0-9a-f]{32,256}", secret.read_text("latin-1").strip()):
            secret.write_text(secrets.token_hex(64))
        changed = datetime.fromtimestamp(self._newest(record), UTC).replace(tzinfo=None)
        if changed > record["timestamp"] + TOLERATED:
            self.log.warning(
                "%s says it was submitted at %s; its files changed last at %s.",
                record["username"],
                record["timestamp"],
                changed,
            )
        for name in add_missing_notebooks(self._staged, self._released):
            self.log.warning("%s handed in no %s; its code is graded.", record["username"], name)

    def _newest(self, record: Record) -> float:
        """Return when the folder's record of its time was changed last, which its owner cannot set back."""
        written = Path(self.inbound_path) / record["filename"] / TIMESTAMP
        return written.lstat().st_ctime if written.exists() else 0.0

    @property
    def _released(self) -> Path:
        return Path(self.course_path) / "outbound" / str(self.coursedir.assignment_id)

    def _refuse(self, sentence: str) -> None:
        self.refused.append(sentence)
        self.log.error(sentence)


def _is_time(path: Path) -> bool:
    try:
        return parse_utc(path.read_text("utf-8").strip()) is not None
    except (OSError, ValueError, OverflowError, AttributeError):
        return False
