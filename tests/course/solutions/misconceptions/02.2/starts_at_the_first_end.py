"""Your first note does not start at 0. What has ended before it?"""

from reference.melody import ends


def starts(durations):
    return ends(durations)
