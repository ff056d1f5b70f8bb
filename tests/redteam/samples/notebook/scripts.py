"""wrong_answer: scripts for the page of the instructor, in texts, outputs and metadata."""

from sample import edit, graded
from nbformat.v4 import new_code_cell, new_output

SCRIPT = "<script>document.title = 'taken over'</script><img src=x onerror=alert(1)>"


def spoil(folder):
    def change(notebook):
        for cell in notebook.cells:
            cell.source = f"{SCRIPT} {cell.source}" if cell.cell_type == "markdown" else cell.source
        page = {"text/html": SCRIPT, "image/svg+xml": SCRIPT, "application/javascript": "alert(1)"}
        notebook.cells.append(new_code_cell("1", outputs=[new_output("display_data", data=page)]))
        notebook.metadata.title = SCRIPT

    edit(folder, change)
