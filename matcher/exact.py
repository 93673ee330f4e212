"""Sums of products in integers that never wrap."""

from typing import Any

import numpy as np
import numpy.typing as npt

PRICE_LIMIT = 2**61
"""A cost plus a price below this cannot leave 64 bits."""


def exact_dot(a: npt.NDArray[np.integer[Any]], b: npt.NDArray[np.integer[Any]]) -> int:
    """Inner product that never wraps: in 64 bits where an estimate shows room, else in Python integers."""
    estimate = np.abs(a.astype(np.float64)) @ np.abs(b.astype(np.float64))
    if estimate < PRICE_LIMIT:
        return int(a.astype(np.int64) @ b.astype(np.int64))
    return sum(x * y for x, y in zip(a.tolist(), b.tolist(), strict=True))
