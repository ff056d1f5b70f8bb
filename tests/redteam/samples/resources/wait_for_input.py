"""run_time_error: waits for somebody to type."""


def softmax(scores, axis=-1):
    return input("the answer, please: ")
