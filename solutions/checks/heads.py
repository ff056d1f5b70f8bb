"""Query, key and value: what the checks of several lessons expect of their scores, and after a call."""

import math

import numpy as np

from autograde.compare import expect_unchanged


def expect_arguments_kept(learner_function, given, *arguments):
    """Expect query, key and value to be the same after the call."""
    _, after, _ = learner_function.with_arguments(*given, *arguments)
    expect_heads_kept(after[: len(given)], given)


def expect_heads_kept(after, given):
    """Expect query, key and value after a call to be as they were given."""
    for name, found, before in zip(("query", "key", "value"), after, given, strict=True):
        expect_unchanged(name, found, before)


def score_regions(checks, sees):
    """Declare what scores have to be like; `sees` returns the mask of a call, from its two lengths."""

    def scores(call):
        query, key = call.numbers["query"].astype(float), call.numbers["key"].astype(float)
        return query @ np.swapaxes(key, -1, -2) / math.sqrt(query.shape[-1])

    def highest(call, seen=True):
        table = scores(call)
        return np.where(sees(call, *table.shape[-2:]) == seen, table, -np.inf).max(axis=-1)

    regions = {
        "scores from 100 to 1,000": lambda call: 100 < np.abs(scores(call)).max() < 1000,
        "rows of scores below -10,000": lambda call: (highest(call) < -1e4).any(),
        "a hidden score far above the others": lambda call: (
            highest(call, False) > highest(call) + 1e3
        ).any(),
    }
    for name, holds in regions.items():
        checks.region(name, lambda call, holds=holds: call["query"].shape[-2] < 20 and holds(call))
