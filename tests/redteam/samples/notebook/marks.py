"""wrong_answer: ten thousand quotes, stars, brackets and formulas in each other, in every text."""

from sample import edit, graded

TEXT = "\n\n".join(mark * 10_000 for mark in (">", "*", "[a](", "![", "$\\begin{a}", "<b>", "`", "- ", "|a", "&#x"))


def spoil(folder):
    def change(notebook):
        for cell in [*notebook.cells[:3], *graded(notebook)]:
            cell.source = TEXT

    edit(folder, change)
