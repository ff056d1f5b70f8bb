"""nothing costs 26: the package is a file."""

import shutil


def spoil(folder):
    shutil.rmtree(folder / "attnlib")
    (folder / "attnlib").write_text("full marks")
