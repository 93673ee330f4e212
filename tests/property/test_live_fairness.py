"""With groups, the optimum lies between bound and objective after every event, and an exact solve closes the gap."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matcher.certify import certify
from matcher.costs import CLASSES
from matcher.errors import CertificateError, InvalidEventError, InvalidProblemError
from matcher.live import events as happen
from matcher.live.plan import Change, LivePlan
from matcher.policy import Policy
from matcher.problem import MAX_UNIT_COST, Problem, ShortfallCosts
from matcher.solve import solve
from matcher.status import Status
from matcher.street.fairness import ladder
from tests.instances.complete import KINDS, complete_problems, seeded_complete
from tests.instances.complete_peers import optimum
from tests.instances.live_events import EVENTS, Scene
from tests.instances.small import problem, seeded
from tests.property.proof import show
from tests.property.settings import FIXED, INSTANCES

ANY = settings(FIXED, suppress_health_check=[HealthCheck.data_too_large, HealthCheck.too_slow])
FAIR = [kind for kind, made in KINDS.items() if made.shortfall]
EACH = 6
"""Events on each instance."""


def begun(made: Problem) -> LivePlan:
    return LivePlan.of(made, solve(made))


def happens(live: LivePlan, rng: np.random.Generator, kind: str | None = None) -> tuple[Scene, Change] | None:
    scene = Scene(live)
    event = scene.event(rng, kind or str(rng.choice(list(EVENTS))))
    return None if event is None else (scene, live.apply(event))


def assert_bounded(live: LivePlan) -> int:
    """The optimum by another code, which lies between the bound and the objective; both are proven as told."""
    made, solution = live.read()
    best = optimum(made)
    assert live.bound <= best <= live.objective
    certificate = live.certificate()
    assert certificate.proven_at_prices, certificate.first_violation
    assert (certificate.primal_objective, certificate.dual_objective) == (live.objective, live.bound)
    assert certificate.proven == (live.gap == 0) == (solution.status is Status.OPTIMAL)
    assert live._state.disorder() == ""
    assert live.failures == ()
    show("live plan with groups, after an event", instances=1, plans=1, optimal=int(live.gap == 0), bounds=1)
    return best


@pytest.mark.parametrize("kind", FAIR)
def test_after_each_event_the_optimum_lies_between_bound_and_objective_and_a_renewal_finds_it(kind: str) -> None:
    with_gap = 0
    for seed in range(INSTANCES // 4):
        live = begun(seeded_complete(seed, KINDS[kind]))
        rng = np.random.default_rng((seed, 19))
        assert live.gap == 0
        best = live.objective
        for _ in range(EACH):
            if happened := happens(live, rng):
                best = assert_bounded(live)
                change = happened[1]
                assert (change.objective_after, change.bound, change.gap) == (live.objective, live.bound, live.gap)
                with_gap += change.gap > 0
        before, gap = live.objective, live.gap
        renewal = live.renew()
        assert live.gap == 0
        assert live.objective == best == assert_bounded(live)
        assert (renewal.objective_before, renewal.objective_after, renewal.gap_before) == (before, best, gap)
        assert renewal.failure is None
    assert with_gap > INSTANCES // 40


@ANY
@given(complete_problems(KINDS["both"]), st.integers(0, 10**6))
def test_any_small_problem_that_a_repair_can_hold_stays_bounded(made: Problem, seed: int) -> None:
    plan = solve(made)
    if max(_dearest_unmet(made), default=0) > MAX_UNIT_COST:
        with pytest.raises(InvalidProblemError, match="with its groups"):
            LivePlan.of(made, plan)
        return
    live, rng = LivePlan.of(made, plan), np.random.default_rng(seed)
    for _ in range(4):
        if happens(live, rng):
            assert_bounded(live)


def _dearest_unmet(made: Problem) -> list[int]:
    """What a unit of each need can cost at most, group by group above it."""
    costs = made.shortfall
    assert costs is not None
    found = made.unmet_cost.tolist()
    for n, group in enumerate(costs.of_need.tolist()):
        up = group
        while up >= 0:
            found[n] += int(costs.cost[costs.segment_start[up + 1] - 1])
            up = int(costs.above[up])
    return found


@pytest.mark.parametrize("kind", EVENTS)
def test_each_kind_of_event_leaves_the_problem_that_it_should_and_undone_the_one_before(kind: str) -> None:
    done = 0
    for seed in range(INSTANCES // 10):
        live = begun(seeded_complete(seed, KINDS["both"]))
        rng = np.random.default_rng((seed, 23))
        if kind == "unpin":
            happens(live, rng, "pin")
        before = optimum(live.read()[0])
        happened = happens(live, rng, kind)
        if happened is None:
            continue
        scene, change = happened
        assert_bounded(live)
        if isinstance(change.event, happen.AddNeed):
            made, n = live.read()[0], change.effect.need
            assert made.shortfall is not None
            assert (int(made.unmet_cost[n]), int(made.shortfall.of_need[n])) == (
                change.event.unmet_cost,
                change.event.group,
            )
        live.apply(scene.undo(change))
        assert assert_bounded(live) == before
        done += 1
    assert done > INSTANCES // 25


def test_a_group_may_be_emptied_and_filled_again() -> None:
    for seed in range(INSTANCES // 10):
        live = begun(seeded_complete(seed, KINDS["both"]))
        made = live.read()[0]
        assert made.shortfall is not None
        scene, group = Scene(live), int(np.bincount(made.shortfall.of_need + 1)[1:].argmax())
        members = np.flatnonzero(made.shortfall.of_need == group).tolist()
        for n in members:
            live.apply(happen.RemoveNeed(n))
        assert not (live.read()[0].shortfall.of_need == group).any()  # type: ignore[union-attr] it has groups
        assert_bounded(live)
        for n in members:
            live.apply(scene.need_again(n))
        assert assert_bounded(live) == optimum(made)


@dataclass(frozen=True, slots=True)
class Classed:
    """A problem whose classes stand above fairness and fairness beside or above service, with the derived steps."""

    problem: Problem
    class_of_group: np.ndarray
    class_step: int

    def unmet(self, made: Problem, unmet: np.ndarray) -> list[int]:
        """Units unmet of each class."""
        assert made.shortfall is not None
        below = made.shortfall.of_need >= 0
        of_need = self.class_of_group[made.shortfall.of_need[below]]
        return [int(unmet[below][of_need == urgency].sum()) for urgency in range(CLASSES)]

    def event(self, live: LivePlan, rng: np.random.Generator) -> happen.Event | None:
        """Any event; a new need costs what its group's class asks."""
        event = Scene(live).event(rng, str(rng.choice(list(EVENTS))))
        if not isinstance(event, happen.AddNeed):
            return event
        group = int(rng.integers(len(self.class_of_group)))
        return replace(event, group=group, unmet_cost=(CLASSES - int(self.class_of_group[group])) * self.class_step)


