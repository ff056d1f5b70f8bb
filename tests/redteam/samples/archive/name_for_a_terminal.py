"""refused: a name that would steer a terminal.
names: attnlib/
"""


def spoil(folder):
    (folder / "attnlib/\x1b[2J.py").touch()
