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


def main() -> None:
    """Install what is missing, then start."""
    if sys.version_info < (3, 11):  # noqa: UP036 (who starts this may have any Python)
        actual = ".".join(map(str, sys.version_info[:2]))
        sys.exit(f"Python: expected 3.11 or newer, got {actual}. Start it with a newer one.")
    wanted = REQUIREMENTS.read_text("utf-8")
    if not INSTALLED.is_file() or INSTALLED.read_text("utf-8") != wanted:
        install(wanted)
    environment = {**os.environ, "PYTHONPATH": str(HERE), "AUTOGRADE_WORKSPACE": str(HERE)}
    command = [str(PYTHON), "-c", "from autograde.cli.main import main; main()", *(sys.argv[1:] or ["lab"])]
    sys.exit(subprocess.call(command, cwd=HERE, env=environment))


def install(wanted: str) -> None:
    """Make .venv and install the requirements; on Linux the small build of torch."""
    print("Installing what the course needs into .venv; the first time this takes some minutes.", flush=True)
    if not PYTHON.is_file():
        venv.create(VENV, with_pip=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    pip += ["--requirement", str(REQUIREMENTS)]
    if sys.platform == "linux":
        pip += ["--extra-index-url", "https://download.pytorch.org/whl/cpu"]
    if subprocess.call(pip):
        sys.exit("Installation: expected everything in requirements.txt, got the error above. Run it again.")
    INSTALLED.write_text(wanted, "utf-8")


if __name__ == "__main__":
    main()