def classed(seed: int, mode: str) -> Classed:
    rng, made, places = np.random.default_rng((seed, 29)), seeded(seed), 3
    made = replace(made, pair_cost=made.pair_cost % 1000)  # so that the steps of four classes fit
    dearest = int(made.pair_cost.max(initial=1)) + 2 * EACH
    steps = ladder(Policy(fairness_mode=mode, fairness_pieces=4), dearest, 0, made.n_needs + EACH)
    urgency, place = (rng.integers(0, most, made.n_needs) for most in (CLASSES, places))
    asked = np.bincount(place * CLASSES + urgency, made.demand, places * CLASSES).reshape(places, CLASSES)
    groups = [_pieces(int(units), steps.neighbourhood.tolist()) for units in asked.ravel()]
    groups += [_pieces(int(units), steps.community.tolist()) for units in asked.sum(axis=0)]
    costs = ShortfallCosts(
        of_need=place * CLASSES + urgency,
        above=np.concatenate([places * CLASSES + np.tile(np.arange(CLASSES), places), np.full(CLASSES, -1)]),
        segment_start=np.cumsum([0, *(len(group) for group in groups)]),
        from_units=np.array([begin for group in groups for begin in group]),
        cost=np.array([cost for group in groups for cost in group.values()]),
    )
    made = replace(made, unmet_cost=(CLASSES - urgency) * steps.class_step, shortfall=costs)
    return Classed(made, np.tile(np.arange(CLASSES), places + 1), steps.class_step)


