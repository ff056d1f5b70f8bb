"""What a kernel or a judge costs on a machine that many share: torch comes with the lesson that needs it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

KERNEL = """
import json, re, sys
from pathlib import Path
from IPython.core.interactiveshell import InteractiveShell

shell = InteractiveShell.instance()
seen = []
for cell in ("%load_ext autograde.notebook", "check('03.1')", "hint('03.1')"):
    shell.run_cell(cell).raise_error()
    kilobytes = int(re.search(r"VmRSS:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
    seen.append(["torch" in sys.modules, kilobytes // 1024])
print(json.dumps(seen))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads what Linux says of a process")
def test_a_lesson_with_numpy_alone_loads_no_torch(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "solutions" / "attnlib", tmp_path / "attnlib")
    shutil.copytree(ROOT / "lessons", tmp_path / "lessons")
    environment = os.environ | {"PYTHONPATH": str(ROOT), "AUTOGRADE_WORKSPACE": str(tmp_path)}
    command = [sys.executable, "-c", KERNEL]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"(\d+) of \1 public checks accepted", done.stdout), done.stdout
    seen = json.loads(done.stdout.splitlines()[-1])
    assert [torch for torch, _ in seen] == [False, False, False]
    assert max(megabytes for _, megabytes in seen) < 150


JUDGE = """
import sys
from pathlib import Path
from autograde.course.course import Course

course = Course(Path(sys.argv[1]), secret="tests")
seen = []
for exercise in ("08.1", "06.1"):
    course.hidden(exercise)
    seen.append("torch" in sys.modules)
print(seen)
"""


@pytest.mark.slow
def test_an_exercise_with_numpy_alone_loads_no_torch_where_an_earlier_lesson_needs_it() -> None:
    command = [sys.executable, "-c", JUDGE, str(ROOT)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == "[False, True]", done.stderr
