"""Your number fits a sentence in which no token looks at itself. May "it" look at "it"?"""


def count_pairs(seq_len):
    return seq_len * (seq_len - 1)
