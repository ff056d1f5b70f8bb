"""Remembers the best weight so far."""


def most_attended(weights, tokens):
    found = []
    for row in weights:
        best = 0
        for position in range(1, len(row)):
            if row[position] > row[best]:
                best = position
        found.append(tokens[best])
    return found
