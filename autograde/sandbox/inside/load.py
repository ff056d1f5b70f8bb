"""What a worker is sent first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from autograde.wire import MAX_PAYLOAD_BYTES


@dataclass(frozen=True)
class Load:
    """A submission, and how its worker serves it.

    Args:
        package: the name under which the files are imported.
        sources: path inside the package, such as "algebra/vectors.py", and the file's bytes.
        stand_ins: "algebra.vectors.norm" and the text of a function to use in place of its own.
        banned: what refuses to be called while a call runs, such as "numpy.linalg.norm".
        importable: what may be imported beside Python's own library and the package.
        first_handle: the number of the first object that is kept.
        max_bytes: how large an answer may be.
    """

    package: str
    sources: Mapping[str, bytes]
    stand_ins: Mapping[str, str] = field(default_factory=dict)
    banned: Sequence[str] = ()
    importable: Sequence[str] = ("numpy", "torch", "triton")
    first_handle: int = 0
    max_bytes: int = MAX_PAYLOAD_BYTES

    def plain(self) -> dict[str, Any]:
        """Return what travels."""
        return asdict(self)

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> Self:
        """Return what has travelled."""
        return cls(**value)
