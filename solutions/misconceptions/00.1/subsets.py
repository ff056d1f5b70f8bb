"""Your number doubles with every further token. That counts the ways to choose any group of tokens; a
pair has exactly one token that looks and one that is looked at.
"""


def count_pairs(seq_len):
    return 2**seq_len
