"""kept: a folder that is called like a file of the lesson, which is laid over what was handed in."""


def spoil(folder):
    (folder / "checks.py").unlink(missing_ok=True)
    (folder / "checks.py" / "inside").mkdir(parents=True)
    (folder / "checks.py" / "inside" / "a.txt").write_text("in here")
