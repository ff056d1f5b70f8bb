"""Who is in the class: read from the table that a learning platform or a person wrote."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from autograde.classroom.table import Table
from autograde.errors import AutogradeError, explain
from autograde.wording import printable

STUDENT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@-]{0,127}")
"""The account names that can be told from the rest of a submission's name, on every system."""

FIELDS = ("id", "first", "last", "name", "email", "lms")
WHO = ("id", "email", "lms")
"""The fields of which one is needed to tell who a row is."""

HEADERS: Mapping[str, str] = {
    **{field: field for field in FIELDS},
    **dict.fromkeys(("student_id", "student id", "username", "user name", "login", "account"), "id"),
    **dict.fromkeys(
        ("user", "netid", "sis login id", "benutzername", "anmeldename", "nom d'utilisateur"), "id"
    ),
    **dict.fromkeys(("first name", "first_name", "firstname", "given name", "vorname", "prénom"), "first"),
    **dict.fromkeys(("last name", "last_name", "lastname", "surname", "family name", "nachname"), "last"),
    **dict.fromkeys(("nom de famille", "nom"), "last"),
    **dict.fromkeys(("student", "name", "full name", "student name"), "name"),
    **dict.fromkeys(("email", "e-mail", "email address", "e-mail-adresse", "adresse de courriel"), "email"),
    **dict.fromkeys(
        ("lms_user_id", "lms_id", "lms id", "id number", "id-nummer", "numéro d'identification"), "lms"
    ),
}
NO_STUDENTS = ("points possible", "student, test", "test student")
ASSIGNMENT = re.compile(r"(.*?)\s*\((\d+)\)")
"""How Canvas writes an assignment above its column: the title, and its number."""

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True)
class Person:
    """A student: nbgrader's name of the account, and what a person or a learning platform calls them."""

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_id: str = ""

    @property
    def name(self) -> str:
        """Return what a person calls them."""
        return f"{self.first_name} {self.last_name}".strip() or self.id


def refuse_account(name: str, next_step: str = "Ask for another account name.") -> None:
    """Refuse an account name under which a submission could not be collected."""
    if STUDENT.fullmatch(name):
        return
    odd = [each for each in name if not re.fullmatch(r"[A-Za-z0-9_.@-]", each)]
    actual = f"{odd[0]!r} in {name!r}" if odd else repr(name)
    expected = "letters A to Z, digits and _ . @ -, at most 128, not a . @ or - first"
    raise AutogradeError(explain("account name", expected, actual, next_step))


def words(text: str) -> tuple[str, ...]:
    """Return a name as it is compared: its words, without case, accents' spelling and punctuation."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("_", " ")
    return tuple(filter(None, ("".join(filter(str.isalnum, word)) for word in folded.split())))


def read_roster(table: Table, columns: str = "") -> tuple[list[Person], list[str]]:
    """Return the students of a table, each once, and a sentence for each row that names somebody unknown.

    Args:
        table: with a first row of headers.
        columns: what its headers do not say, such as "first=1,last=2,email=E-post": a number counts from 1.

    Raises:
        AutogradeError: no column names the students, an account name cannot be used, or two students share
            an account, a number or an e-mail.
    """
    places = _chosen(table, columns) if columns else _found(table)
    found: dict[Person, None] = {}
    known: dict[tuple[str, str], Person] = {}
    told = []
    for number, row in enumerate(table.rows[1:], 2):
        what = f"{table.name}, row {number}"
        person = _person(places, row)
        if person is None or person in found:
            continue
        if not person.id:
            told.append(explain(what, "an account, a number or an e-mail", f"only {person.name!r}"))
            continue
        _refuse_second(person, known, what)
        found[person] = None
    if not found:
        raise AutogradeError(explain(table.name, "students", "none", "Is this the table of the class?"))
    return list(found), told


def _refuse_second(person: Person, known: dict[tuple[str, str], Person], what: str) -> None:
    """Refuse an account name that cannot be used, and what is somebody else's already."""
    try:
        refuse_account(person.id, "Take the account from another column: --columns id=...")
    except AutogradeError as error:
        raise AutogradeError(f"{what}: {error}") from None
    own = {"id": person.id, "lms": person.lms_id, "email": person.email}
    for field, text in own.items():
        if text and known.setdefault((field, text.casefold()), person) is not person:
            raise AutogradeError(explain(what, f"one row for {text}", "a second one", "Keep one."))


def _found(table: Table) -> dict[str, list[int]]:
    places = _canvas(table) or _worksheet(table) or _named(table)
    return places if set(WHO) & set(places) else _moodle(table)


def _person(places: Mapping[str, Sequence[int]], row: Sequence[str]) -> Person | None:
    """Return the student of a row, or None if it is nobody's."""

    def cell(field: str) -> str:
        cells = (row[place] for place in places.get(field, ()) if place < len(row))
        return next((" ".join(printable(text).split())[:128] for text in cells if text.strip()), "")

    whole = cell("name")
    if whole.casefold().startswith(NO_STUDENTS):
        return None
    first, last = (cell("first"), cell("last")) if "name" not in places else _split(whole)
    email = cell("email") if EMAIL.fullmatch(cell("email")) else ""
    account = cell("id") or cell("lms") or email
    if not (account or first or last):
        return None
    if not email and EMAIL.fullmatch(account):
        email = account
    return Person(account, first, last, email, cell("lms"))


