"""wrong_answer: the cells that are graded, twice."""

from sample import edit, graded


def spoil(folder):
    def change(notebook):
        notebook.cells += [cell.copy() for cell in graded(notebook)]

    edit(folder, change)
