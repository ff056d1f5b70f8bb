"""Kernels for notebooks, each forked from one process that has loaded the libraries, and nothing of ours.

A kernel that starts from nothing loads torch, matplotlib and the widgets for two seconds. Here that is done
once: `python tests/kernels.py` loads them and forks a kernel for each line that it reads.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Self

import nbformat
import psutil
from ipykernel.kernelapp import IPKernelApp
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.connect import write_connection_file

INLINE = "matplotlib_inline.backend_inline"  # as ipykernel chooses it; matplotlib asks when it is imported
LIBRARIES = (
    "torch",
    "matplotlib.pyplot",
    INLINE,
    "ipywidgets",
    "anywidget",
    "tokenizers",
    "safetensors.torch",
)
CELL_S = 120
END_S = 20
SHOWN = "stream", "display_data", "execute_result", "error"


class Kernels:
    """Starts kernels that can import what lies in some folders; a context manager."""

    def __init__(self, search: Iterable[Path]) -> None:
        chosen = {"PYTHONPATH": os.pathsep.join(map(str, search)), "MPLBACKEND": f"module://{INLINE}"}
        environment = {**os.environ, **chosen, "OMP_NUM_THREADS": "1"}
        command = [sys.executable, __file__]
        pipe = subprocess.PIPE
        self._warm = subprocess.Popen(command, stdin=pipe, stdout=pipe, env=environment, text=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._warm.communicate(timeout=END_S)

    @contextlib.contextmanager
    def kernel(self, folder: Path, environment: Mapping[str, str]) -> Iterator[BlockingKernelClient]:
        """Give a client of a new kernel that works in a folder."""
        assert self._warm.stdin is not None
        assert self._warm.stdout is not None
        with tempfile.TemporaryDirectory() as place:
            connection, _ = write_connection_file(
                f"{place}/kernel.json", ip=f"{place}/kernel", transport="ipc"
            )
            print(json.dumps([connection, str(folder), dict(environment)]), file=self._warm.stdin, flush=True)
            process = psutil.Process(int(self._warm.stdout.readline()))
            client = BlockingKernelClient(connection_file=connection)
            client.load_connection_file()
            client.start_channels()
            try:
                client.wait_for_ready(timeout=60)
                yield client
                client.shutdown()
                process.wait(END_S)
            finally:
                client.stop_channels()
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()


def run(client: BlockingKernelClient, source: str) -> tuple[bool, list[dict[str, Any]]]:
    """Run a cell. Return whether it went well, and its outputs as a notebook keeps them."""
    outputs: list[dict[str, Any]] = []

    def keep(message: dict[str, Any]) -> None:
        if message["msg_type"] in SHOWN:
            outputs.append(nbformat.v4.output_from_msg(message))

    reply = client.execute_interactive(source, allow_stdin=False, timeout=CELL_S, output_hook=keep)
    return reply["content"]["status"] == "ok", outputs


def main() -> None:
    """Load the libraries. Fork a kernel for each line of JSON, and print its process number."""
    for name in LIBRARIES:
        importlib.import_module(name)
    gc.freeze()  # or each kernel would look through all of it for garbage, and copy it by that
    signal.signal(signal.SIGCHLD, _reap)
    for line in sys.stdin:
        number = os.fork()
        if not number:
            _become_kernel(*json.loads(line))
        print(number, flush=True)


def _reap(*ignored: object) -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _become_kernel(connection: str, folder: str, environment: dict[str, str]) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1):
        os.dup2(nothing, stream)
    os.chdir(folder)
    os.environ.update(environment)
    IPKernelApp.launch_instance(argv=["-f", connection])
    sys.exit()


if __name__ == "__main__":
    main()
