"""output_limit_exceeded: a frame that claims terabytes."""

import os

from autograde.sandbox.inside.frames import MAGIC, PREFIX, Kind


def softmax(scores):
    os.write(4, PREFIX.pack(MAGIC, Kind.RESULT, 1, 2, 1 << 45) + b"[]")
    os._exit(0)
