"""refused: a folder that nobody may enter.
names: attnlib/closed
"""


def spoil(folder):
    path = folder / "attnlib/closed"
    path.mkdir()
    path.chmod(0)
