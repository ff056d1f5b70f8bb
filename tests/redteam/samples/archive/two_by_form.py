"""refused: two names that look the same.
names: attnlib/
"""


def spoil(folder):
    (folder / "attnlib/\u00e9.py").touch()
    (folder / "attnlib/e\u0301.py").touch()
