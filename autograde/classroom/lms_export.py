"""Grades for a learning platform, in the forms that its importer reads.

A sheet of the teacher's own is filled in: its columns are found by what stands in them, in any language, and
what cannot be matched is said. No student and no assignment is ever made there, and no maximum is changed.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from autograde.classroom.report import Standing, as_csv
from autograde.classroom.roster import ASSIGNMENT, Person, Roster
from autograde.classroom.table import Table
from autograde.errors import AutogradeError, explain

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""With what a cell begins that a spreadsheet would compute."""

WHO = ("student", "last_name", "first_name", "email", "lms_id")
NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")
CANVAS_HEADER = ("Student", "ID", "SIS Login ID", "Section")


@dataclass
class Exported:
    """What an export gives: a table or scores, and whose grades did not get into it."""

    table: Table | None = None
    scores: list[dict[str, Any]] = field(default_factory=list)
    written: int = 0
    left_out: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Grades:
    """The grades of some lessons and the class that has them."""

    roster: Roster
    standings: Sequence[Standing]

    def of(self, lesson: str) -> dict[str, Standing]:
        """Return what was handed in for a lesson, by student."""
        return {each.student: each for each in self.standings if each.lesson == lesson and each.handed_in}

    @property
    def lessons(self) -> list[str]:
        """Return the lessons."""
        return sorted({each.lesson for each in self.standings})

    def person(self, student: str) -> Person:
        """Return a student, with the names that the roster knows."""
        return self.roster.account(student) or Person(student)


def points(value: float) -> str:
    """Return points as every importer reads them, to two decimals."""
    return f"{round(value, 2):.15g}"


def long_csv(grades: Grades) -> str:
    """Return one line for each student and lesson."""
    header, *rows = csv.reader(io.StringIO(as_csv(grades.standings)))
    return _csv([[*header, *WHO[1:]], *([*row, *_who(grades.person(row[0]))[1:]] for row in rows)])


def wide_csv(grades: Grades) -> str:
    """Return one line for each student, with the points of every lesson, and their sum."""
    cells = {(each.student, each.lesson): each for each in grades.standings}
    rows: list[tuple[str, ...]] = [(*WHO, *grades.lessons, "total")]
    for student in sorted({each.student for each in grades.standings}):
        found = [cells.get((student, lesson)) for lesson in grades.lessons]
        total = sum(each.points for each in found if each)
        rows.append(
            (
                *_who(grades.person(student)),
                *(points(each.points) if each else "" for each in found),
                points(total),
            )
        )
    return _csv(rows)


def _who(person: Person) -> tuple[str, ...]:
    return tuple(
        map(_harmless, (person.id, person.last_name, person.first_name, person.email, person.lms_id))
    )


