"""refused: a socket.
names: attnlib/door
"""

import contextlib
import socket


def spoil(folder):
    with contextlib.chdir(folder):  # a socket's path is short
        socket.socket(socket.AF_UNIX).bind("attnlib/door")
