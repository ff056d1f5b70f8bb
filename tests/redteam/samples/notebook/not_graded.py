"""wrong_answer: cells that say that they are not graded."""

from sample import edit, graded


def spoil(folder):
    def change(notebook):
        for cell in graded(notebook):
            cell.metadata.nbgrader.grade = False

    edit(folder, change)
