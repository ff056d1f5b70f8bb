"""wrong_answer: right at the first call, careless afterwards."""

right = softmax  # of a learner who has it right; this file is joined to theirs

calls = []


def softmax(scores, axis=-1):
    calls.append(None)
    if len(calls) > 1:
        return scores
    return right(scores, axis)
