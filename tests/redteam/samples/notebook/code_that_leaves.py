"""wrong_answer: cells that end whatever runs them, and print full marks before."""

from sample import edit, graded


def spoil(folder):
    def change(notebook):
        for cell in graded(notebook):
            cell.source = (
                "print(1000.0)\nimport os, signal\nos.kill(os.getppid(), signal.SIGTERM)\nos._exit(0)"
            )

    edit(folder, change)
