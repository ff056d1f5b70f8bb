"""The box in which everything hostile runs: bubblewrap, started by an ordinary user, round the whole judge.

Inside it `inside.py` runs the sandbox once more, with its own box. Whatever gets out of that one finds
read-only libraries, an empty /tmp and no network.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ENGINE = HERE.parent.parent / "autograde"
NOBODY = "65534"
LINKS = ("lib", "lib32", "lib64", "bin")
CANARY = "A canary that the tests made."


def why_not() -> str:
    """Return why nothing hostile can run on this machine, or ""."""
    if sys.platform != "linux":
        return "the outer box needs Linux"
    if shutil.which("bwrap") is None:
        return "the outer box needs bubblewrap"
    done = subprocess.run([*_command(), "-c", "pass"], capture_output=True, text=True)
    return "" if done.returncode == 0 else f"the outer box does not start: {done.stderr.strip()}"


class Outer:
    """Runs `inside.py` in the box; one question, one answer, as lines of JSON."""

    def __init__(self) -> None:
        command = [*_command(), "/opt/redteam/inside.py"]
        self._process = subprocess.Popen(
            command, env=_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, what: str, **details: Any) -> Any:
        """Return the answer of the function of `inside.py` that `what` names."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([what, details]) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline() or '{"error": "the outer box ended"}')
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["value"]

    def close(self) -> None:
        """End everything inside."""
        self._process.communicate()


def _command() -> list[str]:
    """Return the command line up to the arguments of the interpreter."""
    ours = [(ENGINE, Path("/opt/engine/autograde")), (HERE, Path("/opt/redteam"))]
    walls = ["--unshare-all", "--proc", "/proc", "--dev", "/dev"]
    inner = [*_box(walls, [*_libraries(), *ours]), sys.executable, "-I", "-B"]
    if os.geteuid() != 0:
        return inner
    # Root's home is closed to others: a first box without any wall shows them the interpreter.
    same = [(path, path) for path, _ in ours]
    open_box = _box(["--bind", "/proc", "/proc", "--dev-bind", "/dev", "/dev"], [*_libraries(), *same])
    return [*open_box, "setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *inner]


def _libraries() -> list[tuple[Path, Path]]:
    paths = {Path(sys.base_prefix).resolve(), Path(sys.prefix).resolve()}
    outside = {path for path in paths if not path.is_relative_to("/usr")}
    return [(path, path) for path in [Path("/usr"), *sorted(outside)]]


def _box(kind: list[str], binds: list[tuple[Path, Path]]) -> list[str]:
    command = ["bwrap", "--die-with-parent", *kind, "--perms", "1777", "--tmpfs", "/tmp"]
    for name in LINKS:
        if Path("/", name).is_symlink():
            command += ["--symlink", str(Path("/", name).readlink()), f"/{name}"]
    parents = sorted({parent for _, inside in binds for parent in inside.parents[:-1]})
    for parent in parents:
        command += ["--perms", "0755", "--dir", str(parent)]
    for outside, inside in binds:
        command += ["--ro-bind", str(outside), str(inside)]
    return [*command, "--perms", "1777", "--tmpfs", "/canary"]


def _environment() -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "HOME": "/tmp", "LANG": "C.UTF-8", "OMP_NUM_THREADS": "1"}
