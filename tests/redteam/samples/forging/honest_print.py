"""kept: right, and prints what looks like verdicts while it works."""

right = softmax


def softmax(scores, axis=-1):
    print("wrong_answer rule_broken judge_error 0 of 22 points")
    return right(scores, axis)
