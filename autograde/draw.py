"""Random inputs for checks, and inputs that cover what a docstring promises.

Numbers are drawn; what they cover is not left to luck. A few cases visit every size, every number of
leading axes and every magnitude:

    for basis, vectors in draw.batches("d_new d_old", "... n_vectors d_old"):
        expect_close("turned", learner.change(basis, vectors), reference.change(basis, vectors))
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

if TYPE_CHECKING:
    import torch

T = TypeVar("T")

LONG, WIDE = 1025, 129
"""From where on the length of a sequence, and any other size of an array, is unusual."""


class Draw:
    """Random inputs: the same for the same seeds, unknown to whoever does not know them.

    The judge's seeds are the secret, the exercise, the check, the student, and the digest of what was
    handed in: a regrade of the same work repeats exactly, and a table of earlier inputs is worth nothing.
    """

    def __init__(self, *seeds: str) -> None:
        digest = hashlib.sha256("\0".join(seeds).encode()).digest()
        self.generator = np.random.default_rng(np.frombuffer(digest, dtype="<u4"))

    def normal(self, *shape: int, scale: float = 1.0, dtype: DTypeLike = np.float64) -> NDArray[Any]:
        """Return normal numbers with mean 0 and standard deviation `scale`."""
        return np.asarray(self.generator.standard_normal(shape) * scale).astype(dtype)

    def uniform(self, low: float, high: float, *shape: int) -> NDArray[np.float64]:
        """Return numbers between `low` and `high`."""
        return np.asarray(self.generator.uniform(low, high, shape))

    def integer(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both included."""
        return int(self.generator.integers(low, high + 1))

    def sizes(self, count: int, low: int = 2, high: int = 9) -> tuple[int, ...]:
        """Return `count` different whole numbers from `low` to `high`, in any order.

        Axes of different sizes are what shows a swapped or broadcast axis.
        """
        return tuple(
            int(size) for size in self.generator.choice(np.arange(low, high + 1), count, replace=False)
        )

    def mask(self, *shape: int, share: float = 0.6) -> NDArray[np.bool_]:
        """Return a random mask: about `share` is True, at least one in each row, and not all of it."""
        mask = np.asarray(self.generator.random(shape) < share)
        shown = self.generator.integers(0, shape[-1], (*shape[:-1], 1))
        np.put_along_axis(mask, shown, True, axis=-1)
        if mask.all() and shape[-1] > 1:
            np.put_along_axis(mask, (shown + 1) % shape[-1], False, axis=-1)
        return mask

    def permutation(self, length: int) -> NDArray[np.int64]:
        """Return the numbers 0 to length - 1 in another order."""
        order = np.asarray(self.generator.permutation(length))
        return np.roll(order, 1) if length > 1 and (order == np.arange(length)).all() else order

    def choice(self, options: Sequence[T]) -> T:
        """Return one of `options`."""
        return options[self.integer(0, len(options) - 1)]

    def tensor(self, *shape: int, scale: float = 1.0, dtype: torch.dtype | None = None) -> torch.Tensor:
        """Return a tensor of normal numbers, float32 unless `dtype` says otherwise."""
        import torch

        return torch.from_numpy(self.normal(*shape, scale=scale)).to(dtype or torch.float32)

    def arrays(
        self,
        *shapes: str,
        leading: tuple[int, ...] = (),
        largest: float | None = None,
        dtype: DTypeLike = np.float64,
        **sizes: int,
    ) -> tuple[NDArray[Any], ...]:
        """Return one array for each shape, such as "... seq_len d_in": axes of one name have one size.

        Args:
            shapes: the names of the axes, with "..." for leading ones.
            leading: what "..." stands for.
            largest: the largest number; then they lie between -largest and largest, and are multiples
                of 1/8, so that they are the same in float32. None: normal numbers.
            dtype: of the arrays.
            sizes: those of some axes; the others get different sizes from 2 on.
        """
        return self._arrays(shapes, sizes, leading, largest, dtype)

    def _arrays(
        self,
        shapes: Sequence[str],
        sizes: Mapping[str, int],
        leading: tuple[int, ...] = (),
        largest: float | None = None,
        dtype: DTypeLike = np.float64,
        low: int = 2,
    ) -> tuple[NDArray[Any], ...]:
        sizes = self._with_free(shapes, sizes, low)
        found = []
        for shape in shapes:
            axes = [(sizes[axis],) if axis != "..." else leading for axis in shape.split()]
            full = tuple(size for part in axes for size in part)
            array = self.normal(*full) if largest is None else self._up_to(largest, *full)
            found.append(array.astype(dtype))
        return tuple(found)

    def batches(self, *shapes: str, **sizes: int) -> Iterator[tuple[NDArray[Any], ...]]:
        """Yield arrays with one to four leading axes: a batch, a batch of one, and one of size 1.

        Then comes a batch in float32, and for each length, such as seq_len, a batch and a batch of one in
        which it is 1. What `sizes` says of an axis stays; the others have another size than the leading ones.
        """
        first, second = self.sizes(2, 2, 4)
        for leading in ((first,), (1,), (second, first), (first, 1, second), (1, second, 1, first)):
            yield self._arrays(shapes, sizes, leading, low=5)
        yield self._arrays(shapes, sizes, (second,), dtype=np.float32, low=5)
        lengths = [name for name in _names(shapes) if name.endswith("_len") and name not in sizes]
        for length, leading in product(lengths, ((first,), (1,))):
            yield self._arrays(shapes, sizes | {length: 1}, leading, low=5)

    def extents(self, *shapes: str, **sizes: int) -> Iterator[tuple[NDArray[Any], ...]]:
        """Yield arrays in which each axis has size 1 once and is long once, by itself and in a batch.

        At first all axes have size 1, then one size, the batch's too, once with the same numbers in arrays of
        one shape: what is quick comes first. A length, such as seq_len, is long from 1,025 on, any other axis
        from 129 on. What `sizes` says of an axis stays.
        """
        free = [name for name in _names(shapes) if name not in sizes]
        equal = self.integer(3, 6)
        for leading in _fronts(shapes, 2):
            yield tuple(map(_not_small, self._arrays(shapes, sizes | dict.fromkeys(free, 1), leading)))
        for leading in _fronts(shapes, equal) if len(free) > 1 else ():
            yield self._arrays(shapes, sizes | dict.fromkeys(free, equal), leading)
        if len(shapes) > 1:
            yield _alike(self._arrays(shapes, sizes | dict.fromkeys(free, equal)))
        for leading in _fronts(shapes, 2, 1):
            for short, long in zip(free, [*free[1:], *free[:1]], strict=True):
                size = self.integer(*((LONG, LONG + 75) if long.endswith("_len") else (WIDE, WIDE + 25)))
                yield self._arrays(shapes, sizes | {short: 1} | {long: size}, leading)

    def magnitudes(self, *shapes: str, **sizes: int) -> Iterator[tuple[NDArray[Any], ...]]:
        """Yield arrays of hundreds, of ten thousands, and of whole numbers with rows of zeros and ties.

        In each case some arrays lie transposed in memory; every array does so once. All but the first case
        are batches, where there are leading axes.
        """
        sizes = self._with_free(shapes, sizes, 3)
        for case, largest in enumerate((self.integer(750, 950), self.integer(20_000, 50_000), 2)):
            leading = _fronts(shapes, 2)[-1] if case else ()
            arrays = self._arrays(shapes, sizes, leading, largest)
            if largest == 2:
                arrays = tuple(map(_with_ties, arrays))
            yield tuple(
                _transposed(array) if (case + place) % 2 == 0 else array for place, array in enumerate(arrays)
            )

    def masks(self, *sizes: int) -> Iterator[NDArray[np.bool_]]:
        """Yield masks that broadcast to `sizes`: of every number of axes, with a 1 for every axis, with none.

        In each of them a row is all False; of those with one row another has something in it.
        """
        shapes = [sizes[-count:] for count in range(1, len(sizes) + 1)]
        for place, shape in enumerate(shapes[1:], 1):
            shapes[place] = (*shape[:-place], 1, *shape[len(shape) - place + 1 :])
        for shape in (*shapes, (1, *sizes[1:]), sizes):
            mask = self.mask(*shape)
            if mask.size == shape[-1]:  # one row: once with something in it, then without
                yield mask.copy()
            mask[tuple(self.integer(0, size - 1) for size in shape[:-1])] = False
            yield mask

    def again(self, *arrays: NDArray[Any]) -> Iterator[tuple[NDArray[Any], ...]]:
        """Yield the arrays, then with other numbers in one of them, then in another as well, and so on.

        Every call differs from the one before in one array alone: what a function keeps of it shows.
        """
        yield arrays
        for place, array in enumerate(arrays):
            other = np.roll(array, 1, axis=-1) if array.dtype == bool else self.normal(*array.shape)
            arrays = (*arrays[:place], other.astype(array.dtype), *arrays[place + 1 :])
            yield arrays

    def pairs(self, **factors: Sequence[Any]) -> list[dict[str, Any]]:
        """Return few settings in which every two values of two different factors meet."""
        values = {name: range(len(options)) for name, options in factors.items()}
        cells = [[(name, value) for value in places] for name, places in values.items()]
        missing = {frozenset(pair) for left, right in combinations(cells, 2) for pair in product(left, right)}
        found = []
        while missing:
            chosen = dict(min(missing, key=sorted))
            for name, places in values.items():
                if name not in chosen:
                    met = [_met(missing, chosen, (name, place)) for place in places]
                    chosen[name] = met.index(max(met))
            missing -= {frozenset(pair) for pair in combinations(chosen.items(), 2)}
            found.append({name: options[chosen[name]] for name, options in factors.items()})
        return found

    def _with_free(self, shapes: Sequence[str], sizes: Mapping[str, int], low: int) -> dict[str, int]:
        """Return the sizes of all axes: those that are given, and different ones from `low` on."""
        free = [name for name in _names(shapes) if name not in sizes]
        return dict(sizes) | dict(zip(free, self.sizes(len(free), low, 8 + len(free)), strict=True))

    def _up_to(self, largest: float, *shape: int) -> NDArray[np.float64]:
        """Return multiples of 1/8 between -largest and largest; both ends occur where there is room."""
        array = np.asarray(np.round(self.uniform(-largest, largest, *shape) * 8) / 8)
        places = self.generator.permutation(array.size)
        array.reshape(-1)[places[1:2]] = -largest
        array.reshape(-1)[places[:1]] = largest
        return array


