"""The instructor's side of the course: reference, hidden checks, misconceptions, secret.

Trusted code only. No process that runs a submission imports this module or can read what it loads.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import secrets
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from importlib.machinery import ModuleSpec
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

from autograde.call import Call, Target, perform
from autograde.course.answer import EDIT, KnownAnswer, answer_files, edited, load_answer
from autograde.course.bare import bare
from autograde.course.extract import extract
from autograde.course.lesson import Lesson, Lessons, find_exercise, load_module
from autograde.course.settings import FILE, read_settings
from autograde.course.version import CHECKS, REFERENCE, course_digest, lesson_digest
from autograde.errors import AutogradeError, explain
from autograde.exercise import Exercise, HiddenChecks
from autograde.instruments.interpreter import hurry
from autograde.limits import Limits, use_one_thread

HANDED_IN = frozenset({"exchange", "submitted", "refused", "made", "autograded", "feedback"})
IN_THE_COURSE = "Run this in the course's repository."
IN_YOURS = "Run this in your course's repository."


class Course:
    """Everything under `solutions/`, loaded when it is first needed.

    Args:
        root: the folder that holds `solutions/`.
        secret: seeds the drawn inputs; by default the course's own, kept in `.course/secret`.
    """

    def __init__(self, root: Path, secret: str | None = None) -> None:
        self.root = root.resolve()
        self._given_secret = secret
        self.solutions = (self.root / "solutions").resolve()
        if not (self.solutions / "checks").is_dir():
            raise AutogradeError(explain(str(root), "a course with solutions/checks", "none", IN_THE_COURSE))
        self.settings = read_settings(self.solutions / "lessons")
        self.digest = course_digest(self.solutions)
        use_one_thread()
        os.environ["TRITON_INTERPRET"] = "1"  # what is known is asked on the CPU, also where there is a GPU
        load_reference(self.solutions / self.settings.package)
        offer_checks(self.solutions / "checks")
        self.lessons = Lessons(self.solutions / "lessons")

    @property
    def limits(self) -> Limits:
        """Return what a submission may use."""
        return self.settings.limits

    def exercise(self, exercise_id: str) -> Exercise:
        """Return the public declaration of one exercise."""
        return find_exercise(self.lessons, exercise_id)[1]

    def exercises(self, lesson: str | None = None, exercise: str | None = None) -> tuple[Exercise, ...]:
        """Return the exercises that have hidden checks: of one lesson, one exercise, or all."""
        if exercise is not None:
            return (self.exercise(exercise),)
        if lesson is not None and lesson not in self.lessons:
            known = ", ".join(self.lessons)
            raise AutogradeError(explain("lesson", f"one of {known}", repr(lesson)))
        chosen: Iterable[Lesson] = self.lessons.values() if lesson is None else [self.lessons[lesson]]
        return tuple(exercise for lesson in chosen for exercise in lesson.exercises)

    def hidden(self, exercise_id: str) -> HiddenChecks:
        """Return the hidden checks of one exercise."""
        lesson, _ = find_exercise(self.lessons, exercise_id)
        found = self._lesson_checks(lesson.id).get(exercise_id)
        if found is None:
            raise AutogradeError(
                explain(f"solutions/checks/{lesson.id}.py", f"checks of {exercise_id}", "none")
            )
        return found

    @functools.cache  # noqa: B019 (a course lives as long as its process)
    def _lesson_checks(self, lesson: str) -> dict[str, HiddenChecks]:
        module = load_module(self.solutions / "checks" / f"{lesson}.py", f"autograde_checks_{lesson}")
        return {value.id: value for value in vars(module).values() if isinstance(value, HiddenChecks)}

    @functools.cache  # noqa: B019 (the same)
    def misconceptions(self, exercise_id: str) -> tuple[KnownAnswer, ...]:
        """Return the known wrong answers to one exercise.

        An interpreted kernel is too slow to be asked again; any other earlier function stays the
        reference's, which a wrong call finds as a submission's own would be.
        """
        files = answer_files(self.solutions / "misconceptions" / exercise_id)
        exercise = self.exercise(exercise_id)
        stand_ins = self.stand_ins(exercise) if exercise.packages == "triton" else {}
        return tuple(load_answer(path, self.answer_text(path, exercise_id), stand_ins) for path in files)

    def answer_text(self, path: Path, exercise_id: str) -> str:
        """Return the text of a known answer; an edit of the reference becomes the file it stands for."""
        text = path.read_text("utf-8")
        if path.suffix != EDIT:
            return text
        exercise = self.exercise(exercise_id)
        reference = (self.solutions / exercise.file).read_text("utf-8")
        sentence, source = edited(reference, text, str(path.relative_to(self.root)))
        return f"{sentence!r}\n\n{self.taken_out(exercise, source)}"

    def taken_out(self, exercise: Exercise, source: str) -> str:
        """Return an exercise's functions out of a version of their file; the rest is the reference's."""
        same_file = (other for other in self.exercises() if other.target.holder == exercise.target.holder)
        shared = [name for other in same_file for name in other.names]
        return extract(
            source, exercise.names, f"{exercise.package}.{exercise.target.holder}", shared, REFERENCE
        )

    def stand_ins(self, exercise: Exercise) -> dict[str, str]:
        """Return the bare texts that replace all earlier functions `exercise` builds on, by target."""
        found: dict[str, str] = {}
        for earlier_id in exercise.builds_on:
            earlier = self.exercise(earlier_id)
            found |= self.stand_ins(earlier)
            found |= {
                f"{earlier.target.holder}.{name}": bare(text)
                for name, text in self.hidden(earlier_id).stand_ins.items()
            }
        return found

    def answer(self, exercise: Exercise, answer: KnownAnswer | None = None) -> Callable[[Call], Any]:
        """Return what performs calls here: with the reference, or with a known answer in its place."""
        hurry()
        own = answer.functions if answer else {}

        def resolve(target: Target) -> Any:
            if target.holder == exercise.target.holder and target.names[0] in own:
                return replace(target, names=target.names[1:]).within(own[target.names[0]])
            return target.within(importlib.import_module(f"{REFERENCE}.{target.holder}"))

        return lambda call: perform(call, resolve)

    @functools.cached_property
    def secret(self) -> str:
        """Return the seed of all drawn inputs, made on first use and readable by its owner only."""
        return course_secret(self.root) if self._given_secret is None else self._given_secret

    def version(self, lesson: str | None) -> str:
        """Return what identifies all that the verdicts of a lesson depend on, or of all lessons."""
        return self.digest if lesson is None else self._lesson_digest(lesson)

    @functools.cache  # noqa: B019 (the same)
    def _lesson_digest(self, lesson: str) -> str:
        return lesson_digest(self.solutions, lesson)


def secret_path(root: Path) -> Path:
    """Return where the secret of a course lies."""
    return root / ".course" / "secret"


def course_secret(root: Path) -> str:
    """Return the seed of all drawn inputs, made on first use and readable by its owner only.

    Raises:
        AutogradeError: it cannot be kept, or is empty: then anybody could draw the inputs.
    """
    path = secret_path(root)
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        if not path.exists():
            _make_secret(path)
    except OSError as error:
        raise AutogradeError(
            explain(str(path), "a place to keep the course secret", error.strerror)
        ) from error
    if found := path.read_text().strip():
        return found
    next_step = "Bring it back from a backup, or remove it: then all inputs are drawn anew."
    raise AutogradeError(explain(str(path), "the course's secret", "an empty file", next_step))


def _make_secret(path: Path) -> None:
    """Draw a secret and lay it at `path` whole, unless somebody else was first: then theirs stays."""
    draft = path.with_name(f"secret.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        except OSError:  # a disk without hard links
            draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def find_course(start: Path | None = None, *, outside: Path | None = None) -> Path:
    """Return the course's folder: the first one with `solutions/lessons/course.toml` at or above `start`.

    What a learner handed in may hold a course too, with checks that would run as ours. It is none.

    Args:
        start: where to begin; by default the current folder.
        outside: what is to be judged; a course in there is none either.

    Raises:
        AutogradeError: there is none.
    """
    begin, judged = (start or Path.cwd()).resolve(), outside.resolve() if outside is not None else None
    inside = False
    for folder in (begin, *begin.parents):
        if not _handed_in(folder) and (folder / "solutions" / "lessons" / FILE).is_file():
            if judged is None or not folder.is_relative_to(judged):
                return folder
            inside = True
    if inside:
        problem = "one inside of it, whose checks would run as yours"
        raise AutogradeError(explain(str(judged), "a course outside of what is judged", problem, IN_YOURS))
    raise AutogradeError(explain(str(begin), "a course with solutions/lessons", "none", IN_THE_COURSE))


def _handed_in(folder: Path) -> bool:
    """Whether a folder lies among what learners handed in, such as `.course/submitted/ada`."""
    return any(above == ".course" and name in HANDED_IN for above, name in pairwise(folder.parts))


def load_reference(folder: Path) -> ModuleType:
    """Load the reference as the package `reference`. A process has one course, and so one reference.

    Raises:
        AutogradeError: there is no reference, or this process has another one.
    """
    present = sys.modules.get(REFERENCE)
    if present is not None:
        if [str(folder)] != list(present.__path__):
            next_step = "Start another process for it."
            raise AutogradeError(explain("course", f"{present.__path__[0]}, as before", folder, next_step))
        return present
    spec = importlib.util.spec_from_file_location(
        REFERENCE, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    if spec is None or spec.loader is None or not (folder / "__init__.py").is_file():
        raise AutogradeError(explain(str(folder), "the reference of the course", "none"))
    package = importlib.util.module_from_spec(spec)
    sys.modules[REFERENCE] = package
    spec.loader.exec_module(package)
    return package


def offer_checks(folder: Path) -> None:
    """Let the checks of a lesson import a module that lies beside them: `from checks.twins import twins`."""
    spec = ModuleSpec(CHECKS, None, is_package=True)
    spec.submodule_search_locations = [str(folder)]
    sys.modules[CHECKS] = importlib.util.module_from_spec(spec)
