"""What earlier audits on this machine found out, kept as long as nothing it depends on has changed.

One file for each exercise, under `${XDG_CACHE_HOME:-~/.cache}/autograde/audit`. It is never committed, and
holds only what was as it should be: a fault is found again by every audit until it is mended.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from autograde.audit.candidates import Candidate, Plan
from autograde.course.course import Course
from autograde.course.lesson import find_exercise
from autograde.course.version import engine_digest, lesson_digest
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
    """The kept answers of one exercise.

    Args:
        cache: the folder of all kept answers; None keeps nothing.
        root: the course's folder.
        plan: what there is to judge.
    """

    def __init__(self, cache: Path | None, root: Path, plan: Plan) -> None:
        place = hashlib.sha256(str(root).encode()).hexdigest()[:16]
        self._path = cache / place / f"{plan.exercise}.json" if cache is not None else None
        self._context = plan.context
        self._answers = self._read()

    def find(self, candidate: Candidate) -> Answer | None:
        """Return what is known of a candidate, if it was judged before."""
        return self._answers.get(_key(candidate))

    def write(self, sound: Mapping[Candidate, Answer]) -> None:
        """Keep answers that are as they should be, beside those kept before. No cache is no error."""
        if self._path is None or not sound:
            return
        self._answers |= {_key(candidate): answer for candidate, answer in sound.items()}
        plain = {key: asdict(answer) for key, answer in self._answers.items()}
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            part = self._path.with_suffix(f".{os.getpid()}")
            part.write_text(json.dumps({"context": self._context, "answers": plain}), "utf-8")
            part.replace(self._path)

    def _read(self) -> dict[str, Answer]:
        if self._path is None:
            return {}
        try:
            found = json.loads(self._path.read_text("utf-8"))
            if found["context"] != self._context:
                return {}
            return {key: _answer(**plain) for key, plain in found["answers"].items()}
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return {}


def cache_folder() -> Path:
    """Return where audits are kept."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "autograde" / "audit"


def context_digest(course: Course, exercise_id: str) -> str:
    """Return what identifies everything beside the answer itself that a verdict depends on.

    That is the seed, the lesson's checks and misconceptions with all that they build on, the reference, the
    engine, the versions of what they use, and this machine's sandbox.
    """
    lesson = find_exercise(course.lessons, exercise_id)[0].id
    digest = hashlib.sha256("\0".join((course.secret, lesson_digest(course.solutions, lesson))).encode())
    digest.update("\0".join((engine_digest(), str(probe().level), *_versions(course))).encode())
    for folder in (Path(__file__).parent, course.solutions / course.settings.package):
        for path in sorted(folder.rglob("*.py")):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _versions(course: Course) -> Iterator[str]:
    for package in course.settings.needs:
        try:
            yield f"{package} {version(package)}"
        except PackageNotFoundError:
            yield f"{package} none"


def _key(candidate: Candidate) -> str:
    text = "\0".join((candidate.kind, candidate.name, candidate.source, str(candidate.true_name)))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _answer(*, failed: list[str], named: list[str], **plain: object) -> Answer:
    return Answer(failed=tuple(failed), named=tuple(named), **plain)  # type: ignore[arg-type]
