"""What a decision costs the live plan is the difference of two solves by another code, and asking changes nothing."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matcher.errors import DamagedStateError, InvalidEventError, InvalidProblemError
from matcher.kernels.live_network import LiveNetwork
from matcher.kernels.live_trial import PRICED
from matcher.live import events as happen
from matcher.live.opportunity import Forced, Opportunities
from matcher.live.plan import LivePlan
from matcher.problem import MAX_UNIT_COST, CommonLimits, Problem
from matcher.solve import solve
from tests.instances.city import city
from tests.instances.complete import KINDS, complete_problems, seeded_complete
from tests.instances.complete_peers import given_beforehand, optimum
from tests.instances.live_events import EVENTS, Scene
from tests.instances.small import chain, problem, seeded
from tests.property.proof import show
from tests.property.settings import FIXED, INSTANCES

ANY = settings(FIXED, suppress_health_check=[HealthCheck.data_too_large, HealthCheck.too_slow])
STATE = ("needs", "need_price", "supplies", "price", "pairs", "carried", "backs", "place", "counts", "journal")
"""What a repair reads and writes of the network; the rest is scratch of its searches."""
SOME = 6
"""Answers compared with another code on each instance, of each question."""


def begun(made: Problem, seed: int, events: int = 6) -> LivePlan:
    """A live plan after some events, pins among them."""
    live = LivePlan.of(made, solve(made))
    rng = np.random.default_rng((seed, 21))
    for kind in ["pin", *rng.choice(list(EVENTS), events)]:
        event = Scene(live).event(rng, str(kind))
        if event is not None:
            live.apply(event)
    return live


def of_kind(kind: str, seed: int) -> Problem:
    if kind == "plain":
        return seeded(seed)
    made = seeded_complete(seed, KINDS[kind])
    return made if kind == "both" else replace(made, shortfall=None)


class Oracle:
    """
    The losses as differences of two solves of the whole problem by another code.

    Parameters
    ----------
    live
        The plan as it stands.
    """

    def __init__(self, live: LivePlan) -> None:
        base = live.base()
        # With groups, what a unit unmet costs at their frozen prices.
        unmet_cost = live._state.memory.net.needs["unmet_cost"][: base.problem.n_needs].copy()
        self.problem = replace(base.problem, unmet_cost=unmet_cost, shortfall=None)
        self._index = {number: i for i, number in enumerate(base.pair_number.tolist())}
        self.optimum = optimum(self.problem)

    def forced(self, answer: Forced) -> Problem:
        return given_beforehand(self.problem, self._index[answer.pair], answer.units)

    def loss(self, answer: Forced) -> int:
        return optimum(self.forced(answer)) + answer.units * answer.cost - self.optimum

    def most(self, answer: Forced) -> int:
        """Units that fit by the definition: what the need asks for, the resource gives, and each limit above gives."""
        found = [int(self.problem.demand[answer.need]), int(self.problem.capacity[answer.resource])]
        limits = self.problem.limits
        at = -1 if limits is None else int(limits.of_resource[answer.resource])
        while limits is not None and at >= 0:
            found.append(int(limits.capacity[at]))
            at = int(limits.above[at])
        return min(found)


def bits(live: LivePlan) -> list[bytes]:
    """Every number of the state, the bytes between the fields of a record left out."""
    net: LiveNetwork = live._state.memory.net
    arrays = [getattr(net, name) for name in STATE]
    return [b"".join(a[name].tobytes() for name in a.dtype.names or ()) or a.tobytes() for a in arrays]


def asked(opportunities: Opportunities, of: str, number: int, k: int | None = None) -> tuple[tuple[Forced, ...], ...]:
    """First units and whole quantities."""
    if of == "need":
        return opportunities.first_of_need(number, k), opportunities.whole_of_need(number, k)
    return opportunities.first_of_resource(number, k), opportunities.whole_of_resource(number, k)


def questions(live: LivePlan, rng: np.random.Generator) -> Iterator[tuple[str, int]]:
    """Some needs and a resource that are there."""
    base = live.base()
    needs, resources = np.flatnonzero(base.need_open), np.flatnonzero(base.resource_open)
    yield from (("need", int(n)) for n in rng.permutation(needs)[:2])
    yield from (("resource", int(r)) for r in rng.permutation(resources)[:1])


def assert_exact(live: LivePlan, seed: int, kind: str) -> None:
    """All that is asked equals what another code finds, is in order, and leaves the state as it was."""
    rng, oracle, equal = np.random.default_rng((seed, 23)), Oracle(live), 0
    assert oracle.optimum == live._state.memory.cost
    opportunities, before = live.opportunities(), bits(live)
    for of, number in questions(live, rng):
        first, whole = asked(opportunities, of, number)
        assert bits(live) == before
        assert {answer.pair for answer in first} == {answer.pair for answer in whole} == numbers(live, of, number)
        for answers in (first, whole):
            possible = [answer for answer in answers if answer.loss is not None]
            assert possible == list(answers[: len(possible)]), "those that hold none come last"
            assert possible == sorted(possible, key=lambda answer: (answer.loss, answer.cost, answer.pair))
            for i in rng.permutation(len(possible))[:SOME].tolist():
                assert possible[i].loss == oracle.loss(possible[i]), possible[i]
                equal += 1
        for answer in whole:
            assert answer.units == oracle.most(answer)
            assert (answer.loss is None) == (answer.units == 0)
        for k in (1, 3):
            least_first, least = asked(opportunities, of, number, k)
            assert least_first == first[:k]
            assert told(least) == told(whole[:k])
            equal += len(least)
    assert bits(live) == before
    certificate = live.certificate()
    assert certificate.proven_at_prices, certificate.first_violation
    assert live._state.memory.disorder() == ""
    show(f"live opportunity costs, {kind}", instances=1, optimal=1, losses=equal)


def told(answers: tuple[Forced, ...]) -> list[Forced]:
    """Answers without who is displaced: that is one best plan's among several, and the order of pricing decides."""
    return [replace(answer, displaced=()) for answer in answers]


