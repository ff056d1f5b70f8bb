"""not_attempted: claims not to be written yet; that earns nothing either."""


def softmax(scores, axis=-1):
    raise NotImplementedError("Exercise 03.1: softmax is not written yet.")
