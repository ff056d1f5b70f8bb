"""Grades go out as the importers of Canvas, Moodle and LTI read them, and in nobody else's row."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import platforms
import pytest
from platforms import CLASS

from autograde.classroom.lms_export import (
    Exported,
    Grades,
    canvas_columns,
    fill_canvas,
    fill_moodle,
    long_csv,
    lti_scores,
    new_canvas,
    wide_csv,
)
from autograde.classroom.report import Standing
from autograde.classroom.roster import Person, Roster
from autograde.classroom.table import Table, read_table
from autograde.errors import AutogradeError

LESSON, OTHER = "01_octaves", "02_melodies"
ROSTER = Roster(Person(s.account, s.first, s.last, s.email, s.number) for s in CLASS)
STANDINGS = [
    *(Standing(s.account, LESSON, k / 3, 10.0, "2026-01-01 10:00:00") for k, s in enumerate(CLASS[:28])),
    *(Standing(s.account, LESSON, 0.0, 10.0, handed_in=False) for s in CLASS[28:]),
    Standing("s00", OTHER, 12.5, 15.0, "2026-01-02 10:00:00", to_grade=("exercise-02-3",)),
]
GRADES = Grades(ROSTER, STANDINGS)
ONE = Grades(ROSTER, STANDINGS[:30])


def table(tmp_path: Path, content: bytes) -> Table:
    return read_table(platforms.write(tmp_path / "sheet.csv", content))


def out(done: Exported, encoding: str = "utf-8", separator: str = ",") -> list[list[str]]:
    assert done.table is not None
    return platforms.rows(done.table.content(), encoding, separator)


def test_the_long_csv_has_everybody_by_name() -> None:
    header, *found = platforms.rows(long_csv(GRADES))
    assert header[:4] == ["student", "lesson", "points", "max_points"]
    assert header[-4:] == ["last_name", "first_name", "email", "lms_id"]
    assert found[20][:4] == ["s20", LESSON, str(20 / 3), "10.0"]
    assert found[20][-4:] == ["García Márquez", "Änne", "s20@uni.example", "4020"]
    assert found[29][:5] == ["s29", LESSON, "0.0", "10.0", ""]


def test_the_wide_csv_has_a_column_a_lesson() -> None:
    found = platforms.rows(wide_csv(GRADES))
    assert found[0] == ["student", "last_name", "first_name", "email", "lms_id", LESSON, OTHER, "total"]
    assert len(found) == 31
    assert found[1] == ["s00", "Lovelace", "Ada", "s00@uni.example", "4000", "0", "12.5", "12.5"]
    assert found[2][5:] == ["0.33", "", "0.33"]


def test_no_cell_of_the_csv_is_a_formula() -> None:
    roster = Roster([Person("eve", "=HYPERLINK(1)", "@SUM(A1)", "", "-1+1")])
    for text in (long_csv, wide_csv):
        [header, row] = platforms.rows(text(Grades(roster, [Standing("eve", LESSON, 1.0, 2.0)])))
        place = header.index("last_name")
        assert row[place : place + 4] == ["'@SUM(A1)", "'=HYPERLINK(1)", "", "'-1+1"]


def test_a_new_table_for_canvas_has_no_row_that_it_would_make_a_student_of() -> None:
    people = [Person("ada", "Ada", "Lovelace", "", "17"), Person("ben", "Ben", "King")]
    grades = Grades(Roster(people), [Standing(each.id, LESSON, 2.345, 10.0, "x") for each in people])
    done = new_canvas(grades, [LESSON])
    assert out(done) == [
        ["Student", "ID", "SIS Login ID", "Section", LESSON],
        ["Lovelace, Ada", "17", "ada", "", "2.35"],
    ]
    assert done.left_out == [
        "ben: expected a number on the platform, got none. Run: autograde roster import FILE"
    ]


@pytest.mark.parametrize(("encoding", "separator"), [("utf-8", ","), ("utf-8-sig", ";"), ("utf-16", ",")])
def test_a_gradebook_of_canvas_is_filled_in(tmp_path: Path, encoding: str, separator: str) -> None:
    sheet = table(tmp_path, platforms.table(platforms.canvas_gradebook(), encoding, separator))
    columns = canvas_columns(sheet, {LESSON: "Octaves", OTHER: "Melodies"}, {})
    done = fill_canvas(GRADES, sheet, columns, scale=False)
    found = out(done, encoding, separator)
    assert found[0] == ["Student", "ID", "SIS Login ID", "Section", "01_octaves (7311)"]
    assert found[1] == ["Lovelace, Ada", "4000", "s00", "Group 1", "0"]
    assert found[2][4] == "0.33"
    assert len(found) == 29
    assert not any("Points Possible" in cell or "Test" in cell for row in found for cell in row)
    assert done.left_out == []


def test_a_column_of_canvas_is_the_lessons_id_its_title_or_named(tmp_path: Path) -> None:
    rows = [["Student", "ID", "Section", "Octaves (71)", "Week 2 (72)", "02_melodies (73)", "Melodies (74)"]]
    sheet = table(tmp_path, platforms.table(rows))
    assert canvas_columns(sheet, {LESSON: "Octaves"}, {}) == {LESSON: "Octaves (71)"}
    assert canvas_columns(sheet, {LESSON: "?"}, {LESSON: "week 2"}) == {LESSON: "Week 2 (72)"}
    for lessons, named, said in (
        ({OTHER: "Melodies"}, {}, "one column for 02_melodies, got 02_melodies .73. and Melodies .74."),
        ({LESSON: "?"}, {}, 'Name it: --column 01_octaves="TITLE"'),
        ({LESSON: "?"}, {LESSON: "Week 3"}, "got none"),
    ):
        with pytest.raises(AutogradeError, match=said):
            canvas_columns(sheet, lessons, named)


def test_who_is_not_in_canvas_is_said_and_not_added(tmp_path: Path) -> None:
    sheet = table(tmp_path, platforms.table(platforms.canvas_gradebook(CLASS[:20])))
    done = fill_canvas(GRADES, sheet, {LESSON: "01_octaves (7311)"}, scale=False)
    assert len(out(done)) == 21
    assert len(done.left_out) == 8
    assert done.left_out[0].startswith("s20: expected a row in ")


def test_who_is_excused_in_canvas_stays_excused(tmp_path: Path) -> None:
    gradebook = platforms.canvas_gradebook()
    gradebook[3][5] = "EX"
    sheet = table(tmp_path, platforms.table(gradebook))
    done = fill_canvas(GRADES, sheet, {LESSON: "01_octaves (7311)"}, scale=False)
    assert [row[4] for row in out(done)[1:4]] == ["0", "EX", "0.67"]
    assert done.left_out == ["s01, 01_octaves: expected a cell to fill in, got EX, excused."]


def test_another_maximum_is_said_or_scaled(tmp_path: Path) -> None:
    gradebook = platforms.canvas_gradebook()
    gradebook[1][5] = "100"
    sheet = table(tmp_path, platforms.table(gradebook))
    with pytest.raises(AutogradeError, match="the maximum of 01_octaves: expected 10, got 100"):
        fill_canvas(GRADES, sheet, {LESSON: "01_octaves (7311)"}, scale=False)
    assert out(fill_canvas(GRADES, sheet, {LESSON: "01_octaves (7311)"}, scale=True))[2][4] == "3.33"
    sheet = table(tmp_path, platforms.table(platforms.moodle_sheet(maximum="100,00")))
    with pytest.raises(AutogradeError, match="the maximum of 01_octaves: expected 10, got 100"):
        fill_moodle(ONE, sheet, LESSON, scale=False)
    assert out(fill_moodle(ONE, sheet, LESSON, scale=True))[2][4] == "3.33"


@pytest.mark.parametrize(
    ("encoding", "separator"), [("utf-8", ","), ("utf-8-sig", ";"), ("utf-16", "\t"), ("cp1252", ";")]
)
def test_a_worksheet_of_moodle_is_filled_in_by_position(
    tmp_path: Path, encoding: str, separator: str
) -> None:
    before = platforms.moodle_sheet()
    before[2][4], before[3][4] = "-", "1,50"
    done = fill_moodle(
        ONE, table(tmp_path, platforms.table(before, encoding, separator)), LESSON, scale=False
    )
    after = out(done, encoding, separator)
    assert done.written == 28
    assert done.left_out == []
    for number, (old, new) in enumerate(zip(before, after, strict=True)):
        handed_in = 0 < number <= 28
        expected = platforms.rows(f"{round((number - 1) / 3, 2):g}")[0][0] if handed_in else old[4]
        assert new == [*old[:4], expected, *old[5:]]
    assert done.table is not None
    start = done.table.content()[:3]
    assert (start[:3] == b"\xef\xbb\xbf") == (encoding == "utf-8-sig")
    assert (start[:2] == b"\xff\xfe") == (encoding == "utf-16")


def test_a_worksheet_without_addresses_is_matched_by_unambiguous_names(tmp_path: Path) -> None:
    rows = [[cell for place, cell in enumerate(row) if place != 2] for row in platforms.moodle_sheet()]
    twin = Roster([*ROSTER, Person("twin", "Ada", "Lovelace")])
    done = fill_moodle(
        Grades(twin, STANDINGS[:30]), table(tmp_path, platforms.table(rows)), LESSON, scale=False
    )
    assert done.written == 27
    assert [each.partition(":")[0] for each in done.left_out] == ["s00"]


def test_a_hidden_identity_is_left_out(tmp_path: Path) -> None:
    rows = [
        [cell for place, cell in enumerate(row) if place not in (1, 2)] for row in platforms.moodle_sheet()
    ]
    done = fill_moodle(ONE, table(tmp_path, platforms.table(rows)), LESSON, scale=False)
    assert (done.written, len(done.left_out)) == (0, 28)


def test_what_is_no_worksheet_is_refused(tmp_path: Path) -> None:
    for rows in (platforms.canvas_gradebook(), platforms.moodle_participants(), [["a", "b"], ["1", "2"]]):
        with pytest.raises(AutogradeError, match="Moodle's grading worksheet"):
            fill_moodle(ONE, table(tmp_path, platforms.table(rows)), LESSON, scale=False)
    with pytest.raises(AutogradeError, match="a gradebook exported by Canvas"):
        fill_canvas(ONE, table(tmp_path, platforms.table(platforms.moodle_sheet())), {}, scale=False)
    sheet = table(tmp_path, platforms.table(platforms.moodle_sheet()))
    assert fill_moodle(ONE, sheet, LESSON, scale=False, column="5").written == 28
    with pytest.raises(AutogradeError, match="--grade-column: expected one of ID, "):
        fill_moodle(ONE, sheet, LESSON, scale=False, column="Note")


def test_scores_of_lti() -> None:
    now = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    done = lti_scores(GRADES, OTHER, now)
    assert json.loads(json.dumps(done.scores)) == [
        {
            "userId": "4000",
            "scoreGiven": 12.5,
            "scoreMaximum": 15.0,
            "activityProgress": "Completed",
            "gradingProgress": "PendingManual",
            "timestamp": "2026-01-02T03:04:05.000+00:00",
        }
    ]
    done = lti_scores(ONE, LESSON, now)
    assert (done.written, done.left_out) == (28, [])
    assert {score["gradingProgress"] for score in done.scores} == {"FullyGraded"}
