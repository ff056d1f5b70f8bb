"""Archives of Canvas and Moodle come in as any other submission; what is nobody's is said."""

from __future__ import annotations

import contextlib
import io
import json
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import platforms
import pytest
import tiny
from click.testing import CliRunner, Result
from platforms import CLASS, Student

from autograde.cli.main import main
from autograde.nbgrader_plugins.beginnings import beginnings
from autograde.nbgrader_plugins.cycle import Nbgrader

LESSON = "01_octaves"
NOTEBOOK = f"{LESSON}.ipynb"
ADA, BEN, CARLA = CLASS[0], CLASS[1], CLASS[2]


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """The tiny course, released, with its class of thirty."""
    root = tiny.released(tmp_path / "course")
    rows = [["student_id", "first_name", "last_name", "email", "lms_user_id"]]
    rows += [[s.account, s.first, s.last, s.email, s.number] for s in CLASS]
    done = run(root, "roster", "import", platforms.write(tmp_path / "class.csv", platforms.table(rows)))
    assert done.exit_code == 0
    return root


def run(course: Path, *words: str | Path) -> Result:
    with contextlib.chdir(course):
        return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)


def collect(course: Path, *archives: Path) -> Result:
    return run(course, "collect", LESSON, *(word for archive in archives for word in ("--zip", archive)))


def submitted(course: Path, student: Student = ADA) -> Path:
    return course / ".course" / "submitted" / student.account / LESSON


def octave_of(course: Path, student: Student = ADA) -> str:
    return (submitted(course, student) / "tones" / "pitch.py").read_text()


def everybody(course: Path) -> list[str]:
    return Nbgrader(course).submitted(LESSON)


def released_notebook(course: Path) -> bytes:
    return (course / "lessons" / LESSON / NOTEBOOK).read_bytes()


def work(course: Path, octave: str = "return 2 * frequency") -> dict[str, bytes]:
    """Return a workspace as a learner would zip it, with what lies around there."""
    return {
        **platforms.solved(octave),
        f"lessons/{LESSON}/{NOTEBOOK}": released_notebook(course),
        "lessons/02_melodies/02_melodies.ipynb": b"another lesson's",
        "lessons/course.toml": b"",
        ".autograde/skeleton/tones/pitch.py": b"the skeleton",
        "backup/tones/pitch.py.2026-01-01": b"before",
        "tones/__pycache__/pitch.pyc": b"cache",
        "__MACOSX/tones/._pitch.py": b"fork",
        ".DS_Store": b"",
        "~$notes.docx": b"",
    }


def archive(tmp_path: Path, files: dict[str, bytes], name: str = "submissions.zip") -> Path:
    return platforms.write(tmp_path / name, platforms.zipped(files))


def test_a_class_of_thirty_from_canvas(course: Path, tmp_path: Path) -> None:
    files = {
        platforms.canvas_name(s, "work.zip", file=70_000 + k, late=k % 10 == 3): platforms.zipped(
            work(course)
        )
        for k, s in enumerate(CLASS)
    }
    run(course, "due", LESSON, "2026-01-02 12:00")
    done = collect(course, archive(tmp_path, files))
    assert done.stdout == f"{LESSON}: 30 submissions, 3 late\n"
    assert done.exit_code == 0
    assert everybody(course) == [s.account for s in CLASS]
    found = {
        path.relative_to(submitted(course)).as_posix()
        for path in submitted(course).rglob("*")
        if path.is_file()
    }
    package = {f"tones/{name}.py" for name in platforms.PACKAGE}
    assert found == {NOTEBOOK, "timestamp.txt", "submission_secret.txt", *package}
    assert "return 2 * frequency" in octave_of(course, CLASS[29])


@pytest.mark.parametrize("flat", [False, True])
def test_a_class_of_thirty_from_moodle(course: Path, tmp_path: Path, flat: bool) -> None:
    between = "" if flat else "/"
    files = {
        f"{platforms.moodle_folder(s)}{between}work.zip": platforms.zipped(work(course), "my work/")
        for s in CLASS
    }
    done = collect(course, archive(tmp_path, files))
    assert done.stdout == f"{LESSON}: 30 submissions\n"
    assert (submitted(course, CLASS[20]) / NOTEBOOK).read_bytes() == released_notebook(course)
    assert "return 2 * frequency" in octave_of(course, CLASS[29])


