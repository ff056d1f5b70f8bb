"""wrong_answer: bytes that are no text."""


def spoil(folder):
    notebook = folder / "03_softmax.ipynb"
    notebook.write_bytes(b"\xff\xfe\x00" * 1000)
