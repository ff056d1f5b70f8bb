"""output_limit_exceeded: returns a list that contains itself."""


def softmax(scores, axis=-1):
    endless = []
    endless.append(endless)
    return endless
