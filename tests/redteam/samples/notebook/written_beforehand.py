"""wrong_answer: full marks written into cells and outputs beforehand."""

from sample import edit, graded
from nbformat.v4 import new_output


def spoil(folder):
    def change(notebook):
        for cell in graded(notebook):
            cell.source = "1000.0"
            cell.outputs = [new_output("execute_result", data={"text/plain": "1000.0"})]

    edit(folder, change)
