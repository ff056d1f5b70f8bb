"""refused: a folder that is a link to all files.
names: attnlib/cpu/all
"""


def spoil(folder):
    (folder / "attnlib/cpu/all").symlink_to("/")
