"""refused: a link in the place of all that was handed in.
names: a folder, got a symbolic link
"""

from pathlib import Path


def spoil(folder):
    elsewhere = Path("/tmp/elsewhere")
    folder.rename(elsewhere)
    folder.symlink_to(elsewhere)
