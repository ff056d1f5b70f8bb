"""refused: a folder that is a link to the folder that holds it.
names: attnlib/again
"""


def spoil(folder):
    (folder / "attnlib/again").symlink_to(".")
