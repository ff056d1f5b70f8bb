"""wrong_answer: a format that is not there yet."""


def spoil(folder):
    notebook = folder / "03_softmax.ipynb"
    notebook.write_text('{"cells": [], "metadata": {}, "nbformat": 99, "nbformat_minor": 0}')