def _split(name: str) -> tuple[str, str]:
    """Return first and last name of "Lovelace, Ada" or "Ada Lovelace"."""
    if "," in name:
        last, _, first = name.partition(",")
    else:
        first, _, last = name.rpartition(" ")
    return first.strip(), last.strip()


def _folded(header: Iterable[str]) -> list[str]:
    return [" ".join(each.casefold().split()) for each in header]


def _canvas(table: Table) -> dict[str, list[int]]:
    """Return where a gradebook of Canvas says what: its "ID" is its own."""
    header = _folded(table.header)
    if header[1:2] != ["id"] or not ("section" in header or any(map(ASSIGNMENT.fullmatch, header))):
        return {}
    names = ("sis login id", "sis user id")
    return {"name": [0], "lms": [1], "id": [header.index(name) for name in names if name in header]}


def _worksheet(table: Table) -> dict[str, list[int]]:
    """Return where a grading worksheet of Moodle says who it is: "Participant 12", name, e-mail."""
    first = [row[0] for row in table.rows[1:]]
    if not first or any(STUDENT.fullmatch(cell) or not re.search(r"\d$", cell) for cell in first):
        return {}
    return {"name": [1], "email": _emails(table)[:1]}


def _emails(table: Table) -> list[int]:
    """Return the columns in which only addresses stand."""
    rows, width = table.rows[1:], len(table.header)
    return [
        place
        for place in range(width)
        if rows and all(place < len(row) and EMAIL.fullmatch(row[place]) for row in rows)
    ]


def _named(table: Table) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for place, name in enumerate(_folded(table.header)):
        if name in HEADERS:
            places.setdefault(HEADERS[name], []).append(place)
    if "first" in places and "name" in places:  # as in "Vorname, Name"
        whole = places.pop("name")
        places.setdefault("last", whole)
    return places


def _moodle(table: Table) -> dict[str, list[int]]:
    """Return where the participants of Moodle are, in whatever language: first the names."""
    emails = _emails(table)
    if len(emails) != 1 or emails[0] < 2:
        shown = ", ".join(map(printable, table.header))[:200]
        next_step = "Say where they are, by number: --columns id=1,first=2,last=3,email=4"
        raise AutogradeError(
            explain(table.name, "headers that name account, name and e-mail", shown, next_step)
        )
    between = [row[2] for row in table.rows[1:]] if emails[0] == 3 else []
    numbers = [2] if between and all(between) and len(set(between)) == len(between) else []
    return {"first": [0], "last": [1], "email": emails, "lms": numbers}


def _chosen(table: Table, columns: str) -> dict[str, list[int]]:
    """Return the places that a person named; what they left open is where the headers say."""
    header, places = _folded(table.header), {}
    for part in columns.split(","):
        field, _, where = (each.strip() for each in part.partition("="))
        name = " ".join(where.casefold().split())
        place = int(name) - 1 if name.isdecimal() else header.index(name) if name in header else -1
        if field not in FIELDS or not 0 <= place < len(header):
            expected = f"{', '.join(FIELDS)}, each =a number up to {len(header)} or a header"
            raise AutogradeError(explain("--columns", expected, repr(part.strip())))
        places[field] = [place]
    known = _canvas(table) or _named(table)
    if {"first", "last"} & set(places):
        known.pop("name", None)
    elif "name" in places:
        known.pop("first", None)
        known.pop("last", None)
    places = known | places
    if not set(WHO) & set(places):
        raise AutogradeError(explain("--columns", "one of id, lms and email", columns))
    return places


class _Index(dict[str, list[Person]]):
    """Who has a text."""

    def add(self, texts: Iterable[str], person: Person) -> None:
        for text in texts:
            if text:
                self.setdefault(text, []).append(person)


class Roster:
    """The class, to be asked for a person. Where two fit, nobody is returned."""

    def __init__(self, people: Iterable[Person]) -> None:
        self.people = sorted(people, key=lambda each: each.id)
        self._accounts = {each.id: each for each in self.people}
        self._texts, self._numbers, self._names, self._joined = _Index(), _Index(), _Index(), _Index()
        for each in self.people:
            self._numbers.add({each.lms_id}, each)
            self._texts.add({text.casefold() for text in (each.id, each.email, each.lms_id)}, each)
            self._names.add({" ".join(order) for order in _orders(each)}, each)
            self._joined.add({"".join(order) for order in _orders(each)}, each)

    def __iter__(self) -> Iterator[Person]:
        return iter(self.people)

    def account(self, name: str) -> Person | None:
        """Return whose account it is."""
        return self._accounts.get(name)

    def identified(self, *texts: str) -> list[Person]:
        """Return whose account, e-mail or number on the platform is among the texts."""
        found = (each for text in texts for each in self._texts.get(text.strip().casefold(), []))
        return list(dict.fromkeys(found))

    def numbered(self, number: str) -> list[Person]:
        """Return who has this number on the platform."""
        return self._numbers.get(number, [])

    def named(self, name: str) -> list[Person]:
        """Return who is called so, in either order."""
        return self._names.get(" ".join(words(name)), [])

    def joined(self, name: str) -> list[Person]:
        """Return whose name without spaces this is, as Canvas writes it."""
        return self._joined.get("".join(words(name)), [])


def _orders(person: Person) -> tuple[tuple[str, ...], tuple[str, ...]]:
    first, last = words(person.first_name), words(person.last_name)
    return first + last, last + first
