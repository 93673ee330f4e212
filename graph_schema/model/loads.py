"""How much of a provider's limit one unit of its resources takes."""

import numpy as np

from graph_schema.model.schedules import DAY_MIN, IntervalSet

HOURS = "小时"
_HOUR_MIN = 60


def load_of(unit: str, counted_in: str, window: IntervalSet | None, first_day: int, last_day: int) -> int | None:
    """
    Units of a limit that one unit, given in a slot for the whole term, takes within some days.

    Parameters
    ----------
    unit
        Unit that the resource is counted in.
    counted_in
        Unit of the limit. One of the same unit takes one. Where the limit is in hours, any other unit takes the hours
        that the slot is open, begun hours whole.
    window
        The slot's, ``None`` when it is always open.
    first_day, last_day
        Days since the plan's first, both included. What begins on one of them counts, wherever it ends.

    Returns
    -------
    int | None
        0 when the slot is not open on these days; ``None`` when the unit does not count against the limit.
    """
    begun = None if window is None else window.bounds[_begun(window, first_day, last_day)]
    if unit == counted_in:
        return int(begun is None or len(begun) > 0)
    if counted_in != HOURS or begun is None:
        return None
    return -(-int((begun[:, 1] - begun[:, 0]).sum()) // _HOUR_MIN)


def _begun(window: IntervalSet, first_day: int, last_day: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]":
    starts = window.bounds[:, 0]
    return (starts >= first_day * DAY_MIN) & (starts < (last_day + 1) * DAY_MIN)
