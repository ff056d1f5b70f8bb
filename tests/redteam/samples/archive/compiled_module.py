"""kept: compiled modules and path files beside the learner's own, which nobody loads."""


def spoil(folder):
    for name in (
        "cpu/softmax.so",
        "cpu/softmax.cpython-311-x86_64-linux-gnu.so",
        "site.pth",
        "cpu/softmax.pyc",
    ):
        (folder / "attnlib" / name).write_bytes(b"\x7fELF import os; os.abort()")
