"""A class on a learning platform: its roster, and what Canvas and Moodle make of it."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import tiny

FIRST = ("Ada", "Ben", "Änne", "Zoë", "Mary-Jane", "Juan Carlos")
LAST = ("Lovelace", "Müller", "O'Neill", "García Márquez", "Øst")
PACKAGE = ("__init__", "melody", "pictures/__init__", "pitch", "sound")


@dataclass(frozen=True)
class Student:
    """Somebody whom the platform knows; `participant` is Moodle's number in one assignment."""

    account: str
    first: str
    last: str
    number: str
    participant: str

    @property
    def email(self) -> str:
        return f"{self.account}@uni.example"


CLASS = tuple(
    Student(f"s{k:02}", FIRST[k % 6], LAST[k // 6], str(4000 + k), str(90_000 + 7 * k)) for k in range(30)
)
"""Thirty, each with another name."""


def solved(octave: str = "return 2 * frequency") -> dict[str, bytes]:
    """Return what a learner has who has written the octave: "tones/pitch.py" -> its bytes."""
    text = tiny.skeletons()["tones/pitch.py"].decode()
    files = {path: content for path, content in tiny.skeletons().items() if path.endswith(".py")}
    return files | {"tones/pitch.py": octave.join(tiny._unwritten("octave").split(text)).encode()}


def zipped(files: Mapping[str, bytes], below: str = "") -> bytes:
    """Return a zip of files."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in files.items():
            archive.writestr(below + path, text)
    return content.getvalue()


def canvas_name(student: Student, original: str, *, file: int = 70_001, late: bool = False) -> str:
    """Return how Canvas names an uploaded file."""
    name = "".join(each for each in f"{student.last}{student.first}".lower() if each.isalnum())
    return f"{name}{'_LATE' * late}_{student.number}_{file}_{original}"


def moodle_folder(student: Student) -> str:
    """Return how Moodle names a student's folder."""
    name = f"{student.first} {student.last}".replace("'", "")
    return f"{name}_{student.participant}_assignsubmission_file_"


def table(rows: Sequence[Sequence[str]], encoding: str = "utf-8", separator: str = ",") -> bytes:
    """Return a CSV file."""
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode(encoding)


def rows(content: bytes | str, encoding: str = "utf-8", separator: str = ",") -> list[list[str]]:
    """Return the rows of a CSV file."""
    text = content.decode(encoding) if isinstance(content, bytes) else content
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))


def canvas_gradebook(students: Sequence[Student] = CLASS) -> list[list[str]]:
    """Return the gradebook that Canvas exports."""
    header = ["Student", "ID", "SIS Login ID", "Section", "Essay (1)", "01_octaves (7311)", "Current Score"]
    body = [[f"{s.last}, {s.first}", s.number, s.account, "Group 1", "3", "", "80"] for s in students]
    possible = ["    Points Possible", "", "", "", "5", "10", "(read only)"]
    return [header, possible, *body, ["Student, Test", "9999", "", "Group 1", "", "", ""]]


def moodle_sheet(students: Sequence[Student] = CLASS, maximum: str = "10,00") -> list[list[str]]:
    """Return a grading worksheet of Moodle in German."""
    header = ["ID", "Vollständiger Name", "E-Mail-Adresse", "Status", "Bewertung", "Bestwertung"]
    header += ["Bewertung kann geändert werden", "Zuletzt geändert (Bewertung)", "Feedback als Kommentar"]
    return [
        header,
        *(
            [
                f"Teilnehmer/in{s.participant}",
                f"{s.first} {s.last}",
                s.email,
                "Abgegeben",
                "",
                maximum,
                "Ja",
                "-",
                "",
            ]
            for s in students
        ),
    ]


def moodle_participants(students: Sequence[Student] = CLASS) -> list[list[str]]:
    """Return the participants of a course in a language whose headers nobody here knows."""
    header = ["Förnamn", "Efternamn", "Personnr", "E-post", "Grupper"]
    return [header, *([s.first, s.last, s.account, s.email, ""] for s in students)]


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
