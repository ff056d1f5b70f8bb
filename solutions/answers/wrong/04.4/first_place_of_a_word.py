"""A word that stands there twice is looked for where it stands first."""


def most_attended(weights, tokens):
    places = {word: tokens.index(word) for word in tokens}
    return [max(places, key=lambda word: row[places[word]]) for row in weights]
