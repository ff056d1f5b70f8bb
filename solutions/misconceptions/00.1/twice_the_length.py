"""Your number grows in step with the sentence. What happens to the questions of every other token when
one token joins?
"""


def count_pairs(seq_len):
    return 2 * seq_len
