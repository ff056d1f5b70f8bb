"""refused: the package itself is a link.
names: attnlib
"""


def spoil(folder):
    (folder / "attnlib").rename(folder / "other")
    (folder / "attnlib").symlink_to("other")
