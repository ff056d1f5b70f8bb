"""What a learning platform puts in front of each student's files: by it pages go back, and late is late."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from autograde.course.files import write_atomically


def beginnings(root: Path, lesson: str) -> dict[str, str]:
    """Return what the platform puts in front of each student's files, as the last archives had it."""
    path = _memory(root, lesson)
    return dict(json.loads(path.read_text("utf-8"))) if path.is_file() else {}


def beginnings_of(root: Path, student: str) -> dict[str, str]:
    """Return what the platform put in front of one student's files, by lesson."""
    lessons = sorted(path.stem for path in _memory(root, "").parent.glob("*.json"))
    found = {lesson: beginnings(root, lesson) for lesson in lessons}
    return {lesson: names[student] for lesson, names in found.items() if student in names}


def forget_beginnings(root: Path, student: str) -> list[Path]:
    """Remove what the platform put in front of one student's files, and return where it stood."""
    return [forget_beginning(root, student, lesson) for lesson in beginnings_of(root, student)]


def forget_beginning(root: Path, student: str, lesson: str) -> Path:
    """Remove it for one lesson: what the student handed in does not come from the platform any more."""
    path, names = _memory(root, lesson), beginnings(root, lesson)
    if names.pop(student, None) is not None:
        _write(path, names)
    return path


def remember_beginnings(root: Path, lesson: str, begun: Mapping[str, str]) -> None:
    """Keep what the platform put in front of each student's files, beside what is known of others."""
    _write(_memory(root, lesson), beginnings(root, lesson) | dict(begun))


def _write(path: Path, begun: Mapping[str, str]) -> None:
    write_atomically(path, json.dumps(begun, indent=1, ensure_ascii=False).encode())


def _memory(root: Path, lesson: str) -> Path:
    return root / ".course" / "platform" / f"{lesson}.json"
