"""The class comes in from any table, once, and shows by name where an instructor looks."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import platforms
import pytest
import tiny
from click.testing import CliRunner, Result
from platforms import CLASS

from autograde.classroom.roster import Person, Roster, read_roster
from autograde.classroom.table import read_table
from autograde.cli.main import main
from autograde.errors import AutogradeError
from autograde.nbgrader_plugins.cycle import Nbgrader

ADA = Person("s00", "Ada", "Lovelace", "s00@uni.example", "4000")


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return tiny.released(tmp_path / "course")


def run(course: Path, *words: str | Path) -> Result:
    with contextlib.chdir(course):
        return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)


def read(tmp_path: Path, content: bytes, columns: str = "") -> list[Person]:
    return read_roster(read_table(platforms.write(tmp_path / "class.csv", content)), columns)[0]


PLAIN = [
    ["student_id", "last_name", "first_name", "email", "lms_user_id"],
    *([s.account, s.last, s.first, s.email, s.number] for s in CLASS),
]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_a_table_is_read_in_any_encoding(tmp_path: Path, encoding: str, separator: str) -> None:
    found = read(tmp_path, platforms.table(PLAIN, encoding, separator))
    assert found[0] == ADA
    assert [(each.first_name, each.last_name) for each in found] == [(s.first, s.last) for s in CLASS]


def test_excels_own_first_line_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, b"sep=;\r\n" + platforms.table(PLAIN, separator=";"))[0] == ADA


def test_a_gradebook_of_canvas_is_read(tmp_path: Path) -> None:
    found = read(tmp_path, platforms.table(platforms.canvas_gradebook()))
    assert len(found) == 30
    assert found[0] == Person("s00", "Ada", "Lovelace", "", "4000")
    assert found[20] == Person("s20", "Änne", "García Márquez", "", "4020")


def test_participants_of_moodle_are_read_in_an_unknown_language(tmp_path: Path) -> None:
    found = read(tmp_path, platforms.table(platforms.moodle_participants(), "utf-16", ";"))
    assert found[0] == Person("s00", "Ada", "Lovelace", "s00@uni.example", "s00")
    assert len(found) == 30


def test_a_worksheet_of_moodle_is_read_too(tmp_path: Path) -> None:
    found = read(tmp_path, platforms.table(platforms.moodle_sheet(), "utf-16"))
    assert found[0] == Person("s00@uni.example", "Ada", "Lovelace", "s00@uni.example")


def test_columns_are_named_by_header_or_number(tmp_path: Path) -> None:
    content = b"x,y,z,w\nLovelace,s00,s00@uni.example,Ada\n"
    assert read(tmp_path, content, "id=2,last=x,first=4,email=Z") == [
        Person("s00", "Ada", "Lovelace", "s00@uni.example")
    ]
    for columns in ("id=9", "id=0", "nobody=1", "first=1", "id=q"):
        with pytest.raises(AutogradeError, match="--columns: expected"):
            read(tmp_path, content, columns)


def test_what_the_option_leaves_open_is_read_by_the_headers(tmp_path: Path) -> None:
    canvas = platforms.table(platforms.canvas_gradebook())
    assert read(tmp_path, canvas, "id=ID")[0] == Person("4000", "Ada", "Lovelace", "", "4000")
    assert read(tmp_path, b"id,name,e\nada,A B,C\n", "last=e")[0] == Person("ada", "", "C")


@pytest.mark.parametrize(
    "content",
    [
        b"id,first,last\ns1,Ada,King Lovelace\n",
        b"Benutzername;Name;Vorname\ns1;King Lovelace;Ada\n",
        b'user,name,first,last\ns1,"Ada King, Lovelace",Ada,King Lovelace\n',
    ],
)
def test_first_and_last_name_in_columns_of_their_own(tmp_path: Path, content: bytes) -> None:
    assert read(tmp_path, content) == [Person("s1", "Ada", "King Lovelace")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "a CSV file"),
        (b"\0\1\2", "a CSV file"),
        (b"student_id\n", "expected students, got none"),
        (b"one,two\n1,2\n", "--columns id=1"),
        ("student_id\nmüller\n".encode(), "row 2: account name: .* got 'ü' in 'müller'"),
        (b"student_id\nDOM\\user\n", "'\\\\\\\\' in"),
        (b"student_id\nada lovelace\n", "' ' in 'ada lovelace'"),
        (b"student_id,name\nada,A\nada,B\n", "row 3: expected one row for ada, got a second one"),
        (b"student_id,name\nada,A\nADA,A\n", "row 3: expected one row for ADA, got a second one"),
        (b"student_id,lms_id\nada,77\nben,77\n", "row 3: expected one row for 77, got a second one"),
        (b"student_id,email\nada,a@b.de\nben,A@b.de\n", "row 3: expected one row for A@b.de"),
        (b'student_id,name\nada,"Ada\nben,Ben\n', "expected a CSV file, got unexpected end of data"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(AutogradeError, match=said):
        read(tmp_path, content)


def test_importing_again_changes_nothing(course: Path, tmp_path: Path) -> None:
    file = platforms.write(tmp_path / "class.csv", platforms.table(PLAIN))
    assert run(course, "roster", "import", file).stdout == "30 students: 30 new, 0 changed, 0 as before\n"
    assert run(course, "roster", "import", file).stdout == "30 students: 0 new, 0 changed, 30 as before\n"
    canvas = platforms.write(tmp_path / "canvas.csv", platforms.table(platforms.canvas_gradebook()))
    assert run(course, "roster", "import", canvas).stdout == "30 students: 0 new, 0 changed, 30 as before\n"
    assert json.loads(run(course, "roster", "--json").stdout)[0] == {
        "id": "s00",
        "first_name": "Ada",
        "last_name": "Lovelace",
        "email": "s00@uni.example",
        "lms_id": "4000",
    }
    assert "30 students" in run(course, "roster").stdout


def test_one_student_has_one_row_whatever_the_account_is_called(course: Path, tmp_path: Path) -> None:
    """The account here is ada; the platform knows her by e-mail, and gives her a number."""
    first = platforms.write(tmp_path / "a.csv", b"student_id,email\nada,ada@uni.example\nzoe,\n")
    run(course, "roster", "import", first)
    second = platforms.write(tmp_path / "b.csv", b"email,first name,lms_id\nADA@uni.example,Ada,17\n")
    done = run(course, "roster", "import", second)
    assert done.stdout == "1 student: 0 new, 1 changed, 0 as before\nNot in b.csv: zoe\n"
    with Nbgrader(course).gradebook() as gradebook:
        found = {each.id: (each.first_name, each.lms_user_id) for each in gradebook.students}
    assert found == {"ada": ("Ada", "17"), "zoe": (None, None)}


def test_a_row_that_is_two_students_changes_nothing(course: Path, tmp_path: Path) -> None:
    first = platforms.write(tmp_path / "a.csv", b"student_id,lms_id\nada,1\nben,2\n")
    run(course, "roster", "import", first)
    second = platforms.write(tmp_path / "b.csv", b"student_id,lms_id,name\nzoe,3,Zoe\nada,2,Ada\n")
    done = run(course, "roster", "import", second)
    assert done.exit_code == 2
    assert "Ada: expected one student, got ada and ben" in done.stderr
    assert [each["id"] for each in json.loads(run(course, "roster", "--json").stdout)] == ["ada", "ben"]


def test_who_has_a_name_and_no_account_is_told(course: Path, tmp_path: Path) -> None:
    """As in Moodle, where the number is a field that few fill in."""
    file = platforms.write(tmp_path / "a.csv", b"First name,Last name,ID number\nAda,L,\nBen,M,12\n,,\n")
    done = run(course, "roster", "import", file)
    assert done.stdout == "1 student: 1 new, 0 changed, 0 as before\n"
    said = "row 2: expected an account, a number or an e-mail, got only 'Ada L'.\n"
    assert done.stderr == f"{file}, {said}"


def test_an_account_is_known_in_any_case(course: Path, tmp_path: Path) -> None:
    run(course, "roster", "import", platforms.write(tmp_path / "a.csv", b"student_id\nada\n"))
    done = run(course, "roster", "import", platforms.write(tmp_path / "b.csv", b"student_id,name\nADA,Ada\n"))
    assert done.stdout == "1 student: 0 new, 1 changed, 0 as before\n"
    assert [each["id"] for each in json.loads(run(course, "roster", "--json").stdout)] == ["ada"]


def test_formgrader_shows_the_names(course: Path, tmp_path: Path) -> None:
    run(course, "roster", "import", platforms.write(tmp_path / "class.csv", platforms.table(PLAIN)))
    found = {each["id"]: each for each in Nbgrader(course).api().get_students()}
    assert (found["s00"]["first_name"], found["s00"]["last_name"]) == ("Ada", "Lovelace")


@pytest.mark.slow
def test_a_roster_before_the_first_release(tmp_path: Path) -> None:
    course = tiny.copied(tmp_path / "course")
    file = platforms.write(tmp_path / "class.csv", platforms.table(PLAIN))
    assert run(course, "roster", "import", file).exit_code == 0
    assert "30 students" in run(course, "roster").stdout
    assert run(course, "release").exit_code == 0


def test_two_of_the_same_name_are_nobody_by_name() -> None:
    two = Roster([Person("a", "Kim", "Lee"), Person("b", "Lee", "Kim"), Person("c", "Ann", "Alee")])
    assert [each.id for each in two.named("kim  LEE")] == ["a", "b"]
    assert two.named("Anna Lee") == []
    assert [each.id for each in two.joined("aleeann")] == ["c"]
