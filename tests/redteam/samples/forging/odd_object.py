"""wrong_answer: an object whose type has a name like a handle of somebody else."""


def softmax(scores, axis=-1):
    return type("#0", (), {"__len__": lambda self: 1 << 60, "__iter__": lambda self: iter(int, 1)})()
