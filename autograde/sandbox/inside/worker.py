"""The heart of every worker. Nothing that it says is believed.

It serves the submission's files as a package from memory, calls what it is asked to call, and sends back
what came out.
"""

from __future__ import annotations

import builtins
import functools
import importlib
import importlib.abc
import importlib.machinery
import linecache
import os
import sys
import traceback
from collections.abc import Iterable, Sequence
from dataclasses import replace
from types import CodeType, ModuleType
from typing import Any, NoReturn

from autograde.call import Call, Target, is_unwritten, perform
from autograde.sandbox.inside.deny import Denial, Refused, prepared
from autograde.sandbox.inside.frames import Closed, Frame, Kind, pack, read_frame, write_frame
from autograde.sandbox.inside.load import Load
from autograde.sandbox.inside.source import refuse_hidden, text_of, two_of_a_name
from autograde.wire import TooLarge, WireError

MAX_HANDLES = 4000  # 1,100 steps with a state of a class keep it twice each: as answer and as argument
MAX_MESSAGE = 4000
MAX_FRAMES = 20


class Missing(Exception):
    """The submission lacks what was asked for."""


class Importer(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Finds and loads the modules of a submission in its load, one file at a time."""

    def __init__(self, load: Load) -> None:
        self.package = load.package
        self.sources = load.sources
        self.stand_ins = _compiled(load)
        paths = [*load.sources, *(Target.of(stand_in).file for stand_in in load.stand_ins)]
        self.folders = {f"{self.package}/"} | {f"{self.package}/{folder}" for folder in _folders(paths)}
        for path, source in load.sources.items():  # read once a traceback shows a line of it
            linecache.cache[f"{self.package}/{path}"] = (functools.partial(text_of, source),)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Answer for the package and everything in it, for nothing else."""
        if fullname.partition(".")[0] != self.package:
            return None
        is_package = self.is_package(fullname)
        if not (is_package or self.knows(fullname)):
            return None
        self._refuse_two(fullname)
        file = self.file(fullname)
        spec = importlib.machinery.ModuleSpec(fullname, self, origin=file, is_package=is_package)
        spec.has_location = True
        return spec

    def knows(self, fullname: str) -> bool:
        """Return whether a module has a file or a stand-in."""
        return self._source(fullname) is not None or fullname in self.stand_ins

    def owns(self, file: str) -> bool:
        """Return whether a file, as a traceback shows it, is one of the submission's."""
        return file.startswith(f"{self.package}/")

    def known_as(self, file: str) -> str | None:
        """Return how a learner knows the file of a frame: "" for text without a file, None for others."""
        if self.owns(file):
            return file
        elsewhere = file.startswith(("/", "<frozen", "<stand-in"))
        return None if elsewhere else ""

    def _refuse_two(self, fullname: str) -> None:
        inside = self._inside(fullname)
        if f"{inside}.py" in self.sources and any(path.startswith(f"{inside}/") for path in self.sources):
            raise two_of_a_name(f"{self.package}/{inside}.py")

    def _inside(self, fullname: str) -> str:
        return fullname.replace(".", "/").removeprefix(self.package).removeprefix("/")

    def _source(self, fullname: str) -> bytes | None:
        inside = self._inside(fullname)
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
        return text_of(self._source(fullname) or b"")

    def get_code(self, fullname: str) -> CodeType:
        """Compile a file; raises SyntaxError."""
        source, file = self._source(fullname) or b"", self.file(fullname)
        refuse_hidden(source, file)
        return compile(source, file, "exec", dont_inherit=True)

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
        for function, code in replaced.items():
            space: dict[str, Any] = {"__name__": name, "__builtins__": builtins}
            exec(code, space)
            setattr(module, function, space[function])


def _compiled(load: Load) -> dict[str, dict[str, CodeType]]:
    """Return the stand-ins as module -> function -> code: no text of theirs stays in this process."""
    found: dict[str, dict[str, CodeType]] = {}
    for dotted, source in load.stand_ins.items():
        target = Target.of(dotted)
        module = f"{load.package}.{target.holder}"
        code = compile(source, f"<stand-in {module}.{target.name}>", "exec", dont_inherit=True)
        found.setdefault(module, {})[target.name] = code
    return found


def _folders(paths: Iterable[str]) -> set[str]:
    """Return every folder above the paths, as "algebra/"."""
    parts = [path.split("/")[:-1] for path in paths]
    return {"/".join([*each[:end], ""]) for each in parts for end in range(1, len(each) + 1)}


def question(asked: Any) -> Call:
    """Return the call that a frame asks for."""
    (holder, names), mode, args, kwargs, options = asked
    return Call(Target(holder, tuple(names)), args, kwargs, mode, options)


class Worker:
    """What one worker knows: the importer and the objects that could not travel."""

    def __init__(self) -> None:
        self.load = Load("", {})
        self.importer = Importer(self.load)
        self.objects: list[object] = []
        self.denial = Denial(())
        self.named: dict[int, Any] = {}

    def answer(self, frame: Frame) -> object:
        """Do what a frame asks; return the value for the reply."""
        asked = frame.value(fetch=self.fetch, tensors=sys.modules.get("torch") is not None)
        if frame.kind == Kind.LOAD:
            self._begin(Load.read(asked))
        elif frame.kind == Kind.IMPORT:
            holder, names = asked
            self.denial.lift()
            self._module(Target(holder, tuple(names)))
        else:
            return self.carry_out(question(asked))
        return None

    def carry_out(self, call: Call) -> Any:
        """Perform a call; what its exercise bans refuses meanwhile."""
        if self.named:
            call = replace(call, args=tuple(map(self._as_named, call.args)))
        self.denial.enforce()
        value = perform(call, self.resolve)
        self.denial.settle()
        return value

    def note_named(self, value: object) -> None:
        """Remember the kinds of named tuples in an answer, which travels as tuples, by their length.

        Only of an answer that was packed: until then nothing is known of its depth and its size.
        """
        if isinstance(value, tuple | list):
            for item in value:
                self.note_named(item)
            if hasattr(type(value), "_make"):
                self.named[len(value)] = type(value)

    def _as_named(self, value: Any) -> Any:
        """Return a value in which a tuple as long as a named one that was returned is such a one again."""
        if not isinstance(value, tuple):
            return value
        items = [self._as_named(item) for item in value]
        return self.named[len(items)]._make(items) if len(items) in self.named else tuple(items)

    def _begin(self, load: Load) -> None:
        self.load, self.importer = replace(load, stand_ins={}), Importer(load)
        sys.meta_path.insert(0, self.importer)
        self.denial = prepared(tuple(load.banned))
        self.denial.serve(load.importable, load.package, self.importer.known_as)
        self.denial.guard_imports()

    def _module(self, target: Target) -> ModuleType:
        name = f"{self.load.package}.{target.holder}"
        if not self.importer.knows(name):
            found = f"{self.load.package}/{target.file}"
            raise Missing(f"{found}: expected a function {target.name}, got no such file.")
        return importlib.import_module(name)

    def resolve(self, target: Target) -> Any:
        """Return the function that a call names; raises Missing."""
        if target.kept:
            found, where = self.fetch(target.holder, "object"), target.holder
        else:
            found = self._module(target)
            where = self.importer.file(found.__name__)
        for name in target.names:
            if not hasattr(found, name):
                raise Missing(f"{where}: expected a function {name}, got none.")
            found = getattr(found, name)
        return found

    def fetch(self, handle: str, type_name: str) -> object:
        """Return the kept object with this handle."""
        index = int(handle[1:]) - self.load.first_handle
        if not 0 <= index < len(self.objects):
            raise LookupError(f"{type_name} {handle} was lost when the process that held it ended")
        return self.objects[index]

    def keep(self, value: object) -> tuple[str, str]:
        """Keep an object that cannot travel; return its handle and type."""
        if len(self.objects) >= MAX_HANDLES:
            raise TooLarge(f"objects: expected at most {MAX_HANDLES}, got more")
        self.objects.append(value)
        name = "".join(c for c in _type_name(value) if c.isprintable())[:100]
        return f"#{self.load.first_handle + len(self.objects) - 1}", name

    def report(self, error: BaseException) -> dict[str, Any]:
        """Return what the judge is told about an exception."""
        error = self.denial.reason(error)
        frames: list[tuple[str, int, str]] = [
            (frame.filename, frame.lineno or 0, frame.name)
            for frame in traceback.extract_tb(error.__traceback__)
            if self.importer.owns(frame.filename)
        ]
        if isinstance(error, SyntaxError) and self.importer.owns(str(error.filename)):
            frames.append((str(error.filename), error.lineno or 0, "<module>"))
        return {
            "outcome": self._outcome(error),
            "type": type(error).__name__[:100],
            "message": _message(error),
            "frames": frames[-MAX_FRAMES:],
        }

    def _outcome(self, error: BaseException) -> str:
        if isinstance(error, Refused):
            return "rule"
        if isinstance(error, Missing):
            return "missing"
        if is_unwritten(error, self.importer.owns):
            return "not_implemented"
        if isinstance(error, WireError):
            return "too_large"
        if isinstance(error, MemoryError) or "can't allocate memory" in _message(error):
            return "memory"
        return "error"


def serve(questions: int, answers: int, worker: Worker | None = None) -> NoReturn:
    """Answer frames until the judge hangs up."""
    worker = worker or Worker()
    while True:
        try:
            frame = read_frame(questions)
        except Closed:
            os._exit(0)
        try:
            answer = worker.answer(frame)
            reply = pack(Kind.RESULT, frame.sequence, answer, worker.keep, worker.load.max_bytes)
            worker.note_named(answer)
            del answer
        except BaseException as error:  # also SystemExit: it ends a call, not the worker
            reply = pack(Kind.ERROR, frame.sequence, worker.report(error))
        _flush()
        write_frame(answers, reply)
        del frame, reply


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:  # the submission may have closed or replaced it
            continue


def _type_name(value: Any) -> str:
    """Return what the judge is told of an object that cannot travel; of an array or a tensor what is odd."""
    kind = type(value)
    if (kind.__module__, kind.__name__) == ("numpy", "ndarray"):
        return f"NumPy array of dtype {value.dtype}"
    if (kind.__module__, kind.__name__) == ("torch", "Tensor"):
        return f"tensor of {value.dtype} with layout {value.layout} on {value.device}"
    return kind.__name__


def _message(error: BaseException) -> str:
    try:
        return error.msg if isinstance(error, SyntaxError) else str(error)[:MAX_MESSAGE]
    except Exception:  # a submission's exception may fail to describe itself
        return ""