def _pieces(asked: int, costs: list[int]) -> dict[int, int]:
    """Cost of a unit by where each piece begins; of pieces that begin at one unit the last."""
    return {-(-asked * i // len(costs)): cost for i, cost in enumerate(costs)}


@pytest.mark.parametrize("mode", ["weighed", "strict"])
def test_each_urgency_class_lacks_as_much_as_in_the_optimum_where_steps_are_derived(mode: str) -> None:
    with_gap = 0
    for seed in range(INSTANCES // 4):
        street = classed(seed, mode)
        live, rng = begun(street.problem), np.random.default_rng((seed, 31))
        for _ in range(EACH):
            event = street.event(live, rng)
            if event is None:
                continue
            with_gap += live.apply(event).gap > 0
            made, solution = live.read()
            assert live.certificate().proven_at_prices
            assert street.unmet(made, solution.unmet) == street.unmet(made, solve(made).unmet)
    assert with_gap > INSTANCES // 40


def test_a_renewal_takes_new_costs_and_tells_what_moved() -> None:
    moved = 0
    for seed in range(INSTANCES // 4):
        live = begun(seeded_complete(seed, KINDS["both"]))
        rng = np.random.default_rng((seed, 37))
        for _ in range(EACH):
            happens(live, rng)
        before = _units(live)
        costs = live.read()[0].shortfall
        assert costs is not None
        from_units = costs.from_units * 2 if seed % 2 else costs.from_units  # breakpoints that follow the demand
        renewal = live.renew(replace(costs, from_units=from_units) if seed % 2 else None)
        made = live.read()[0]
        assert made.shortfall is not None
        assert np.array_equal(made.shortfall.from_units, from_units)
        assert live.objective == optimum(made)
        after = _units(live)
        told = {entry.pair: (entry.before, entry.after) for entry in renewal.moved}
        changed = {e for e in before.keys() | after.keys() if before.get(e, 0) != after.get(e, 0)}
        assert told == {e: (before.get(e, 0), after.get(e, 0)) for e in changed}
        scene = Scene(live)
        for entry in renewal.moved:
            at = scene.index(entry.pair)
            assert (entry.need, entry.resource) == (int(scene.need_of[at]), int(made.pair_resource[at]))
        moved += len(told)
        assert live.log == ()
        if happens(live, rng):
            assert_bounded(live)
    assert moved > 0


def _units(live: LivePlan) -> dict[int, int]:
    """Units of each pair that carries some, pinned ones included."""
    base = live.base()
    found = dict(base.pins)
    for number, units in zip(base.pair_number[base.answer.pair].tolist(), base.answer.quantity.tolist(), strict=True):
        found[number] = found.get(number, 0) + units
    return found


def test_a_plan_goes_on_from_a_base_with_a_gap_as_the_one_that_it_was_taken_from() -> None:
    gaps = 0
    for seed in range(INSTANCES // 10):
        live = begun(seeded_complete(seed, KINDS["both"]))
        rng = np.random.default_rng((seed, 41))
        for _ in range(EACH):
            happens(live, rng)
        twin = LivePlan(live.base())
        assert (twin.objective, twin.bound) == (live.objective, live.bound)
        gaps += twin.gap > 0
        if happened := happens(live, rng):
            twin.apply(happened[1].event)
        # Of plans as good at the prices another may be found; the bound is that of the prices.
        assert twin.bound == live.bound
        assert_bounded(twin)
    assert gaps > 0


def test_an_exact_solve_is_due_once_the_gap_passes_what_the_policy_allows_a_unit() -> None:
    passed = 0
    for seed in range(INSTANCES // 10):
        live = begun(seeded_complete(seed, KINDS["shortfall"]))
        rng = np.random.default_rng((seed, 43))
        assert not live.gap_passed(Policy(renew_gap_s=0))
        for _ in range(EACH):
            happens(live, rng)
        asked = int(live.read()[0].demand.sum())
        for limit in (0, 1, 10, 86_400):
            assert live.gap_passed(Policy(renew_gap_s=limit)) == (live.gap > limit * asked)
        passed += live.gap_passed(Policy())
    assert passed > 0


@ANY
@given(data=st.data(), seed=st.integers(0, 10**6), kind=st.sampled_from(FAIR))
def test_the_proof_at_prices_is_that_of_the_problem_without_groups_and_its_gap_that_unit_by_unit(
    data: st.DataObject, seed: int, kind: str
) -> None:
    made = seeded_complete(seed, KINDS[kind])
    answer = solve(made)
    names = ["quantity", "unmet", "resource_price", "need_price", "group_price"]
    name = data.draw(st.sampled_from(["none", *(n for n in names if len(getattr(answer, n)))]))
    if name != "none":
        damaged = getattr(answer, name).copy()
        damaged[data.draw(st.integers(0, len(damaged) - 1))] += data.draw(st.sampled_from([-1000, -1, 1, 1000]))
        answer = replace(answer, **{name: damaged})
    certificate = certify(made, answer)
    plain = _plain(made, answer.group_price)
    alone = None if plain is None else certify(plain, replace(answer, group_price=answer.group_price[:0]))
    assert alone is None or certificate.proven_at_prices == alone.proven
    if certificate.proven_at_prices:
        gap = sum(_gap(made, g, answer.unmet, int(answer.group_price[g])) for g in range(made.n_groups))
        assert certificate.primal_objective - certificate.dual_objective == gap == certificate.group_gap
        assert certificate.proven == (gap == 0)


def _plain(made: Problem, prices: np.ndarray) -> Problem | None:
    """The problem in which a unit unmet costs the prices of the groups above, one need after another; None below 0."""
    costs = made.shortfall
    assert costs is not None
    unmet_cost = made.unmet_cost.tolist()
    for n, group in enumerate(costs.of_need.tolist()):
        up = group
        while up >= 0:
            unmet_cost[n] += int(prices[up])
            up = int(costs.above[up])
    if min(unmet_cost, default=0) < 0:
        return None
    return replace(made, unmet_cost=np.array(unmet_cost, np.int64), shortfall=None)


def _gap(made: Problem, group: int, unmet: np.ndarray, price: int) -> int:
    """``f(U) + f*(s) - s U`` of one group, unit by unit."""
    costs = made.shortfall
    assert costs is not None
    lo, hi = (int(costs.segment_start[group + k]) for k in range(2))
    starts, slopes = costs.from_units[lo:hi].tolist(), costs.cost[lo:hi].tolist()
    asked, short = (int(_below(costs, values)[group]) for values in (made.demand, unmet))
    values = [0]
    for unit in range(asked):
        values.append(values[-1] + slopes[sum(start <= unit for start in starts) - 1] - price)
    return values[short] - min(values)


def _below(costs: ShortfallCosts, values: np.ndarray) -> list[int]:
    """Sum of the needs below each group; a group's number is below those above it."""
    found = [int(values[costs.of_need == g].sum()) for g in range(len(costs))]
    for g, up in enumerate(costs.above.tolist()):
        if up >= 0:
            found[up] += found[g]
    return found


@pytest.mark.parametrize("where", ["_short", "_asked", "_unmet", "_demand", "_of_need", "added", "least"])
def test_a_damaged_account_of_the_groups_is_caught_told_and_made_again(where: str) -> None:
    caught = 0
    for seed in range(INSTANCES // 10):
        live = begun(seeded_complete(seed, KINDS["both"]))
        rng = np.random.default_rng((seed, 47))
        for _ in range(3):
            happens(live, rng)
        best, groups = optimum(live.read()[0]), live._state._groups
        assert groups is not None
        if where in {"added", "least"}:
            setattr(groups, where, getattr(groups, where) + 1)
        else:
            values = getattr(groups, where)
            at = int(rng.integers(len(values))) if where != "_of_need" else int(np.argmax(groups._demand))
            values[at] = (values[at] + 2) % (len(groups) + 1) - 1 if where == "_of_need" else values[at] + 1
        verified = live.verify()
        if where == "_of_need" and verified.failure is None:  # nobody asks for anything
            continue
        assert verified.failure is not None
        assert verified.failure.reason
        assert live.failures == (verified.failure,)
        assert verified.certificate.proven
        assert (live.objective, live.gap) == (best, 0)
        caught += 1
        if happens(live, rng):
            assert live.verify().failure is None
    assert caught > INSTANCES // 20


def small() -> LivePlan:
    made = problem([[(0, 1), (1, 9)], [(0, 2)]], demand=[3, 3], capacity=[2, 2], unmet_cost=[50, 50])
    costs = ShortfallCosts(np.array([0, 0]), np.array([-1]), np.array([0, 2]), np.array([0, 2]), np.array([0, 30]))
    return begun(replace(made, shortfall=costs))


def test_a_repair_that_meets_a_damaged_state_makes_it_again_with_no_gap() -> None:
    live = small()
    live._state.memory.net.need_price[0] += 100
    change = live.apply(happen.ChangeQuantity(0, 5))
    assert change.failure is not None
    assert change.gap == live.gap == 0
    assert live.objective == optimum(live.read()[0])


@pytest.mark.parametrize(
    "event",
    [
        pytest.param(happen.AddNeed(1, 5, (), 1), id="a need of a group that is not there"),
        pytest.param(happen.AddNeed(1, 5, (), -2), id="a need of a group below none"),
        pytest.param(happen.AddNeed(1, MAX_UNIT_COST - 29, (), 0), id="a need that is too dear with its groups"),
        pytest.param(happen.AddNeed(1, -1, (), 0), id="a need that costs less than nothing unmet"),
        pytest.param(happen.AddNeed(2**60, 5, (), 0), id="a need whose sum leaves 64 bits"),
        pytest.param(happen.RemoveNeed(2), id="a need that is not there"),
    ],
)
def test_an_event_that_cannot_happen_is_refused_and_changes_nothing(event: happen.Event) -> None:
    live = small()
    live.apply(happen.ChangeQuantity(0, 4))
    before = (live.objective, live.bound, live.sequence, live.log)
    with pytest.raises(InvalidEventError):
        live.apply(event)
    assert (live.objective, live.bound, live.sequence, live.log) == before
    assert_bounded(live)


def test_a_need_of_a_group_is_refused_where_there_are_none() -> None:
    with pytest.raises(InvalidEventError, match="no group 0"):
        begun(problem([[(0, 1)]], demand=[3], capacity=[4], unmet_cost=[50])).apply(happen.AddNeed(1, 5, (), 0))


def test_new_costs_that_do_not_fit_are_refused_and_change_nothing() -> None:
    live = small()
    live.apply(happen.ChangeQuantity(0, 4))
    costs, before = live.read()[0].shortfall, (live.objective, live.bound)
    assert costs is not None
    for wrong in (replace(costs, of_need=costs.of_need[:1]), replace(costs, cost=costs.cost + MAX_UNIT_COST)):
        with pytest.raises(InvalidProblemError):
            live.renew(wrong)
        assert (live.objective, live.bound) == before
        assert_bounded(live)


def test_a_plan_that_is_not_optimal_at_its_prices_is_not_begun_from() -> None:
    made = small().read()[0]
    plan = solve(made)
    with pytest.raises(CertificateError, match="not optimal"):
        LivePlan.of(made, replace(plan, group_price=plan.group_price + 1))
