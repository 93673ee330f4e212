"""Arrays at the boundary: form and range are checked once, and what is wrong is said with name, index and value."""

from typing import Any

import numpy as np
import numpy.typing as npt

from matcher.errors import InvalidProblemError


def exact_sum(values: npt.NDArray[np.int64]) -> int:
    """Sum without wrapping: the halves of each number are summed apart."""
    low = int((values & 0xFFFFFFFF).sum())
    high = int((values >> 32).sum())
    return (high << 32) + low


def length_of(name: str, values: npt.NDArray[Any]) -> int:
    """Entries of an array of one dimension; anything else is refused."""
    if not isinstance(values, np.ndarray) or values.ndim != 1:
        msg = f"{name} must be an array of one dimension, not {_described(values)}."
        raise InvalidProblemError(msg)
    return len(values)


def read_only(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """View that cannot be written; the caller's own array still can."""
    values = values.view()
    values.flags.writeable = False
    return values


def integers(
    name: str, values: npt.NDArray[Any], length: int, dtype: type[np.integer[Any]], *, low: int = 0, high: int
) -> npt.NDArray[Any]:
    """Integers of any width as ``dtype``, ``length`` of them, each from ``low`` to ``high``."""
    if length_of(name, values) != length:
        msg = f"{name} has {len(values)} entries where {length} are expected."
        raise InvalidProblemError(msg)
    if values.dtype.kind not in "iu":
        msg = f"{name} has type {values.dtype}, not integer. Maybe it was meant to be scaled and rounded first."
        raise InvalidProblemError(msg)
    if length and (int(values.min()) < low or int(values.max()) > high):
        i = int(np.flatnonzero((values < low) | (values > high))[0])
        msg = f"{name}[{i}] is {values[i]}, outside {low} to {high}."
        raise InvalidProblemError(msg)
    return np.ascontiguousarray(values, dtype=dtype)


def positions(name: str, values: npt.NDArray[Any] | None, length: int) -> npt.NDArray[np.float64] | None:
    """Places on a plane, one row each, all finite; or None."""
    if values is None:
        return None
    if not isinstance(values, np.ndarray) or values.shape != (length, 2):
        msg = f"{name} must have shape ({length}, 2), not {_described(values)}."
        raise InvalidProblemError(msg)
    if not np.isfinite(values).all():
        i = int(np.flatnonzero(~np.isfinite(values).all(axis=1))[0])
        msg = f"{name}[{i}] is {values[i]}. Maybe an unlocated row should leave positions out."
        raise InvalidProblemError(msg)
    return np.ascontiguousarray(values, dtype=np.float64)


def check_rows(name: str, start: npt.NDArray[np.int64], length: int, what: str) -> None:
    """Refuse row starts that do not run from 0 to ``length`` without falling."""
    if int(start[0]) != 0 or int(start[-1]) != length:
        msg = f"{name} runs from {start[0]} to {start[-1]}, but the {what} run from 0 to {length}."
        raise InvalidProblemError(msg)
    falls = np.flatnonzero(start[1:] < start[:-1])
    if len(falls):
        n = int(falls[0])
        msg = f"{name}[{n + 1}] is {start[n + 1]}, below {name}[{n}] = {start[n]}."
        raise InvalidProblemError(msg)


def forest(name: str, above: npt.NDArray[Any]) -> npt.NDArray[np.int32]:
    """Parents of a forest's nodes, -1 for none, each a larger number than its child."""
    n = length_of(name, above)
    above = integers(name, above, n, np.int32, low=-1, high=max(n - 1, -1))
    wrong = np.flatnonzero((above >= 0) & (above <= np.arange(n)))
    if len(wrong):
        i = int(wrong[0])
        msg = f"{name}[{i}] is {above[i]}, not a number above {i} and not -1. Maybe number the lowest level first."
        raise InvalidProblemError(msg)
    return above


def _described(values: object) -> str:
    if isinstance(values, np.ndarray):
        return f"an array of shape {values.shape} and type {values.dtype}"
    return f"a {type(values).__name__}"
