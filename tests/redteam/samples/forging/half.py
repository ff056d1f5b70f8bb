"""time_limit_exceeded: begins a frame and never ends it."""

import os
import sys
import time

frames = sys.modules["autograde.sandbox.inside.frames"]  # it is there already; importing it is refused
Kind, pack = frames.Kind, frames.pack


def softmax(scores, axis=-1):
    os.write(4, b"".join(pack(Kind.RESULT, 1, scores))[:40])
    time.sleep(600)
