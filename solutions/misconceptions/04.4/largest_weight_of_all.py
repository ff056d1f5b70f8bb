"""You look for the largest weight of the whole array. How many rows are there, and how many answers?"""


def most_attended(weights, tokens):
    position = weights.argmax() % weights.shape[-1]
    return [tokens[position]] * len(weights)
