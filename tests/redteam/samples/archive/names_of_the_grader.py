"""kept: files of the names that nbgrader and the grader give to their own."""


def spoil(folder):
    for name in ("result.json", ".course/store.db", "gradebook.db", "nbgrader_config.py", "feedback.html"):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("import os\nos.abort()\n")
