"""How much a change asks of people, as near as figures tell: the order in which changes are tried and told."""

from collections.abc import Callable

from matcher import eligibility as rules
from matcher.reasons import Finding
from matcher.street.facts import Facts, Int64

CHANGE = 60
"""What somebody has to be asked for counts like an hour; minutes count as they are."""
WEEK_DAYS = 7


def effort(facts: Facts, change: Finding) -> int:
    """
    Minutes that a change counts for.

    Asking somebody is an hour. Opening for longer is what it adds to one opening, opening at other times what it adds
    to a week. More to give is an hour, and another for each time that what is offered now would have to be given again;
    a batch's cap likewise. More published pairings that change are an hour each.
    """
    return _MEASURE.get(change.code, _asked)(facts, change)


def added_a_week(facts: Facts, opened: Int64, asked: Int64) -> int:
    """Minutes a week for which something would have to open besides, to be open whenever it is asked for."""
    both = rules.union([opened, asked])
    more = int((both[:, 1] - both[:, 0]).sum()) - int((opened[:, 1] - opened[:, 0]).sum())
    return -(-more * WEEK_DAYS // max(facts.horizon_days, 1))


def _asked(_: Facts, __: Finding) -> int:
    return CHANGE


def _longer(_: Facts, change: Finding) -> int:
    return int(change.params.get("before_min", 0)) + int(change.params.get("after_min", 0))


def _added(facts: Facts, change: Finding) -> int:
    slot = facts.resources.slot_uid.index(change.params["slot_uid"])
    opened = facts.windows[int(facts.resources.slot_window[slot])]
    asked = facts.windows[int(facts.needs.window[facts.needs.uid.index(change.params["need_uid"])])]
    return CHANGE + added_a_week(facts, opened, asked)


def _eased(_: Facts, change: Finding) -> int:
    return int(change.params["minutes"])


def _given(facts: Facts, change: Finding) -> int:
    offered = int(facts.resources.offered[facts.resources.uid.index(change.params["resource_uid"])])
    return CHANGE + CHANGE * int(change.params["units"]) // max(offered, 1)


def _cap(facts: Facts, change: Finding) -> int:
    cap = int(facts.batches.cap[facts.batches.uid.index(change.params["batch_uid"])])
    return CHANGE + CHANGE * int(change.params["units"]) // max(cap, 1)


def _lifted(_: Facts, change: Finding) -> int:
    return CHANGE * len(change.params["ruling_uids"])


def _valid(facts: Facts, change: Finding) -> int:
    r = facts.resources.uid.index(change.params["resource_uid"])
    had = int(facts.resources.valid_from_day[r]), int(facts.resources.valid_to_day[r])
    wanted = int(change.params["from_day"]), int(change.params["to_day"])
    return CHANGE + min(max(had[0] - wanted[0], 0) + max(wanted[1] - had[1], 0), CHANGE)


def _changed(_: Facts, change: Finding) -> int:
    return CHANGE * int(change.params["more"])


def _required_no_more(_: Facts, __: Finding) -> int:
    return 2 * CHANGE


def _fixed(_: Facts, __: Finding) -> int:
    return 0


_MEASURE: dict[str, Callable[[Facts, Finding], int]] = {
    "remedy.window.earlier": _longer,
    "remedy.window.later": _longer,
    "remedy.window.longer": _longer,
    "remedy.window.added": _added,
    "remedy.walk_limit": _eased,
    "remedy.walk_default": _eased,
    "remedy.capacity": _given,
    "remedy.batch_cap": _cap,
    "remedy.ruling": _lifted,
    "remedy.validity.longer": _valid,
    "remedy.validity.earlier": _valid,
    "remedy.changes": _changed,
    "remedy.agreement.off": _required_no_more,
    "remedy.pin": _fixed,
}
