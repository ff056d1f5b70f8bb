"""run_time_error: a frame nested a hundred thousand deep, with the right number."""

import os
import sys

frames = sys.modules["autograde.sandbox.inside.frames"]  # it is there already; importing it is refused
MAGIC, PREFIX, Frame, Kind = frames.MAGIC, frames.PREFIX, frames.Frame, frames.Kind


def softmax(scores, axis=-1):
    header = b"[" * 100_000 + b"]" * 100_000
    caller = sys._getframe()
    while caller is not None:
        for value in list(caller.f_locals.values()):
            if isinstance(value, Frame):
                rest = PREFIX.pack(MAGIC, Kind.RESULT, value.sequence, len(header), 0) + header
                while rest:
                    rest = rest[os.write(4, rest) :]
                os._exit(0)
        caller = caller.f_back