def test_the_folder_of_a_newer_moodle_has_no_last_line(course: Path, tmp_path: Path) -> None:
    folder = platforms.moodle_folder(ADA).removesuffix("_")
    files = {f"{folder}/{path}": content for path, content in work(course).items()}
    assert collect(course, archive(tmp_path, files)).exit_code == 0
    assert everybody(course) == [ADA.account]
    assert "return 2 * frequency" in octave_of(course)


def test_single_files_find_their_places(course: Path, tmp_path: Path) -> None:
    """Canvas takes several files; each has a number of its own, and -1 if its name was there before."""
    pitch, sound = platforms.solved()["tones/pitch.py"], platforms.solved()["tones/sound.py"]
    folder = tmp_path / "downloaded"
    folder.mkdir()
    platforms.write(folder / platforms.canvas_name(ADA, "pitch-1.py", file=1), pitch)
    platforms.write(folder / platforms.canvas_name(ADA, "sound.py", file=2), sound)
    platforms.write(folder / platforms.canvas_name(ADA, NOTEBOOK, file=3), released_notebook(course))
    done = collect(course, folder)
    assert (done.stdout, done.stderr) == (f"{LESSON}: 1 submission\n", "")
    assert (submitted(course) / "tones" / "pitch.py").read_bytes() == pitch
    assert (submitted(course) / "tones" / "sound.py").read_bytes() == sound
    assert (submitted(course) / NOTEBOOK).read_bytes() == released_notebook(course)


def test_the_newest_of_several_counts_and_is_told(course: Path, tmp_path: Path) -> None:
    files = {
        platforms.canvas_name(ADA, f"work{version}.zip", file=file): platforms.zipped(
            platforms.solved(f"return {file}")
        )
        for version, file in (("-2", 12), ("", 10), ("-1", 11))
    }
    done = collect(course, archive(tmp_path, files))
    assert "return 12" in octave_of(course)
    earlier = [
        platforms.canvas_name(ADA, f"work{version}.zip", file=file)
        for version, file in (("", 10), ("-1", 11))
    ]
    for name in earlier:
        assert f"s00: {name} is an earlier version and was left out." in done.stderr


def test_numbers_in_names_are_no_versions(course: Path, tmp_path: Path) -> None:
    files = {platforms.canvas_name(ADA, name): b"" for name in ("part-1.py", "part-2.py")}
    files[platforms.canvas_name(ADA, "pitch.py")] = platforms.solved()["tones/pitch.py"]
    assert "earlier" not in collect(course, archive(tmp_path, files)).stderr


@pytest.mark.parametrize("reverse", [False, True])
def test_of_two_versions_on_moodle_the_order_in_the_zip_decides_nothing(
    course: Path, tmp_path: Path, reverse: bool
) -> None:
    versions = {"pitch.py": "return 1", "pitch (1).py": "return 2"}
    files = {
        f"{platforms.moodle_folder(ADA)}/{name}": platforms.solved(text)["tones/pitch.py"]
        for name, text in sorted(versions.items(), reverse=reverse)
    }
    done = collect(course, archive(tmp_path, files))
    assert "return 2" in octave_of(course)
    assert "/pitch.py is an earlier version and was left out." in done.stderr


def test_a_copy_of_the_notebook_comes_along(course: Path, tmp_path: Path) -> None:
    """Whoever grades reads the answers of both."""
    files = {NOTEBOOK: released_notebook(course), f"{LESSON} (1).ipynb": b"a copy"}
    collect(course, archive(tmp_path, {platforms.canvas_name(ADA, "work.zip"): platforms.zipped(files)}))
    assert (submitted(course) / NOTEBOOK).read_bytes() == released_notebook(course)
    assert (submitted(course) / f"{LESSON} (1).ipynb").read_bytes() == b"a copy"


def test_the_notebook_of_another_lesson_is_not_collected(course: Path, tmp_path: Path) -> None:
    """Who takes the archive of another lesson replaces nothing by it."""
    collect(course, archive(tmp_path, {platforms.canvas_name(ADA, NOTEBOOK): released_notebook(course)}))
    files = {platforms.canvas_name(ADA, "02_melodies-1.ipynb"): b"another lesson's"}
    done = collect(course, archive(tmp_path, files))
    assert f"s00: files: expected tones/ or {NOTEBOOK}, got 02_melodies-1.ipynb." in done.stderr
    assert (submitted(course) / NOTEBOOK).read_bytes() == released_notebook(course)


