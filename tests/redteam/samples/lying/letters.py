"""wrong_answer: a text of letters that turn round, are halves, or are none."""


def softmax(scores, axis=-1):
    return "\u202e\ud800\ufdd0" * 100_000
