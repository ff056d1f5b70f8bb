"""kept: half of an emoji in every text, which is legal JSON."""


def spoil(folder):
    notebook = folder / "03_softmax.ipynb"
    notebook.write_text(notebook.read_text().replace('"source": [', '"source": ["\\ud83d ",'))
