"""Demand of a snapshot as arrays."""

import numpy as np

from graph_schema.model.snapshot import Snapshot, SnapshotNeed
from matcher.street.build_numbering import Numbering, amounts, day_of, flags, ints, places_of
from matcher.street.facts import GONE, HARD, HOT, KEY, NONE, NeedFacts

_FLAGS = {"key": KEY, "hard": HARD, "hot": HOT}


def need_facts(snapshot: Snapshot, needs: list[SnapshotNeed], number: Numbering) -> NeedFacts:
    """Needs, in the order given."""
    community = {area.uid: area.community_uid for area in snapshot.areas}
    divisible = {category.code: category.divisible for category in snapshot.categories}
    days = [_wanted(snapshot, need) for need in needs]
    return NeedFacts(
        uid=tuple(need.uid for need in needs),
        title=tuple(need.title for need in needs),
        window_text=tuple(need.window_text for need in needs),
        located_by=tuple(need.point.located_by.value for need in needs),
        assumed=np.array([need.assumed for need in needs], np.bool_),
        category=ints(number.categories.of(need.category, "category") for need in needs),
        unit=ints(number.units.get(need.unit) for need in needs),
        quantity=amounts("need", ((need.uid, need.quantity) for need in needs)),
        urgency=ints(need.urgency for need in needs),
        area=ints(number.areas.of(need.area_uid, "area") for need in needs),
        community=ints(number.areas.get(community.get(need.area_uid)) for need in needs),
        xy=places_of(needs),
        window=ints(need.window for need in needs),
        from_day=ints(first for first, _ in days),
        to_day=ints(last for _, last in days),
        groups=ints(number.groups.row(need.target_groups) for need in needs),
        slow=np.array([number.groups.is_slow(need.target_groups) for need in needs], np.bool_),
        only_resource=ints(
            NONE if need.only_resource_uid is None else number.resources.get(need.only_resource_uid, GONE)
            for need in needs
        ),
        batch=ints(number.batches.get(need.batch_uid) for need in needs),
        released=flags(need.batch_released for need in needs),
        skills=ints(number.skills.asked(need.skills) for need in needs),
        amenities=ints(number.amenities.asked(need.amenities) for need in needs),
        modes=ints(sum(1 << number.modes.get(mode) for mode in set(need.service_modes)) for need in needs),
        flags=ints(sum(_FLAGS.get(flag, 0) for flag in set(need.flags)) for need in needs),
        households=amounts("need", ((need.uid, need.beneficiary_households) for need in needs)),
        persons=amounts("need", ((need.uid, need.beneficiary_persons) for need in needs)),
        waiting_days=ints(max(-day_of(snapshot, need.raised_on, 0), 0) for need in needs),
        whole=flags(_indivisible(need, stated=need.whole, divisible=divisible[need.category]) for need in needs),
        single=flags(
            _indivisible(need, stated=need.single_provider, divisible=divisible[need.category]) for need in needs
        ),
        team=ints(number.teams.get(need.team_uid) for need in needs),
        post=ints(number.posts.get(need.post) for need in needs),
        fund=ints(number.funds.get(need.fund_kind or None) for need in needs),
        help=flags(need.help for need in needs),
    )


def _indivisible(need: SnapshotNeed, *, stated: bool | None, divisible: bool) -> bool:
    """What a need says, else what its category says; one unit is never split anyway."""
    return need.quantity > 1 and (not divisible if stated is None else stated)


def _wanted(snapshot: Snapshot, need: SnapshotNeed) -> tuple[int, int]:
    """Days between which a need is to be served; a last day that is past takes nothing away."""
    first = max(day_of(snapshot, need.needed_from, 0), 0)
    last = max(snapshot.horizon_days - 1, first)
    by = day_of(snapshot, need.needed_by, last)
    return first, by if by >= first else last
