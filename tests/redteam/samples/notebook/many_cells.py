"""wrong_answer: three thousand cells more."""

from sample import edit, graded
from nbformat.v4 import new_markdown_cell


def spoil(folder):
    def change(notebook):
        notebook.cells += [new_markdown_cell("more") for _ in range(3000)]

    edit(folder, change)
