"""The problem of a street's instance, its rows named by what they stand for."""

from collections import Counter
from collections.abc import Hashable, Iterable

from matcher.instance import Instance
from matcher.live.named import NamedProblem
from matcher.street.facts import NONE
from matcher.street.slots import quotas_of


def named(instance: Instance) -> NamedProblem:
    """
    The problem of an instance with names that the next one of the street has too.

    A capacity group is known by its resource, its slots, the area whose quota it is and its batch, a limit by what it
    stands for; of several that are alike, the first is the first. A group that gets another name this way is only one
    that is gone and one that is new. A group of needs is known by its area, class and unit.
    """
    facts, groups, places = instance.facts, instance.groups, instance.places
    slots, areas = facts.resources.slot_uid, quotas_of(facts).area
    batches = facts.batches.uid
    return NamedProblem(
        instance.problem,
        instance.need_uids,
        _distinct(
            (
                facts.resources.uid[r],
                tuple(slots[slot] for slot in mine),
                "" if areas[quota] == NONE else facts.areas.uid[areas[quota]],
                "" if batch == NONE else batches[batch],
            )
            for r, mine, quota, batch in zip(
                groups.resource.tolist(), groups.slots, groups.quota.tolist(), groups.batch.tolist(), strict=True
            )
        ),
        _distinct(instance.limit_keys),
        _distinct(
            (facts.areas.uid[area], urgency, unit)
            for area, urgency, unit in zip(places.area, places.urgency, places.unit, strict=True)
        ),
    )


def _distinct(names: Iterable[Hashable]) -> tuple[Hashable, ...]:
    """Names with how often each came before."""
    seen: Counter[Hashable] = Counter()
    made = []
    for name in names:
        made.append((name, seen[name]))
        seen[name] += 1
    return tuple(made)
