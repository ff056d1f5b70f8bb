"""Makes Triton's interpreter quick: a kernel of many steps takes half the time, and its numbers are the same.

It is used wherever kernels are interpreted: in workers, for known answers, and by the public checks. What is
replaced are private functions, which is why Triton is pinned.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any


def hurry() -> None:
    """Let Triton's interpreter find out once what does not change, where Triton is loaded and interpreted."""
    if "triton" not in sys.modules or os.environ.get("TRITON_INTERPRET") != "1":
        return
    try:
        import triton.language as tl
        from triton.runtime import interpreter
    except ImportError:  # where it cannot be loaded, such as on Windows, nothing is interpreted
        return
    if interpreter._patch_lang.__module__ == __name__:
        return
    interpreter._patch_lang = _patched_once(interpreter)
    interpreter._get_np_dtype = _known_dtypes(interpreter)
    tl.core.block_type.__init__ = _known_shapes(tl.core.block_type.__init__)
    # Each sum of whole numbers is made again in 64 bits, to see whether it overflows, and nobody looks.
    builder = interpreter.interpreter_builder
    builder.options = replace(builder.options, sanitize_overflow=False)


def _patched_once(interpreter: Any) -> Callable[[Any], Any]:
    """Replace the words of Triton's language once in a launch, not at each `tl.max`.

    Each call of a function of Triton's own library looks through all words again, and finds none to replace.
    """
    patch, tl = interpreter._patch_lang, interpreter.tl

    def patch_lang(function: Any) -> Any:
        seen = set(map(id, function.__globals__.values()))
        if any(id(words) in seen and tl.core.is_builtin(words.load) for words in (tl, tl.core)):
            return patch(function)
        return interpreter._LangPatchScope()

    return patch_lang


def _known_dtypes(interpreter: Any) -> Callable[[Any], Any]:
    """Return NumPy's dtype for one of Triton's: each operation makes a table of all of them to look it up."""
    find, known = interpreter._get_np_dtype, {}

    def get_np_dtype(kind: Any) -> Any:
        name = kind.scalar.name
        if name not in known:
            known[name] = find(kind)
        return known[name]

    return get_np_dtype


def _known_shapes(check: Callable[[Any, Any, Any], None]) -> Callable[[Any, Any, Any], None]:
    """Check a shape once: each operation makes the type of its block anew."""
    known: dict[tuple[int, ...], tuple[Any, ...]] = {}

    def init(self: Any, element_ty: Any, shape: Any) -> None:
        sizes = tuple(shape) if set(map(type, shape)) == {int} else None
        if sizes in known:
            self.element_ty = element_ty
            self.shape, self.numel, text = known[sizes]
            self.name = f"<{text}, {element_ty}>"
            return
        check(self, element_ty, shape)
        if sizes:
            known[sizes] = self.shape, self.numel, str(self.shape)

    return init
