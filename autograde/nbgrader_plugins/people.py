"""The class in nbgrader's own table of students: names, e-mail, and the number on the learning platform."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields

import sqlalchemy as sa
from nbgrader.api import Gradebook

from autograde.classroom.roster import Person, Roster
from autograde.errors import AutogradeError, explain
from autograde.nbgrader_plugins.cycle import Nbgrader
from autograde.nbgrader_plugins.gradebook import engine
from autograde.nbgrader_plugins.standings import said, student

COLUMNS = {
    "id": "id",
    "first_name": "first_name",
    "last_name": "last_name",
    "email": "email",
    "lms_id": "lms_user_id",
}


@dataclass(frozen=True)
class Enrolled:
    """What an import did, by account names; `absent` are known, and not in the table."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    same: tuple[str, ...]
    absent: tuple[str, ...]


def roster(nbgrader: Nbgrader) -> Roster:
    """Return the class as the gradebook knows it.

    Raises:
        AutogradeError: there is no gradebook, or it cannot be used.
    """
    with nbgrader.gradebook() as gradebook:
        return Roster(_people(gradebook.db.connection()))


def enrol(nbgrader: Nbgrader, people: Iterable[Person]) -> Enrolled:
    """Bring the students of a table into the gradebook: all, or none. What the table leaves open stays.

    A student is known by account, else by the number on the platform, else by e-mail.

    Raises:
        AutogradeError: two rows are one student, or one row is two; or the gradebook cannot be used.
    """
    url = str(nbgrader.directory("").db_url)
    with said(url):
        if not nbgrader.has_gradebook:
            Gradebook(url, nbgrader.course_id).close()
        book = engine(url)
        try:
            with book.begin() as db:
                return _enrolled(db, people)
        finally:
            book.dispose()


def _enrolled(db: sa.Connection, people: Iterable[Person]) -> Enrolled:
    known = Roster(_people(db))
    before = {each.id: each for each in known}
    after: dict[str, Person] = {}
    for person in people:
        now = _merged(_same(known, person), person)
        if now.id in after:
            raise AutogradeError(explain(now.id, "one row", f"a second one, {person.name}", "Keep one."))
        after[now.id] = now
    changed = {name: each for name, each in after.items() if before.get(name) != each}
    for each in changed.values():
        row = {COLUMNS[field]: value or None for field, value in asdict(each).items()}
        if each.id in before:
            db.execute(sa.update(student).where(student.c.id == each.id).values(row))
        else:
            db.execute(sa.insert(student).values(row))
    return Enrolled(
        tuple(name for name in changed if name not in before),
        tuple(name for name in changed if name in before),
        tuple(name for name in after if name not in changed),
        tuple(name for name in before if name not in after),
    )


def _people(db: sa.Connection) -> list[Person]:
    columns = [student.c[COLUMNS[field.name]] for field in fields(Person)]
    return [Person(*(value or "" for value in row)) for row in db.execute(sa.select(*columns))]


def _same(known: Roster, person: Person) -> Person | None:
    """Return who of the gradebook a row of the table is."""
    by_account = [each for each in known.identified(person.id) if each.id.casefold() == person.id.casefold()]
    by_number, by_email = known.numbered(person.lms_id), known.identified(person.email)
    found = {each.id: each for each in (*by_account, *by_number, *by_email)}
    if len(found) > 1:
        next_step = "Mend the row, or the number or e-mail in formgrader."
        raise AutogradeError(explain(person.name, "one student", " and ".join(sorted(found)), next_step))
    return next(iter(found.values()), None)


def _merged(old: Person | None, new: Person) -> Person:
    if old is None:
        return new
    kept = {field: value or getattr(old, field) for field, value in asdict(new).items()}
    return Person(**(kept | {"id": old.id}))
