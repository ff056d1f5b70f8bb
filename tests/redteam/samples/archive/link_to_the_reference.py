"""refused: a link to the instructor's own answers, relative to where it will lie.
names: attnlib/cpu/more.py
"""


def spoil(folder):
    (folder / "attnlib/cpu/more.py").symlink_to("../../../../../../solutions/attnlib/cpu/softmax.py")