def test_work_with_the_notebook_of_another_lesson_alone_is_asked_about(course: Path, tmp_path: Path) -> None:
    own, other = f"lessons/{LESSON}/{NOTEBOOK}", "lessons/02_melodies/02_melodies.ipynb"
    files = {
        platforms.canvas_name(ADA, "work.zip"): platforms.zipped(platforms.solved() | {other: b"{}"}),
        platforms.canvas_name(BEN, "work.zip"): platforms.zipped(
            platforms.solved() | {other: b"{}", own: released_notebook(course)}
        ),
    }
    done = collect(course, archive(tmp_path, files))
    asked = "02_melodies.ipynb is of another lesson. Is this the archive of 01_octaves?"
    assert [line for line in done.stderr.splitlines() if "another" in line] == [f"s00: {asked}"]


def test_a_folder_of_archives_and_students_own_files(course: Path, tmp_path: Path) -> None:
    folder = tmp_path / "all"
    folder.mkdir()
    archive(folder, {platforms.canvas_name(ADA, "work.zip"): platforms.zipped(platforms.solved())}, "one.zip")
    archive(
        folder, {f"{platforms.moodle_folder(BEN)}/pitch.py": platforms.solved()["tones/pitch.py"]}, "two.zip"
    )
    archive(folder, platforms.solved(), f"{CARLA.account}.zip")
    within = {"my work/work.zip": platforms.zipped(platforms.solved()), "__MACOSX/._work.zip": b""}
    archive(folder, within, "Zoë Lovelace.zip")
    (folder / CLASS[4].account).mkdir()
    platforms.write(folder / CLASS[4].account / "pitch.py", platforms.solved()["tones/pitch.py"])
    archive(folder, platforms.solved(), "Eve Nobody.zip")
    done = collect(course, folder)
    assert (done.exit_code, done.stderr.count("\n")) == (1, 6), done.stderr  # five without a notebook
    assert "Eve Nobody.zip: expected somebody on the roster, got 'Eve Nobody'." in done.stderr
    assert everybody(course) == ["s00", "s01", "s02", "s03", "s04"]
    assert all("return 2 * frequency" in octave_of(course, student) for student in CLASS[:5])


def test_an_account_that_ends_like_a_version_is_one(course: Path, tmp_path: Path) -> None:
    run(course, "roster", "import", platforms.write(tmp_path / "more.csv", b"id\nteam-1\nteam\n"))
    folder = tmp_path / "all"
    folder.mkdir()
    for name, octave in (("team-1", "return 1"), ("team", "return 2"), ("team (1)", "return 3")):
        archive(folder, platforms.solved(octave), f"{name}.zip")
    done = collect(course, folder)
    assert (done.exit_code, everybody(course)) == (0, ["team", "team-1"]), done.stderr
    places = [course / ".course/submitted" / who / LESSON / "tones/pitch.py" for who in everybody(course)]
    assert ["return 3" in places[0].read_text(), "return 1" in places[1].read_text()] == [True, True]


def test_again_changes_nothing_and_a_newer_archive_replaces(course: Path, tmp_path: Path) -> None:
    first = archive(
        tmp_path, {platforms.canvas_name(ADA, "work.zip"): platforms.zipped(platforms.solved("return 1"))}
    )
    collect(course, first)
    before = {path: path.stat().st_mtime_ns for path in submitted(course).rglob("*")}
    assert collect(course, first).stdout == f"{LESSON}: 1 submission, 1 as before\n"
    assert {path: path.stat().st_mtime_ns for path in submitted(course).rglob("*")} == before
    second = archive(
        tmp_path,
        {platforms.canvas_name(ADA, "work-1.zip"): platforms.zipped(platforms.solved("return 2"))},
        "b.zip",
    )
    collect(course, second)
    assert "return 2" in octave_of(course)
    assert not [*(course / ".course").glob("collecting-*")]


