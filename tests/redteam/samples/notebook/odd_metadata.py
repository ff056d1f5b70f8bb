"""wrong_answer: metadata that is of no kind."""

from sample import edit, graded


def spoil(folder):
    def change(notebook):
        for cell in graded(notebook):
            cell.metadata.nbgrader = {"grade_id": ["a", "list"], "grade": "yes"}
        notebook.metadata.celltoolbar = ["x"] * 1000

    edit(folder, change)
