"""run_time_error: returns a list that contains itself."""


def softmax(scores):
    endless = []
    endless.append(endless)
    return endless
