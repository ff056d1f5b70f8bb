"""wrong_answer: notebooks that nobody asked for, one of them with the cells that are graded."""

import shutil


def spoil(folder):
    for name in ("00_before.ipynb", "03_softmax-Copy1.ipynb", "exercise-03-1.ipynb"):
        shutil.copyfile(folder / "03_softmax.ipynb", folder / name)
    (folder / "01_vectors.ipynb").write_text("not JSON")
