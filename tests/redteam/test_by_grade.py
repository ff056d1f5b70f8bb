"""`autograde grade` for a class of samples."""

from every import tried_by

test_every_sample_gets_what_it_deserves = tried_by("grade")
