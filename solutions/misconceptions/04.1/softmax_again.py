"""Your weights go through softmax a second time, which makes them nearly equal. They are weights already:
what is left to do with them?
"""

from reference.cpu.softmax import softmax


def weighted_sum(weights, value):
    return softmax(weights) @ value
