"""The judge's half of the red team. Runs in the outer box only, and refuses to run anywhere else.

Each line of standard input is `["name", {details}]`; the answer is one line of JSON.
"""

from __future__ import annotations

import json
import os
import select
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, "/opt/engine")

import numpy as np

from autograde.call import Call, Target
from autograde.limits import Limits
from autograde.sandbox.failure import SubmissionFailure
from autograde.sandbox.level import LAYERS, Level, probe
from autograde.sandbox.sandbox import Sandbox

SAMPLES = Path("/opt/redteam/samples")
CANARY = Path("/canary/secret.txt")
TOKEN = "canary-that-the-tests-made"
PORT = 40_404
LIMITS = Limits(
    load_s=2, call_s=1, submission_s=8, memory_bytes=128 << 20, output_bytes=4 << 20, log_bytes=16 << 10
)
HONEST = b"""
import numpy as np

def softmax(scores, axis=-1):
    shifted = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return shifted / shifted.sum(axis=axis, keepdims=True)

def softmax_backward(weights, grad_weights):
    return weights * (grad_weights - (grad_weights * weights).sum(axis=-1, keepdims=True))
"""
CALLS = 3


def refuse_outside() -> None:
    """Stop unless an outer box of an ordinary user is round this process."""
    boxed = Path("/proc/1/comm").read_text().strip() == "bwrap" and not Path("/home").exists()
    if not boxed or os.getuid() == 0:
        raise SystemExit(
            "red team: expected the outer box and an ordinary user. Start it by pytest tests/redteam."
        )


def softmax(scores: np.ndarray) -> np.ndarray:
    """(rows, columns) -> (rows, columns), each row sums to 1."""
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)


def judge(sandbox: Sandbox, sources: dict[str, bytes], seed: int) -> tuple[str, str]:
    """Ask for three softmaxes and return the verdict and its message."""
    draw = np.random.default_rng(seed)
    with sandbox.session("attnlib", sources) as session:
        for _ in range(CALLS):
            scores = draw.normal(size=(4, 7))
            try:
                answer = session.call(Call(Target.of("cpu.softmax.softmax"), (scores,)))
            except SubmissionFailure as failure:
                return str(failure.verdict), failure.message
            right = isinstance(answer, np.ndarray) and answer.shape == scores.shape
            if not (right and answer.dtype == scores.dtype and np.allclose(answer, softmax(scores), 1e-6)):
                return "wrong_answer", f"a {type(answer).__name__}"
    return "accepted", ""


def processes() -> set[str]:
    """Return every process of the outer box."""
    return {path.name for path in Path("/proc").iterdir() if path.name.isdigit()}


@contextmanager
def canaries() -> Iterator[None]:
    """Make what attacks aim at: a file, a process, two services; they must be as they were afterwards."""
    CANARY.write_text(TOKEN)
    files = sorted(CANARY.parent.iterdir())
    with socket.create_server(("127.0.0.1", PORT)) as service, socket.socket(socket.AF_UNIX) as local:
        local.bind("\0canary")
        local.listen()
        victim = subprocess.Popen(["/usr/bin/sleep", "infinity"])
        try:
            yield
            alive = victim.poll() is None
            visited = bool(select.select([service, local], [], [], 0)[0])
        finally:
            victim.kill()
            victim.wait()
    untouched = {
        "process": alive,
        "service": not visited,
        "file": CANARY.read_text() == TOKEN,
        "folder": sorted(CANARY.parent.iterdir()) == files,
    }
    if not all(untouched.values()):
        raise AssertionError(f"canaries: expected all untouched, got {untouched}")


def run_control(layers: list[str], source: str, argument: Any) -> dict[str, Any]:
    """Run one attack with exactly these layers; say what it achieved."""
    CANARY.write_text(TOKEN)
    extra = Path("/canary/shown")
    extra.mkdir(exist_ok=True)
    (extra / "secret.txt").write_text(TOKEN)
    with (
        Sandbox(LIMITS, unsafe=True, layers=frozenset(layers), extra=(extra,)) as sandbox,
        sandbox.session("attnlib", {"attack.py": source.encode()}) as session,
    ):
        try:
            return {"achieved": session.call(Call(Target.of("attack.attack"), (argument,)))}
        except SubmissionFailure as failure:
            return {"stopped": f"{failure.verdict}: {failure.message}"}


def run_soak(count: int) -> dict[str, Any]:
    """Judge many submissions of every kind; return what is open and running before and after."""
    hostile = [HONEST + b"\n" + path.read_bytes() for path in sorted(SAMPLES.glob("[!an]*/*.py"))]
    fast = replace(LIMITS, load_s=1, call_s=0.3)
    verdicts: Counter[str] = Counter()
    with Sandbox(fast) as sandbox:
        judge(sandbox, {"cpu/softmax.py": HONEST}, 0)
        before = _open_and_running()
        for index in range(count):
            spoilt = index % 2 == 1
            source = hostile[index // 2 % len(hostile)] if spoilt else HONEST
            verdict, _ = judge(sandbox, {"cpu/softmax.py": source}, index)
            verdicts[verdict if spoilt else f"honest {verdict}"] += 1
        after = _open_and_running()
    return {"before": before, "after": after, "verdicts": dict(verdicts)}


def _open_and_running() -> dict[str, int]:
    """Count this process's descriptors, the zygote's, and all processes of the outer box."""
    zygotes = [
        name
        for name in processes()
        if b"autograde.sandbox.inside.zygote" in Path(f"/proc/{name}/cmdline").read_bytes()
    ]
    descriptors = {
        f"of {name}": len([*Path(f"/proc/{name}/fd").iterdir()]) for name in ["self", max(zygotes, key=int)]
    }
    return {"processes": len(processes())} | descriptors


def run_levels() -> dict[str, str]:
    """Return the verdict of an honest submission at every level, as this ordinary user."""
    verdicts = {}
    for level in Level:
        with Sandbox(LIMITS, unsafe=True, layers=LAYERS[level]) as sandbox:
            verdicts[str(level)] = judge(sandbox, {"cpu/softmax.py": HONEST}, 0)[0]
    return verdicts | {"probed": str(probe().level)}


def main() -> None:
    """Answer questions until standard input ends."""
    refuse_outside()
    runs: dict[str, Any] = {"control": run_control, "levels": run_levels, "soak": run_soak}
    for line in sys.stdin:
        name, details = json.loads(line)
        try:
            reply = {"value": runs[name](**details)}
        except Exception as error:
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main()
