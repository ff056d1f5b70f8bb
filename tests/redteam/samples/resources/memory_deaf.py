"""time_limit_exceeded: fills the memory and goes on without it."""

kept = []


def softmax(scores, axis=-1):
    while True:
        try:
            kept.append(bytearray(b"x" * (1 << 16)))
        except MemoryError:
            continue
