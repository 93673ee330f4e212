"""Why a need is unmet: the one stage of the funnel that removed its last candidate, with what is to be known of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher import eligibility as rules
from matcher.advice.holes import Holes
from matcher.advice.room import Room
from matcher.errors import MatcherError
from matcher.explanations.evidence import two_languages
from matcher.explanations.holdings import Holdings
from matcher.explanations.money import budget_named, money_short
from matcher.explanations.nearest import nearest_walk
from matcher.instance import Instance
from matcher.plan import Plan
from matcher.reasons import Finding, ShortfallReasons
from matcher.status import Status
from matcher.street.budgets import yuan
from matcher.street.facts import ALWAYS, NONE, Candidates, Facts
from matcher.street.priorities import PriorityWords
from matcher.street.rulings import ruling_against

Int64 = npt.NDArray[np.int64]

STOCK = frozenset({"group", "resource", "moment", "batch"})
"""Limits that say no more than that a resource has given all it has."""
MOST_NAMED = 3
"""Names in a sentence; the counts beside them are of all."""
MOST_LISTED = 50
"""Resources and capacity groups listed by id; the counts are of all."""


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
        self._held = Holdings(instance, plan)
        self._room = Room(instance, plan)
        self._holes = Holes(instance, plan)
        self._words = PriorityWords(instance.facts, instance.policy)
        self._unmet = instance.unmet(plan)
        self._tellers: dict[str, Callable[[int], Finding]] = {
            "category": self._category,
            "unit": self._unit,
            "window": self._window,
            "target_group": self._target_group,
            "skill": self._skill,
            "mode": self._mode,
            "agreement": self._agreement,
            "validity": self._validity,
            "batch": self._batch,
            "ruling": self._ruling,
            "budget": self._budget,
        }

    def all(self) -> tuple[ShortfallReasons, ...]:
        """Reason and funnel of each need that is left wanting, by uid."""
        return self._of(np.flatnonzero(self._unmet > 0))

    def of(self, n: int) -> ShortfallReasons | None:
        """Those of one need, ``None`` where it has all it asks for."""
        return next(iter(self._of(np.array([n])[self._unmet[[n]] > 0])), None)

    def _of(self, wanting: Int64) -> tuple[ShortfallReasons, ...]:
        unmet = self._unmet
        codes = [code for code, _ in rules.RULES]
        removed = self._instance.sieve.removed
        left = len(self._facts.resources) - removed.sum(axis=1)
        stage = {n: self._last_stage(removed[n]) for n in wanting.tolist()}
        out_of_reach = [n for n in wanting.tolist() if not left[n] and codes[stage[n]] == "reach"]
        reach = nearest_walk(self._facts, self._instance.policy, np.array(out_of_reach, np.int32))
        made = []
        for n in wanting.tolist():
            if self._facts.routed_needs[n]:
                reason = self._routed(n)  # also where no such resource exists: it goes elsewhere in any case
            elif left[n]:
                reason = self._capacity(n)
            elif codes[stage[n]] == "reach":
                reason = reach[n]
            else:
                reason = self._tellers[codes[stage[n]]](n)
            priorities = [{"code": told.code, "params": told.params} for told in self._words.of(n)]
            if priorities:
                reason = Finding(reason.code, {**reason.params, "priorities": priorities})
            funnel = (*zip(codes, removed[n].tolist(), strict=True), ("capacity", int(left[n])))
            made.append(ShortfallReasons(self._facts.needs.uid[n], int(unmet[n]), reason, funnel))
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
            return self._never(n)
        if asked == ALWAYS:
            return Finding("reason.window.shut", {**self._named(resources), "days": facts.horizon_days})
        pieces = [r for r in resources if self._is_open_in_pieces(r, asked)]
        # Those to be told first are those that a coordinator can do something about.
        told = [*pieces, *(r for r in resources if r not in set(pieces))]
        hours = [
            {"resource": facts.resources.uid[r], "name": facts.resources.name[r], "hours": self._hours(r)}
            for r in told[:MOST_LISTED]
        ]
        params = {
            **self._named(told),
            "asked": facts.needs.window_text[n],
            "open": [f"{entry['name']} {entry['hours']}".rstrip() for entry in hours[:MOST_NAMED]],
            "hours": hours,
        }
        if pieces:
            return Finding("reason.window.pieces", {**params, "pieces": len(pieces)})
        guards = [int(facts.resources.guard_min[r]) for r in resources]
        if any(guards):
            most = {"guarded": sum(guard > 0 for guard in guards), "guard_min": max(guards)}
            return Finding("reason.window.guard", {**params, **most})
        return Finding("reason.window.closed", params)

    def _never(self, n: int) -> Finding:
        facts = self._facts
        last = facts.horizon_days - 1
        begins = int(facts.needs.from_day[n])
        first, end = (0, last) if begins > last else (begins, min(int(facts.needs.to_day[n]), last))
        params = {"asked": facts.needs.window_text[n], "from": self._date(first), "to": self._date(end)}
        return Finding("reason.window.never", {**params, "days": facts.horizon_days})

    def _is_open_in_pieces(self, r: int, asked: int) -> bool:
        """Whether the slots of a resource together hold a window that none of them holds."""
        facts = self._facts
        first, end = facts.resources.slot_start[r : r + 2].tolist()
        windows = [facts.windows[w] for w in facts.resources.slot_window[first:end].tolist() if w != ALWAYS]
        return len(windows) > 1 and rules.contains(rules.union(windows), facts.windows[asked])

    def _hours(self, r: int) -> str:
        first, end = self._facts.resources.slot_start[r : r + 2].tolist()
        return "；".join(dict.fromkeys(self._facts.resources.slot_text[first:end]))

    def _target_group(self, n: int) -> Finding:
        facts = self._facts
        resources = self._last(n).resource.tolist()
        reserved = {name["zh"]: name for r in resources for name in facts.group_names[int(facts.resources.groups[r])]}
        params = {**self._named(resources), "reserved": [reserved[name] for name in sorted(reserved)]}
        asked = list(facts.group_names[int(facts.needs.groups[n])])
        if not asked:
            return Finding("reason.target_group.unstated", params)
        return Finding("reason.target_group", {**params, "asked": asked})

    def _skill(self, n: int) -> Finding:
        facts, last = self._facts, self._last(n)
        skills, amenities = int(facts.needs.skills[n]), int(facts.needs.amenities[n])
        unable = ~facts.skill_fits[skills, facts.providers.skills[facts.resources.provider[last.resource]]]
        bare = ~facts.amenity_fits[amenities, facts.resources.amenities[last.resource]]
        params = {
            **self._named(last.resource.tolist()),
            "skills": list(facts.skill_sets[skills]),
            "amenities": list(facts.amenity_sets[amenities]),
        }
        if unable.all():
            return Finding("reason.skill.lacking", params)
        return Finding("reason.skill.amenity" if bare.all() else "reason.skill.either", params)

    def _mode(self, n: int) -> Finding:
        facts, asked = self._facts, int(self._facts.needs.modes[n])
        modes = [{"code": f"mode.{mode}", "params": {}} for i, mode in enumerate(facts.modes) if asked >> i & 1]
        return Finding("reason.mode", {**self._named(self._last(n).resource.tolist()), "asked": modes})

    def _ruling(self, n: int) -> Finding:
        rulings, last = self._facts.rulings, self._last(n)
        against = ruling_against(self._facts, last).tolist()
        kinds = {rulings.kind[i] for i in against}
        until = [rulings.until[i] for i in against]
        first = min((date for date in until if date), default="")
        params = {
            **self._named(last.resource.tolist()),
            "rulings": [rulings.uid[i] for i in dict.fromkeys(against)],
            "until": {"code": "ruling.until", "params": {"date": first}} if first else {"code": "ruling.for_good"},
        }
        return Finding(f"reason.ruling.{kinds.pop()}" if len(kinds) == 1 else "reason.ruling.several", params)

    def _budget(self, n: int) -> Finding:
        facts, resources = self._facts, self._last(n).resource
        cheapest = int(facts.resources.unit_cost_fen[resources].min())
        params = {**self._named(resources.tolist()), **self._unit_of(n), "cost_yuan": yuan(cheapest)}
        return money_short(facts, n, params)

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
        instance, held = self._instance, self._held
        batch = int(self._facts.needs.batch[n])
        if batch != NONE and int(self._facts.batches.cap[batch]) != NONE and held.is_batch_full(batch):
            return self._batch_cap(n)
        first, end = instance.problem.row_start[n : n + 2].tolist()
        groups = np.unique(instance.problem.pair_resource[first:end]).astype(np.int64)
        units = self._room.units(first, end)
        free = (first + np.flatnonzero(units > 0)).tolist()
        rule = self._side_rule(n)
        reserved = any(self._facts.resources.quotas[r] for r in instance.groups.resource[groups].tolist())
        if not free and not (rule and reserved):  # what is reserved could still be divided otherwise
            holding = [self._room.held_by(pair) for pair in self._room.in_stock(first, end)]
            keys = {key for some in holding if STOCK.isdisjoint(kind for kind, _ in some) for key in some}
            return self._limited(groups, sorted(keys)) if keys else self._used_up(n, groups)
        had = instance.problem.pair_resource[free] if free else groups
        resources = np.unique(instance.groups.resource[had]).tolist()
        left = int(units[units > 0].sum())
        params = {**self._named(resources), "left": left, **self._unit_of(n), "asked": int(instance.problem.demand[n])}
        if rule:
            return self._together(n, rule, params)
        if self._plan.status is Status.OPTIMAL:
            msg = (
                f"need {self._facts.needs.uid[n]} stays unmet although pair {free[0]} has room for "
                f"{units[free[0] - first]}, and the plan claims to be optimal."
            )
            raise MatcherError(msg)
        return Finding("reason.stopped", params)

    def _together(self, n: int, rule: str, params: dict[str, Any]) -> Finding:
        """
        Why what is left does not do: the need, or a role that it goes together with, could not have enough of it.

        A role that could be filled names those of its matter that could not, or all others when only together they
        want more than there is.
        """
        hole, demand = self._holes.largest(n), self._instance.problem.demand
        fits = hole >= int(demand[n])
        if rule == "team" and fits:
            fellows = sorted({m for team in self._instance.rules.teams if n in team for m in team} - {n})
            short = [m for m in fellows if self._holes.largest(m) < int(demand[m])]
            if short or self._plan.status is Status.OPTIMAL:
                roles = {
                    "roles": [self._facts.needs.title[m] for m in short or fellows],
                    "role_uids": [self._facts.needs.uid[m] for m in short or fellows],
                }
                return Finding("reason.capacity.team", {**params, **roles})
        if not fits and rule != "published":
            code = "single" if self._instance.rules.single[n] else "whole"
            return Finding(f"reason.capacity.{code}", {**params, "hole": hole})
        if self._plan.status is not Status.OPTIMAL:
            return Finding("reason.stopped", params)
        if self._instance.rules.churn is None:
            msg = (
                f"need {self._facts.needs.uid[n]} stays unmet although {hole} of the {demand[n]} that it asks for are "
                f"left, and the plan claims to be optimal."
            )
            raise MatcherError(msg)
        return Finding("reason.capacity.published", params)

    def _side_rule(self, n: int) -> str:
        """The side rule that keeps a need from what is left, empty where none does."""
        beside = self._instance.rules
        if any(n in team for team in beside.teams):
            return "team"
        if beside.single[n]:
            return "single"
        if beside.whole[n]:
            return "whole"
        return "published" if beside.churn is not None else ""

    def _limited(self, groups: Int64, keys: list[tuple[str, str]]) -> Finding:
        """What a need could have is held back by something beside the resources themselves."""
        facts, instance = self._facts, self._instance
        resources = np.unique(instance.groups.resource[groups]).tolist()
        names: dict[str, Any] = dict(zip(facts.providers.uid, facts.providers.name, strict=True))
        for key in keys[:MOST_NAMED]:
            if key[0] == "budget":
                names[key[1]] = budget_named(facts, facts.budgets.uid.index(key[1]), self._room.left_under(key))
        params = {
            **self._named(resources),
            "limits": [names.get(uid, uid) for _, uid in keys[:MOST_NAMED]],
            "limit_keys": [list(key) for key in keys[:MOST_LISTED]],
        }
        kinds = {kind for kind, _ in keys}
        return Finding(f"reason.capacity.{kinds.pop()}" if len(kinds) == 1 else "reason.capacity.several", params)

    def _unit_of(self, n: int) -> dict[str, str]:
        return {"unit": self._facts.units[int(self._facts.needs.unit[n])]}

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
                **self._held.of_batch(b),
            },
        )

    def _used_up(self, n: int, groups: Int64) -> Finding:
        facts, instance, held = self._facts, self._instance, self._held
        uid = facts.needs.uid[n]
        needs, quantities = held.of(groups)
        own, total = int(quantities[needs == n].sum()), int(quantities.sum())
        before = held.before(groups)
        others = len(np.unique(needs[needs != n]))
        if before:
            total += sum(before.values())
            own += before.pop(uid, 0)
            others = len(before.keys() | {facts.needs.uid[i] for i in needs[needs != n].tolist()})
        if own:
            code = "reason.capacity.partly" if others else "reason.capacity.alone"
        else:
            code = "reason.capacity.resource" if others else "reason.capacity.nothing"
        return Finding(
            code,
            {
                **self._named(np.unique(instance.groups.resource[groups]).tolist()),
                **self._unit_of(n),
                "capacity": total,
                "own": own,
                "others": others,
                "caps": [held.cap(g) for g in groups[:MOST_LISTED].tolist()],
            },
        )
