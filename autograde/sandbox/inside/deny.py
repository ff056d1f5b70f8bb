"""What an exercise is to be written without refuses to be called while a call of the exercise runs.

What counts is what ran. An operator of torch refuses in torch's dispatcher, a function behind a gate of its
own; no name in a comment, an annotation or an unused line does. The judge's workers and the public checks in
a notebook use the same code.

All of it lies in the submission's own process, which can take it away again if it sets out to: like
everything that a worker says, it is advice. A submission that swallows the refusal is left with what it
computes itself.
"""

from __future__ import annotations

import builtins
import functools
import inspect
import itertools
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from types import ModuleType
from typing import Any

from autograde.sandbox.inside.gates import Caller, Own, Undo, caller, guard, nearest
from autograde.sandbox.inside.names import OPERATORS, callables, operator_pattern, place, work_of

DOORS: Mapping[str, tuple[str, ...]] = {
    "torch.autograd.backward": (
        "torch.autograd.graph._engine_run_backward",
        "torch._C._ImperativeEngine.run_backward",
        f"{OPERATORS}_backward",
        f"{OPERATORS}*softmax_backward*",
        "torch._C._autograd._push_saved_tensors_default_hooks",
        "torch._C._autograd._pop_saved_tensors_default_hooks",
        "torch._C._autograd._saved_tensors_hooks_set_tracing",
    ),
    "torch.autograd.forward_ad": (f"{OPERATORS}_make_dual",),
    "numpy": ("torch.Tensor.numpy", "torch.Tensor.__array__", "torch.from_numpy"),
}
"""Other ways to where a name leads, and other places of a library in which the same is written once more."""

SLOW = "torch._inductor."
"""What begins like this takes a second to import: it is guarded once a submission has imported it."""

ENGINE = "torch.Tensor.backward"
"""Where this is banned, a gradient comes from the submission's own formulas."""


FUNCTION = "/torch/autograd/function.py"


class Refused(BaseException):
    """A rule is broken; the text is the sentence for the learner. No `Exception`: handlers let it pass."""


class Absent(ModuleNotFoundError):
    """A package that cannot be imported where submissions are graded; `sentence` is for the learner."""

    def __init__(self, package: str, sentence: str) -> None:
        super().__init__(f"No module named {package!r}", name=package)
        self.sentence = sentence


