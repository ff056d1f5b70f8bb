"""Practising: the public checks, run on a learner's own machine and in the learner's own process."""
