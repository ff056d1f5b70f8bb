"""refused: two names that are one on other machines.
names: Softmax.py
"""


def spoil(folder):
    (folder / "attnlib/cpu/Softmax.py").write_text("")
