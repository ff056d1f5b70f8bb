"""output_limit_exceeded: prints for ever where errors are printed, without a line's end."""

import sys


def softmax(scores, axis=-1):
    while True:
        sys.stderr.write("no end " * 100)
