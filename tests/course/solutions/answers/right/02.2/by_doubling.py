import numpy as np


def ends(durations):
    found, step = np.array(durations, float), 1
    while step < len(found):
        found = np.concatenate([found[:step], found[step:] + found[:-step]])
        step *= 2
    return found
