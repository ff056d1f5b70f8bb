"""memory_limit_exceeded: a megabyte at a time, all of it touched."""

kept = []


def softmax(scores, axis=-1):
    while True:
        kept.append(bytearray(b"x" * (1 << 20)))
