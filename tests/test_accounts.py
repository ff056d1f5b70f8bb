"""What an ordinary account of the machine could do to another's work, tried by three real accounts.

Each attempt by the shell is made twice: on the course as it is, where it must fail, and on a copy of it that
is open as nbgrader documents it, where it must succeed. An attempt that fails there too would show nothing.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import tiny
from accounts import Account, Machine, machine, missing

from autograde.course.private import open_paths
from autograde.doctor import Finding
from autograde.hub.check import check_hub
from autograde.hub.write import course_hub, write_hub
from autograde.nbgrader_plugins.collect import MOST_HAND_INS
from autograde.nbgrader_plugins.cycle import Nbgrader

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(missing()), reason=missing())]

LESSON = "01_octaves"

HAND_IN = """
import sys
from pathlib import Path
from autograde.course.workspace import find_workspace
from autograde.nbgrader_plugins.cycle import exchange
from autograde.nbgrader_plugins.handin import _config, hand_in

class Home:
    root = Path.cwd()

exchange(_config(Home), "FetchAssignment", sys.argv[1])
path = Path("tones/pitch.py")
unwritten = "raise NotImplementedError"
path.write_text(path.read_text().replace(unwritten, f"{sys.argv[2]}\\n    {unwritten}", 1))
print(hand_in(find_workspace(), sys.argv[1]).isoformat())
"""

RETURN = """
import sys
from pathlib import Path
from autograde.nbgrader_plugins.cycle import Nbgrader

root, lesson = Path.cwd(), sys.argv[1]
for student in sys.argv[2:]:
    folder = root / ".course" / "feedback" / student / lesson
    folder.mkdir(parents=True)
    for name in ("timestamp.txt", "submission_secret.txt"):
        (folder / name).write_bytes((root / ".course" / "submitted" / student / lesson / name).read_bytes())
    (folder / f"{lesson}.html").write_text(f"the page of {student}")
