"""Melodies: notes one after another, each of its own length."""

from __future__ import annotations

import numpy as np

from .pitch import octave


def two_octaves(frequency: np.ndarray) -> np.ndarray:
    """Return the pitch two octaves above.

    Args:
        frequency: an array of any shape, in hertz.

    Returns:
        An array of the same shape, in hertz.
    """
    # Exercise 02.1 (1 line): your octave, twice.
    ### BEGIN SOLUTION
    return octave(octave(frequency))
    ### END SOLUTION


def ends(durations: np.ndarray) -> np.ndarray:
    """Return when each note ends, counted from the beginning of the melody.

    A melody of twice as many notes must cost twice the work, not four times.

    Args:
        durations: (n_notes,), at least one, in seconds. They stay as they are.

    Returns:
        (n_notes,), in seconds.
    """
    # Exercise 02.2 (4 lines): a note ends its own duration after the end of the note before.
    ### BEGIN SOLUTION
    found = np.array(durations, float)
    for note in range(1, len(durations)):
        found[note] = found[note - 1] + durations[note]
    return found
    ### END SOLUTION


def starts(durations: np.ndarray) -> np.ndarray:
    """Return when each note starts: the first one at 0, each other one where the note before ends.

    Args:
        durations: (n_notes,), at least one, in seconds.

    Returns:
        (n_notes,), in seconds.
    """
    # Exercise 02.2 (1 line): a 0, then all ends but the last.
    ### BEGIN SOLUTION
    return np.concatenate([[0.0], ends(durations)[:-1]])
    ### END SOLUTION
