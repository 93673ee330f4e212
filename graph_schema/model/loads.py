"""How much of a provider's limit one unit of its resources takes."""

from graph_schema.model.schedules import DAY_MIN, IntervalSet

HOURS = "小时"
_HOUR_MIN = 60


def load_of(unit: str, counted_in: str, window: IntervalSet | None, first_day: int, last_day: int) -> int | None:
    """
    Units of a limit that one unit, given in a window for the whole term, takes within some days.

    Parameters
    ----------
    unit
        Unit that the resource is counted in.
    counted_in
        Unit of the limit. One of the same unit takes one. Where the limit is in hours, any other unit takes the hours
        of the window, begun ones whole.
    window
        The need's, else the slot's; ``None`` when that is always open.
    first_day, last_day
        Days since the plan's first, both included; what reaches beyond them is cut off.

    Returns
    -------
    int | None
        0 when the window is not open on these days; ``None`` when the unit does not count against the limit.
    """
    minutes = None if window is None else window.clip(first_day * DAY_MIN, (last_day + 1) * DAY_MIN).total_min
    if unit == counted_in:
        return int(minutes is None or minutes > 0)
    if counted_in != HOURS or minutes is None:
        return None
    return -(-minutes // _HOUR_MIN)