class Denial:
    """Refuses some names while it is in force.

    Args:
        banned: dotted names, as an exercise bans them: a function, a class, a method ("torch.Tensor.norm"), a
            module with all that can be called in it, or operators of torch ("torch.ops.aten.*norm*").
        importable: the packages that the submission may import beside Python's own and itself.
        package: the submission's own.
        own: how the learner knows a file, see `gates.Own`.
    """

    def __init__(
        self,
        banned: Collection[str],
        importable: Collection[str] = (),
        package: str = "",
        own: Own = lambda _: None,
    ) -> None:
        self.banned = banned
        self.serve(importable, package, own)
        self.in_force = False
        self.first: Refused | None = None
        self._recorded: Caller | None = None
        self._waiting = {rule: shown for shown, rule in self._rules() if rule.startswith(SLOW)}
        self._kernels = self._refusing_operators()
        self._turns = itertools.cycle(self._kernels)
        self._undo: list[Undo] = []
        self._lift: list[Undo] = []

    def serve(self, importable: Collection[str], package: str, own: Own) -> None:
        """From now on serve this submission."""
        self.importable, self.package, self.own = importable, package, own

    def install(self) -> None:
        """Put gates in front of the functions, asleep; to be done before the submission is imported."""
        self._undo = [guard(holder, name, ask) for holder, name, ask in self._gated(self._names())]
        if sys.modules.get("torch") is not None:
            from autograde.sandbox.inside import uncompiled

            self._undo.append(uncompiled.install())

    def remove(self) -> None:
        """Take everything away again."""
        self.lift()
        while self._undo:
            self._undo.pop()()

    def enforce(self) -> None:
        """Begin to refuse; `first` is from now on the first refusal."""
        self.first = self._recorded = None
        for rule in self._waiting.keys() & sys.modules.keys():
            found = self._gated([(self._waiting.pop(rule), rule)])
            self._undo += [guard(holder, name, ask) for holder, name, ask in found]
        if self.in_force:
            return
        self.in_force = True
        if self._kernels:
            self._lift.append(_dispatcher().override(self._kernels))
        if ENGINE in self.banned:
            self._lift.append(self._watch_graphs())

    def lift(self) -> None:
        """Refuse nothing until `enforce`."""
        self.in_force = False
        while self._lift:
            self._lift.pop()()

    def settle(self) -> None:
        """Raise after a call that got round what is refused.

        Torch recorded what the submission computed, to differentiate it; or an operator works again.
        """
        if self._recorded is not None:
            raise self._refuse("torch.autograd", self._recorded)
        for name in itertools.islice(self._turns, 1):  # one of them each time: a look takes 50 µs
            if not _dispatcher().holds(name):
                self._kernels[name]()

    def reason(self, error: BaseException) -> BaseException:
        """Return what ended a call: the first refusal, whatever was made of it on its way, or `error`."""
        return self.first or (Refused(error.sentence) if isinstance(error, Absent) else error)

    def _refuse(self, name: str, at: Caller) -> Refused:
        refused = Refused(f"{name}{_said(at)}: this exercise is to be written without it.")
        self.first = self.first or refused
        return refused

    def _ask(self, name: str, args: tuple[Any, ...]) -> None:
        """Refuse a call of the submission; see to it that what ours derives is the submission's own."""
        if not self.in_force:
            return
        at = caller(self.own)
        if at.is_own:
            raise self._refuse(name, at)
        if name == ENGINE and args and (node := self._foreign_node(args[0].grad_fn)):
            derived = f"torch.autograd ({node}) derives what a backward of your own should"
            raise self._refuse(derived, Caller(is_own=True))

    def _ask_about(self, holder: object, name: str, args: tuple[Any, ...]) -> None:
        if args and args[0] is holder:
            self._ask(name, args)

    def _foreign_node(self, node: Any) -> str:
        """Return the first step of a backward pass that is no `autograd.Function` of the submission's."""
        waiting, seen = [node], set()
        while waiting:
            node = waiting.pop()
            if node is None or node in seen or type(node).__name__ == "AccumulateGrad":
                continue
            seen.add(node)
            backward = getattr(getattr(node, "_forward_cls", None), "backward", None)
            code = getattr(inspect.unwrap(backward), "__code__", None) if backward else None
            if code is None or self.own(code.co_filename) is None:
                return str(type(node).__name__)
            waiting.extend(following for following, _ in node.next_functions)
        return ""

    def _watch_graphs(self) -> Undo:
        """Note where torch prepares a backward pass of its own while the submission runs."""
        from torch.autograd.graph import saved_tensors_hooks

        hooks = saved_tensors_hooks(self._kept, lambda tensor: tensor)
        hooks.__enter__()
        return hooks.__exit__

    def _kept(self, tensor: Any) -> Any:
        """Return a tensor that is kept for a backward pass; what an `autograd.Function` keeps is its own."""
        keeper = sys._getframe(1)
        at = nearest(self.own, keeper)
        if at.file and not keeper.f_code.co_filename.endswith(FUNCTION):
            self._recorded = self._recorded or at
        return tensor

    def _refusing_operators(self) -> dict[str, Callable[..., Any]]:
        """Return what stands in for each operator that is refused, by the operator's name."""
        kernels: dict[str, Callable[..., Any]] = {}
        for name, rule in self._names() if sys.modules.get("torch") is not None else ():
            pattern = operator_pattern(rule)
            for each in _dispatcher().found(pattern) if pattern else ():
                shown = OPERATORS + each.removeprefix("aten::") if "*" in rule else name
                kernels.setdefault(each, functools.partial(self._refusing_kernel, shown))
        return kernels

    def _refusing_kernel(self, name: str, *args: Any, **kwargs: Any) -> Any:
        raise self._refuse(name, nearest(self.own, sys._getframe(1)))

    def _names(self) -> Iterator[tuple[str, str]]:
        """Yield what a learner is told and what is refused now."""
        return (each for each in self._rules() if each[1] not in self._waiting)

    def _rules(self) -> Iterator[tuple[str, str]]:
        """Yield what a learner is told and what is refused, for all names and the other ways to them."""
        yield from ((name, name) for name in self.banned)
        yield from ((name, door) for name in self.banned for door in DOORS.get(name, ()))

    def _gated(
        self, names: Iterable[tuple[str, str]]
    ) -> Iterator[tuple[Any, str, Callable[[tuple[Any, ...]], None]]]:
        """Yield holder, name and question of everything that gets a gate now."""
        for shown, rule in names:
            if operator_pattern(rule) or (found := place(rule)) is None:
                continue
            holder, name = found
            value = getattr(holder, name) if name else holder
            if isinstance(value, ModuleType):
                for inside, member, path in callables(value):
                    yield inside, member, functools.partial(self._ask, path)
            elif isinstance(value, type):
                yield value, work_of(value), functools.partial(self._ask, shown)
            elif isinstance(holder, ModuleType | type):
                yield holder, name, functools.partial(self._ask, shown)
            else:  # a part of something written in C, such as `numpy.add.reduce`
                yield type(holder), name, functools.partial(self._ask_about, holder, shown)

    def guard_imports(self) -> Undo:
        """Let the submission import only what it may, whatever else is there; return what ends this."""
        original = builtins.__import__
        known = sys.stdlib_module_names | {*self.importable, self.package}

        def own_import(
            name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0
        ) -> ModuleType:
            top, importer = name.partition(".")[0], str((globals or {}).get("__name__"))
            if level == 0 and top not in known and importer.partition(".")[0] == self.package:
                raise self._absent(top)
            return original(name, globals, locals, fromlist, level)

        builtins.__import__ = own_import
        return functools.partial(setattr, builtins, "__import__", original)

    def _absent(self, package: str) -> Absent:
        where, allowed = _said(nearest(self.own, sys._getframe(1))), ", ".join(sorted(self.importable))
        only = f"only {allowed} and Python's standard library can be imported here."
        return Absent(package, f"{package}{where}: {only}")


@functools.cache
def prepared(banned: tuple[str, ...]) -> Denial:
    """Return a denial with its gates in place, asleep. A zygote prepares it once, for all its workers."""
    made = Denial(banned)
    made.install()
    made.enforce()  # what is done for the first time takes longer
    made.lift()
    return made


def _said(at: Caller) -> str:
    return f" in {at.file}, line {at.line}" if at.file else ""


def _dispatcher() -> ModuleType:
    """Return what deals with torch's dispatcher; it needs torch, which a worker may be without."""
    from autograde.sandbox.inside import operators

    return operators