def numbers(live: LivePlan, of: str, number: int) -> set[int]:
    memory = live._state.memory
    if of == "need":
        return set(memory.numbers_of_need(number).tolist())
    return set(memory.numbers_of_supply(memory.supply_of(number)).tolist())


@pytest.mark.parametrize("kind", ["plain", "limits", "deep", "degenerate", "both"])
def test_each_loss_equals_the_difference_of_two_solves_by_another_code(kind: str) -> None:
    tried = 0
    for seed in range(INSTANCES // 4):
        try:
            live = begun(of_kind(kind, seed), seed)
        except InvalidProblemError:
            assert kind == "both", "only with its groups a unit unmet may cost too much"
            continue
        assert_exact(live, seed, kind)
        tried += 1
    assert tried > INSTANCES // 10


@ANY
@given(complete_problems(KINDS["limits"]), st.integers(0, 10**6))
def test_any_small_problem_with_common_limits_has_exact_losses(made: Problem, seed: int) -> None:
    assert_exact(begun(made, seed, events=3), seed, "any")


def test_questions_between_events_change_nothing_that_comes_after() -> None:
    for seed in range(INSTANCES // 10):
        asking = begun(of_kind("limits", seed), seed)
        silent = begun(of_kind("limits", seed), seed)
        rng = np.random.default_rng((seed, 25))
        for _ in range(6):
            for of, number in questions(asking, rng):
                asked(asking.opportunities(), of, number, k=2)
            event = Scene(asking).event(rng, str(rng.choice(list(EVENTS))))
            if event is not None:
                assert asking.apply(event) == silent.apply(event)
            assert bits(asking) == bits(silent)
            assert_exact(asking, seed, "between events")


def test_what_is_displaced_is_what_a_best_plan_with_the_units_forced_leaves_unmet() -> None:
    named = 0
    for seed in range(INSTANCES // 4):
        live = begun(of_kind(("plain", "limits")[seed % 2], seed), seed)
        rng, oracle = np.random.default_rng((seed, 27)), Oracle(live)
        unmet = live.read()[1].unmet
        for of, number in questions(live, rng):
            answers = [answer for answer in asked(live.opportunities(), of, number)[1] if answer.loss is not None]
            for i in rng.permutation(len(answers))[:3].tolist():
                named += assert_displaced(oracle, answers[i], unmet)
    assert named > INSTANCES // 10


def assert_displaced(oracle: Oracle, answer: Forced, unmet: np.ndarray[tuple[int], np.dtype[np.int64]]) -> int:
    """With at least so much of these needs left unmet, and no more of any other than now, the optimum is the same."""
    left = oracle.forced(answer)
    may_lack = unmet.copy()
    for need, units in answer.displaced:
        assert units > 0
        may_lack[need] += units
    # What a need may not lack is asked for at a price above any other.
    dear = min(10 * int(max(left.unmet_cost.max(initial=1), left.pair_cost.max(initial=1))), MAX_UNIT_COST)
    strict = with_promised(left, np.maximum(left.demand - may_lack, 0), dear)
    assert optimum(strict) + answer.units * answer.cost - oracle.optimum == answer.loss, answer
    return len(answer.displaced)


def with_promised(made: Problem, promised: np.ndarray[tuple[int], np.dtype[np.int64]], dear: int) -> Problem:
    """Each need in two: what it is promised, at a price that is not paid, and the rest."""
    pairs = [slice(*made.row_start[n : n + 2].tolist()) for n in range(made.n_needs)]
    return replace(
        made,
        demand=np.concatenate([made.demand - promised, promised]),
        unmet_cost=np.concatenate([made.unmet_cost, np.full(made.n_needs, dear)]),
        row_start=np.concatenate([made.row_start, made.row_start[1:] + made.n_pairs]),
        pair_resource=np.concatenate([made.pair_resource, *(made.pair_resource[row] for row in pairs)]),
        pair_cost=np.concatenate([made.pair_cost, *(made.pair_cost[row] for row in pairs)]),
        need_xy=None,
        resource_xy=None,
    )


def test_only_pairs_that_are_allowed_are_answered_about_and_their_losses_are_the_same() -> None:
    for seed in range(INSTANCES // 10):
        live = begun(of_kind("limits", seed), seed)
        rng, opportunities = np.random.default_rng((seed, 29)), live.opportunities()
        mask = rng.random(len(live._state.memory.net.place)) < 0.5
        for of, number in questions(live, rng):
            ask = (
                (opportunities.first_of_need, opportunities.whole_of_need)
                if of == "need"
                else (opportunities.first_of_resource, opportunities.whole_of_resource)
            )
            for question in ask:
                every = question(number)
                allowed = tuple(answer for answer in every if mask[answer.pair])
                assert told(question(number, allowed=mask.take)) == told(allowed)
                assert told(question(number, 2, allowed=mask.take)) == told(allowed[:2])


def test_a_first_unit_costs_what_it_pushes_away_and_a_whole_need_more_than_that() -> None:
    # Resource 0 is full with the two needs that cost 100 a unit left unmet; need 2 is unmet at 6.
    made = problem([[(0, 1)], [(0, 2), (1, 7)], [(0, 3)]], demand=[2, 2, 3], capacity=[4, 1], unmet_cost=[100, 100, 6])
    live = LivePlan.of(made, solve(made))
    (first,) = live.opportunities().first_of_need(2)
    assert (first.units, first.loss, first.given) == (1, 3 - 6 + 7 - 2, 0)
    (whole,) = live.opportunities().whole_of_need(2)
    # One unit of need 1 moves to resource 1, its other one goes unmet, and then one of need 0.
    assert (whole.units, whole.loss) == (3, 3 * (3 - 6) + (7 - 2) + (100 - 2) + (100 - 1))
    assert whole.displaced == ((0, 1), (1, 1))


def test_the_least_k_are_found_without_pricing_the_others() -> None:
    live = LivePlan.of(*(made := city(1000), solve(made)))
    opportunities, priced, candidates = live.opportunities(), 0, 0
    for n in range(0, 1000, 40):
        every = opportunities.whole_of_need(n)
        candidates += sum(answer.loss is not None for answer in every)
        least = opportunities.whole_of_need(n, 3)
        assert [(answer.pair, answer.loss) for answer in least] == [(answer.pair, answer.loss) for answer in every[:3]]
        priced += int(opportunities._trial.counts[PRICED])
    assert 0 < priced < candidates / 2
    assert live.certificate().proven


def test_long_chains_of_displacement_are_priced_exactly() -> None:
    live = LivePlan.of(*(made := chain(300, step=10, unmet_cost=5000), solve(made)))
    oracle = Oracle(live)
    for n in (0, 150, 299):
        for answers in asked(live.opportunities(), "need", n):
            assert [answer.loss for answer in answers] == [oracle.loss(answer) for answer in answers]


def test_room_for_notes_is_made_as_it_is_needed() -> None:
    live = LivePlan.of(*(made := chain(300, step=10, unmet_cost=5000), solve(made)))
    expected = [asked(live.opportunities(), "need", n) for n in (0, 150)]
    state = live._state
    tight = Opportunities(state.memory, state.need_open, state.resource_open)
    tight._trial = tight._trial._replace(notes=tight._trial.notes[:1], displaced=tight._trial.displaced[:1])
    before = bits(live)
    assert [asked(tight, "need", n) for n in (0, 150)] == expected, "the same question has the same answer"
    assert len(tight._trial.notes) == 1, "what a question needed is dropped after it"
    assert bits(live) == before


def test_hops_of_pairs_that_moved_or_went_are_not_trusted() -> None:
    for seed in range(INSTANCES // 20):
        live, rng = begun(of_kind("limits", seed), seed), np.random.default_rng((seed, 31))
        for kind in ("forbid", "remove need", "add need", "allow", "remove resource", "add resource", "forbid"):
            opportunities, places = live.opportunities(), live._state.memory.net.place
            places = places[places >= 0]
            opportunities._fit()
            hops, needs = opportunities._trial.hops, opportunities._memory.n_needs
            if len(places) and needs:
                hops["need"] = rng.integers(0, needs, len(hops))
                hops["taken"] = rng.choice(places, len(hops))
                hops["given"] = rng.choice(np.append(places, -1), len(hops))
                hops["question"] = 2**30
            assert_exact(live, seed, "wrong hops")
            event = Scene(live).event(rng, kind)
            if event is not None:
                live.apply(event)


def test_a_damaged_state_is_refused_told_and_answered_about_once_it_is_made_again() -> None:
    made = problem([[(0, 1), (1, 9)], [(0, 2)]], demand=[3, 3], capacity=[4, 9], unmet_cost=[50, 50])
    live = LivePlan.of(made, solve(made))
    expected = asked(live.opportunities(), "need", 1)
    live._state.memory.net.need_price[0] += 100  # now every way from it costs less than nothing
    before = bits(live)
    for question in (live.opportunities().first_of_need, live.opportunities().whole_of_need):
        with pytest.raises(DamagedStateError, match="verify"):
            question(1)
        assert bits(live) == before
    assert live.verify().failure is not None
    assert asked(live.opportunities(), "need", 1) == expected


def test_a_need_that_asks_for_nothing_or_a_resource_that_gives_nothing_holds_no_unit() -> None:
    made = problem([[(0, 1), (1, 2)], [(0, 2)]], demand=[0, 3], capacity=[4, 0], unmet_cost=[50, 50])
    made = replace(made, limits=CommonLimits(np.array([-1, -1]), np.array([-1]), np.array([9])))
    live = LivePlan.of(made, solve(made))
    live.apply(happen.ChangeQuantity(1, 4))
    for of, number in (("need", 0), ("resource", 1)):
        for answers in asked(live.opportunities(), of, number):
            assert answers
            assert {(answer.loss, answer.units, answer.displaced) for answer in answers} == {(None, 0, ())}


@pytest.mark.parametrize(
    ("number", "k"),
    [
        pytest.param(9, None, id="not there"),
        pytest.param(-1, None, id="below 0"),
        pytest.param(1, None, id="withdrawn"),
        pytest.param(0, 0, id="none of them asked for"),
    ],
)
def test_what_cannot_be_asked_is_refused(number: int, k: int | None) -> None:
    made = problem([[(0, 1)], [(0, 2), (1, 1)]], demand=[3, 3], capacity=[4, 2], unmet_cost=[50, 50])
    live = LivePlan.of(made, solve(made))
    live.apply(happen.RemoveNeed(1))
    live.apply(happen.RemoveResource(1))
    for of in ("need", "resource"):
        with pytest.raises(InvalidEventError):
            asked(live.opportunities(), of, number, k)


def test_memory_stays_bounded_whatever_is_asked() -> None:
    live = begun(of_kind("limits", 8), 8)
    sizes = set()
    for _ in range(3):
        for n in np.flatnonzero(live.base().need_open).tolist():
            asked(live.opportunities(), "need", n)
        sizes.add(sum(values.nbytes for values in live.opportunities()._trial))
    assert len(sizes) == 1
