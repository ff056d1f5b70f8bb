"""What a judge sees of a submission: values, objects that stay behind, and failures in words."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from autograde.call import Call, Remote
from autograde.sandbox.sandbox import Frame, Limits, Sandbox, SubmissionFailure
from autograde.verdict import Verdict

SOFTMAX = b"""
import numpy as np

def softmax(scores):
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)
"""
ATTENTION = b"""
from attnlib.cpu.softmax import softmax
from . import softmax as module
from .softmax import softmax as again

def same():
    return softmax is again is module.softmax

def run():
    return softmax(1), module.softmax(1)
"""
ADDER = b"""
class Adder:
    def __init__(self, n):
        self.n = n

    def add(self, x, other=None):
        return x + self.n + (other.n if other else 0)

def run(n):
    return [Adder(n)]
"""
INSPECTED = """import inspect, traceback
def run():
    try:
        1 / 0  # here
    except ZeroDivisionError:
        return inspect.getsource(run).splitlines()[0], traceback.format_exc()
"""
HUNGRY = """
import os
kept = []

def run():
    try:
        while True:
            kept.append(b"x" * (8 << 20))
    except MemoryError:
        os._exit(1)
"""
LARGE = b"""
import time
import numpy as np

def run(n):
    return np.ones(n).size

def wait(s):
    time.sleep(s)
"""
MODULES = b"""
import torch

def run(x):
    return (x * x).sum()

def make(d):
    return torch.nn.Linear(d, d)

class Half(torch.nn.Module):
    pass

def half(x):
    return Half()(x)
"""
HONEST_TOOLS = b"""
import copy, decimal, io, logging, random, statistics, sympy, threading, time, warnings
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

def one_step(model, x):
    optimizer = torch.optim.AdamW(model.parameters())
    model(x).sum().backward()
    optimizer.step()

def threaded():
    torch.set_num_threads(4)
    thread = threading.Thread(target=lambda: torch.randn(300, 300) @ torch.randn(300, 300))
    thread.start()
    thread.join()

def saved():
    buffer = io.BytesIO()
    torch.save({"a": torch.ones(3)}, buffer)
    buffer.seek(0)
    torch.load(buffer, weights_only=True)

def run():
    x = torch.randn(2, 5, 16)
    used = [
        lambda: (torch.manual_seed(0), np.random.seed(0), random.random(), np.random.default_rng().normal()),
        lambda: [f(torch.randn(9, 9)) for f in (torch.linalg.svd, torch.linalg.qr, torch.linalg.inv)],
        lambda: [f(np.eye(9)) for f in (np.linalg.svd, np.linalg.inv, np.linalg.eig, np.fft.fft)],
        lambda: F.scaled_dot_product_attention(x.requires_grad_(), x, x, is_causal=True).sum().backward(),
        lambda: nn.TransformerEncoderLayer(16, 2, batch_first=True)(x).sum().backward(),
        lambda: nn.Conv1d(5, 3, 3)(x).sum().backward(),
        lambda: one_step(nn.Linear(16, 4), x.detach()),
        lambda: torch.func.vmap(torch.func.grad(lambda a: (a**2).sum()))(torch.randn(3, 4)),
        lambda: torch.utils.checkpoint.checkpoint(torch.sin, x, use_reentrant=False).sum().backward(),
        lambda: torch.autograd.gradcheck(torch.sin, torch.randn(3, dtype=torch.double, requires_grad=True)),
        lambda: [x.to(kind) @ x.to(kind).mT for kind in (torch.bfloat16, torch.float16)],
        lambda: (torch.einsum("bij,bkj->bik", x, x), x.sort(), torch.multinomial(torch.rand(9), 3)),
        lambda: (copy.deepcopy(nn.Linear(3, 3)), logging.warning("seen"), warnings.warn("seen")),
        lambda: (time.sleep(0.001), time.strftime("%c"), decimal.Decimal(1) / 3, statistics.mean([1, 2])),
        lambda: sympy.Symbol("x") + 1,
        threaded,
        saved,
    ]
    for use in used:
        use()
    return len(used)
