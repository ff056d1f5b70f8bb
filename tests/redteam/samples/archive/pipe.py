"""refused: a pipe, on which a reader would wait for ever.
names: attnlib/cpu/pipe.py
"""

import os


def spoil(folder):
    os.mkfifo(folder / "attnlib/cpu/pipe.py")
