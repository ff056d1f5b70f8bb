"""wrong_answer: the wrong exercise's cell says that it is a right one's."""

from sample import edit, graded


def spoil(folder):
    def change(notebook):
        first, *_, last = graded(notebook)
        first.metadata.nbgrader.grade_id, last.metadata.nbgrader.grade_id = (
            last.metadata.nbgrader.grade_id,
            first.metadata.nbgrader.grade_id,
        )

    edit(folder, change)
