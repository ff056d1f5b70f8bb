"""`autograde judge` for each sample, at three levels of the sandbox."""

from every import tried_by

test_every_sample_gets_what_it_deserves = tried_by("judge")
