"""Lesson 02: the exercises and their public checks."""

import numpy as np

from autograde.compare import expect_close
from autograde.exercise import Exercise

two_octaves = Exercise(
    "02.1",
    "melody.two_octaves",
    title="Two octaves above",
    minutes=2,
    hints=(
        "Two octaves above is one octave above what is one octave above.",
        "`octave(octave(f))`.",
        "1. Call `octave`. 2. Call it again on what came out. 3. Return that.",
    ),
    builds_on=("01.1",),
)


@two_octaves.check
def of_the_a(learner, draw):
    """Two octaves above 440 Hz are 1760 Hz."""
    expect_close("pitch", learner.two_octaves(np.array([440.0])), np.array([1760.0]))


ends = Exercise(
    "02.2",
    "melody.ends",
    title="When each note ends",
    minutes=8,
    level="medium",
    also=("starts",),
    hints=(
        "You know when the note before has ended. How much later does this one end?",
        "`end of note n = end of note n - 1 + duration of note n`.",
        "1. Copy the durations. 2. Go through the notes from the second one on. 3. Add to each the end of "
        "the note before. 4. The starts are a 0 and all ends but the last: `np.concatenate`.",
    ),
    banned=("numpy.cumsum", "numpy.ndarray.cumsum", "numpy.add.accumulate"),
)


@ends.check
def three_notes(learner, draw):
    """Notes of 1, 2 and 4 seconds end after 1, 3 and 7 seconds."""
    expect_close("ends", learner.ends(np.array([1.0, 2.0, 4.0])), np.array([1.0, 3.0, 7.0]))


@ends.check
def three_starts(learner, draw):
    """Notes of 1, 2 and 4 seconds start after 0, 1 and 3 seconds."""
    expect_close("starts", learner.starts(np.array([1.0, 2.0, 4.0])), np.array([0.0, 1.0, 3.0]))
