"""Submissions in and grades out: collect and export, by the exchange or a learning platform."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from autograde.cli.opened import AS_JSON, LESSONS, chosen, opened
from autograde.course.files import write_atomically
from autograde.errors import AutogradeError, explain

if TYPE_CHECKING:
    from autograde.classroom.lms_export import Exported, Grades
    from autograde.nbgrader_plugins.cycle import Nbgrader
    from autograde.nbgrader_plugins.from_lms import Collected

PATH = click.Path(path_type=Path)
FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@LESSONS
@click.option(
    "--zip",
    "archives",
    type=PATH,
    multiple=True,
    metavar="FILE",
    help="Take what Canvas or Moodle gave: a zip, a folder of them, or a file. Can be repeated.",
)
@AS_JSON
def collect(lessons: tuple[str, ...], archives: tuple[Path, ...], as_json: bool) -> None:
    """Collect the newest submission of every student, from the exchange or from an archive of one LESSON.

    Exit code 0: all were collected. 1: some were refused, or are nobody's on the roster, each with its
    reason.

    Example: autograde collect 01_vectors --zip submissions.zip
    """
    nbgrader = opened()
    if archives:
        _collect_archives(nbgrader, lessons, archives, as_json)
    refused: dict[str, list[str]] = {name: nbgrader.collect(name) for name in chosen(nbgrader, lessons)}
    if as_json:
        found = [
            {"lesson": name, "submissions": nbgrader.submitted(name), "refused": sentences}
            for name, sentences in refused.items()
        ]
        click.echo(json.dumps(found, indent=2))
    for name, here in {} if as_json else refused.items():
        count = len(nbgrader.submitted(name))
        click.echo(f"{name}: {count} submissions" + f", {len(here)} refused" * bool(here))
        for sentence in here:
            click.echo(sentence, err=True)
    sys.exit(1 if any(refused.values()) else 0)


def _collect_archives(
    nbgrader: Nbgrader, lessons: tuple[str, ...], archives: tuple[Path, ...], as_json: bool
) -> NoReturn:
    from autograde.nbgrader_plugins.from_lms import collect_archives

    if len(lessons) != 1:
        expected = "one, whose archive it is"
        raise AutogradeError(
            explain("lesson", expected, " ".join(lessons) or "none", "Name it before --zip.")
        )
    (lesson,) = chosen(nbgrader, lessons)
    done = collect_archives(nbgrader, lesson, archives)
    if as_json:
        click.echo(json.dumps({"lesson": lesson, **asdict(done)}, indent=2))
    else:
        click.echo(_summary(lesson, done))
        for sentence in (*done.told, *done.refused, *done.unknown):
            click.echo(sentence, err=True)
    sys.exit(1 if done.refused or done.unknown else 0)


def _summary(lesson: str, done: Collected) -> str:
    parts = (
        (done.same, "as before"),
        (done.late, "late"),
        (done.refused, "refused"),
        (done.unknown, "not on the roster"),
    )
    more = [f"{len(names)} {what}" for names, what in parts if names]
    return f"{lesson}: " + ", ".join([f"{len(done.taken)} submission{'s' * (len(done.taken) != 1)}", *more])


@click.command()
@click.argument("file", type=FILE, metavar="[FILE.csv]", required=False)
@click.option(
    "--lesson", "lessons", multiple=True, metavar="LESSON", help="Only this lesson. Can be repeated."
)
@click.option("--wide", is_flag=True, help="One row a student, one column a lesson.")
@click.option(
    "--canvas",
    is_flag=False,
    flag_value="",
    metavar="[GRADEBOOK.csv]",
    help="For Canvas's import; with the gradebook that you exported there, into its columns.",
)
@click.option("--moodle", type=FILE, metavar="SHEET.csv", help="Fill in the grading worksheet from Moodle.")
@click.option("--lti", is_flag=True, help="Scores of LTI's Assignment and Grade Services, as JSON.")
@click.option(
    "--column", "columns", multiple=True, metavar="LESSON=TITLE", help="Which column of Canvas is a lesson's."
)
@click.option(
    "--grade-column", default="", metavar="NAME", help="Which column of the worksheet has the grades."
)
@click.option("--everything", metavar="STUDENT", help="A zip of all that is kept of one student.")
@click.option("--scale", is_flag=True, help="Scale the points where the platform has another maximum.")
@AS_JSON
def export(
    file: Path | None,
    lessons: tuple[str, ...],
    wide: bool,
    canvas: str | None,
    moodle: Path | None,
    lti: bool,
    columns: tuple[str, ...],
    grade_column: str,
    everything: str | None,
    scale: bool,
    as_json: bool,
) -> None:
    """Write the grades to FILE or to the screen: as CSV, or as a learning platform reads them.

    Everybody on the roster is in the CSV. A platform gets only grades of work that was handed in; it gets no
    new student, no new assignment and no new maximum.

    Exit code 0: done. 1: some grades have no place there, each with its reason.

    Example: autograde export grades.csv
    """
    from autograde.classroom import lms_export

    if (canvas is not None) + (moodle is not None) + lti + wide > 1:
        raise AutogradeError(explain("export", "one of --wide, --canvas, --moodle and --lti", "several"))
    forms = {"--canvas GRADEBOOK.csv": bool(canvas), "--moodle SHEET.csv": moodle is not None}
    _need(bool(columns), "--column", forms, "--canvas GRADEBOOK.csv")
    _need(bool(grade_column), "--grade-column", forms, "--moodle SHEET.csv")
    _need(scale, "--scale", forms, *forms)
    nbgrader = opened()
    if everything is not None:
        from autograde.nbgrader_plugins.person import everything as all_of

        _finish(file, all_of(nbgrader, everything), f"all that is kept of {everything}", [], as_json)
    grades = _grades(nbgrader, lessons)
    if canvas is not None:
        done = _canvas(nbgrader, grades, canvas, columns, scale)
    elif moodle is not None:
        from autograde.classroom.table import read_table

        done = lms_export.fill_moodle(
            grades, read_table(moodle), _one(grades, "--moodle"), scale, grade_column
        )
    elif lti:
        done = lms_export.lti_scores(grades, _one(grades, "--lti"), datetime.now(UTC))
    else:
        text = lms_export.wide_csv(grades) if wide else lms_export.long_csv(grades)
        rows = len(text.splitlines()) - 1
        _finish(file, text.encode(), f"{rows} {'students' if wide else 'grades'}", [], as_json)
    content = done.table.content() if done.table else json.dumps(done.scores, indent=2).encode() + b"\n"
    _tell_open(grades)
    _finish(file, content, f"{done.written} students", done.left_out, as_json)


def _need(given: bool, option: str, forms: Mapping[str, bool], *wanted: str) -> None:
    """Refuse an option that would do nothing: it belongs to one of the wanted forms."""
    if given and not any(forms[each] for each in wanted):
        raise AutogradeError(explain(option, f"{' or '.join(wanted)} with it", "none"))


def _grades(nbgrader: Nbgrader, lessons: tuple[str, ...]) -> Grades:
    from autograde.classroom.lms_export import Grades
    from autograde.nbgrader_plugins.people import roster

    standings = nbgrader.standings(everybody=True)
    known = sorted({each.lesson for each in standings})
    if unknown := sorted(set(lessons) - set(known)):
        raise AutogradeError(explain("--lesson", f"one of {', '.join(known)}", ", ".join(unknown)))
    return Grades(roster(nbgrader), [each for each in standings if not lessons or each.lesson in lessons])


def _one(grades: Grades, option: str) -> str:
    """Return the lesson of a form that holds one: the one that was asked for, else the one with grades."""
    found = [lesson for lesson in grades.lessons if grades.of(lesson)]
    if len(found) == 1:
        return found[0]
    raise AutogradeError(
        explain(
            f"lesson for {option}", "one with grades", ", ".join(found) or "none", "Name it: --lesson LESSON"
        )
    )


def _canvas(nbgrader: Nbgrader, grades: Grades, path: str, columns: tuple[str, ...], scale: bool) -> Exported:
    from autograde.classroom import lms_export
    from autograde.classroom.table import read_table

    lessons = [lesson for lesson in grades.lessons if grades.of(lesson)]
    if not lessons:
        raise AutogradeError(explain("export", "graded submissions", "none", "Run: autograde grade"))
    if not path:
        return lms_export.new_canvas(grades, lessons)
    named = dict(_named(each, lessons) for each in columns)
    table = read_table(Path(path))
    titles = {lesson: _title(nbgrader.root, lesson) for lesson in lessons}
    return lms_export.fill_canvas(grades, table, lms_export.canvas_columns(table, titles, named), scale)


def _named(text: str, lessons: list[str]) -> tuple[str, str]:
    lesson, equals, title = text.partition("=")
    if not equals or lesson not in lessons:
        raise AutogradeError(
            explain("--column", f"LESSON=TITLE, LESSON one of {', '.join(lessons)}", repr(text))
        )
    return lesson, title.strip()


def _title(root: Path, lesson: str) -> str:
    """Return the heading of a lesson's notebook."""
    path = root / "solutions" / "lessons" / lesson / f"{lesson}.ipynb"
    cells = json.loads(path.read_text("utf-8"))["cells"] if path.is_file() else []
    found = (
        re.match(r"#\s+(.+)", "".join(cell["source"])) for cell in cells if cell["cell_type"] == "markdown"
    )
    return next((match[1].strip() for match in found if match), lesson)


def _tell_open(grades: Grades) -> None:
    waiting = [each for each in grades.standings if each.to_grade]
    if waiting:
        click.echo(f"{len(waiting)} grades wait for a person; they hold the points so far.", err=True)


def _finish(file: Path | None, content: bytes, what: str, left_out: list[str], as_json: bool) -> NoReturn:
    if file is None:
        click.echo(content, nl=False)
    else:
        try:
            _write(file.resolve(), content)
        except OSError as error:
            raise AutogradeError(
                explain(str(file), "a file to write", error.strerror, "Name another one.")
            ) from error
        found = {"file": str(file), "written": what, "left_out": left_out}
        click.echo(json.dumps(found, indent=2) if as_json else f"{file}: {what}")
    for sentence in left_out if file is None or not as_json else ():
        click.echo(sentence, err=True)
    sys.exit(1 if left_out else 0)


def _write(file: Path, content: bytes) -> None:
    """Write all of it or nothing: the file may be the teacher's own sheet. A pipe is written to as it is."""
    if file.is_file() or (file.parent.is_dir() and not file.exists()):
        write_atomically(file, content)
    else:
        file.write_bytes(content)


COMMANDS: list[click.Command] = [collect, export]
