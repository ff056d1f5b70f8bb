"""wrong_answer: the cells that are graded are gone."""

from sample import edit, graded


def spoil(folder):
    def change(notebook):
        for cell in graded(notebook):
            notebook.cells.remove(cell)

    edit(folder, change)
