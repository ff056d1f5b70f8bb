"""time_limit_exceeded: begins a frame and never ends it."""

import os
import time

from autograde.sandbox.inside.frames import Kind, pack


def softmax(scores):
    os.write(4, b"".join(pack(Kind.RESULT, 1, scores))[:40])
    time.sleep(600)
