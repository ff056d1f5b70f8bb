"""wrong_answer: a notebook of 21 MB."""


def spoil(folder):
    notebook = folder / "03_softmax.ipynb"
    notebook.write_bytes(b'{"cells": [' + b" " * 21_000_000 + b"]}")