done = Nbgrader(root).release_feedback(lesson)
print([*done.kept_back, *done.risks])
"""


@dataclass(frozen=True)
class World:
    """Where things lie: as they are, or in the copy that is open to all."""

    exchange: Path
    course: Path
    workspace: Path
    state: Path
    hers: str
    page: str

    @property
    def names(self) -> dict[str, str | Path]:
        place = self.exchange / "first-tones"
        return {
            "X": place,
            "HERS": place / "inbound" / self.hers,
            "PAGE": place / "feedback" / self.page,
            "COURSE": self.course,
            "WORKSPACE": self.workspace,
            "STATE": self.state,
            "LESSON": LESSON,
        }


@dataclass(frozen=True)
class Class:
    """Three accounts after one of them has handed in and has got feedback; and the same, open to all."""

    machine: Machine
    closed: World
    open: World

    def hand_in(self, who: Account, code: str) -> str:
        """Fetch and hand in as a learner of the hub, and return when it was received."""
        workspace = who.home / "first-tones"
        who.shell(f"umask 077; mkdir -p {workspace}/lessons; chmod 700 {workspace}")
        own = {"JUPYTER_CONFIG_PATH": str(self.machine.base / "hub" / "learner"), "AUTOGRADE_WORKSPACE": ""}
        done = who.run(self.machine.python, "-c", HAND_IN, LESSON, code, cwd=workspace, **own)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def collect(self) -> list[str]:
        """Collect as the instructor, and return what was refused."""
        done = self.machine.teacher.autograde("collect", LESSON, "--json", cwd=self.closed.course)
        assert done.returncode in (0, 1), done.stderr
        return json.loads(done.stdout)[0]["refused"]


@pytest.fixture(scope="module")
def room() -> Iterator[Class]:
    with machine() as made:
        course = tiny.released(made.base / "course")
        shutil.move(course / ".course" / "exchange", made.base / "released")
        learners = (made.ada.name, made.bob.name)
        exchange = made.base / "exchange"
        give(course, made.teacher)
        hub = course_hub(course, learners=learners, exchange=str(exchange))
        write_hub(made.base / "hub", hub)
        released = made.base / "released" / "first-tones" / "outbound"
        shutil.copytree(released, exchange / "first-tones" / "outbound", dirs_exist_ok=True)
        give(exchange / "first-tones" / "outbound", made.teacher)
        (made.base / "hub" / "state" / "cookie_secret").write_text("a secret of the test")
        workspace = made.ada.home / "first-tones"
        closed = World(exchange, course, workspace, made.base / "hub" / "state", "", "")
        before = Class(made, closed, closed)
        before.hand_in(made.ada, "return 2 * frequency")
        assert before.collect() == []
        done = made.teacher.run(made.python, "-c", RETURN, LESSON, made.ada.name, cwd=course)
        assert done.stdout.strip() == "[]", done.stdout + done.stderr
        names = [next((exchange / "first-tones" / each).iterdir()).name for each in ("inbound", "feedback")]
        closed = World(exchange, course, workspace, closed.state, *names)
        yield Class(made, closed, opened(closed, made.base / "open"))


def give(folder: Path, account: Account) -> None:
    for path in (folder, *folder.rglob("*")):
        os.chown(path, account.uid, account.gid, follow_symlinks=False)
    folder.chmod(0o700 if folder.name == "course" else 0o755)


def opened(world: World, target: Path) -> World:
    """Return a copy of everything, with the rights that nbgrader and Debian give by default."""
    target.mkdir()
    made = {name: target / name for name in ("exchange", "course", "workspace", "state")}
    for name, path in made.items():
        subprocess.run(["cp", "-a", getattr(world, name), path], check=True)
    (target / "course" / ".course" / "exchange").unlink()
    subprocess.run(["chmod", "-R", "u+rwX,go+rwX,-t", *made.values()], check=True)
    for path in target.rglob("*.html"):
        path.chmod(0o666)
    return World(**made, hers=world.hers, page=world.page)


ATTEMPTS = {
    "list what was handed in": 'ls "$X/inbound"',
    "list the feedback": 'ls "$X/feedback"',
    "read a submission, its name known": 'cat "$HERS/tones/pitch.py"',
    "read the secret of a submission": 'cat "$HERS/submission_secret.txt"',
    "change a submission": 'echo "# bob" >> "$HERS/tones/pitch.py"',
    "swap a file of a submission": 'mv "$HERS/tones/pitch.py" "$HERS/x.py" && touch "$HERS/tones/pitch.py"',
    "lay a link into a submission": 'ln -s /etc/passwd "$HERS/tones/link.py"',
    "backdate another's submission": 'echo "2001-01-01 00:00:00 UTC" > "$HERS/timestamp.txt"',
    "set the times of another's files": 'touch -d 2001-01-01 "$HERS/tones/pitch.py"',
    "rename a submission": 'mv "$HERS" "$HERS.gone" && mv "$HERS.gone" "$HERS"',
    "delete a part of a submission": 'rm -f "$HERS/checks.py"',
    "swap the folder of submissions": 'mv "$X/inbound" "$X/old" && mv "$X/old" "$X/inbound"',
    "swap the folder of the course": 'mv "$X" "$X.old" && mv "$X.old" "$X"',
    "change a released lesson": 'echo >> "$X/outbound/$LESSON/checks.py"',
    "add a lesson": 'mkdir "$X/outbound/99_bob"',
    "read another's feedback, its name known": 'cat "$PAGE"',
    "replace another's feedback": 'echo bob > "$PAGE"',
    "lay a page into the feedback": 'echo bob > "$X/feedback/bob.html"',
    "lay a link into the feedback": 'ln -s /etc/passwd "$X/feedback/link.html"',
    "read another's workspace": 'cat "$WORKSPACE/tones/pitch.py"',
    "read the secret that another keeps": 'cat "$WORKSPACE"/.course/cache/*/*/submission_secret.txt',
    "read the solutions": 'cat "$COURSE/solutions/tones/pitch.py"',
    "read the hidden checks": 'cat "$COURSE"/solutions/checks/*.py',
    "read the gradebook": 'cat "$COURSE/.course/gradebook.db"',
    "change the gradebook": 'echo >> "$COURSE/.course/gradebook.db"',
    "read what was collected": 'cat "$COURSE"/.course/submitted/*/*/timestamp.txt',
    "read the hub's cookie secret": 'cat "$STATE/cookie_secret"',
}


@pytest.mark.parametrize("name", ATTEMPTS)
def test_an_ordinary_account_cannot(room: Class, name: str) -> None:
    bob = room.machine.bob
    control = bob.shell(ATTEMPTS[name], **room.open.names)
    assert control.returncode == 0, f"it does not even work where all is open: {control.stderr}"
    tried = bob.shell(ATTEMPTS[name], **room.closed.names)
    assert tried.returncode != 0, tried.stdout
    assert "ermission denied" in tried.stderr or "not permitted" in tried.stderr


def test_each_reads_the_feedback_that_is_theirs(room: Class) -> None:
    done = room.machine.ada.shell('cat "$PAGE"', **room.closed.names)
    assert done.stdout == f"the page of {room.machine.ada.name}", done.stderr


def test_nothing_of_the_course_is_open_and_the_check_of_the_hub_says_so(room: Class) -> None:
    assert open_paths(room.closed.course) == []
    assert "solutions" in open_paths(room.open.course)
    hub = room.machine.base / "hub"
    assert wrong(hub) == []
    inbound = room.closed.exchange / "first-tones" / "inbound"
    inbound.chmod(0o2733)
    try:
        [found] = wrong(hub)
    finally:
        inbound.chmod(0o3733)
    assert "chmod 3733" in found.next_step


def wrong(hub: Path) -> list[Finding]:
    """Return what the check of a hub finds wrong, apart from where this test's own Python lies."""
    found = [each for each in check_hub(hub) if each.needed and not each.works]
    return [each for each in found if "readable" not in each.what]


