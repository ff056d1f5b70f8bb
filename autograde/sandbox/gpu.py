"""Workers on a GPU, where there is one: a fresh process a submission, boxed as far as the driver allows.

A GPU cannot be shared through a fork, and its driver needs system calls, memory and device files that a
worker elsewhere must not have. What is left: the box with read-only libraries, no network, another user,
limits on time. Tensors move to the GPU before each call and come back after it.
"""

from __future__ import annotations

import functools
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from autograde.call import Call, perform
from autograde.sandbox import box
from autograde.sandbox.compile_box import give_up
from autograde.sandbox.failure import SandboxFailure
from autograde.sandbox.frames import Frame, Kind, pack, write_frame
from autograde.sandbox.libraries import Packages
from autograde.sandbox.limits import Limits
from autograde.sandbox.process import PIPE_BYTES, End, Worker
from autograde.sandbox.worker import Worker as Served
from autograde.sandbox.worker import serve

DEVICE = "cuda:0"
PROBE_S = 20.0
END_S = 20.0
START_S = 60.0  # it loads torch and wakes the driver
ON_THE_HOST = frozenset({"pretend_device"})
"""Instruments that bring a device of their own."""

START = "import sys; sys.path.insert(0, sys.argv.pop(1)); from autograde.sandbox.gpu import main; main()"


@functools.cache
def name() -> str:
    """Return what the GPU of this machine is called, or "" where there is none that torch can use."""
    probe = shutil.which("nvidia-smi")
    if probe is None or box.bubblewrap() is None:
        return ""
    import torch

    if torch.version.cuda is None:
        return ""
    command = [probe, "--query-gpu=name", "--format=csv,noheader", "--id=0"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=PROBE_S, text=True)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def how(otherwise: str) -> str:
    """Return how calls are run here: on the GPU, by its name, or `otherwise`."""
    return f"run on {DEVICE} ({name()})" if name() else otherwise


class GpuWorker(Worker):
    """A process of its own with the GPU in its box, and the pipes to it."""

    hello_s = START_S

    def __init__(self, packages: Packages, limits: Limits, device: str = DEVICE) -> None:
        self.limits = limits
        self.printed_bytes = 0
        self.log = bytearray()
        theirs_in, self._questions = os.pipe2(os.O_CLOEXEC)
        self._answers, theirs_out = os.pipe2(os.O_CLOEXEC)
        self._log, theirs_log = os.pipe2(os.O_CLOEXEC)
        os.set_blocking(self._questions, False)
        os.set_blocking(self._log, False)
        pipes = (theirs_in, theirs_out, theirs_log)
        settings = {"pipes": pipes, "device": device, "cpu_s": int(limits.submission_s + limits.load_s) + 60}
        command = [*box.arguments(packages, namespaces=False), *_device_files(), sys.executable]
        command += ["-I", "-B", "-c", START, str(box.ENGINE_INSIDE.parent), json.dumps(settings)]
        self._boxed = subprocess.Popen(command, env=_environment(), stdin=subprocess.DEVNULL, pass_fds=pipes)
        for pipe in pipes:
            os.close(pipe)
        self.pid = self._boxed.pid
        self._process = os.pidfd_open(self.pid)
        self._listen()

    def close(self) -> End:
        """Kill, reap, and keep the rest of the log."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._process, signal.SIGKILL)
        try:
            status = self._boxed.wait(END_S)
            self._keep_printed(PIPE_BYTES)
        except subprocess.TimeoutExpired as error:
            raise SandboxFailure("gpu: expected the end of a killed process, got none.") from error
        finally:
            for descriptor in (self._questions, self._answers, self._log, self._process):
                os.close(descriptor)
        return End(exit=max(status, 0), signal=max(-status, 0), memory_bytes=0)


def _device_files() -> list[str]:
    """Return bubblewrap's options that show it the files of the driver."""
    return [
        part for path in sorted(Path("/dev").glob("nvidia*")) for part in ("--dev-bind", str(path), str(path))
    ]


def _environment() -> dict[str, str]:
    libraries = os.environ.get("LD_LIBRARY_PATH")
    own = {"TRITON_INTERPRET": "0", "TRITON_CACHE_DIR": "/tmp/triton", "TRITON_DEFAULT_FP_FUSION": "1"}
    return box.ENVIRONMENT | own | ({"LD_LIBRARY_PATH": libraries} if libraries else {})


class OnDevice(Served):
    """Answers calls with everything on the GPU; what is kept stays there."""

    def __init__(self, device: str) -> None:
        super().__init__()
        self.device = device

    def answer(self, frame: Frame) -> object:
        """Move the arguments there, perform the call, and move the result back."""
        if frame.kind != Kind.CALL:
            return super().answer(frame)
        target, mode, args, kwargs, options = frame.value(fetch=self._fetch, tensors=True)
        if mode not in ON_THE_HOST:
            args, kwargs, options = (moved(each, self.device) for each in (args, kwargs, options))
        result = perform(Call(target, args, kwargs, mode, options), self._resolve)
        return moved(result, "cpu", modules=self.device)


def moved(value: Any, device: str, modules: str | None = None) -> Any:
    """Return `value` with every tensor in it on `device`, and every module on `modules` if that is given."""
    import torch

    if isinstance(value, torch.Tensor):
        return value.to(device)
    if isinstance(value, torch.nn.Module) and modules is not None:
        return value.to(modules)
    if type(value) in (tuple, list):
        return type(value)(moved(item, device, modules) for item in value)
    if type(value) is dict:
        return {key: moved(item, device, modules) for key, item in value.items()}
    return value


def main() -> None:
    """Run inside the box: give up what the driver does not need, say hello, serve."""
    settings = json.loads(sys.argv[1])
    questions, answers, log = settings["pipes"]
    give_up(settings["cpu_s"])
    os.dup2(log, 1)
    os.dup2(log, 2)
    import torch

    from autograde.instruments import pretend_device

    pretend_device.device()
    torch.zeros(1, device=settings["device"])
    write_frame(answers, pack(Kind.HELLO, 0, {"layers": [], "started": time.time()}))
    serve(questions, answers, OnDevice(settings["device"]))
