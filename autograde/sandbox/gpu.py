"""Workers on a GPU, where there is one: a fresh process a submission, boxed as far as the driver allows.

A GPU cannot be shared through a fork, and its driver needs system calls, memory and device files that a
worker elsewhere must not have. What is left: the box with read-only libraries, no network, another user,
limits on time. Tensors move to the GPU before each call and come back after it.
"""

from __future__ import annotations

import functools
import json
import os
import select
import signal
import subprocess
import sys
import sysconfig
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from autograde.call import Call, moved, perform
from autograde.sandbox import box
from autograde.sandbox.compile_box import ENVIRONMENT, give_up
from autograde.sandbox.failure import SandboxFailure
from autograde.sandbox.inside.frames import Frame, Kind, pack, write_frame
from autograde.sandbox.inside.worker import Worker as Served
from autograde.sandbox.inside.worker import serve
from autograde.sandbox.libraries import Packages
from autograde.sandbox.limits import Limits
from autograde.sandbox.process import PIPE_BYTES, End, Worker
from autograde.verdict import Verdict

DEVICE = "cuda:0"
END_S = 20.0
LAST_MOMENTS_S = 2.0
START_S = 120.0  # it loads torch, wakes the driver, and lets Triton build its launcher
LOST = 71  # exit status of a worker whose GPU answers no more calls
LOSSES = ("CUDA error", "device-side assert")
ON_THE_HOST = frozenset({"pretend_device"})
"""Instruments that bring a device of their own."""

START = "import sys; sys.path.insert(0, sys.argv.pop(1)); from autograde.sandbox.gpu import main; main()"


@dataclass(frozen=True)
class Gpu:
    """The GPU that workers run on: its name, or "" and the reason why there is none."""

    name: str
    reason: str = ""


@functools.cache
def found() -> Gpu:
    """Start a worker on the GPU as any submission's would be, and ask what it runs on."""
    if not any(Path("/dev").glob("nvidia[0-9]*")):
        return Gpu("", "none")
    if box.bubblewrap() is None:
        return Gpu("", "there is one, and no bubblewrap box to put a worker in")
    import torch

    if torch.version.cuda is None:
        return Gpu("", "there is one, and a torch built without CUDA")
    try:
        worker = GpuWorker("triton" if find_spec("triton") else "torch", Limits())
    except OSError as error:
        return Gpu("", str(error))
    try:
        worker.greet()
        return Gpu(worker.device_name)
    except SandboxFailure as error:
        return Gpu("", str(error))
    finally:
        worker.close()


def name() -> str:
    """Return what the GPU that workers run on is called, or "" where there is none."""
    return found().name


def how(otherwise: str) -> str:
    """Return how calls are run here: on the GPU, by its name, or `otherwise`."""
    return f"run on {DEVICE} ({name()})" if name() else otherwise


def patient(limits: Limits) -> Limits:
    """Return limits that leave Triton time to compile a kernel for each new shape."""
    return replace(
        limits,
        load_s=max(limits.load_s, 60.0),
        call_s=max(limits.call_s, 30.0),
        submission_s=max(limits.submission_s, 300.0),
    )


class GpuWorker(Worker):
    """A process of its own with the GPU in its box, and the pipes to it."""

    hello_s = START_S

    def __init__(self, packages: Packages, limits: Limits, device: str = DEVICE) -> None:
        pipes = self._open(limits)
        cpu_s = int(limits.submission_s + limits.load_s) + 60
        settings = {"pipes": pipes[:2], "packages": packages, "device": device, "cpu_s": cpu_s}
        command = [*box.arguments(packages, namespaces=False, extra=_headers()), *_device_files()]
        command += [
            sys.executable,
            "-I",
            "-B",
            "-c",
            START,
            str(box.ENGINE_INSIDE.parent),
            json.dumps(settings),
        ]
        self._boxed = subprocess.Popen(
            [*command, json.dumps(settings)],
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=pipes[2],
            stderr=pipes[2],
            pass_fds=pipes,
        )
        for pipe in pipes:
            os.close(pipe)
        self.pid = self._boxed.pid
        self._process = os.pidfd_open(self.pid)
        self._listen()

    @property
    def device_name(self) -> str:
        """What the worker said that it runs on."""
        return str(self.hello["device"])

    def describe(self, end: End, memory_bytes: int) -> tuple[Verdict, str]:
        """Return verdict and message for a worker that has ended, perhaps because its GPU has."""
        if end.exit == LOST:
            said = self.log.decode("utf-8", "replace").strip().splitlines()[-1:]
            reason = f"the GPU stopped ({' '.join(said)[:200]}). Does a load or a store lack its mask?"
            return Verdict.RUN_TIME_ERROR, f"expected an answer, got none: {reason}"
        return super().describe(end, memory_bytes)

    def close(self) -> End:
        """Kill, reap, and keep the rest of the log. One that is ending by itself may say how."""
        if dict(self._reading.poll(0)).get(self._answers, 0) & select.POLLHUP:
            with suppress(subprocess.TimeoutExpired):
                self._boxed.wait(LAST_MOMENTS_S)
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
    """Return bubblewrap's options that show it the files of the driver, and how the machine is built."""
    devices = [("--dev-bind", str(path), str(path)) for path in sorted(Path("/dev").glob("nvidia*"))]
    return [part for option in [*devices, ("--ro-bind", "/sys", "/sys")] for part in option]


def _headers() -> tuple[Path, ...]:
    """Return where Triton finds the interpreter's headers: it builds the launcher of its kernels in C."""
    folder = Path(sysconfig.get_paths(scheme="posix_prefix")["include"])
    return (folder,) if folder.is_dir() and not folder.is_relative_to("/usr") else ()


def _environment() -> dict[str, str]:
    handed_on = ("LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES")
    return ENVIRONMENT | {name: os.environ[name] for name in handed_on if os.environ.get(name)}


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
        try:
            result = perform(Call(target, args, kwargs, mode, options), self._resolve)
            return moved(result, "cpu", modules=self.device)
        except RuntimeError as error:
            if any(words in str(error) for words in LOSSES):  # no later call would be answered either
                print(str(error).partition("\n")[0], flush=True)
                os._exit(LOST)
            raise


def main() -> None:
    """Run inside the box: give up what the driver does not need, say hello, serve."""
    settings = json.loads(sys.argv[1])
    questions, answers = settings["pipes"]
    device = settings["device"]
    give_up(settings["cpu_s"])
    import torch

    from autograde.instruments import pretend_device

    pretend_device.device()
    torch.zeros(1, device=device)
    if settings["packages"] == "triton":
        from autograde.sandbox.inside import preload_triton

        preload_triton.warm_up(device)
    device_name = torch.cuda.get_device_name(device) if device != "cpu" else "cpu"
    write_frame(answers, pack(Kind.HELLO, 0, {"layers": [], "started": time.time(), "device": device_name}))
    serve(questions, answers, OnDevice(device))
