"""output_limit_exceeded: returns a list that contains itself."""


def softmax(scores):
    endless = []
    endless.append(endless)
    return endless
