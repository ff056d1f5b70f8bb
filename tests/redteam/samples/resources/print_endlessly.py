"""output_limit_exceeded: prints for ever."""


def softmax(scores, axis=-1):
    while True:
        print("no end " * 100)
