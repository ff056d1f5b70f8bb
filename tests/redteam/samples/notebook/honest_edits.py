"""kept: cells of one's own, outputs, text changed, as a learner leaves a notebook."""

from sample import edit, graded
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output


def spoil(folder):
    def change(notebook):
        for cell in graded(notebook):
            cell.outputs = [new_output("stream", text="0 of 22 points")]
        notebook.cells.insert(0, new_markdown_cell("My notes"))
        notebook.cells.append(new_code_cell("1 / 0"))

    edit(folder, change)
