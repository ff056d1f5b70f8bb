"""You look down the columns: that finds the query that attends most to a key. Which way does the
attention of one query run?
"""


def most_attended(weights, tokens):
    return [tokens[position] for position in weights.argmax(axis=0)]