"""
SMALL = Limits(
    load_s=1,
    call_s=1,
    submission_s=3,
    memory_bytes=256 << 20,
    output_bytes=1 << 20,
    log_bytes=100,
    respawns=2,
)


@pytest.fixture(scope="module")
def small() -> Iterator[Sandbox]:
    with Sandbox(SMALL) as sandbox:
        yield sandbox


def failure(sandbox: Sandbox, source: str, *args: object, **options: object) -> SubmissionFailure:
    """Return how a call of `run` in `source` fails."""
    sources = {"task.py": source.encode()}
    with sandbox.session(sources, **options) as session, pytest.raises(SubmissionFailure) as caught:  # type: ignore[arg-type]
        session.call(Call("task.run", args))
    return caught.value


def value(sandbox: Sandbox, source: str, *args: object, **options: object) -> object:
    """Return what `run` in `source` returns."""
    with sandbox.session({"task.py": source.encode()}, **options) as session:  # type: ignore[arg-type]
        return session.call(Call("task.run", args))


def test_session_answers_calls_and_shows_what_was_printed(sandbox: Sandbox) -> None:
    scores = np.array([[0.0, 0.0], [1.0, 1.0]])
    with sandbox.session({"cpu/softmax.py": b"print('loaded\\x1b[2J')\n" + SOFTMAX}) as session:
        assert session.call(Call("cpu.softmax.softmax", (scores,))).tolist() == [[0.5, 0.5], [0.5, 0.5]]
        assert session.call(Call("cpu.softmax.softmax", kwargs={"scores": scores})).shape == (2, 2)
        assert session.log == "loaded[2J\n"


def test_arguments_mode_shows_what_a_call_did_to_its_arguments(sandbox: Sandbox) -> None:
    with sandbox.session({"task.py": b"def run(x):\n    x += 1\n    return x.sum()\n"}) as session:
        total, args, kwargs = session.call(Call("task.run", (np.zeros(3),), mode="arguments"))
    assert (total, args[0].tolist(), kwargs) == (3.0, [1, 1, 1], {})


def test_files_import_each_other_absolutely_relatively_and_without_init(sandbox: Sandbox) -> None:
    sources = {
        "cpu/softmax.py": SOFTMAX,
        "cpu/attention.py": ATTENTION,
    }
    with sandbox.session(sources) as session:
        assert session.call(Call("cpu.attention.same")) is True


def test_package_file_and_file_named_like_a_library_behave(sandbox: Sandbox) -> None:
    sources = {
        "__init__.py": b"TOP = 1\n",
        "numpy.py": b"raise SystemExit\n",
        "cpu/__init__.py": b"from attnlib import TOP\ndef top():\n    return TOP\n",
        "cpu/json.py": b"import json, numpy\ndef real():\n    return json.dumps([numpy.pi])\n",
    }
    with sandbox.session(sources) as session:
        assert session.call(Call("cpu.top")) == 1
        assert session.call(Call("cpu.json.real")) == "[3.141592653589793]"


def test_a_broken_file_touches_only_what_needs_it(sandbox: Sandbox) -> None:
    sources = {
        "good.py": b"def run():\n    return 1\n",
        "bad.py": b"def run(:\n",
        "user.py": b"import attnlib.bad\n",
    }
    with sandbox.session(sources) as session:
        assert session.call(Call("good.run")) == 1
        for target in ("bad.run", "user.run"):
            with pytest.raises(SubmissionFailure, match="SyntaxError: invalid syntax") as caught:
                session.call(Call(target))
            assert caught.value.frames[-1] == Frame("attnlib/bad.py", 1, "<module>")
        assert session.call(Call("good.run")) == 1


def test_source_is_there_for_inspect_and_for_tracebacks(sandbox: Sandbox) -> None:
    first, trace = value(sandbox, INSPECTED)  # type: ignore[misc]
    assert first == "def run():"
    assert 'File "attnlib/task.py", line 4, in run\n    1 / 0  # here' in trace


@pytest.mark.parametrize(
    ("source", "verdict", "message", "error_type"),
    [
        (
            "def other(): pass",
            "not_attempted",
            "attnlib/task.py: expected a function run, got none.",
            "Missing",
        ),
        ("def run(): raise NotImplementedError('03.1')", "not_attempted", "03.1", "NotImplementedError"),
        ("def run(): return [][9]", "run_time_error", "IndexError: list index out of range", "IndexError"),
        ("def run(x): return x", "run_time_error", "TypeError: run() missing 1 required", "TypeError"),
        ("def run(): raise KeyboardInterrupt", "run_time_error", "KeyboardInterrupt", "KeyboardInterrupt"),
        (
            "import nothing_like_it",
            "run_time_error",
            "ModuleNotFoundError: No module named",
            "ModuleNotFoundError",
        ),
        ("import torch", "run_time_error", "ModuleNotFoundError: ", "ModuleNotFoundError"),
        ("from attnlib.cpu import gone", "run_time_error", "ModuleNotFoundError: ", "ModuleNotFoundError"),
        (
            "x = '\0'",
            "run_time_error",
            "SyntaxError: source code string cannot contain null bytes",
            "SyntaxError",
        ),
    ],
)
def test_failure_says_what_happened(
    sandbox: Sandbox, source: str, verdict: str, message: str, error_type: str
) -> None:
    found = failure(sandbox, source)
    assert (found.verdict, found.error_type) == (verdict, error_type)
    assert found.message.startswith(message)


def test_missing_file_is_not_attempted(sandbox: Sandbox) -> None:
    with sandbox.session({}) as session, pytest.raises(SubmissionFailure) as caught:
        session.call(Call("cpu.softmax.softmax"))
    assert caught.value.verdict is Verdict.NOT_ATTEMPTED
    assert caught.value.message == "attnlib/cpu/softmax.py: expected a function softmax, got no such file."


def test_frames_name_lines_of_the_submission_only(sandbox: Sandbox) -> None:
    found = failure(
        sandbox, "import json\ndef run():\n    return inner()\ndef inner():\n    return json.loads('{')\n"
    )
    assert found.frames == (Frame("attnlib/task.py", 3, "run"), Frame("attnlib/task.py", 5, "inner"))


def test_objects_stay_in_the_worker_and_answer_by_handle(sandbox: Sandbox) -> None:
    with sandbox.session({"task.py": ADDER}) as session:
        [adder] = session.call(Call("task.run", (2,)))
        assert adder == Remote("#0", "Adder")
        assert session.call(Call("#0.add", (1, adder))) == 5
        assert session.call(Call("#0.add", (1,))) == 3
        with pytest.raises(SubmissionFailure, match="expected a function subtract, got none"):
            session.call(Call("#0.subtract"))


def test_objects_are_lost_with_their_process_and_the_message_says_so(sandbox: Sandbox) -> None:
    source = b"import os\ndef make():\n    return object()\ndef leave():\n    os._exit(1)\n"
    with sandbox.session({"task.py": source}) as session:
        made = session.call(Call("task.make"))
        with pytest.raises(SubmissionFailure):
            session.call(Call("task.leave"))
        with pytest.raises(SubmissionFailure, match="lost when the process that held it ended"):
            session.call(Call("task.make", (made,)))


def test_stand_in_takes_the_place_of_a_function_for_everybody(sandbox: Sandbox) -> None:
    stand_ins = {"cpu.softmax.softmax": "def softmax(x):\n    return 'stand-in'\n"}
    variants = [SOFTMAX, b"def softmax(x:\n", b"raise SystemExit\n", None]
    for variant in variants:
        sources = {"cpu/user.py": ATTENTION} | ({"cpu/softmax.py": variant} if variant is not None else {})
        with sandbox.session(sources, stand_ins=stand_ins) as session:
            assert session.call(Call("cpu.user.run")) == ("stand-in", "stand-in")


def test_stand_in_serves_the_other_functions_of_its_own_file(sandbox: Sandbox) -> None:
    source = "def helper():\n    raise NotImplementedError\ndef run():\n    return helper()\n"
    assert value(sandbox, source, stand_ins={"task.helper": "def helper():\n    return 7\n"}) == 7


@pytest.mark.parametrize(
    ("source", "verdict", "message"),
    [
        (
            "import time\ndef run(): time.sleep(9)",
            "time_limit_exceeded",
            "run: expected an answer within 1 s, got none.",
        ),
        (
            "import time\ntime.sleep(9)",
            "time_limit_exceeded",
            "attnlib.task: expected an answer within 1 s, got none.",
        ),
        (
            "def run(): return bytearray(1 << 30)",
            "memory_limit_exceeded",
            "run: expected at most 256 MiB of memory, got more.",
        ),
        ("def run(): return 'x' * (2 << 20)", "output_limit_exceeded", "run: "),
        (
            "def run(): return b'x' * (2 << 20)",
            "output_limit_exceeded",
            "run: value: expected at most 1048576 bytes, got 2097152.",
        ),
        (
            "def run(): print('x' * (2 << 20))",
            "output_limit_exceeded",
            "run: expected at most 1048576 bytes printed, got more.",
        ),
        (
            "def run(): return [object() for _ in range(2000)]",
            "output_limit_exceeded",
            "run: objects: expected at most 1000, got more.",
        ),
        (
            "import os\ndef run(): os._exit(3)",
            "run_time_error",
            "run: expected an answer, got the end of its process (exit status 3).",
        ),
    ],
)
def test_limit_has_its_verdict_and_its_sentence(
    small: Sandbox, source: str, verdict: str, message: str
) -> None:
    found = failure(small, source)
    assert found.verdict == verdict
    assert found.message.startswith(message)


def test_death_at_the_memory_limit_is_called_by_its_name(small: Sandbox) -> None:
    assert failure(small, HUNGRY).verdict is Verdict.MEMORY_LIMIT_EXCEEDED


def test_only_the_beginning_of_what_is_printed_is_kept(small: Sandbox) -> None:
    with small.session({"task.py": b"def run():\n    print('x' * 1000)\n"}) as session:
        session.call(Call("task.run"))
        assert session.log == "x" * 100


def test_call_with_limits_of_its_own_runs_in_a_fresh_worker(sandbox: Sandbox) -> None:
    with sandbox.session({"task.py": LARGE}) as session:
        assert session.call(Call("task.run", (20_000_000,))) == 20_000_000
        with pytest.raises(SubmissionFailure, match="at most 64 MiB of memory") as caught:
            session.call(Call("task.run", (20_000_000,), memory_bytes=64 << 20))
        assert caught.value.verdict is Verdict.MEMORY_LIMIT_EXCEEDED
        assert session.call(Call("task.run", (1_000_000,), memory_bytes=64 << 20)) == 1_000_000
        with pytest.raises(SubmissionFailure, match=r"within 0\.2 s"):
            session.call(Call("task.wait", (5,), timeout_s=0.2))
        assert session.call(Call("task.run", (3,))) == 3


def test_workers_are_started_again_a_few_times_only(small: Sandbox) -> None:
    with small.session(
        {"task.py": b"import os\ndef run(x):\n    return os._exit(1) if x else 5\n"}
    ) as session:
        for _ in range(SMALL.respawns + 1):
            assert session.call(Call("task.run", (0,))) == 5
            with pytest.raises(SubmissionFailure, match="end of its process"):
                session.call(Call("task.run", (1,)))
        with pytest.raises(SubmissionFailure, match="It ended 3 times; the rest was not run") as caught:
            session.call(Call("task.run", (0,)))
        assert caught.value.verdict is Verdict.RUN_TIME_ERROR


def test_a_file_that_does_not_load_is_not_tried_again(small: Sandbox) -> None:
    with small.session(
        {"slow.py": b"import time\ntime.sleep(9)\n", "good.py": b"def run():\n    return 1\n"}
    ) as session:
        for _ in range(4):
            with pytest.raises(SubmissionFailure, match="within 1 s"):
                session.call(Call("slow.run"))
        assert session.call(Call("good.run")) == 1


def test_all_calls_together_have_a_limit(small: Sandbox) -> None:
    with small.session({"task.py": b"import time\ndef run():\n    time.sleep(0.7)\n"}) as session:
        for _ in range(4):
            session.call(Call("task.run"))
        with pytest.raises(SubmissionFailure, match="expected at most 3 s for all calls together") as caught:
            session.call(Call("task.run"))
        assert caught.value.verdict is Verdict.TIME_LIMIT_EXCEEDED


def test_a_dead_zygote_is_our_fault_and_nobody_notices(small: Sandbox) -> None:
    with small.session({"task.py": b"def run():\n    return 1\n"}) as session:
        assert session.call(Call("task.run")) == 1
        os.kill(small._zygotes["numpy"]._process.pid, signal.SIGKILL)
        assert session.call(Call("task.run")) == 1


def test_a_forked_judge_starts_its_own_zygotes(small: Sandbox) -> None:
    assert value(small, "def run():\n    return 1\n") == 1
    forked = multiprocessing.get_context("fork").Process(target=_judge_in_a_fork, args=(small,))
    forked.start()
    assert value(small, "def run():\n    return 2\n") == 2
    forked.join()
    assert forked.exitcode == 0


def _judge_in_a_fork(sandbox: Sandbox) -> None:
    good = value(sandbox, "def run():\n    return 3\n") == 3
    sandbox.close()
    os._exit(0 if good else 1)


def test_torch_submissions_get_tensors_gradients_and_modules(sandbox: Sandbox) -> None:
    x = torch.arange(3.0)
    with sandbox.session({"task.py": MODULES}, packages="torch") as session:
        total, [gradient] = session.call(
            Call("task.run", (x,), mode="gradients", options={"cotangent": torch.tensor(1.0)})
        )
        assert (total.item(), gradient.tolist()) == (5.0, [0.0, 2.0, 4.0])
        linear = session.call(Call("task.make", (3,)))
        assert session.call(Call(f"{linear.handle}.state_dict"))["weight"].shape == (3, 3)
        assert session.call(Call(linear.handle, (x,))).requires_grad
        with pytest.raises(SubmissionFailure) as caught:
            session.call(Call("task.half", (x,)))
        assert caught.value.verdict is Verdict.RUN_TIME_ERROR
        with pytest.raises(SubmissionFailure) as caught:
            session.call(Call("task.make", (1 << 20,), memory_bytes=64 << 20))
        assert caught.value.verdict is Verdict.MEMORY_LIMIT_EXCEEDED


def test_what_honest_solutions_use_works_inside(sandbox: Sandbox) -> None:
    with sandbox.session({"task.py": HONEST_TOOLS}, packages="torch") as session:
        assert session.call(Call("task.run"), timeout_s=30) == 17


def test_triton_kernels_run_in_the_interpreter(sandbox: Sandbox) -> None:
    pytest.importorskip("triton")
    source = b"""
