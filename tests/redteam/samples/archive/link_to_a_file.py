"""refused: a file of the package that is a link to a secret.
names: attnlib/cpu/softmax.py
"""


def spoil(folder):
    (folder / "attnlib/cpu/softmax.py").unlink()
    (folder / "attnlib/cpu/softmax.py").symlink_to("/canary/secret.txt")
