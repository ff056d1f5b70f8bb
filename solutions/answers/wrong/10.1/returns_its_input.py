"""The same tensor comes back."""


def copy(x):
    return x
