"""memory_limit_exceeded: a megabyte at a time, all of it touched."""

kept = []


def softmax(scores):
    while True:
        kept.append(bytearray(b"x" * (1 << 20)))