LIES = {
    "in another's name": ('"$ADA+$LESSON+2999-01-01 10:00:00.000000 UTC+x"', ":"),
    "backdated by its name": ('"$BOB+$LESSON+2001-01-01 10:00:00.000000 UTC+x"', ":"),
    "backdated by its file": ('"$BOB+$LESSON+$NOW+x"', 'echo "2001-01-01 10:00:00 UTC" > "$D/timestamp.txt"'),
    "dated ahead": ('"$BOB+$LESSON+2999-01-01 10:00:00.000000 UTC+x"', ":"),
    "without a time": ('"$BOB+$LESSON+2001-01-01 10:00:00.000000 UTC+x"', 'rm "$D/timestamp.txt"'),
    "by a link": ('"$BOB+$LESSON+$NOW+x"', 'ln -s /etc/passwd "$D/tones/link.py"'),
    "by a link in another's name": (
        '"$ADA+$LESSON+2999-01-01 10:00:00 UTC+x"',
        'rm -r "$D"; ln -s /etc "$D"',
    ),
    "by a pipe": ('"$BOB+$LESSON+$NOW+x"', 'rm "$D/timestamp.txt"; mkfifo "$D/timestamp.txt"'),
    "a pipe itself": ('"$BOB+$LESSON+$NOW+x"', 'rm -r "$D"; mkfifo "$D"'),
    "by a hard link": ('"$BOB+$LESSON+$NOW+x"', 'ln "$D/checks.py" "$D/twin.py"'),
    "closed to the instructor": ('"$BOB+$LESSON+$NOW+x"', 'chmod 000 "$D"'),
}
"""What bob hands in by hand: the name of the folder, and what is done to it."""

SAID = {
    "in another's name": "the owner of the files: expected ADA, got BOB. It was not collected.",
    "backdated by its name": "got 2001-01-01 10:00:00 in its name. What the files say counts.",
    "backdated by its file": "got 2001-01-01 10:00:00 in timestamp.txt. What the files say counts.",
    "dated ahead": "got 2999-01-01 10:00:00 in its name. What the files say counts.",
    "without a time": "got 2001-01-01 10:00:00 in its name. What the files say counts.",
    "by a link": "got a symbolic link. Put the file itself there. It was not collected.",
    "by a link in another's name": "the owner of the files: expected ADA, got BOB. It was not collected.",
    "by a pipe": "got a named pipe. Put the file itself there. It was not collected.",
    "a pipe itself": "It was not collected.",
    "by a hard link": "got a hard link. Replace it by a copy. It was not collected.",
    "closed to the instructor": "expected files that you may read, got Permission denied.",
}


