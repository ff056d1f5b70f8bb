"""wrong_answer: a notebook in UTF-16, behind a mark that says so."""


def spoil(folder):
    path = folder / "03_softmax.ipynb"
    path.write_bytes(path.read_text().encode("utf-16"))
