"""You return positions. Which word stands at each of them?"""


def most_attended(weights, tokens):
    return [int(position) for position in weights.argmax(axis=-1)]
