"""The only code of ours that shares a process with a submission. Nothing that it says is believed.

It serves the submission's files as the package `attnlib` from memory, calls what it is asked to call,
and sends back what came out.
"""

from __future__ import annotations

import builtins
import dis
import importlib
import importlib.abc
import importlib.machinery
import linecache
import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from types import CodeType, ModuleType
from typing import Any, NoReturn

from autograde.call import Call, perform
from autograde.sandbox.inside.frames import Closed, Frame, Kind, pack, read_frame, write_frame
from autograde.wire import MAX_PAYLOAD_BYTES, TooLarge, WireError

PACKAGE = "attnlib"
MAX_HANDLES = 1000
MAX_MESSAGE = 4000
MAX_FRAMES = 20
RAISE = dis.opmap["RAISE_VARARGS"]


class Missing(Exception):
    """The submission lacks what was asked for."""


class Importer(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Finds and loads the modules of `attnlib` in a dict of sources, one file at a time.

    Args:
        sources: path inside the package, such as "cpu/softmax.py", and the file's bytes.
        stand_ins: module, such as "attnlib.cpu.softmax", and the functions to put in place of its own.
    """

    def __init__(self, sources: Mapping[str, bytes], stand_ins: Mapping[str, Mapping[str, str]]) -> None:
        self.sources = sources
        self.stand_ins = stand_ins
        self.folders = {f"{PACKAGE}/"} | _folders(sources)
        self.folders |= _folders(name.replace(".", "/").removeprefix(f"{PACKAGE}/") for name in stand_ins)
        for path, source in sources.items():
            text = source.decode("utf-8", "replace")
            file = f"{PACKAGE}/{path}"
            linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Answer for `attnlib` and everything in it, for nothing else."""
        if fullname.partition(".")[0] != PACKAGE:
            return None
        is_package = self.is_package(fullname)
        if not (is_package or self.knows(fullname)):
            return None
        file = self.file(fullname)
        spec = importlib.machinery.ModuleSpec(fullname, self, origin=file, is_package=is_package)
        spec.has_location = True
        return spec

    def knows(self, fullname: str) -> bool:
        """Return whether a module has a file or a stand-in."""
        return self._source(fullname) is not None or fullname in self.stand_ins

    def _source(self, fullname: str) -> bytes | None:
        inside = fullname.replace(".", "/").removeprefix(PACKAGE).removeprefix("/")
        package = self.sources.get(f"{inside}/__init__.py".removeprefix("/"))
        return package if package is not None else self.sources.get(f"{inside}.py")

    def is_package(self, fullname: str) -> bool:
        """Return whether the name is a folder."""
        return f"{fullname.replace('.', '/')}/" in self.folders

    def file(self, fullname: str) -> str:
        """Return the path that tracebacks show for a module."""
        folder = fullname.replace(".", "/")
        return f"{folder}/__init__.py" if self.is_package(fullname) else f"{folder}.py"

    def get_source(self, fullname: str) -> str:
        """Return the text of a file, for `inspect`."""
        return (self._source(fullname) or b"").decode("utf-8", "replace")

    def get_code(self, fullname: str) -> CodeType:
        """Compile a file; raises SyntaxError."""
        return compile(self._source(fullname) or b"", self.file(fullname), "exec", dont_inherit=True)

    def exec_module(self, module: ModuleType) -> None:
        """Run the file; with stand-ins, an empty module takes the place of one that fails."""
        name = module.__name__
        replaced = self.stand_ins.get(name, {})
        before = dict(vars(module))
        try:
            exec(self.get_code(name), vars(module))
        except BaseException:
            if not replaced:
                raise
            vars(module).clear()
            vars(module).update(before)
        for function, source in replaced.items():
            space: dict[str, Any] = {"__name__": name, "__builtins__": builtins}
            exec(compile(source, f"<stand-in {name}.{function}>", "exec", dont_inherit=True), space)
            setattr(module, function, space[function])


def _folders(paths: Any) -> set[str]:
    """Return every folder above the paths, as "attnlib/cpu/"."""
    parts = [path.split("/")[:-1] for path in paths]
    return {"/".join([PACKAGE, *each[:end], ""]) for each in parts for end in range(len(each) + 1)}


class Worker:
    """What one worker knows: the importer and the objects that could not travel."""

    def __init__(self) -> None:
        self.importer = Importer({}, {})
        self.first_handle = 0
        self.max_bytes = MAX_PAYLOAD_BYTES
        self.kept: list[object] = []

    def answer(self, frame: Frame) -> object:
        """Do what a frame asks; return the value for the reply."""
        asked = frame.value(fetch=self._fetch, tensors=sys.modules.get("torch") is not None)
        if frame.kind == Kind.LOAD:
            self._load(asked)
        elif frame.kind == Kind.IMPORT:
            importlib.import_module(self._split(asked)[0])
        else:
            target, mode, args, kwargs, options = asked
            return perform(Call(target, args, kwargs, mode, options), self._resolve)
        return None

    def _load(self, asked: Any) -> None:
        stand_ins: dict[str, dict[str, str]] = {}
        for target, source in asked["stand_ins"].items():
            module, _, function = f"{PACKAGE}.{target}".rpartition(".")
            stand_ins.setdefault(module, {})[function] = source
        self.importer = Importer(asked["sources"], stand_ins)
        self.first_handle = asked["first_handle"]
        self.max_bytes = asked["max_bytes"]
        sys.meta_path.insert(0, self.importer)

    def _split(self, target: str) -> tuple[str, list[str]]:
        """Return the module of "cpu.softmax.softmax" and the names inside it."""
        names = target.split(".")
        for end in range(len(names) - 1, 0, -1):
            module = ".".join([PACKAGE, *names[:end]])
            deep = self.importer.is_package(module) and end < len(names) - 1
            if self.importer.knows(module) and not deep:
                return module, names[end:]
        file = "/".join([PACKAGE, *names[:-1]]) + ".py"
        raise Missing(f"{file}: expected a function {names[-1]}, got no such file.")

    def _resolve(self, target: str) -> Any:
        if target.startswith("#"):
            handle, *names = target.split(".")
            found, where = self._fetch(handle, "object"), handle
        else:
            module, names = self._split(target)
            found, where = importlib.import_module(module), self.importer.file(module)
        for name in names:
            if not hasattr(found, name):
                raise Missing(f"{where}: expected a function {name}, got none.")
            found = getattr(found, name)
        return found

    def _fetch(self, handle: str, type_name: str) -> object:
        index = int(handle[1:]) - self.first_handle
        if not 0 <= index < len(self.kept):
            raise LookupError(f"{type_name} {handle} was lost when the process that held it ended")
        return self.kept[index]

    def keep(self, value: object) -> tuple[str, str]:
        """Keep an object that cannot travel; return its handle and type."""
        if len(self.kept) >= MAX_HANDLES:
            raise TooLarge(f"objects: expected at most {MAX_HANDLES}, got more")
        self.kept.append(value)
        name = "".join(c for c in type(value).__name__ if c.isprintable())[:100]
        return f"#{self.first_handle + len(self.kept) - 1}", name


def serve(questions: int, answers: int, worker: Worker | None = None) -> NoReturn:
    """Answer frames until the judge hangs up."""
    worker = worker or Worker()
    while True:
        try:
            frame = read_frame(questions)
        except Closed:
            os._exit(0)
        try:
            reply = pack(Kind.RESULT, frame.sequence, worker.answer(frame), worker.keep, worker.max_bytes)
        except (
            BaseException
        ) as error:  # also SystemExit and KeyboardInterrupt: they end a call, not the worker
            reply = pack(Kind.ERROR, frame.sequence, report(error))
        _flush()
        write_frame(answers, reply)
        del frame, reply


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:  # the submission may have closed or replaced it
            continue


def report(error: BaseException) -> dict[str, Any]:
    """Return what the judge is told about an exception."""
    frames: list[tuple[str, int, str]] = [
        (frame.filename, frame.lineno or 0, frame.name)
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename.startswith(f"{PACKAGE}/")
    ]
    if isinstance(error, SyntaxError) and str(error.filename).startswith(f"{PACKAGE}/"):
        frames.append((str(error.filename), error.lineno or 0, "<module>"))
    return {
        "outcome": _outcome(error),
        "type": type(error).__name__[:100],
        "message": _message(error),
        "frames": frames[-MAX_FRAMES:],
    }


def _outcome(error: BaseException) -> str:
    if isinstance(error, Missing):
        return "missing"
    if isinstance(error, NotImplementedError) and _raised_by_submission(error):
        return "not_implemented"
    if isinstance(error, WireError):
        return "too_large"
    if isinstance(error, MemoryError) or "can't allocate memory" in _message(error):
        return "memory"
    return "error"


def _raised_by_submission(error: BaseException) -> bool:
    """Return whether a `raise` in a file of the submission began it, and not a library that it called."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return False
    code = trace.tb_frame.f_code
    return code.co_filename.startswith(f"{PACKAGE}/") and code.co_code[trace.tb_lasti] == RAISE


def _message(error: BaseException) -> str:
    try:
        return error.msg if isinstance(error, SyntaxError) else str(error)[:MAX_MESSAGE]
    except Exception:  # a submission's exception may fail to describe itself
        return ""
