"""wrong_answer: a notebook cut off in the middle."""


def spoil(folder):
    notebook = folder / "03_softmax.ipynb"
    notebook.write_bytes(notebook.read_bytes()[:2000])
