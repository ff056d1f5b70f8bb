"""run_time_error: an error message that would steer a terminal."""


def softmax(scores, axis=-1):
    print("\x1b]0;full marks\x07\x1b[2J")
    raise ValueError("\x1b[2J\x1b[32maccepted\x1b[0m\r\n\x9b31m\u202e")
