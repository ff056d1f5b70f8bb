"""refused: a source file of a megabyte.
names: attnlib/cpu/large.py
"""


def spoil(folder):
    (folder / "attnlib/cpu/large.py").write_text("# much\n" * 200_000)
