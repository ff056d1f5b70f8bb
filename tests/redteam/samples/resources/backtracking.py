"""time_limit_exceeded: an expression that backtracks for ever, in C."""

import re


def softmax(scores, axis=-1):
    return re.match(r"(a+)+$", "a" * 60 + "b")
