"""refused: a file that nobody may read.
names: attnlib/cpu/closed.py
"""


def spoil(folder):
    path = folder / "attnlib/cpu/closed.py"
    path.write_text("closed = True\n")
    path.chmod(0)
