"""wrong_answer: a dictionary of one's own kind with keys that compare by recursion."""


class Key(str):
    def __eq__(self, other):
        return self == other

    def __hash__(self):
        return 7


class Items(dict):
    def items(self):
        return [(Key("a"), 1.0), (Key("b"), 2.0)] * 100


def softmax(scores, axis=-1):
    return [Items()]
