"""wrong_answer: a list that is another one each time it is walked."""


class Changing(list):
    walks = 0

    def __iter__(self):
        self.walks += 1
        return iter([float(self.walks)] * 7)

    def __len__(self):
        return 7 + self.walks


def softmax(scores, axis=-1):
    return Changing([1.0])
