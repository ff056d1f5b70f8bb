"""refused: a link that leads nowhere.
names: notes.txt
"""


def spoil(folder):
    (folder / "notes.txt").symlink_to("/no/such/file")
