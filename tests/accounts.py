"""Accounts of this machine, made for a test and removed after it: an instructor and learners, two or more.

What they run is Python outside of every home, with the packages of this environment and a copy of the engine
that all can read. Only root can do that.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from scratch import scratch

from autograde.hub.cgroups import GROUP
from autograde.hub.cgroups import ROOT as ROOT_OF_GROUPS

ROOT = Path(__file__).resolve().parent.parent
PYTHON = Path(f"/usr/bin/python3.{sys.version_info[1]}")
NOISE = shutil.ignore_patterns("__pycache__")


def missing() -> str:
    """Return why accounts cannot be made here, or ""."""
    if os.name != "posix" or os.geteuid() != 0:
        return "only root can make accounts"
    if not shutil.which("useradd"):
        return "useradd is not installed"
    if not PYTHON.is_file():
        return f"{PYTHON} is not installed: the accounts need a Python outside of root's home"
    return ""


@dataclass(frozen=True)
class Account:
    """Somebody with an account."""

    name: str
    uid: int
    gid: int
    home: Path
    password: str
    python: Path
    code: Path

    def run(self, *command: str | Path, cwd: Path | None = None, **own: str) -> subprocess.CompletedProcess:
        """Run a command as this account, with little more than its home in the environment."""
        path = f"{self.python.parent}:/usr/sbin:/usr/bin:/sbin:/bin"
        names = {"HOME": str(self.home), "USER": self.name, "LOGNAME": self.name, "PATH": path}
        names["PYTHONPATH"] = str(self.code)
        return subprocess.run(
            [str(each) for each in command],
            cwd=cwd or self.home,
            env=names | {"OMP_NUM_THREADS": "1"} | own,
            user=self.uid,
            group=self.gid,
            extra_groups=[self.gid],
            umask=0o022,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=120,
        )

    def shell(self, script: str, **names: str | Path) -> subprocess.CompletedProcess:
        """Run a line of shell as this account; `names` are its variables."""
        texts = {name: str(value) for name, value in names.items()}
        return self.run("/bin/sh", "-c", script, cwd=None, **texts)

    def autograde(self, *words: str, cwd: Path, **own: str) -> subprocess.CompletedProcess:
        """Run a command of the engine as this account."""
        return self.run(
            self.python, "-c", "from autograde.cli.main import main; main()", *words, cwd=cwd, **own
        )


@dataclass(frozen=True)
class Machine:
    """A folder that every account can read, with a Python for all, and the accounts."""

    base: Path
    python: Path
    teacher: Account
    learners: tuple[Account, ...]

    @property
    def ada(self) -> Account:
        return self.learners[0]

    @property
    def bob(self) -> Account:
        return self.learners[1]


@contextmanager
def machine(learners: tuple[str, ...] = ("ada", "bob")) -> Iterator[Machine]:
    """Make the accounts, and remove them with everything that is theirs; a run that was killed left some."""
    there = scratch("accounts")
    _remove_killed(there.parent)
    base = Path(tempfile.mkdtemp(dir=there))
    for folder in (there, base):
        folder.chmod(0o755)
    made: list[Account] = []
    try:
        python = _python(base)
        tag = secrets.token_hex(3)
        for role in ("teacher", *learners):
            made.append(_account(f"{role}{tag}", base, python))
        yield Machine(base, python, made[0], tuple(made[1:]))
    finally:
        for account in made:
            _remove(account.name, account.uid)
        shutil.rmtree(base, ignore_errors=True)


def _remove_killed(there: Path) -> None:
    """Remove accounts whose folder `accounts-*/*/home/*` has gone: the process that made them was killed."""
    for each in pwd.getpwall():
        if each.pw_dir.startswith(f"{there}/accounts-") and not Path(each.pw_dir).parents[2].exists():
            _remove(each.pw_name, each.pw_uid)


def _remove(name: str, uid: int) -> None:
    """Remove an account, and what it leaves outside of its home: another one may get its number."""
    subprocess.run(["pkill", "-KILL", "-u", str(uid)], check=False)
    for path in Path("/tmp").iterdir():
        with suppress(FileNotFoundError):
            if path.lstat().st_uid == uid:
                subprocess.run(["rm", "-rf", path], check=False)
    for group in ROOT_OF_GROUPS.glob(f"**/{GROUP}/{name}"):
        with suppress(OSError):
            group.rmdir()
    subprocess.run(["userdel", "--force", name], check=False, capture_output=True)


def _account(name: str, base: Path, python: Path) -> Account:
    home, password = base / "home" / name, secrets.token_hex(8)
    home.parent.mkdir(exist_ok=True)
    command = [
        "useradd",
        "--create-home",
        "--home-dir",
        str(home),
        "--shell",
        "/bin/bash",
        "--user-group",
        name,
    ]
    subprocess.run(command, check=True, capture_output=True)
    home.chmod(0o755)  # as Debian makes it
    subprocess.run(["chpasswd"], input=f"{name}:{password}", text=True, check=True)
    found = pwd.getpwnam(name)
    return Account(name, found.pw_uid, found.pw_gid, home, password, python, base / "code")


def _python(base: Path) -> Path:
    """Return a Python that every account can run, with this environment's packages."""
    here = Path(sys.prefix)
    packages = next(Path(path) for path in sys.path if path.endswith("site-packages"))
    shutil.copytree(ROOT / "autograde", base / "code" / "autograde", ignore=NOISE)
    subprocess.run([PYTHON, "-m", "venv", "--without-pip", base / "venv"], check=True)
    own = base / "venv" / "lib" / packages.parent.name / "site-packages"
    own.rmdir()
    own.symlink_to(packages)
    for name in ("share", "etc"):
        (base / "venv" / name).symlink_to(here / name)
    python = base / "venv" / "bin" / "python"
    for name in ("alembic", "configurable-http-proxy"):
        _copy_program(here / "bin" / name, python)
    return python


def _copy_program(program: Path, python: Path) -> None:
    """Let a program of this environment run by a Python that all can run."""
    target = python.parent / program.name
    text = program.read_bytes() if program.is_file() else b""
    if text.startswith(b"#!") and b"python" in text.partition(b"\n")[0]:
        target.write_bytes(b"#!" + bytes(python) + b"\n" + text.partition(b"\n")[2])
        target.chmod(0o755)
    elif text:
        target.symlink_to(program.resolve())
