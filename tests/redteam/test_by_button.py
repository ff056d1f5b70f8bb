"""What formgrader's button calls, for each sample."""

from every import tried_by

test_every_sample_gets_what_it_deserves = tried_by("button")
