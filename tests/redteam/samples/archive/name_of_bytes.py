"""refused: a name that is no text.
names: attnlib/
"""


def spoil(folder):
    (bytes(folder) + b"/attnlib/\xff\xfe.py")
    open(bytes(folder) + b"/attnlib/\xff\xfe.py", "wb").close()
