"""A lesson's folder: its notebook and the exercises that its `checks.py` declares."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType

from autograde.course.settings import Settings, read_settings
from autograde.errors import AutogradeError, explain
from autograde.exercise import Exercise


@dataclass(frozen=True)
class Lesson:
    """One lesson, which is one nbgrader assignment."""

    id: str
    folder: Path
    exercises: tuple[Exercise, ...]

    @property
    def notebook(self) -> Path:
        """Return the path of the notebook."""
        return self.folder / f"{self.id}.ipynb"


class Lessons(Mapping[str, Lesson]):
    """The lessons in a folder, by id, in order. Each is loaded when it is first needed: some need torch."""

    def __init__(self, folder: Path) -> None:
        self._folders = {found.name: found for found in lesson_folders(folder)}
        self._loaded: dict[str, Lesson] = {}

    def __getitem__(self, name: str) -> Lesson:
        if name not in self._loaded:
            self._loaded[name] = load_lesson(self._folders[name])
        return self._loaded[name]

    def __contains__(self, name: object) -> bool:
        return name in self._folders

    def __iter__(self) -> Iterator[str]:
        return iter(self._folders)

    def __len__(self) -> int:
        return len(self._folders)


def lesson_folders(folder: Path) -> list[Path]:
    """Return the folders of the lessons, in order."""
    return sorted(found.parent for found in folder.glob("*/checks.py"))


def load_lesson(folder: Path) -> Lesson:
    """Load one lesson from its folder. The `course.toml` above it says where its exercises lie."""
    settings = read_settings(folder.parent)
    module = load_module(folder / "checks.py", f"autograde_lesson_{folder.name}")
    declared = [value for value in vars(module).values() if isinstance(value, Exercise)]
    exercises = (_placed(exercise, settings) for exercise in declared)
    return Lesson(folder.name, folder, tuple(sorted(exercises, key=lambda exercise: exercise.id)))


def _placed(exercise: Exercise, settings: Settings) -> Exercise:
    packages, banned = settings.packages(exercise.target.holder), settings.names(exercise.banned)
    return replace(exercise, package=settings.package, packages=packages, banned=banned)


def load_module(path: Path, name: str) -> ModuleType:
    """Execute one Python file of the course as the module `name`, always from the file's present text."""
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None or not path.is_file():
        raise AutogradeError(explain(str(path), "a Python file of the course", "none"))
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        problem = f"{type(error).__name__}: {error}"
        raise AutogradeError(explain(str(path), "a file that can be executed", problem)) from error
    return module


def find_exercise(lessons: Mapping[str, Lesson], exercise_id: str) -> tuple[Lesson, Exercise]:
    """Return the exercise with this id and its lesson.

    The lesson of its number is looked at first: an earlier one may need torch, a later one be unfinished.
    """
    number = exercise_id.partition(".")[0]
    for name in sorted(lessons, key=lambda name: not name.startswith(number)):
        for exercise in lessons[name].exercises:
            if exercise.id == exercise_id:
                return lessons[name], exercise
    known = ", ".join(exercise.id for lesson in lessons.values() for exercise in lesson.exercises)
    raise AutogradeError(explain("exercise", f"one of {known}", repr(exercise_id)))
