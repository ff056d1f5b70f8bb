"""wrong_answer: lists a hundred thousand deep."""


def spoil(folder):
    notebook = folder / "03_softmax.ipynb"
    notebook.write_bytes(b"[" * 100_000 + b"]" * 100_000)
