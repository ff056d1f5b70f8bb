"""wrong_answer: files that the course or its tools would read, had they lain elsewhere."""

SETTINGS = """
from pathlib import Path

Path("/canary/owned.txt").write_text("these settings were read")
"""
NAMES = (
    *(
        "nbgrader_config.py",
        "jupyter_config.py",
        "checks.py",
        "conftest.py",
        "sitecustomize.py",
        "autograde.py",
    ),
    *("numpy.py", "attnlib/autograde.py", "usercustomize.py", "nbgrader.py", "solutions/lessons/checks.py"),
)


def spoil(folder):
    for name in NAMES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(SETTINGS)
    (folder / "course.toml").write_text('id = "mine"\npackage = "other"\ntitle = "mine"\n')
    (folder / "gradebook.db").write_bytes(b"SQLite format 3\0")
    (folder / "pyproject.toml").write_text("[tool.pytest.ini_options]\naddopts = '-p owned'\n")
    softmax = folder / "attnlib/cpu/softmax.py"
    softmax.write_text(softmax.read_text() + "\n\ndef softmax(scores, axis=-1):\n    return scores\n")
