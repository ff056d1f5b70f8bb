"""kept: a folder that is called like the notebook."""


def spoil(folder):
    (folder / "03_softmax.ipynb").unlink()
    (folder / "03_softmax.ipynb").mkdir()
    (folder / "03_softmax.ipynb/notebook.txt").write_text("in here")
