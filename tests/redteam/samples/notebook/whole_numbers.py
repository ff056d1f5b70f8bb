"""wrong_answer: a count of five thousand digits where a cell was run, and a list of lists for its text."""

from sample import edit, graded


def spoil(folder):
    edit(folder, lambda notebook: [cell.update(source=[["a"]] * 50) for cell in graded(notebook)])
    path = folder / "03_softmax.ipynb"
    path.write_text(path.read_text().replace('"execution_count": null', f'"execution_count": {"9" * 5000}', 1))
