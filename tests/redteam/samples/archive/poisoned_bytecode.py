"""wrong_answer: a wrong softmax, and bytecode of a right one beside it."""

import importlib.util
import py_compile


def spoil(folder):
    right = folder / "attnlib/cpu/softmax.py"
    cached = importlib.util.cache_from_source(str(right))
    py_compile.compile(
        str(right), cfile=cached, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH
    )
    right.write_text(right.read_text() + "\ndef softmax(scores, axis=-1):\n    return scores\n")
