"""Why a need is unmet: the one stage of the funnel that removed its last candidate, with what is to be known of it."""

from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher import eligibility as rules
from matcher.errors import MatcherError
from matcher.evidence import two_languages
from matcher.facts import ALWAYS, NONE, Candidates, Facts
from matcher.groups import expand
from matcher.instance import Instance
from matcher.nearest import nearest_walk
from matcher.plan import Plan
from matcher.reasons import Finding, ShortfallReasons
from matcher.status import Status

Int64 = npt.NDArray[np.int64]

MOST_NAMED = 3
"""Names in a sentence; the counts beside them are of all."""
MOST_LISTED = 50
"""Resources and capacity groups listed by id; the counts are of all."""
MOST_HOLDERS = 500
"""Holders of one capacity listed by id; the counts are of all."""


class Shortfalls:
    """
    Finds the reason of every unmet or partly met need of a plan.

    Parameters
    ----------
    instance, plan
        What was solved and its plan.
    """

    def __init__(self, instance: Instance, plan: Plan) -> None:
        self._instance = instance
        self._plan = plan
        self._facts: Facts = instance.facts
        problem = instance.problem
        owner = np.searchsorted(problem.row_start, plan.pair, side="right") - 1
        used_group = problem.pair_resource[plan.pair]
        self._load = np.zeros(len(instance.groups), np.int64)
        np.add.at(self._load, used_group, plan.quantity)
        self._holders: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        for need, group, quantity in zip(owner.tolist(), used_group.tolist(), plan.quantity.tolist(), strict=True):
            self._holders[group][need] += quantity
        self._batch_load: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        for need, quantity in zip(owner.tolist(), plan.quantity.tolist(), strict=True):
            self._batch_load[int(self._facts.needs.batch[need])][need] += quantity
        self._tellers: dict[str, Callable[[int], Finding]] = {
            "category": self._category,
            "unit": self._unit,
            "window": self._window,
            "target_group": self._target_group,
            "agreement": self._agreement,
            "validity": self._validity,
            "batch": self._batch,
        }

    def all(self) -> tuple[ShortfallReasons, ...]:
        """Reason and funnel of each need that is left wanting, by uid."""
        wanting = np.flatnonzero(self._plan.unmet > 0)
        codes = [code for code, _ in rules.RULES]
        removed = self._instance.sieve.removed
        left = len(self._facts.resources) - removed.sum(axis=1)
        stage = {n: self._last_stage(removed[n]) for n in wanting.tolist()}
        out_of_reach = [n for n in wanting.tolist() if not left[n] and codes[stage[n]] == "reach"]
        reach = nearest_walk(self._facts, self._instance.policy, np.array(out_of_reach, np.int32))
        made = []
        for n in wanting.tolist():
            if self._facts.categories.routed[self._facts.needs.category[n]]:
                reason = self._routed(n)  # also where no such resource exists: it goes elsewhere in any case
            elif left[n]:
                reason = self._capacity(n)
            elif codes[stage[n]] == "reach":
                reason = reach[n]
            else:
                reason = self._tellers[codes[stage[n]]](n)
            funnel = (*zip(codes, removed[n].tolist(), strict=True), ("capacity", int(left[n])))
            made.append(ShortfallReasons(self._facts.needs.uid[n], int(self._plan.unmet[n]), reason, funnel))
        return tuple(sorted(made, key=lambda shortfall: shortfall.need_uid))

    @staticmethod
    def _last_stage(removed: Int64) -> int:
        stages = np.flatnonzero(removed)
        return int(stages[-1]) if len(stages) else 0

    def _last(self, n: int) -> Candidates:
        """Candidates that the deciding rule removed."""
        last = self._instance.sieve.last
        first, end = np.searchsorted(last.need, [n, n + 1])
        return last.keep(np.arange(first, end))

    def _kind(self, n: int) -> dict[str, Any]:
        kinds, kind = self._facts.categories, int(self._facts.needs.category[n])
        return {"category": two_languages(kinds.name_zh[kind], kinds.name_en[kind]), "code": kinds.code[kind]}

    def _named(self, resources: list[int]) -> dict[str, Any]:
        names = self._facts.resources
        return {
            "count": len(resources),
            "resources": [names.name[r] for r in resources[:MOST_NAMED]],
            "resource_uids": [names.uid[r] for r in resources[:MOST_LISTED]],
        }

    def _category(self, n: int) -> Finding:
        kinds, kind = self._facts.categories, int(self._facts.needs.category[n])
        if not (kinds.weight[kind] > 0).any():
            return Finding("reason.category.heading", self._kind(n))
        if int(self._facts.needs.only_resource[n]) != NONE:
            return Finding("reason.category.bound", self._kind(n))
        return Finding("reason.category.none", self._kind(n))

    def _routed(self, n: int) -> Finding:
        kinds, kind = self._facts.categories, int(self._facts.needs.category[n])
        where = two_languages(kinds.route_to[kind], kinds.route_to_en[kind])
        return Finding("reason.routed", {**self._kind(n), "route_to": where})

    def _unit(self, n: int) -> Finding:
        facts = self._facts
        every = np.arange(len(facts.resources), dtype=np.int32)
        c = Candidates.unmeasured(np.full(len(every), n, np.int32), every)
        c = c.keep(rules.category(facts, self._instance.policy, c))
        offered = sorted({facts.units[u] for u in facts.resources.unit[c.resource].tolist()})
        return Finding(
            "reason.unit",
            {
                **self._kind(n),
                **self._named(c.resource.tolist()),
                "asked_unit": facts.units[int(facts.needs.unit[n])],
                "offered_units": offered,
                "unit": facts.categories.unit[int(facts.needs.category[n])],
            },
        )

    def _window(self, n: int) -> Finding:
        facts = self._facts
        asked = int(facts.needs.window[n])
        resources = self._last(n).resource.tolist()
        if asked != ALWAYS and not len(facts.windows[asked]):
            return Finding("reason.window.never", {"asked": facts.needs.window_text[n], "days": facts.horizon_days})
        if asked == ALWAYS:
            return Finding("reason.window.shut", {**self._named(resources), "days": facts.horizon_days})
        hours = [
            {"resource": facts.resources.uid[r], "name": facts.resources.name[r], "hours": self._hours(r)}
            for r in resources[:MOST_LISTED]
        ]
        told = [f"{entry['name']} {entry['hours']}".rstrip() for entry in hours[:MOST_NAMED]]
        params = {**self._named(resources), "asked": facts.needs.window_text[n], "open": told, "hours": hours}
        return Finding("reason.window.closed", params)

    def _hours(self, r: int) -> str:
        first, end = self._facts.resources.slot_start[r : r + 2].tolist()
        return "; ".join(dict.fromkeys(self._facts.resources.slot_text[first:end]))

    def _target_group(self, n: int) -> Finding:
        facts = self._facts
        resources = self._last(n).resource.tolist()
        reserved = {name["zh"]: name for r in resources for name in facts.group_names[int(facts.resources.groups[r])]}
        params = {**self._named(resources), "reserved": [reserved[name] for name in sorted(reserved)]}
        asked = list(facts.group_names[int(facts.needs.groups[n])])
        if not asked:
            return Finding("reason.target_group.unstated", params)
        return Finding("reason.target_group", {**params, "asked": asked})

    def _agreement(self, n: int) -> Finding:
        return Finding("reason.agreement", self._named(self._last(n).resource.tolist()))

    def _validity(self, n: int) -> Finding:
        facts = self._facts
        resources = self._last(n).resource.tolist()
        ends = [int(facts.resources.valid_to_day[r]) for r in resources]
        if max(ends) < int(facts.needs.from_day[n]):
            return Finding("reason.validity.ended", {**self._named(resources), "date": self._date(max(ends))})
        begins = [int(facts.resources.valid_from_day[r]) for r in resources]
        if min(begins) > int(facts.needs.to_day[n]):
            return Finding("reason.validity.later", {**self._named(resources), "date": self._date(min(begins))})
        return Finding("reason.validity.apart", self._named(resources))

    def _date(self, day: int) -> str:
        return (self._facts.first_day + timedelta(days=day)).isoformat()

    def _batch(self, n: int) -> Finding:
        b = int(self._facts.needs.batch[n])
        no = self._facts.batches.no[b] if b != NONE else 0
        return Finding("reason.batch", {"no": no, "batch": self._facts.batches.uid[b] if b != NONE else ""})

    def _capacity(self, n: int) -> Finding:
        instance = self._instance
        if instance.capped[n] and self._is_batch_full(int(self._facts.needs.batch[n])):
            return self._batch_cap(n)
        _, group, _ = expand(self._facts, instance.groups, instance.candidates_of(n))
        groups = sorted(set(group.tolist()))
        free = [g for g in groups if self._load[g] < instance.problem.capacity[g]]
        if free:
            if self._plan.status is Status.OPTIMAL:
                msg = (
                    f"need {self._facts.needs.uid[n]} stays unmet although group {free[0]} gives {self._load[free[0]]} "
                    f"of {instance.problem.capacity[free[0]]}, and the plan claims to be optimal."
                )
                raise MatcherError(msg)
            left = int(sum(instance.problem.capacity[g] - self._load[g] for g in free))
            resources = sorted({int(instance.groups.resource[g]) for g in free})
            return Finding("reason.stopped", {**self._named(resources), "left": left, **self._unit_of(n)})
        return self._used_up(n, groups)

    def _unit_of(self, n: int) -> dict[str, str]:
        return {"unit": self._facts.units[int(self._facts.needs.unit[n])]}

    def _is_batch_full(self, b: int) -> bool:
        batches = self._facts.batches
        return sum(self._batch_load[b].values()) + int(batches.held[b]) >= int(batches.cap[b])

    def _batch_cap(self, n: int) -> Finding:
        facts = self._facts
        b = int(facts.needs.batch[n])
        resource = int(facts.batches.resource[b])
        return Finding(
            "reason.capacity.batch",
            {
                "batch": facts.batches.uid[b],
                "no": facts.batches.no[b],
                "cap": int(facts.batches.cap[b]),
                "held": int(facts.batches.held[b]),
                "resource": facts.resources.name[resource],
                "resource_uid": facts.resources.uid[resource],
                **self._unit_of(n),
                **self._holding(self._batch_load[b]),
            },
        )

    def _used_up(self, n: int, groups: list[int]) -> Finding:
        facts, instance = self._facts, self._instance
        taken: dict[int, int] = defaultdict(int)
        before: dict[str, int] = defaultdict(int)
        caps: list[dict[str, Any]] = []
        for g in groups:
            r = int(instance.groups.resource[g])
            held = self._held(r, g)
            for uid, quantity in held.items():
                before[uid] += quantity
            for need, quantity in self._holders[g].items():
                taken[need] += quantity
            if len(caps) < MOST_LISTED:
                cap = int(instance.problem.capacity[g])
                caps.append(
                    {
                        "resource": facts.resources.uid[r],
                        "name": facts.resources.name[r],
                        "offered": int(facts.resources.offered[r]),
                        "cap": cap,
                        "held_before": _listed(held),
                        **self._holding(self._holders[g]),
                    }
                )
        resources = list(dict.fromkeys(int(instance.groups.resource[g]) for g in groups))
        own = taken.pop(n, 0)
        others = {facts.needs.uid[need] for need in taken} | set(before)
        if own:
            code = "reason.capacity.partly" if others else "reason.capacity.alone"
        else:
            code = "reason.capacity.resource" if others else "reason.capacity.nothing"
        return Finding(
            code,
            {
                **self._named(resources),
                **self._unit_of(n),
                "capacity": own + sum(taken.values()) + sum(before.values()),
                "own": own,
                "others": len(others),
                "caps": caps,
            },
        )

    def _held(self, r: int, g: int) -> dict[str, int]:
        """Need -> units that pairings in force take of this group."""
        resources = self._facts.resources
        first, end = resources.slot_start[r : r + 2].tolist()
        slots = {resources.slot_uid[slot] for slot in range(first, end) if self._instance.groups.of_slot[slot] == g}
        known = {resources.slot_uid[slot] for slot in range(first, end)}
        held: dict[str, int] = defaultdict(int)
        for need, slot, quantity in resources.held[r]:
            if resources.consumable[r] or slot in slots or slot not in known:
                held[need] += quantity
        return held

    def _holding(self, holders: dict[int, int]) -> dict[str, Any]:
        uids = {self._facts.needs.uid[need]: quantity for need, quantity in holders.items()}
        return {"holders": _listed(uids), "holders_count": len(uids), "taken": sum(uids.values())}


def _listed(holders: dict[str, int]) -> list[dict[str, Any]]:
    return [{"need": uid, "quantity": holders[uid]} for uid in sorted(holders)[:MOST_HOLDERS]]