def test_who_is_not_on_the_roster_is_listed_and_nobody_guessed(course: Path, tmp_path: Path) -> None:
    rows = [["student_id", "first_name", "last_name", "lms_user_id"]]
    rows += [["kim1", "Kim", "Lee", "61"], ["kim2", "Kim", "Lee", "62"]]
    run(course, "roster", "import", platforms.write(tmp_path / "more.csv", platforms.table(rows)))
    kim = Student("", "Kim", "Lee", "62", "500")
    other = Student("", "Eve", "Nobody", "77", "501")
    swapped = Student("", "Ben", "Lovelace", ADA.number, "502")
    married = Student("", "Ada", "King", ADA.number, "503")
    content = platforms.solved()["tones/pitch.py"]
    files = {
        platforms.canvas_name(kim, "pitch.py"): content,
        platforms.canvas_name(other, "pitch.py"): content,
        platforms.canvas_name(swapped, "pitch.py"): content,
        platforms.canvas_name(married, "pitch.py"): content,
        f"{platforms.moodle_folder(kim)}/pitch.py": content,
        f"{platforms.moodle_folder(other)}/pitch.py": content,
        "notes.txt": b"of nobody",
    }
    done = run(course, "collect", LESSON, "--zip", archive(tmp_path, files), "--json")
    found = json.loads(done.stdout)
    assert done.exit_code == 1
    assert found["taken"] == ["kim2", "s00"]
    said = "\n".join(found["unknown"])
    assert len(found["unknown"]) == 5, said
    assert "s00 is 'kingada' on the platform; by number 4000 it counts for s00 alone." in found["told"]
    assert "nobodyeve_77_70001_pitch.py: expected somebody on the roster, got 'nobodyeve', number 77." in said
    assert "the number of s00 and the name 'lovelaceben'" in said
    assert "'Kim Lee', number 500: kim1 and kim2" in said
    assert "notes.txt: expected somebody on the roster" in said


def test_numbers_of_anonymous_work_are_nobodys(course: Path, tmp_path: Path) -> None:
    """Where Canvas hides the names, the number that follows is that of a file."""
    files = {f"anon_x1y2z_{ADA.number}_12_pitch.py": b"", f"anon_x1y2z_{ADA.number}_pitch.py": b""}
    files |= {f"LATE_{name}": content for name, content in files.items()}
    done = collect(course, archive(tmp_path, files))
    assert done.exit_code == 2
    assert "expected somebody on the roster, got 'anon_x1y2z'" in done.stderr
    assert everybody(course) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["collect", "--zip", "x.zip"], "lesson: expected one, whose archive it is, got none"),
        (["collect", LESSON, "--zip", "x.zip"], "x.zip: expected a zip, a folder or a file, got none"),
        (["collect", "03", "--zip", "x.zip"], "lesson: expected one of 01_octaves, 02_melodies, got 03"),
        (["collect", LESSON, "--zip", "bad.zip"], "bad.zip: expected a zip, got File is not a zip file"),
        (["collect", LESSON, "--zip", "empty.zip"], "archive: expected submissions, got none"),
        (["collect", LESSON, "--zip", "other.zip"], "expected somebody on the roster, got 'eve"),
        (["export", "--scale", "--wide"], "--scale: expected --canvas GRADEBOOK.csv or --moodle SHEET.csv"),
        (["export", "--grade-column", "5"], "--grade-column: expected --moodle SHEET.csv with it, got none"),
        (["report", "--html", "pages"], "--html: expected LESSON with it"),
    ],
)
def test_what_the_caller_must_fix_is_said(course: Path, words: list[str], said: str) -> None:
    platforms.write(course / "bad.zip", b"PK nothing")
    platforms.write(course / "empty.zip", platforms.zipped({}))
    platforms.write(course / "other.zip", platforms.zipped({"evenobody_1_2_pitch.py": b""}))
    done = run(course, *words)
    assert done.exit_code == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_without_a_roster_nothing_is_taken(tmp_path: Path) -> None:
    course = tiny.released(tmp_path / "course")
    done = collect(course, archive(tmp_path, {platforms.canvas_name(ADA, "pitch.py"): b""}))
    assert done.exit_code == 2
    assert "roster: expected students, got none. Run: autograde roster import FILE" in done.stderr


