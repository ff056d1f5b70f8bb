"""You add up all notes from the first one, for each note anew. What do you know already when the note before
has ended?
"""

import numpy as np


def ends(durations):
    return np.array([np.sum(durations[: note + 1]) for note in range(len(durations))])
