"""What surrounds the code: a checkout on any system has the same bytes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def git(folder: Path, *words: str) -> str:
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull}
    done = subprocess.run(["git", *words], cwd=folder, env=environment, capture_output=True, check=True)
    return done.stdout.decode()


def kept_files() -> list[str]:
    """Return the paths of all files that git keeps, or would keep if they were added."""
    listed = git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    return [path for path in listed if (ROOT / path).is_file()]


def test_a_checkout_with_windows_line_ends_finds_nothing_stale(tmp_path: Path) -> None:
    original, clone = tmp_path / "original", tmp_path / "clone"
    for path in kept_files():
        (original / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, original / path)
    git(original, "init", "--quiet")
    git(original, "add", "--all")
    git(original, "-c", "user.name=-", "-c", "user.email=-", "commit", "--quiet", "--message=all")
    git(tmp_path, "clone", "--quiet", "-c", "core.autocrlf=true", str(original), str(clone))
    command = [sys.executable, "-c", "from autograde.cli.main import main; main()", "release", "--check"]
    environment = {**os.environ, "PYTHONPATH": str(clone)}
    done = subprocess.run(command, cwd=clone, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout == "Generated files are up to date.\n", done.stdout + done.stderr
    assert [path for path in kept_files() if (clone / path).read_bytes() != (ROOT / path).read_bytes()] == []
