"""output_limit_exceeded: a frame that claims terabytes."""

import os
import sys

frames = sys.modules["autograde.sandbox.inside.frames"]  # it is there already; importing it is refused
MAGIC, PREFIX, Kind = frames.MAGIC, frames.PREFIX, frames.Kind


def softmax(scores, axis=-1):
    os.write(4, PREFIX.pack(MAGIC, Kind.RESULT, 1, 2, 1 << 45) + b"[]")
    os._exit(0)
