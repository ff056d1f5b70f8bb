"""Your number counts "cat looks at sat" and "sat looks at cat" as one pair. Are they the same question?"""


def count_pairs(seq_len):
    return seq_len * (seq_len + 1) // 2