def lie(room: Class, name: str) -> str:
    """Let bob hand in by hand, and return the folder's name."""
    folder, then = LIES[name]
    ada, bob = room.machine.ada.name, room.machine.bob.name
    script = f"""
        NOW=$(date -u '+%Y-%m-%d %H:%M:%S.000000 UTC'); D="$X/inbound/"{folder}
        umask 007; cp -r "$X/outbound/$LESSON" "$D" && date -u '+%Y-%m-%d %H:%M:%S UTC' > "$D/timestamp.txt"
        {then}; basename "$D" """
    done = room.machine.bob.shell(script, **room.closed.names, ADA=ada, BOB=bob)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_what_is_claimed_is_refused_and_said_and_the_owners_files_count(room: Class) -> None:
    """One look of the instructor at each lie; the control believes what it is told, and is taken in."""
    ada, bob = room.machine.ada.name, room.machine.bob.name
    inbound = room.closed.exchange / "first-tones" / "inbound"
    submitted = room.closed.course / ".course" / "submitted"
    hers = (submitted / ada / LESSON / "tones" / "pitch.py").read_text()
    assert "return 2 * frequency" in hers
    for name, said in SAID.items():
        shutil.rmtree(submitted / bob, ignore_errors=True)
        folder = inbound / lie(room, name)
        refused = room.collect() if name == "closed to the instructor" else collected(room.closed.course)
        assert [sentence for sentence in refused if sentence.startswith((ada, bob))] == refused
        assert any(said.replace("ADA", ada).replace("BOB", bob) in each for each in refused), (name, refused)
        assert (submitted / ada / LESSON / "tones" / "pitch.py").read_text() == hers, name
        time = submitted / bob / LESSON / "timestamp.txt"
        assert not time.exists() or "2026" < time.read_text() < "2999", name
        if name in ("in another's name", "without a time"):
            taken_in(room, name)
        subprocess.run(["rm", "-rf", folder], check=True)
    shutil.rmtree(submitted / bob, ignore_errors=True)


def collected(course: Path) -> list[str]:
    """Collect as root, who reads everything: what is refused is not refused for want of rights."""
    return Nbgrader(course).collect(LESSON)


def taken_in(room: Class, name: str) -> None:
    """The control: with `check_owner` off, the same lie works."""
    course = room.machine.base / "believing"
    shutil.copytree(room.closed.course, course, symlinks=True)
    shutil.rmtree(course / ".course" / "submitted")
    nbgrader = Nbgrader(course)
    nbgrader.config.ExchangeCollect.check_owner = False
    nbgrader.collect(LESSON)
    who = room.machine.ada if name == "in another's name" else room.machine.bob
    submission = course / ".course" / "submitted" / who.name / LESSON
    if who is room.machine.ada:
        assert "return 2 * frequency" not in (submission / "tones" / "pitch.py").read_text()
    else:
        assert (submission / "timestamp.txt").read_text() < "2026"
    shutil.rmtree(course)


FLOOD = """
import os, sys
for number in range(int(sys.argv[2])):
    os.mkdir(f"{sys.argv[1]}+2026-01-01 10:00:00.{number:06} UTC+{number}")
"""


def flood(room: Class, whose: str, count: int) -> None:
    """Let bob lay empty folders into the exchange, in somebody's name."""
    inbound = room.closed.exchange / "first-tones" / "inbound"
    done = room.machine.bob.run(room.machine.python, "-c", FLOOD, inbound / f"{whose}+{LESSON}", str(count))
    assert done.returncode == 0, done.stderr


def test_a_flood_of_hand_ins_is_one_sentence_and_spoils_nobody_elses(room: Class) -> None:
    """Below the limit each is looked at, and each in another's name is said: that is the control."""
    ada, bob = room.machine.ada, room.machine.bob
    inbound = room.closed.exchange / "first-tones" / "inbound"
    try:
        flood(room, ada.name, 20)
        assert len([each for each in room.collect() if "the owner of the files" in each]) == 20
        flood(room, bob.name, MOST_HAND_INS)
        [said] = room.collect()
    finally:
        for folder in inbound.iterdir():
            if folder.owner() == bob.name:
                shutil.rmtree(folder)
    assert said.startswith(
        f"{bob.name}: hand-ins: expected at most {MOST_HAND_INS}, got {MOST_HAND_INS + 20}"
    )
    submitted = room.closed.course / ".course" / "submitted"
    assert "return 2 * frequency" in (submitted / ada.name / LESSON / "tones" / "pitch.py").read_text()
    assert not (submitted / bob.name).exists()


def test_a_name_in_the_exchange_writes_no_line_of_its_own(room: Class) -> None:
    """Neither for the instructor nor for a terminal: an end of a line, a colour, a very long name."""
    bob = room.machine.bob
    inbound = room.closed.exchange / "first-tones" / "inbound"
    names = ("2026\n[E] forged+x", "2026\x1b[31m+x", "x" * (255 - len(f"{bob.name}+{LESSON}+")))
    for name in names:
        assert bob.run("/bin/mkdir", inbound / f"{bob.name}+{LESSON}+{name}").returncode == 0
    done = room.machine.teacher.autograde("collect", LESSON, cwd=room.closed.course)
    told = done.stdout + done.stderr
    for name in names:
        (inbound / f"{bob.name}+{LESSON}+{name}").rmdir()
    assert not [line for line in told.splitlines() if line.startswith("[E] forged")]
    assert "\x1b[31m+x" not in told
    assert r"2026\n[E] forged" in told, "it is shown, as plain text"


