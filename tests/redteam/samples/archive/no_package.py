"""nothing costs 22: the package is missing."""

import shutil


def spoil(folder):
    shutil.rmtree(folder / "attnlib")
