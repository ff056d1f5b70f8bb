"""kept: no notebook at all."""


def spoil(folder):
    notebook = folder / "03_softmax.ipynb"
    notebook.unlink()
