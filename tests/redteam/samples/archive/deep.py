"""refused: a hundred folders in each other.
names: attnlib/a/a
"""


def spoil(folder):
    (folder / "attnlib" / "/".join(["a"] * 100)).mkdir(parents=True)