def _names(shapes: Sequence[str]) -> list[str]:
    """Return the names of all axes, each once."""
    return list(dict.fromkeys(axis for shape in shapes for axis in shape.split() if axis != "..."))


def _fronts(shapes: Sequence[str], *batch: int) -> list[tuple[int, ...]]:
    """Return leading axes: none, and those of a batch where there is room for it."""
    return [(), batch] if any("..." in shape.split() for shape in shapes) else [()]


def _alike(arrays: tuple[NDArray[Any], ...]) -> tuple[NDArray[Any], ...]:
    """Return the arrays with the same numbers in all that have one shape."""
    first = {array.shape: array for array in reversed(arrays)}
    return tuple(first[array.shape].copy() for array in arrays)


def _not_small(array: NDArray[Any]) -> NDArray[Any]:
    """Return numbers further from 0: what is a little off one small number is far off, by luck."""
    return np.asarray(array + np.copysign(0.5, array))


def _transposed(array: NDArray[Any]) -> NDArray[Any]:
    """Return the same numbers with all axes in reverse order in memory: no view can join two of them."""
    return np.asfortranarray(array)


def _with_ties(array: NDArray[Any]) -> NDArray[Any]:
    """Return whole numbers up to 2: the last row is 0, the first begins with two of the largest."""
    array = np.trunc(array)
    array[(-1,) * max(1, array.ndim - 1)] = 0.0
    array[(0,) * (array.ndim - 1)][:2] = 2.0
    return array


def _met(missing: set[frozenset[Any]], chosen: dict[str, int], cell: tuple[str, int]) -> int:
    """Return how many of the missing pairs a further cell adds."""
    return sum(frozenset((other, cell)) in missing for other in chosen.items())
