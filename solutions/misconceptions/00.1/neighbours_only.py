"""Your number counts each token with the one before it. In attention distance is no obstacle: whom
else can a token look at?
"""


def count_pairs(seq_len):
    return max(seq_len - 1, 0)
