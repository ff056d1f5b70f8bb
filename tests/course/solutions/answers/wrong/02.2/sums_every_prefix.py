import numpy as np


def ends(durations):
    return np.array([np.sum(durations[: note + 1]) for note in range(len(durations))])