import torch, triton
import triton.language as tl

@triton.jit
def double(source, target, n, block: tl.constexpr):
    place = tl.program_id(0) * block + tl.arange(0, block)
    tl.store(target + place, tl.load(source + place, mask=place < n) * 2, mask=place < n)

def run(x):
    target = torch.empty_like(x)
    double[(triton.cdiv(x.numel(), 16),)](x, target, x.numel(), 16)
    return target
"""
    x = torch.arange(37.0)
    with sandbox.session({"task.py": source}, packages="triton") as session:
        assert torch.equal(session.call(Call("task.run", (x,))), 2 * x)


def test_memory_of_a_worker_holds_the_inputs_and_never_the_expected_values(sandbox: Sandbox) -> None:
    if os.geteuid() != 0:
        pytest.skip("reading another process's memory takes root")
    draw = np.random.default_rng()
    scores = draw.normal(size=(64, 64))
    expected = draw.normal(size=(64, 64))  # what a reference would return; it stays here
    with sandbox.session(
        {"task.py": b"kept = []\ndef run(x):\n    kept.append(x)\n    return -x\n"}
    ) as session:
        assert not np.allclose(session.call(Call("task.run", (scores,))), expected)
        worker = session._worker
        assert worker is not None
        pid = next(
            int(line.split()[1])
            for line in Path(f"/proc/self/fdinfo/{worker._process}").read_text().splitlines()
            if line.startswith("Pid:")
        )
        inputs, answers = _count_in_memory(pid, [scores[7].tobytes(), expected[7].tobytes()])
    assert inputs >= 1
    assert answers == 0


def _count_in_memory(pid: int, patterns: list[bytes]) -> list[int]:
    """Return how often each pattern lies in the readable memory of a process."""
    counts = [0] * len(patterns)
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            extent, access = line.split()[:2]
            if not access.startswith("r") or "[v" in line:
                continue
            start, end = (int(word, 16) for word in extent.split("-"))
            memory.seek(start)
            try:
                block = memory.read(end - start)
            except OSError:
                continue
            counts = [count + block.count(pattern) for count, pattern in zip(counts, patterns, strict=True)]
    return counts
