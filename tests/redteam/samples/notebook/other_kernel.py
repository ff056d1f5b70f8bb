"""wrong_answer: a notebook for a shell."""

from sample import edit, graded


def spoil(folder):
    def change(notebook):
        notebook.metadata.kernelspec = {"name": "bash", "display_name": "bash", "language": "bash"}
        notebook.metadata.language_info = {"name": "bash"}

    edit(folder, change)
