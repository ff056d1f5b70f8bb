"""nothing costs 22: the package is a file."""

import shutil


def spoil(folder):
    shutil.rmtree(folder / "attnlib")
    (folder / "attnlib").write_text("full marks")
