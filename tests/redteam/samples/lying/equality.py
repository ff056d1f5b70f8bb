"""wrong_answer: an object that claims to equal everything."""


class Agreeable:
    def __eq__(self, other):
        return True

    def __float__(self):
        return 1.0

    def __array__(self, *args, **kwargs):
        raise SystemExit

    __hash__ = None


def softmax(scores, axis=-1):
    return Agreeable()
