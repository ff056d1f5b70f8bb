"""output_limit_exceeded: one line of 30 MB."""


def softmax(scores, axis=-1):
    print("x" * 30_000_000)
    return scores