def entry(name: str, content: bytes = b"x = 1\n", mode: int = 0, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a student's zip with right work and one more entry."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as opened:
        for path, text in platforms.solved().items():
            opened.writestr(path, text)
        info = zipfile.ZipInfo(name)
        info.external_attr, info.compress_type = mode << 16, method
        opened.writestr(info, content)
    return made.getvalue()


def encrypted() -> bytes:
    """Return a zip that says of its file that it is encrypted."""
    content = bytearray(platforms.zipped({"tones/pitch.py": b""}))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def damaged() -> bytes:
    content = bytearray(platforms.zipped(platforms.solved()))
    content[40:60] = b"?" * 20
    return bytes(content)


def flood() -> bytes:
    return platforms.zipped({f"tones/f{number}.py": b"" for number in range(2500)})


TRICKS: dict[str, tuple[Callable[[], bytes], str]] = {
    "a link": (lambda: entry("tones/link.py", b"/etc/passwd", stat.S_IFLNK | 0o777), "got a symbolic link"),
    "a pipe": (lambda: entry("tones/pipe.py", b"", stat.S_IFIFO | 0o644), "got a named pipe"),
    "a device": (lambda: entry("tones/null.py", b"", stat.S_IFCHR | 0o644), "got a device"),
    "out of the folder": (lambda: entry("../../../escaped.py"), "a name that leads out of its folder"),
    "out, as Windows": (lambda: entry("..\\..\\escaped.py"), "a name that leads out of its folder"),
    "absolute": (lambda: entry("/tmp/escaped.py"), "an absolute name"),
    "absolute, as Windows": (lambda: entry("C:\\escaped.py"), "an absolute name"),
    "a new line": (lambda: entry("tones/a\nb.py"), "an odd name"),
    "an escape": (lambda: entry("tones/\x1b[31m.py"), "an odd name"),
    "turned around": (lambda: entry("tones/a\u202eyp.py"), "an odd name"),
    "an option": (lambda: entry("tones/-rf"), "an odd name"),
    "for a shell": (lambda: entry("tones/$(touch x).py"), "an odd name"),
    "two by case": (lambda: entry("tones/Pitch.py"), "names that differ by more than case"),
    "two packages": (
        lambda: platforms.zipped({"a/tones/pitch.py": b"", "b/tones/pitch.py": b""}),
        "one folder tones",
    ),
    "a bomb": (lambda: entry("tones/big.py", bytes(60_000_000)), "expected at most 52,"),
    "a bomb in a bad method": (
        lambda: entry("tones/big.py", bytes(999), method=zipfile.ZIP_BZIP2),
        "another way",
    ),
    "a flood": (flood, "expected at most 2000, got more"),
    "encrypted": (encrypted, "got an encrypted file"),
    "damaged": (damaged, "expected a file to read"),
    "no zip": (lambda: b"PK", "expected a zip"),
    "nothing of the course": (
        lambda: platforms.zipped({"essay.txt": b"words"}),
        f"expected tones/ or {NOTEBOOK}",
    ),
}


@pytest.mark.parametrize("trick", TRICKS)
def test_a_trick_is_refused_and_the_others_come_in(course: Path, tmp_path: Path, trick: str) -> None:
    make, said = TRICKS[trick]
    files = {
        platforms.canvas_name(ADA, "work.zip"): make(),
        platforms.canvas_name(BEN, "work.zip"): platforms.zipped(platforms.solved()),
    }
    around = {path for path in tmp_path.rglob("*") if ".course" not in path.parts}
    done = collect(course, archive(tmp_path, files))
    assert done.exit_code == 1
    refusals = [line for line in done.stderr.splitlines() if line.startswith("s00: ")]
    assert len(refusals) == 1
    assert said in refusals[0]
    assert refusals[0].endswith("It was not collected.")
    assert everybody(course) == [BEN.account]
    after = {path for path in tmp_path.rglob("*") if ".course" not in path.parts}
    assert after - around == {tmp_path / "submissions.zip"}
    assert not [*(course / ".course").glob("collecting-*")]


def test_links_in_a_folder_are_not_followed(course: Path, tmp_path: Path) -> None:
    folder = tmp_path / "downloaded" / ADA.account
    folder.mkdir(parents=True)
    (tmp_path / "canary").mkdir()
    platforms.write(tmp_path / "canary" / "pitch.py", b"a secret of the test")
    (folder / "tones").symlink_to(tmp_path / "canary", target_is_directory=True)
    platforms.write(folder / "sound.py", b"")
    done = collect(course, folder.parent)
    assert "tones: expected a plain file, got a symbolic link" in done.stderr
    assert everybody(course) == []


def test_an_entry_that_is_bad_by_itself_costs_only_its_owner(course: Path, tmp_path: Path) -> None:
    files = {
        f"{platforms.moodle_folder(ADA)}/../../evil.py": b"",
        f"{platforms.moodle_folder(BEN)}/pitch.py": platforms.solved()["tones/pitch.py"],
    }
    done = collect(course, archive(tmp_path, files))
    assert "s00: " in done.stderr
    assert everybody(course) == [BEN.account]


def test_a_refusal_leaves_what_was_collected_before(course: Path, tmp_path: Path) -> None:
    collect(
        course,
        archive(tmp_path, {platforms.canvas_name(ADA, "work.zip"): platforms.zipped(platforms.solved())}),
    )
    collect(course, archive(tmp_path, {platforms.canvas_name(ADA, "work-1.zip"): b"no zip"}))
    assert "return 2 * frequency" in octave_of(course)


def test_what_is_late_is_what_the_platform_calls_late(course: Path, tmp_path: Path) -> None:
    run(course, "due", LESSON, "2020-01-02 12:00")
    pitch = platforms.solved()["tones/pitch.py"]
    files = {
        platforms.canvas_name(ADA, "pitch.py", late=True): pitch,
        platforms.canvas_name(BEN, "pitch.py"): pitch,
    }
    done = collect(course, archive(tmp_path, files))
    assert "The archive does not say by how much work is late; it counts as 1 second." in done.stderr
    assert (submitted(course) / "timestamp.txt").read_text().endswith(":00:01 UTC")
    assert (submitted(course, BEN) / "timestamp.txt").read_text().endswith(":00:00 UTC")


@pytest.mark.slow
def test_a_date_that_is_set_later_makes_nobody_late_whom_the_platform_calls_in_time(
    course: Path, tmp_path: Path
) -> None:
    pitch = platforms.solved()["tones/pitch.py"]
    files = {
        platforms.canvas_name(ADA, "pitch.py", late=True): pitch,
        platforms.canvas_name(BEN, "pitch.py"): pitch,
    }
    collect(course, archive(tmp_path, files))
    assert f"autograde grade {LESSON}" in run(course, "due", LESSON, "2020-01-02").stdout
    assert run(course, "grade", LESSON, "--workers", "1").exit_code == 0
    assert late_seconds(course) == {ADA.account: 1.0, BEN.account: 0.0}


def test_what_a_grace_or_more_time_means_for_late_work_is_told(course: Path, tmp_path: Path) -> None:
    toml = course / "solutions" / "lessons" / "course.toml"
    toml.write_text(f"{toml.read_text()}\n[late]\nper_day = 0.1\ngrace_minutes = 15\n")
    run(course, "due", LESSON, "2020-01-02 12:00")
    run(course, "due", LESSON, "2020-01-09 12:00", "--student", ADA.account)
    files = {platforms.canvas_name(ADA, "pitch.py", late=True): platforms.solved()["tones/pitch.py"]}
    said = collect(course, archive(tmp_path, files)).stderr
    assert "it counts as 1 second, within the grace of 15 minutes." in said
    assert "s00 has more time here; the platform calls the work late, and late it counts." in said


def late_seconds(course: Path) -> dict[str, float]:
    standings = Nbgrader(course).standings()
    return {each.student: each.late_s for each in standings if each.lesson == LESSON}


def test_who_hands_in_on_the_machine_after_that_has_the_time_of_the_machine(
    course: Path, tmp_path: Path
) -> None:
    files = {platforms.canvas_name(ADA, "pitch.py", late=True): platforms.solved()["tones/pitch.py"]}
    collect(course, archive(tmp_path, files))
    nbgrader, workspace = Nbgrader(course), tmp_path / "ada"
    nbgrader.fetch(LESSON, ADA.account, workspace)
    nbgrader.submit(LESSON, ADA.account, workspace)
    nbgrader.collect(LESSON)
    assert ADA.account not in beginnings(course, LESSON)


def test_late_work_without_a_due_date_is_told(course: Path, tmp_path: Path) -> None:
    files = {platforms.canvas_name(ADA, "pitch.py", late=True): platforms.solved()["tones/pitch.py"]}
    assert "01_octaves has no due date" in collect(course, archive(tmp_path, files)).stderr
