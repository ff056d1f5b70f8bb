"""The sandbox as the judge sees it: warm zygotes, and a session for each submission."""

from __future__ import annotations

import copy
import functools
import os
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from autograde.errors import AutogradeError
from autograde.limits import Limits, Loaded, Packages, importable
from autograde.sandbox import box, gpu, libraries
from autograde.sandbox.failure import SandboxFailure
from autograde.sandbox.inside.agreed import BOX, LANDLOCK
from autograde.sandbox.inside.load import Load
from autograde.sandbox.level import LAYERS, Level, probe
from autograde.sandbox.process import Forked, Worker, Zygote
from autograde.sandbox.session import Clock, Session

DEFAULT_LIMITS = Limits()
NO_STAND_INS: Mapping[str, str] = {}


class Sandbox:
    """Owns one warm zygote for each kind of packages.

    Args:
        limits: what each submission may use.
        unsafe: go on without Landlock and seccomp; for people who trust every submission.
        layers: other layers than the level's, for the tests of the layers.
        extra: more files that the box shows, for the tests of the layers.

    Raises:
        AutogradeError: this machine cannot hold a submission, and `unsafe` was not asked for.
    """

    def __init__(
        self,
        limits: Limits = DEFAULT_LIMITS,
        unsafe: bool = False,
        *,
        layers: frozenset[str] | None = None,
        extra: tuple[Path, ...] = (),
    ) -> None:
        found = probe()
        if found.level is Level.NONE and (not unsafe or sys.platform != "linux"):
            reasons = "; ".join(dict.fromkeys(layer.reason for layer in found.missing))
            raise AutogradeError(f"sandbox: expected Landlock and seccomp, got none. {reasons}")
        self.level = found.level
        self.limits = limits
        missing = {layer.name for layer in found.missing}
        self.layers = LAYERS[self.level] - missing if layers is None else layers
        self._extra = extra
        self._hidden: set[Path] = set()
        self._zygotes: dict[Loaded, Zygote] = {}
        self._starting = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def under(self, limits: Limits) -> Sandbox:
        """Return a view of this sandbox with other limits. The zygotes are shared; this one closes them."""
        view = copy.copy(self)
        view.limits = limits
        return view

    def refuse_visible(self, secret: Path) -> None:
        """Raise if a worker could see `secret`. Without any wall it can; the user chose so."""
        if secret in self._hidden:
            return
        if BOX in self.layers:
            visible = [path for path, _ in box.mounts("triton", self._extra)]
        elif LANDLOCK in self.layers:
            visible = [Path(path) for path in libraries.readable_paths("triton", box.ENGINE)]
        else:
            return
        for path in visible:
            if secret.resolve().is_relative_to(path.resolve()):
                wanted = "expected a place that no submission can see"
                raise AutogradeError(f"{secret}: {wanted}, got one under {path}. Move the course.")
        self._hidden.add(secret)

    def session(
        self,
        package: str,
        sources: Mapping[str, bytes],
        *,
        packages: Packages = "numpy",
        stand_ins: Mapping[str, str] = NO_STAND_INS,
        banned: Sequence[str] = (),
        clock: Clock | None = None,
    ) -> Session:
        """Return a session for one submission.

        Args:
            package: the name under which its files are imported.
            sources: path inside the package, such as "algebra/vectors.py", and the file's bytes.
            packages: what it may import beside the standard library.
            stand_ins: "algebra.vectors.norm" and the text of a function to use in place of its own.
            banned: what refuses to be called, such as "numpy.linalg.norm".
            clock: that of the submission's other sessions; by default one of its own.
        """
        load = Load(package, dict(sources), dict(stand_ins), tuple(banned), importable(packages))
        start = functools.partial(self._start, banned=load.banned)
        return Session(load, packages, self._limits(packages), start, clock or Clock())

    def _on_gpu(self, packages: Packages) -> bool:
        return packages != "numpy" and BOX in self.layers and bool(gpu.name())

    def _limits(self, packages: Packages) -> Limits:
        return self.limits.on_gpu() if self._on_gpu(packages) else self.limits

    def _start(self, packages: Loaded, memory_bytes: int, banned: Sequence[str] = ()) -> Worker:
        """Start a locked-down worker; a zygote that has died is started once more."""
        try:
            return self._start_once(packages, memory_bytes, banned)
        except SandboxFailure:
            self._drop(packages)
            return self._start_once(packages, memory_bytes, banned)

    def _start_once(self, packages: Loaded, memory_bytes: int, banned: Sequence[str]) -> Worker:
        if packages != "compiler" and self._on_gpu(packages):
            return gpu.start(packages, self._limits(packages))
        with self._starting:
            zygote = self._zygotes.get(packages)
            if zygote is None or zygote.owner != os.getpid():
                zygote = self._zygotes[packages] = Zygote(packages, self.layers, self._extra)
        worker = Forked(zygote, self.limits, memory_bytes, banned)
        held = frozenset(worker.hello["layers"])
        if held | {BOX} != self.layers | {BOX}:
            worker.end()
            raise SandboxFailure(f"sandbox: expected {sorted(self.layers)}, got {sorted(held)}.")
        return worker

    def _drop(self, packages: Loaded) -> None:
        zygote = self._zygotes.pop(packages, None)
        if zygote is not None:
            zygote.close()

    def close(self) -> None:
        """End all zygotes and with them whatever still runs."""
        for packages in list(self._zygotes):
            self._drop(packages)
