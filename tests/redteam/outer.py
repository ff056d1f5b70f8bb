"""The box in which everything hostile runs: bubblewrap, started by an ordinary user, round the whole judge.

Inside it `inside.py` runs the sandbox once more, with its own box. Whatever gets out of that one finds
read-only libraries, an empty /tmp and no network.
"""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SHOWN = {
    ROOT / "autograde": "/opt/engine/autograde",
    HERE: "/opt/redteam",
    HERE.parent / "rules": "/opt/rules",
    ROOT / "solutions": "/opt/solutions",
    ROOT / "nbgrader_config.py": "/opt/nbgrader_config.py",
}
PYTHON = Path(sys.prefix).resolve() / "bin" / Path(sys.executable).name
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


def run_way(way: str, level: str = "full", only: str = "") -> dict[str, Any]:
    """Return what `ways.py` says of a class that is judged by one way in, in a box of its own."""
    command = [*_command(), "/opt/redteam/ways.py", way, level, *([only] if only else [])]
    done = subprocess.run(command, env=_environment(), capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout.splitlines()[-1]) | {"stderr": done.stderr}


def _command() -> list[str]:
    """Return the command line up to the arguments of the interpreter."""
    ours = [(path, Path(inside)) for path, inside in {**SHOWN, _passwd(): "/etc/passwd"}.items()]
    walls = ["--unshare-all", "--proc", "/proc", "--dev", "/dev"]
    inner = [*_box(walls, [*_libraries(), *ours]), str(PYTHON), "-I", "-B"]
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


@functools.cache
def _passwd() -> Path:
    """Return a list of users with one user: nbgrader asks for the name of whoever grades."""
    from scratch import scratch  # which is not in the box

    folder = scratch("redteam")
    folder.chmod(0o755)
    user = os.geteuid() or NOBODY
    path = folder / "passwd"
    path.write_text(f"nobody:x:{user}:{user}::/tmp:/bin/false\n")
    return path


def _environment() -> dict[str, str]:
    who = {"HOME": "/tmp", "USER": "nobody", "LANG": "C.UTF-8"}
    return {"PATH": "/usr/bin:/bin", "OMP_NUM_THREADS": "1", **who}
