"""run_time_error: waits for somebody to type."""


def softmax(scores):
    return input("the answer, please: ")
