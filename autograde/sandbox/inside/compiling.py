"""The worker in whose box a compiler may start processes (`ptxas`) and write files."""

from __future__ import annotations

import json
import sys
import time

from autograde.sandbox.inside import worker
from autograde.sandbox.inside.frames import Kind, pack, write_frame
from autograde.sandbox.inside.lockdown import give_up


def main() -> None:
    """Run inside the box: give up what is left, say hello, serve."""
    settings = json.loads(sys.argv[1])
    questions, answers = settings["pipes"]
    give_up(settings["cpu_s"], settings["memory_bytes"])
    import torch  # noqa: F401  (a worker carries tensors only where torch is loaded)

    write_frame(answers, pack(Kind.HELLO, 0, {"layers": [], "started": time.time()}))
    worker.serve(questions, answers)
