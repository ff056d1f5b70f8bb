"""Starts the course, by the command `python start.py`.

The first time, and when the list in requirements.txt has changed, it installs what is needed into the folder
.venv beside this file. Then it lays out what is new of the course, and opens JupyterLab. Nothing that you
wrote is overwritten.
"""

import os
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
REQUIREMENTS = HERE / "requirements.txt"
INSTALLED = VENV / "installed.txt"
BEGIN = "from autograde.course.lay import lay_here; lay_here(); from autograde.cli.main import main; main()"
SMALL_TORCH = "https://download.pytorch.org/whl/cpu"


def main() -> None:
    """Install what is missing, then start."""
    if sys.version_info < (3, 11):  # noqa: UP036 (who starts this may have any Python)
        actual = ".".join(map(str, sys.version_info[:2]))
        sys.exit(f"Python: expected 3.11 or newer, got {actual}. Start it with a newer one.")
    wanted = REQUIREMENTS.read_text("utf-8")
    if not INSTALLED.is_file() or INSTALLED.read_text("utf-8") != wanted:
        install(wanted)
    environment = {**os.environ, "PYTHONPATH": str(HERE), "AUTOGRADE_WORKSPACE": str(HERE)}
    command = [str(PYTHON), "-c", BEGIN, *(sys.argv[1:] or ["lab"])]
    sys.exit(subprocess.call(command, cwd=HERE, env=environment))


def install(wanted: str) -> None:
    """Make .venv and install the requirements; on Linux the small build of torch."""
    print("Installing what the course needs into .venv; the first time this takes some minutes.", flush=True)
    if not PYTHON.is_file():
        venv.create(VENV, with_pip=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    torch = next((line for line in wanted.splitlines() if line.startswith("torch==")), "")
    if sys.platform == "linux" and torch:  # without it the whole of CUDA comes along; where it fails, it does
        small = [*pip, "--retries", "0", "--index-url", SMALL_TORCH, torch]
        subprocess.call(small, stderr=subprocess.DEVNULL)
    if subprocess.call([*pip, "--requirement", str(REQUIREMENTS)]):
        sys.exit("Installation: expected everything in requirements.txt, got the error above. Run it again.")
    INSTALLED.write_text(wanted, "utf-8")


if __name__ == "__main__":
    main()
