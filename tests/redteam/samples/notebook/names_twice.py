"""wrong_answer: the same names twice in each object, and numbers that are none."""


def spoil(folder):
    path = folder / "03_softmax.ipynb"
    text = path.read_text()
    text = text.replace('"metadata"', '"execution_count": 1e400, "metadata": {"a": NaN}, "metadata"')
    path.write_text(text.replace('"cells"', '"cells": [1], "nbformat": 1e400, "cells"', 1))
