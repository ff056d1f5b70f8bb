"""time_limit_exceeded: spins in C, where no exception reaches."""


def softmax(scores, axis=-1):
    return sum(range(10**18))
