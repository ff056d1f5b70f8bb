"""wrong_answer: cells that say that they are worth a thousand points."""

from sample import edit, graded


def spoil(folder):
    def change(notebook):
        for cell in graded(notebook):
            cell.metadata.nbgrader.points = 1000
            cell.metadata.nbgrader.checksum = "0"
            cell.metadata.nbgrader.locked = False

    edit(folder, change)
