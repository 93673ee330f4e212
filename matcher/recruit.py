"""What to look for next: the exact worth of one more unit by category, community and time band."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from matcher import costs
from matcher import eligibility as rules
from matcher.advice.forcing import with_resource
from matcher.advice.owners import Owner, Owners
from matcher.advice.residual import NO_WAY, Residual
from matcher.advice.what_if import need_of
from matcher.errors import MatcherError
from matcher.instance import Instance
from matcher.opportunity import MOST_SECONDS, Loss, loss_between
from matcher.plan import Plan
from matcher.solve import solve
from matcher.status import Status
from matcher.street.candidates import sift
from matcher.street.commitments import PIN
from matcher.street.facts import (
    AGREEMENT_IN_FORCE,
    ALWAYS,
    DAY_MIN,
    FIRST_DAY,
    GONE,
    LAST_DAY,
    NONE,
    AgreementFacts,
    Candidates,
    Facts,
    ProviderFacts,
    ResourceFacts,
)

Int64 = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

MOST_RANKED = 1000
MOST_SOLVED = 20
"""Units that are put into the street and solved with one after the other, where side rules hold."""


@dataclass(frozen=True, slots=True)
class Band:
    """
    A standing time in which something may be offered.

    Parameters
    ----------
    code
        Key of the messages, below ``band.``.
    window
        Its minutes in the horizon as sorted, disjoint bounds, shape ``(k, 2)``; ``None``: always.
    """

    code: str
    window: Int64 | None


@dataclass(frozen=True, slots=True)
class Worth:
    """
    What one more unit would be worth.

    Parameters
    ----------
    bands
        Codes of the times in which it is worth this, for the same needs: any one of them is enough.
    total
        Seconds that the optimum falls by, the steps between urgency classes included; > 0.
    unmet
        Units fewer that are unmet of each urgency class, 急 first.
    seconds
        What is left of the total without these classes' steps: walking-equivalent.
    need_uid
        Need that the unit would serve.
    needs
        Needs for which a unit there would be worth something.
    owners
        Who owns something like it, the same category first; at most five.
    exact
        Whether both plans are proven optimal; without side rules always.
    """

    category: str
    community_uid: str
    bands: tuple[str, ...]
    total: int
    unmet: tuple[int, ...]
    seconds: int
    need_uid: str
    needs: int
    owners: tuple[Owner, ...]
    exact: bool = True

    @property
    def rank(self) -> tuple[int, ...]:
        """In which order worths are told: most units of the first class first, then most seconds."""
        return (*(-units for units in self.unmet), -self.seconds)


def standing_bands(workdays: Mask) -> tuple[Band, ...]:
    """
    Workdays by day (8-18), in the evening (18-22) and at night (18-8), days of rest, and always.

    Parameters
    ----------
    workdays
        Whether each day is a workday: the day before the first, then those of the horizon.
    """
    days = np.arange(-1, len(workdays) - 1) * DAY_MIN
    end = (len(workdays) - 1) * DAY_MIN

    def window(kind: Mask, opens_h: int, closes_h: int) -> Int64:
        bounds = np.column_stack((days[kind] + opens_h * 60, days[kind] + closes_h * 60))
        bounds = np.clip(bounds, 0, end)
        return rules.union([bounds[bounds[:, 0] < bounds[:, 1]]])

    return (
        Band("workday.day", window(workdays, 8, 18)),
        Band("workday.evening", window(workdays, 18, 22)),
        Band("workday.night", window(workdays, 18, 32)),
        Band("restday", window(~workdays, 0, 24)),
        Band("always", None),
    )


def recruit_next(instance: Instance, plan: Plan, bands: tuple[Band, ...], k: int = 10) -> tuple[Worth, ...]:
    """
    Where one more unit would help most, exactly, ranked.

    One unit of a category is placed at a community's point and open in a band, given by a new partner: for everybody,
    with an agreement in force, surveyed today, free of cost, with the skills and in the mode that are asked for. Its
    worth is the optimum less the optimum with it. That is the most, over the needs that it could serve, of what one
    unit of the need given from outside saves, less what their pair costs; and what such units save are the cheapest
    ways through the residual network, one search for all needs.

    Where side rules hold, that is no more than a guess: the `MOST_SOLVED` that are worth most without them are put into
    the street one after the other and solved again, and told by what the units of each class, then the cost, fall by.

    Parameters
    ----------
    bands
        Times to look at, such as `standing_bands`.
    k
        How many at most, 1..1000; those worth nothing are not told.

    Raises
    ------
    MatcherError
        If the plan is not proven optimal, or ``k`` is out of range.
    """
    if not 1 <= k <= MOST_RANKED:
        msg = f"k is {k}, outside 1..{MOST_RANKED}."
        raise MatcherError(msg)
    beside = not instance.rules.is_empty
    residual = Residual(instance.problem, solve(instance.problem, seed=instance.seed) if beside else plan)
    ways = residual.from_node(residual.root)
    saved = np.where(ways.length[: len(instance.facts.needs)] >= NO_WAY, 0, -ways.length[: len(instance.facts.needs)])
    offers = _Offers(instance.facts, bands, saved)
    c = sift(offers.facts, instance.policy).passed
    cost = costs.pair_costs(offers.facts, instance.policy, c)
    best = offers.best(c, saved[c.need] - cost, beside=beside)
    best.sort(key=lambda entry: (-entry[0], entry[1:3]))
    teller = _Teller(instance, plan, bands, offers)
    if beside:
        tried = [teller.solved(entry, c, cost) for entry in best[:MOST_SOLVED]]
        found = sorted((worth for worth in tried if worth is not None), key=lambda worth: worth.rank)
        return tuple(found[:k])
    every = np.arange(len(instance.facts.needs))
    return tuple(
        teller.told(
            entry, loss_between(instance, -entry[0], residual.unmet_along(residual.arcs_from(ways, entry[3])), every)
        )
        for entry in best[:k]
    )


Entry = tuple[int, int, tuple[int, ...], int, int]
"""Worth, offer, bands that are as good, need served and needs helped, as `_Offers.best` gives them."""


class _Teller:
    """Makes worths of what a plan loses, below 0 where it gains."""

    def __init__(self, instance: Instance, plan: Plan, bands: tuple[Band, ...], offers: "_Offers") -> None:
        self._instance = instance
        self._plan = plan
        self._bands = bands
        self._offers = offers
        self._owners = Owners(instance, plan)

    def told(self, entry: Entry, loss: Loss) -> Worth:
        """One worth."""
        _, offer, bands, n, needs = entry
        kind, community = self._offers.place(offer)
        return Worth(
            category=self._instance.facts.categories.code[kind],
            community_uid=self._instance.facts.areas.uid[community],
            bands=tuple(self._bands[band].code for band in bands),
            total=-loss.total,
            unmet=tuple(-units for units in loss.unmet),
            seconds=-loss.seconds,
            need_uid=self._instance.facts.needs.uid[n],
            needs=needs,
            owners=self._owners.of(kind),
            exact=loss.exact,
        )

    def solved(self, entry: Entry, c: Candidates, cost: Int64) -> Worth | None:
        """One worth by solving again with side rules; ``None`` when nothing gets better."""
        instance, plan = self._instance, self._plan
        mine = self._offers.serves(c, entry[1], entry[2][0])
        new = int(instance.rules.pair_provider.max(initial=0)) + 1
        changed = with_resource(instance.problem, instance.rules, c.need[mine].astype(np.int64), cost[mine], new)
        after = solve(*changed, seed=instance.seed, deadline_s=MOST_SECONDS)
        used = np.flatnonzero(changed[0].pair_resource[after.pair] == instance.problem.n_resources)
        if not len(used):
            return None
        exact = Status.OPTIMAL is plan.status is after.status
        more, every = after.unmet - plan.unmet, np.arange(len(plan.unmet))
        loss = loss_between(instance, after.objective - plan.objective, more, every, exact=exact)
        served = need_of(changed[0], int(after.pair[used[0]]))
        return self.told((*entry[:3], served, len(mine)), loss) if loss.rank < (0,) * len(loss.rank) else None


class _Offers:
    """One unit of each category at each community, open in every band, as facts that the rules can be asked about."""

    def __init__(self, facts: Facts, bands: tuple[Band, ...], saved: Int64) -> None:
        kinds, areas = facts.categories, facts.areas
        wanted = np.unique(facts.needs.category[saved > 0])
        can_serve = np.flatnonzero((kinds.weight[wanted] > 0).any(axis=0) & ~kinds.routed)
        communities = np.flatnonzero(areas.community == np.arange(len(areas.uid)))
        self._kind = np.repeat(can_serve, len(communities))
        self._community = np.tile(communities, len(can_serve))
        self._bands = [ALWAYS if band.window is None else len(facts.windows) + i for i, band in enumerate(bands)]
        windows = tuple(np.zeros((0, 2), np.int64) if band.window is None else band.window for band in bands)
        # A need that is bound to something on the list takes nothing else.
        bound = np.where(facts.needs.only_resource == NONE, NONE, GONE).astype(np.int32)
        self.facts = replace(
            facts,
            needs=replace(facts.needs, only_resource=bound, modes=np.zeros_like(facts.needs.modes)),
            resources=self._resources(facts, len(bands)),
            providers=_new_partner(),
            windows=(*facts.windows, *windows),
            skill_fits=np.ones((len(facts.skill_sets) or 1, 1), np.bool_),
            amenity_fits=np.ones((len(facts.amenity_sets) or 1, 1), np.bool_),
            rulings=replace(facts.rulings, kind=(PIN,) * len(facts.rulings)),
        )

    def place(self, offer: int) -> tuple[int, int]:
        """Category and community of an offer."""
        return int(self._kind[offer]), int(self._community[offer])

    def best(self, c: Candidates, gain: Int64, *, beside: bool) -> list[Entry]:
        """
        Every offer that is worth something, once for all bands in which it helps the same needs.

        Where side rules hold (``beside``), bands are the same only if the offer could serve the same needs in them,
        those too that it does not help by itself.
        """
        asked = self.facts.needs.window[c.need]
        order = np.lexsort((c.need, -gain, c.resource))
        found: dict[tuple[int, bytes], tuple[int, list[int], int, int]] = {}
        for b, window in enumerate(self._bands):
            fits = order[rules.slot_fits(self.facts, asked, np.full(len(asked), window, np.int32))[order]]
            offers, first = np.unique(c.resource[fits], return_index=True)
            for offer, mine in zip(offers.tolist(), np.split(fits, first)[1:], strict=True):
                helped = mine[gain[mine] > 0]
                if len(helped):
                    same = (offer, np.sort(mine if beside else helped).tobytes())
                    bands: list[int] = []
                    entry = (int(gain[helped[0]]), bands, int(c.need[helped[0]]), len(helped))
                    found.setdefault(same, entry)[1].append(b)
        return [(worth, offer, tuple(some), n, needs) for (offer, _), (worth, some, n, needs) in found.items()]

    def serves(self, c: Candidates, offer: int, band: int) -> Int64:
        """Candidates that an offer could serve in a band, by need."""
        mine = np.flatnonzero(c.resource == offer)
        asked = self.facts.needs.window[c.need[mine]]
        return mine[rules.slot_fits(self.facts, asked, np.full(len(mine), self._bands[band], np.int32))]

    def _resources(self, facts: Facts, bands: int) -> ResourceFacts:
        count, kinds, areas = len(self._kind), facts.categories, facts.areas
        unit_of = [facts.units.index(unit) if unit in facts.units else NONE for unit in kinds.unit]
        names = tuple(f"{kinds.code[k]} {areas.uid[a]}" for k, a in zip(self._kind, self._community, strict=True))
        none = np.full(count, NONE, np.int32)
        return ResourceFacts(
            uid=names,
            name=names,
            located_by=("coordinates",) * count,
            qualifier=("exact",) * count,
            assumed=np.zeros(count, np.bool_),
            held=((),) * count,
            category=self._kind.astype(np.int32),
            unit=np.array(unit_of, np.int32)[self._kind],
            offered=np.ones(count, np.int64),
            available=np.ones(count, np.int64),
            consumable=np.zeros(count, np.bool_),
            provider=np.zeros(count, np.int32),
            community=self._community.astype(np.int32),
            home=self._community.astype(np.int32),
            xy=areas.xy[self._community].reshape(-1, 2),
            cover=none,
            exclude=none,
            home_rings=areas.rings[self._community],
            travels=none.astype(np.int8),
            groups=np.zeros(count, np.int32),
            valid_from_day=np.full(count, FIRST_DAY, np.int32),
            valid_to_day=np.full(count, LAST_DAY, np.int32),
            survey_age_days=np.zeros(count, np.int32),
            guard_min=np.zeros(count, np.int32),
            slot_start=np.arange(count + 1, dtype=np.int64) * bands,
            slot_uid=tuple(f"{name} {b}" for name in names for b in range(bands)),
            slot_text=("",) * (count * bands),
            slot_window=np.tile(np.array(self._bands, np.int32), count),
            slot_capacity=np.ones(count * bands, np.int64),
            modes=np.zeros(count, np.int32),
            amenities=np.zeros(count, np.int32),
            unit_cost_fen=np.zeros(count, np.int64),
            quotas=((),) * count,
            emergency_ok=np.ones(count, np.bool_),
        )


def _new_partner() -> ProviderFacts:
    """Who would give it: has signed, and has served nobody yet."""
    signed = AgreementFacts(uid="", number="", partner_uid="", partner_label="", partner_name="", areas=NONE)
    none = np.array([NONE], np.int32)
    return ProviderFacts(
        uid=("",),
        label=("Organization",),
        name=("",),
        agreement=np.array([AGREEMENT_IN_FORCE], np.int8),
        in_force=((signed,),),
        partner_areas=none,
        served_areas=none,
        person=np.zeros(1, np.bool_),
        own_areas=none,
        paired_areas=none,
        seat_areas=none,
        skills=np.zeros(1, np.int32),
        loads=((),),
    )
