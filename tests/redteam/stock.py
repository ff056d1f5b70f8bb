"""The same samples on nbgrader as it comes, for comparison: `make redteam`, minutes.

nbgrader runs a learner's notebook with the rights of whoever grades. So each sample is graded in an outer
box of its own, which ends after two minutes with all that it holds. What floods a machine with processes or
memory is left out: nothing would stop it there. So is what only our side has, such as a package and a wire.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, "/opt/engine")
sys.path.insert(0, "/opt/redteam")

from outer import _command, _environment, why_not
from sample import KEPT, Sample, samples

PATIENCE_S = 120
TRIED = {"lying", "patching", "mutating", "leaving", "reading", "writing", "network"}
LEFT_OUT = {"leaving_never", "leaving_recursion", "leaving_fault", "reading_checks", "reading_descriptors"}
LEARNERS = {"a_learner", "m_learner", "z_learner"}
POINTS = 10
INSIDE = Path("/tmp/stock")
CHECKS = """
import numpy as np

draw = np.random.default_rng(7)
for shape, axis, scale in (((5, 5), -1, 1), ((3, 7), 0, 1), ((2, 1, 4), 1, 1), ((4, 6), -1, 500)):
    scores = draw.normal(size=shape) * scale
    given = scores.copy()
    parts = np.exp(given - given.max(axis, keepdims=True))
    weights = softmax(scores, axis=axis)
    assert isinstance(weights, np.ndarray) and weights.dtype == given.dtype and weights.shape == given.shape
    np.testing.assert_allclose(weights, parts / parts.sum(axis, keepdims=True), rtol=1e-9)
    np.testing.assert_array_equal(scores, given)
"""


def main() -> None:
    """Grade each sample in a box of its own, and print what became of them."""
    reason = why_not()
    if reason:
        sys.exit(f"red team: nothing hostile is started: {reason}")
    tried = [each for each in samples() if each.group in TRIED | LEARNERS and each.name not in LEFT_OUT]
    with ThreadPoolExecutor(2) as pool:
        found = dict(zip([each.name for each in tried], pool.map(graded_alone, tried), strict=True))
    hostile = [each for each in tried if not each.honest]
    let_through = [each for each in hostile if not contained(each, found[each.name])]
    alarms = [each for each in tried if each.honest and not contained(each, found[each.name])]
    for each in let_through + alarms:
        print(f"{each.name}: {found[each.name]['became']}")
    print(
        f"nbgrader as it comes: {len(hostile) - len(let_through)} of {len(hostile)} contained, "
        f"{len(alarms)} of {len(tried) - len(hostile)} look-alikes lost points"
    )


def contained(sample: Sample, found: dict[str, Any]) -> bool:
    """Whether it earned what it should, and nothing else was changed or ended."""
    earned = POINTS if sample.verdict == KEPT else 0
    return bool(found["points"] == earned and found["untouched"])


def graded_alone(sample: Sample) -> dict[str, Any]:
    """Return what became of one sample."""
    command = [*_command(), "/opt/redteam/stock.py", sample.name]
    command = ["prlimit", f"--as={8 << 30}", f"--fsize={64 << 20}", "--core=0", *command]
    lost = {"points": None, "untouched": False}
    try:
        done = subprocess.run(command, env=_environment(), capture_output=True, text=True, timeout=PATIENCE_S)
        return dict(json.loads(done.stdout.splitlines()[-1]))
    except subprocess.TimeoutExpired:
        return lost | {"became": f"no grade after {PATIENCE_S} s"}
    except (ValueError, IndexError):
        return lost | {"became": "the grader itself was ended"}


def inside(name: str) -> None:
    """Run in the box: make a course with one assignment, hand the sample in, grade it."""
    from inside import canaries, processes, refuse_outside

    refuse_outside()
    os.environ["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"  # nbgrader starts alembic
    os.environ["PYTHONPATH"] = ""
    (sample,) = [each for each in samples() if each.name == name]
    api = stock_course()
    folder = INSIDE / "submitted/somebody/softmax"
    folder.mkdir(parents=True)
    notebook = json.loads((INSIDE / "release/softmax/softmax.ipynb").read_text())
    notebook["cells"][0]["source"] = handed_in(sample)
    (folder / "softmax.ipynb").write_text(json.dumps(notebook))
    became = ""
    try:
        with canaries():
            before = processes()
            api.autograde("softmax", "somebody")
            became = "it left a process" if processes() - before else ""
    except AssertionError:
        became = "it changed or reached what is not its own"
    points = earned()
    found = {"points": points, "untouched": not became, "became": became or f"{points:g} of {POINTS} points"}
    print(json.dumps(found))


def handed_in(sample: Sample) -> str:
    """Return the learner's cell: a right softmax, and the sample below it."""
    right = """
import numpy as np

def softmax(scores, axis=-1):
    parts = np.exp(scores - scores.max(axis, keepdims=True))
    return parts / parts.sum(axis, keepdims=True)

def softmax_backward(weights, grad_weights):
    return weights * (grad_weights - (grad_weights * weights).sum(axis=-1, keepdims=True))
"""
    return right + sample.path.read_text()


def stock_course() -> Any:
    """Make a course with nbgrader's own settings, an assignment of two cells, and a gradebook."""
    from nbformat.v4 import new_code_cell, new_notebook, writes
    from nbgrader.apps.api import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config

    def cell(name: str, source: str, **kinds: Any) -> Any:
        kinds = {"grade": False, "solution": False, "locked": False, "task": False} | kinds
        return new_code_cell(source, metadata={"nbgrader": {"grade_id": name, "schema_version": 3, **kinds}})

    hidden = f"### BEGIN HIDDEN TESTS\n{CHECKS}\n### END HIDDEN TESTS"
    cells = [cell("answer", "def softmax(scores, axis=-1):\n    raise NotImplementedError", solution=True)]
    cells.append(cell("test", hidden, grade=True, locked=True, points=POINTS))
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    source = INSIDE / "source/softmax/softmax.ipynb"
    source.parent.mkdir(parents=True)
    source.write_text(writes(new_notebook(cells=cells, metadata=kernel)))
    config = Config()
    config.CourseDirectory.root = str(INSIDE)
    config.ClearSolutions.enforce_metadata = False
    api = NbGraderAPI(CourseDirectory(config=config), config=config)
    made = api.generate_assignment("softmax")
    assert made["success"], made
    return api


def earned() -> float:
    """Return the points in nbgrader's gradebook."""
    from nbgrader.api import Gradebook, MissingEntry

    with Gradebook(f"sqlite:///{INSIDE}/gradebook.db") as gradebook:
        try:
            return float(gradebook.find_submission("softmax", "somebody").score)
        except MissingEntry:
            return 0.0


if __name__ == "__main__":
    inside(sys.argv[1]) if len(sys.argv) > 1 else main()