def test_a_setuid_program_that_was_handed_in_gives_nobodys_rights_away(room: Class) -> None:
    """The control copies as nbgrader does: then bob's own copy runs as the instructor."""
    bob, teacher = room.machine.bob, room.machine.teacher
    script = """
        D="$X/inbound/$WHO+$LESSON+$(date -u '+%Y-%m-%d %H:%M:%S.000000 UTC')+x"
        umask 007; cp -r "$X/outbound/$LESSON" "$D"; cp /bin/bash "$D/helper"
        chmod 6755 "$D/helper"; echo "$D" """
    folder = Path(bob.shell(script, **room.closed.names, WHO=bob.name).stdout.strip())
    assert (folder / "helper").stat().st_mode & 0o4000
    assert room.collect() == []
    taken = room.closed.course / ".course" / "submitted" / bob.name / LESSON / "helper"
    assert taken.stat().st_size == (folder / "helper").stat().st_size
    assert taken.stat().st_mode & 0o7111 == 0
    copy = "import shutil, sys; shutil.copytree(*sys.argv[1:])"
    done = teacher.run(room.machine.python, "-c", copy, folder, teacher.home / "taken")
    assert done.returncode == 0, done.stderr
    (teacher.home / "taken").chmod(0o755)
    run = bob.shell('"$HELPER" -p -c "id -u"', HELPER=teacher.home / "taken" / "helper")
    assert run.stdout.strip() == str(teacher.uid), run.stderr
    shutil.rmtree(folder)
    shutil.rmtree(teacher.home / "taken")
    shutil.rmtree(taken.parent.parent)


def test_an_edit_after_handing_in_moves_the_time(room: Class) -> None:
    bob = room.machine.bob
    received = datetime.fromisoformat(room.hand_in(bob, "return frequency"))
    assert room.collect() == []
    time = room.closed.course / ".course" / "submitted" / bob.name / LESSON / "timestamp.txt"
    before = time.read_text()
    arrived = datetime.fromisoformat(before.removesuffix(" UTC")).replace(tzinfo=UTC)
    assert 0 <= (arrived - received).total_seconds() < 60
    assert room.machine.teacher.uid == time.stat().st_uid
    folder = next((room.closed.exchange / "first-tones" / "inbound").glob(f"{bob.name}+*")).name
    script = 'sleep 1; echo "# later" >> "$X/inbound/$FOLDER/tones/pitch.py"'
    assert bob.shell(script, **room.closed.names, FOLDER=folder).returncode == 0
    assert room.collect() == []
    assert "# later" in (time.parent / "tones" / "pitch.py").read_text()
    assert time.read_text() > before


def test_two_with_one_secret_do_not_overwrite_each_others_page(room: Class) -> None:
    ada, bob = room.machine.ada, room.machine.bob
    pages = room.closed.course / ".course" / "feedback"
    shutil.copytree(pages / ada.name, pages / bob.name)
    (pages / bob.name / LESSON / "timestamp.txt").write_text("2999-01-01 00:00:00 UTC")
    try:
        done = room.machine.teacher.run(room.machine.python, "-c", RETURN, LESSON, cwd=room.closed.course)
    finally:
        shutil.rmtree(pages / bob.name)
    assert f"expected one of its own, not that of {ada.name}, got the same" in done.stdout, done.stderr
    assert ada.shell('cat "$PAGE"', **room.closed.names).stdout == f"the page of {ada.name}"


def test_release_and_doctor_refuse_a_course_that_is_open_to_others(room: Class) -> None:
    course, teacher = room.closed.course, room.machine.teacher
    course.chmod(0o755)
    try:
        release = teacher.autograde("release", LESSON, cwd=course)
        doctor = teacher.autograde("doctor", "--json", cwd=course)
    finally:
        course.chmod(0o700)
    assert release.returncode == 2
    assert "solutions: expected closed to the other accounts" in release.stderr
    assert f"chmod 700 {course}" in release.stderr
    [found] = [each for each in json.loads(doctor.stdout) if each["what"].startswith("solutions/")]
    assert doctor.returncode == 1
    assert found["needed"]
    assert not found["works"]
