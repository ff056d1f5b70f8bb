"""nothing costs 26: the package is missing."""

import shutil


def spoil(folder):
    shutil.rmtree(folder / "attnlib")
