"""refused: a file of a terabyte that takes no space.
names: attnlib/cpu/large.py
"""


def spoil(folder):
    with (folder / "attnlib/cpu/large.py").open("wb") as file:
        file.truncate(1 << 40)
