"""The worker of a GPU: tensors move there before each call and come back after it."""

from __future__ import annotations

import json
import os
import sys
import time

from autograde.call import Call, instrument, moved
from autograde.instruments.place import Place
from autograde.sandbox.inside.agreed import LOST
from autograde.sandbox.inside.frames import Frame, Kind, pack, write_frame
from autograde.sandbox.inside.lockdown import give_up
from autograde.sandbox.inside.worker import Worker, question, serve

LOSSES = ("CUDA error", "device-side assert")


class OnDevice(Worker):
    """Answers calls with everything on the GPU; what is kept stays there."""

    def __init__(self, device: str) -> None:
        super().__init__()
        self.device = device

    def answer(self, frame: Frame) -> object:
        """Move the arguments there, perform the call, and move the result back."""
        if frame.kind != Kind.CALL:
            return super().answer(frame)
        call = question(frame.value(fetch=self.fetch, tensors=True))
        try:
            return moved(self.carry_out(self._placed(call)), "cpu", modules=self.device)
        except RuntimeError as error:
            if any(words in str(error) for words in LOSSES):  # no later call would be answered either
                print(str(error).partition("\n")[0], flush=True)
                os._exit(LOST)
            raise

    def _placed(self, call: Call) -> Call:
        found = instrument(call.mode)
        if found is not None and found.PLACE is Place.HOST:
            return call
        args, kwargs, options = (moved(each, self.device) for each in (call.args, call.kwargs, call.options))
        return Call(call.target, args, kwargs, call.mode, options)


def main() -> None:
    """Run inside the box: give up what the driver does not need, say hello, serve."""
    settings = json.loads(sys.argv[1])
    questions, answers = settings["pipes"]
    device = settings["device"]
    give_up(settings["cpu_s"])
    import torch

    from autograde.instruments import pretend_device

    if device != "cpu":
        pretend_device.on_the_real(device)
    pretend_device.device()
    torch.zeros(1, device=device)
    if settings["packages"] == "triton":
        from autograde.sandbox.inside import preload_triton

        preload_triton.warm_up(device)
    device_name = torch.cuda.get_device_name(device) if device != "cpu" else "cpu"
    write_frame(answers, pack(Kind.HELLO, 0, {"layers": [], "started": time.time(), "device": device_name}))
    serve(questions, answers, OnDevice(device))
