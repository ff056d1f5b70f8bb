"""Where two weights are equal you name the later token. Which one does the docstring ask for?"""


def most_attended(weights, tokens):
    last = weights.shape[-1] - 1
    return [tokens[last - position] for position in weights[:, ::-1].argmax(axis=-1)]
