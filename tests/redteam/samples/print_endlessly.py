"""output_limit_exceeded: prints for ever."""


def softmax(scores):
    while True:
        print("no end " * 100)
