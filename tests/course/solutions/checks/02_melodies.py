"""Hidden checks of lesson 02."""

import numpy as np
from reference import melody

from autograde.compare import expect_close, expect_unchanged
from autograde.exercise import HiddenChecks
from autograde.growth import expect_growth

LENGTHS = (128, 512)

two_octaves_checks = HiddenChecks("02.1")


@two_octaves_checks.check(points=3, gate=True)
def drawn_frequencies(learner, draw):
    """Every frequency must double twice."""
    frequency = draw.uniform(20.0, 5000.0, *draw.sizes(2))
    expect_close("pitch", learner.two_octaves(frequency), melody.two_octaves(frequency))


@two_octaves_checks.check(points=2)
def leaves_the_frequencies_alone(learner, draw):
    """The frequencies that were handed in must be the same after the call."""
    frequency = draw.uniform(20.0, 5000.0, 7)
    _, arguments, _ = learner.two_octaves.with_arguments(frequency.copy())
    expect_unchanged("frequency", arguments[0], frequency)


ends_checks = HiddenChecks("02.2")


@ends_checks.check(points=2, gate=True)
def drawn_durations(learner, draw):
    """Each end must be the sum of all durations up to this note, for one note as for many."""
    for n_notes in (1, draw.integer(5, 9)):
        durations = draw.uniform(0.1, 2.0, n_notes)
        expect_close("ends", learner.ends(durations), melody.ends(durations))


@ends_checks.check(points=1)
def starts_where_the_note_before_ends(learner, draw):
    """The first note must start at 0, each other one where the note before ends."""
    for n_notes in (1, draw.integer(5, 9)):
        durations = draw.uniform(0.1, 2.0, n_notes)
        expect_close("starts", learner.starts(durations), melody.starts(durations))


@ends_checks.check(points=1)
def leaves_the_durations_alone(learner, draw):
    """The durations that were handed in must be the same after the call."""
    durations = draw.uniform(0.1, 2.0, 6)
    _, arguments, _ = learner.ends.with_arguments(durations.copy())
    expect_unchanged("durations", arguments[0], durations)


@ends_checks.check(points=2)
def work_grows_with_the_melody(learner, draw):
    """Twice as many notes must cost twice the work, not four times."""
    counted = []
    for n_notes in LENGTHS:
        durations = draw.uniform(0.1, 2.0, n_notes)
        cost = learner.ends.observed("cost_numpy", durations)
        expect_close("ends", cost["value"], np.cumsum(durations))
        counted.append(cost["flops"])
    expect_growth("operations", LENGTHS, counted, below=1.4, at_least=[n_notes - 1 for n_notes in LENGTHS])
