"""kept: folders that are called like files of the course, which are laid over what was handed in."""


def spoil(folder):
    for name in ("checks.py", "course.toml"):
        (folder / name).unlink(missing_ok=True)
        (folder / name / "inside").mkdir(parents=True)
        (folder / name / "inside" / "a.txt").write_text("in here")
