"""memory_limit_exceeded: fills the memory to the last crumb and keeps it all."""

kept = []


def fill(size):
    global kept
    try:
        while True:
            kept = [kept, b"x" * size]
    except MemoryError:
        return


def softmax(scores, axis=-1):
    for size in (1 << 20, 1 << 14, 1 << 8, 1):
        fill(size)
    raise MemoryError
