"""Limits over everything that somebody gives: 每月40小时、共30人."""

import re
from collections.abc import Iterable
from dataclasses import replace

from graph_schema.lists.cells import Cell
from graph_schema.lists.errors import UnreadableValueError
from graph_schema.lists.values.lists_of import split_values
from graph_schema.lists.values.quantities import normal_unit, parse_quantity
from graph_schema.model.providers import LoadLimit

HOURS = "小时"
_MONTHLY = re.compile(r"^(?:每个?月|每人每月|月均|按月)(?:最多|不超过|至多)?|(?:/|每)月$")
_IN_ALL = re.compile(r"^(?:全部|合计|总计|共计|一共|总共|共|最多|至多|不超过|计划期内?)+")
_NO_LIMIT = frozenset({"不限", "无", "没有限制", "无上限", "无限制"})


def parse_limits(cell: Cell, *, per_month: bool) -> tuple[LoadLimit, ...]:
    """
    The limits of a cell, one for each unit.

    Parameters
    ----------
    per_month
        What a limit is that does not say 每月 or 共.

    Raises
    ------
    UnreadableValueError
        If one is no whole number with its unit, or two are of one unit and term. Without a unit anywhere it is hours.
    """
    limits = []
    for text in split_values(cell.text):
        if text in _NO_LIMIT:
            continue
        monthly, in_all = _MONTHLY.search(text), _IN_ALL.search(text)
        amount = _MONTHLY.sub("", _IN_ALL.sub("", _MONTHLY.sub("", text)))
        written = parse_quantity(replace(cell, value=amount))
        if written.value.denominator != 1:
            raise UnreadableValueError(code="list_not_whole", value=cell.raw, unit=written.unit)
        unit = written.unit or normal_unit(cell.hint) or HOURS
        is_monthly = monthly is not None or (per_month and in_all is None)
        limits.append(LoadLimit(unit, int(written.value), is_monthly))
    if len({(limit.unit, limit.per_month) for limit in limits}) < len(limits):
        raise UnreadableValueError(code="list_limit_twice", value=cell.raw)
    return tuple(limits)


def limits_text(limits: Iterable[LoadLimit]) -> str:
    """One cell of several limits."""
    return "、".join(f"{'每月' if limit.per_month else '共'}{limit.limit}{limit.unit}" for limit in limits)


def amounts_text(limits: Iterable[LoadLimit]) -> str:
    """The same under a header that says the term."""
    return "、".join(f"{limit.limit}{limit.unit}" for limit in limits)
