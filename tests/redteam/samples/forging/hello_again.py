"""run_time_error: greets the judge a second time, as a worker without any layer."""

import os
import sys

frames = sys.modules["autograde.sandbox.inside.frames"]  # it is there already; importing it is refused


def softmax(scores, axis=-1):
    os.write(4, b"".join(frames.pack(frames.Kind.HELLO, 0, {"layers": [], "started": 0.0})))
    return scores
