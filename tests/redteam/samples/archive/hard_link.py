"""refused: a hard link to a file of somebody else.
names: attnlib/cpu/se
"""

import os


def spoil(folder):
    os.link("/canary/secret.txt", folder / "attnlib/cpu/secret.py") if os.stat(
        "/canary"
    ).st_dev == folder.stat().st_dev else os.link(
        folder / "attnlib/cpu/softmax.py", folder / "attnlib/cpu/secret.py"
    )