def _harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _csv(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def lti_scores(grades: Grades, lesson: str, now: datetime) -> Exported:
    """Return the scores of a lesson as LTI's Assignment and Grade Services take them."""
    done = Exported()
    for student, each in grades.of(lesson).items():
        person = grades.person(student)
        if not person.lms_id:
            done.left_out.append(_without_number(person))
            continue
        score = {
            "userId": person.lms_id,
            "scoreGiven": round(each.points, 2),
            "scoreMaximum": each.max_points,
            "activityProgress": "Completed",
            "gradingProgress": "PendingManual" if each.to_grade else "FullyGraded",
            "timestamp": now.astimezone(UTC).isoformat(timespec="milliseconds"),
        }
        done.scores.append(score)
    done.written = len(done.scores)
    return done


def _without_number(person: Person) -> str:
    next_step = "Run: autograde roster import FILE"
    return explain(person.id, "a number on the platform", "none", next_step)


def new_canvas(grades: Grades, lessons: Iterable[str]) -> Exported:
    """Return a table for Canvas's import of grades: who has Canvas's number, and nobody else."""
    columns = {lesson: grades.of(lesson) for lesson in lessons}
    done = Exported()
    rows: list[tuple[str, ...]] = [(*CANVAS_HEADER, *columns)]
    for person in _graded(grades, columns):
        if not person.lms_id:
            done.left_out.append(_without_number(person))
            continue
        name = f"{person.last_name}, {person.first_name}".strip(", ") or person.id
        cells = [_cell(found.get(person.id)) for found in columns.values()]
        rows.append((name, person.lms_id, person.id, "", *cells))
    done.table, done.written = Table("", tuple(rows)), len(rows) - 1
    return done


def _graded(grades: Grades, columns: Mapping[str, Mapping[str, Standing]]) -> list[Person]:
    return [
        grades.person(student) for student in sorted({who for found in columns.values() for who in found})
    ]


def _cell(standing: Standing | None) -> str:
    return points(standing.points) if standing else ""


def fill_canvas(grades: Grades, table: Table, columns: Mapping[str, str], scale: bool) -> Exported:
    """Return the teacher's gradebook of Canvas with these lessons alone, and only who has a grade in them.

    `columns` has the header of each lesson's column; with `scale` points are scaled to the maximum there.

    Raises:
        AutogradeError: it is no gradebook of Canvas, or the maximum of a lesson is another one there.
    """
    header = [name.strip() for name in table.header]
    folded = [name.casefold() for name in header]
    first = next((place for place, name in enumerate(header) if ASSIGNMENT.fullmatch(name)), 0)
    info = folded.index("section") + 1 if "section" in folded else first
    if folded[1:2] != ["id"] or info < 2:
        shown = ", ".join(header[:4])
        raise AutogradeError(
            explain(table.name, "a gradebook exported by Canvas: Student, ID, ..., Section", shown)
        )
    places = {lesson: header.index(name) for lesson, name in columns.items()}
    factors = {
        lesson: _canvas_factor(grades, table, lesson, place, scale) for lesson, place in places.items()
    }
    found = {lesson: grades.of(lesson) for lesson in columns}
    waiting = {person.id: person for person in _graded(grades, found)}
    done = Exported()
    rows: list[list[str]] = [[*table.header[:info], *columns.values()]]
    for row in table.rows[1:]:
        people = _in_row(grades.roster, row[1:info], row[1])
        if len(people) != 1 or people[0].id not in waiting:
            continue
        person = waiting.pop(people[0].id)
        done.left_out += _excused(
            person, {lesson: _at(row, place) for lesson, place in places.items()}, found
        )
        cells = [
            _scaled(found[lesson].get(person.id), factors[lesson], _at(row, places[lesson]))
            for lesson in places
        ]
        rows.append([*row[:info], *cells])
    done.left_out += [explain(each.id, f"a row in {table.name}", "none") for each in waiting.values()]
    done.table, done.written = table.with_rows(rows), len(rows) - 1
    return done


def _in_row(roster: Roster, cells: Sequence[str], number: str) -> list[Person]:
    """Return whose row it is: by the platform's number, else by account or e-mail."""
    return roster.numbered(number.strip()) or roster.identified(*cells[1:])


def _at(row: Sequence[str], place: int) -> str:
    return row[place] if place < len(row) else ""


def _excused(
    person: Person, cells: Mapping[str, str], found: Mapping[str, Mapping[str, Standing]]
) -> list[str]:
    """Return a sentence for each grade that is not filled in, for the teacher has excused the student."""
    lessons = [lesson for lesson, cell in cells.items() if person.id in found[lesson] and _is_excused(cell)]
    return [explain(f"{person.id}, {lesson}", "a cell to fill in", "EX, excused") for lesson in lessons]


def _is_excused(cell: str) -> bool:
    return cell.strip().casefold() == "ex"


def _scaled(standing: Standing | None, factor: float, before: str) -> str:
    return before if standing is None or _is_excused(before) else points(standing.points * factor)


def _canvas_factor(grades: Grades, table: Table, lesson: str, place: int, scale: bool) -> float:
    maxima = [_at(row, place) for row in table.rows[1:] if row[0].strip().casefold() == "points possible"]
    return _factor(grades, table.name, lesson, maxima[0] if maxima else "", scale)


def _factor(grades: Grades, name: str, lesson: str, maximum: str, scale: bool) -> float:
    """Return by what points are multiplied to be out of the platform's maximum."""
    ours = max((each.max_points for each in grades.standings if each.lesson == lesson), default=0.0)
    theirs = float(maximum.strip().replace(",", ".")) if NUMBER.fullmatch(maximum.strip()) else ours
    if theirs == ours or not ours:
        return 1.0
    if not scale:
        next_step = "Change it there, or scale the points: --scale"
        raise AutogradeError(
            explain(f"{name}: the maximum of {lesson}", points(ours), points(theirs), next_step)
        )
    return theirs / ours


def canvas_columns(table: Table, lessons: Mapping[str, str], named: Mapping[str, str]) -> dict[str, str]:
    """Return the header of each lesson's column: by the lesson's id or title, or as a person named it.

    `lessons` has their titles; `named` headers, with or without Canvas's number.

    Raises:
        AutogradeError: a lesson has no column, or two.
    """
    titles = {
        name.strip(): (match[1] if (match := ASSIGNMENT.fullmatch(name.strip())) else "")
        for name in table.header
    }
    found = {}
    for lesson, title in lessons.items():
        wanted = {named[lesson].casefold()} if lesson in named else {lesson.casefold(), title.casefold()}
        fits = [name for name, short in titles.items() if {name.casefold(), short.casefold()} & wanted]
        if len(fits) == 1:
            found[lesson] = fits[0]
        elif fits or lesson in named:
            expected = f"one column for {lesson}"
            raise AutogradeError(explain(table.name, expected, " and ".join(fits) or "none"))
    if not found:
        shown = ", ".join(name for name, short in titles.items() if short) or "none"
        next_step = f'Name it: --column {next(iter(lessons), "LESSON")}="TITLE"'
        raise AutogradeError(explain(table.name, f"a column for {', '.join(lessons)}", shown, next_step))
    return found


def fill_moodle(grades: Grades, table: Table, lesson: str, scale: bool, column: str = "") -> Exported:
    """Return the teacher's grading worksheet of Moodle with the grades filled in; nothing else changes.

    `column` is the header of the grades, or its number from 1, where it cannot be told.

    Raises:
        AutogradeError: it is no worksheet, or its maximum is another one.
    """
    place = _moodle_place(table, column)
    maxima = {_at(row, place + 1).strip() for row in table.rows[1:]} - {""}
    factor = _factor(grades, table.name, lesson, maxima.pop() if len(maxima) == 1 else "", scale)
    waiting = grades.of(lesson)
    done = Exported()
    rows = [list(table.header)]
    for row in table.rows[1:]:
        people = grades.roster.identified(*row[1:place]) or grades.roster.named(_at(row, 1))
        standing = waiting.pop(people[0].id, None) if len(people) == 1 else None
        cells = [*row]
        if standing is not None:
            cells[place] = points(standing.points * factor)
            done.written += 1
        rows.append(cells)
    done.left_out = [explain(who, f"one row in {table.name}", "none, or two that fit") for who in waiting]
    done.table = table.with_rows(rows)
    return done


def _moodle_place(table: Table, column: str) -> int:
    """Return where the grades are: before the maximum, which is the same number in each row."""
    header = [name.strip() for name in table.header]
    if column:
        if column.isdecimal() and 0 < int(column) <= len(header):
            return int(column) - 1
        if column in header:
            return header.index(column)
        raise AutogradeError(explain("--grade-column", f"one of {', '.join(header)}", repr(column)))
    rows = table.rows[1:]
    fits = [
        place
        for place in range(1, len(header) - 1)
        if rows
        and len({_at(row, place + 1).strip() for row in rows}) == 1
        and NUMBER.fullmatch(_at(rows[0], place + 1).strip())
        and all(
            _at(row, place).strip() in ("", "-") or NUMBER.fullmatch(_at(row, place).strip()) for row in rows
        )
    ]
    numbered = rows and all(re.search(r"\d+$", row[0].strip()) for row in rows)
    if len(fits) != 1 or not numbered:
        next_step = "Take the grading worksheet of the assignment, or name the column: --grade-column"
        expected = "Moodle's grading worksheet: who, grade, maximum"
        raise AutogradeError(explain(table.name, expected, ", ".join(header)[:200], next_step))
    return fits[0]
