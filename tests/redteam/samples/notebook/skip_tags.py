"""wrong_answer: tags that have every cell skipped."""

from sample import edit, graded


def spoil(folder):
    def change(notebook):
        for cell in notebook.cells:
            cell.metadata.tags = ["skip-execution", "raises-exception", "remove-cell"]

    edit(folder, change)
