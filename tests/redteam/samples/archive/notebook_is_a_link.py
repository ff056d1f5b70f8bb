"""refused: a notebook that is a link to a secret.
names: 03_softmax.ipynb
"""


def spoil(folder):
    (folder / "03_softmax.ipynb").unlink()
    (folder / "03_softmax.ipynb").symlink_to("/canary/secret.txt")
