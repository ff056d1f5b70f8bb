"""refused: a name of two lines.
names: attnlib/a
"""


def spoil(folder):
    (folder / "attnlib/a\nb.py").touch()
