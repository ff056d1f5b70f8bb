"""What earlier audits on this machine found out, kept as long as nothing it depends on has changed.

One file for each exercise and question, under `${XDG_CACHE_HOME:-~/.cache}/autograde/audit`. It is never
committed, and holds only what was as it should be: a fault is found again by every audit until it is mended.
Each is written as soon as it is known, so an audit that was interrupted goes on where it was.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from autograde.audit.candidates import Candidate
from autograde.course.course import Course
from autograde.course.lesson import find_exercise
from autograde.course.version import engine_digest, files_digest, lesson_files
from autograde.sandbox.level import probe


@dataclass(frozen=True)
class Answer:
    """What came of one candidate: the checks that ran and failed, and the names the judge gave it.

    Of a mutant only the first check that fails is known.
    """

    name: str
    kind: str
    points: float
    failed: tuple[str, ...]
    named: tuple[str, ...]
    true_name: str | None = None
    seconds: float = 0.0


class Kept:
    """What is kept of one question about one exercise, as JSON by a key for each of its parts.

    Args:
        cache: the folder of all that is kept; None keeps nothing.
        root: the course's folder.
        seed: stands for the course secret.
        name: such as "03.1 answers".
        context: what identifies everything beside the keys that the parts depend on, see `context_digest`.
        fresh: find nothing.
    """

    def __init__(
        self, cache: Path | None, root: Path, seed: str, name: str, context: str, fresh: bool = False
    ) -> None:
        place = hashlib.sha256(f"{root}\0{seed}".encode()).hexdigest()[:16]
        self._path = cache / place / f"{name}.json" if cache is not None else None
        self._context = context
        self._fresh = fresh
        self._parts = self._read()

    def find(self, key: str) -> Any | None:
        """Return what is kept under a key, lists as tuples, or None."""
        found = None if self._fresh else self._parts.get(key)
        return {name: _tuples(value) for name, value in found.items()} if isinstance(found, dict) else found

    def write(self, parts: Mapping[str, Any]) -> None:
        """Keep further parts beside those kept before. No cache is no error."""
        if self._path is None or not parts:
            return
        self._parts |= parts
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            draft = self._path.with_suffix(f".{os.getpid()}")
            draft.write_text(json.dumps({"context": self._context, "parts": self._parts}), "utf-8")
            draft.replace(self._path)

    def _read(self) -> dict[str, Any]:
        if self._path is None:
            return {}
        try:
            found = json.loads(self._path.read_text("utf-8"))
            return dict(found["parts"]) if found["context"] == self._context else {}
        except (OSError, ValueError, TypeError, KeyError):
            return {}


def cache_folder() -> Path:
    """Return where audits are kept."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "autograde" / "audit"


def context_digest(course: Course, exercise_id: str) -> str:
    """Return what identifies everything beside an answer itself that a verdict on it depends on.

    That is the lesson's checks and misconceptions with all that they build on, what the known answers import
    of the reference, the engine, the versions of what they use, and this machine's sandbox.
    """
    files = depended_on(course, exercise_id)
    audit = Path(__file__).parent
    texts = files_digest(course.solutions, files), files_digest(audit, sorted(audit.glob("*.py")))
    return " ".join((*texts, engine_digest(), str(probe().level), *_versions(course)))


def depended_on(course: Course, exercise_id: str) -> list[Path]:
    """Return the files that a verdict on an answer to an exercise depends on."""
    lesson = find_exercise(course.lessons, exercise_id)[0].id
    answers = (course.solutions / "answers").glob(f"*/{exercise_id}/*.py")
    return lesson_files(course.solutions, lesson, answers)


def _versions(course: Course) -> Iterator[str]:
    for package in course.settings.needs:
        try:
            yield f"{package} {version(package)}"
        except PackageNotFoundError:
            yield f"{package} none"


def candidate_key(candidate: Candidate) -> str:
    """Return what tells one candidate from all others."""
    text = "\0".join((candidate.kind, candidate.name, candidate.source, str(candidate.true_name)))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _tuples(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
