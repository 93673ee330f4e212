"""After every event the live plan is optimal: another code finds the same objective, and the proof holds alone."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matcher.errors import CertificateError, InvalidEventError
from matcher.live import events as happen
from matcher.live.pairing import Offer
from matcher.live.plan import Change, LivePlan
from matcher.problem import MAX_TOTAL, MAX_UNIT_COST, CommonLimits, Problem
from matcher.solve import solve
from tests.instances.complete import KINDS, complete_problems, seeded_complete
from tests.instances.complete_peers import complete_network
from tests.instances.live_events import EVENTS, Scene
from tests.instances.peers import PEERS
from tests.instances.small import chain, problem, problems, seeded
from tests.property.proof import show
from tests.property.settings import FIXED, INSTANCES

ANY = settings(FIXED, suppress_health_check=[HealthCheck.data_too_large, HealthCheck.too_slow])
EACH = 15
"""Events on each instance."""


def begun(made: Problem) -> LivePlan:
    return LivePlan.of(made, solve(made))


def assert_optimal(live: LivePlan) -> None:
    made, _ = live.read()
    certificate = live.certificate()
    assert certificate.proven, certificate.first_violation
    assert certificate.primal_objective == live.objective
    assert live._state.memory.disorder() == ""
    assert live.failures == ()
    net = complete_network(made)
    assert {name: peer(net) for name, peer in PEERS.items()} == dict.fromkeys(PEERS, live.objective)
    show("live plan, after an event", instances=1, plans=1, optimal=1, bounds=1)


def happens(live: LivePlan, rng: np.random.Generator, kind: str | None = None) -> tuple[Scene, Change] | None:
    scene = Scene(live)
    event = scene.event(rng, kind or str(rng.choice(list(EVENTS))))
    return None if event is None else (scene, live.apply(event))


def units_by_pair(live: LivePlan) -> dict[int, int]:
    """Units of each pair that carries some, pinned ones included."""
    base = live.base()
    found = dict(base.pins)
    for number, units in zip(base.pair_number[base.answer.pair].tolist(), base.answer.quantity.tolist(), strict=True):
        found[number] = found.get(number, 0) + units
    return found


@pytest.mark.parametrize("kind", ["plain", "limits"])
def test_after_each_event_the_objective_is_that_of_both_codes(kind: str) -> None:
    for seed in range(INSTANCES // 4):
        live = begun(seeded(seed) if kind == "plain" else seeded_complete(seed, KINDS["limits"]))
        rng = np.random.default_rng((seed, 3))
        for _ in range(EACH):
            if happens(live, rng):
                assert_optimal(live)


@pytest.mark.parametrize("kind", EVENTS)
def test_each_kind_of_event_is_repaired_and_can_be_undone(kind: str) -> None:
    done = 0
    for seed in range(INSTANCES // 4):
        live = begun(seeded_complete(seed, KINDS["limits"]) if seed % 2 or kind == "change limit" else seeded(seed))
        rng = np.random.default_rng((seed, 5))
        if kind == "unpin":
            happens(live, rng, "pin")
        before = live.objective
        happened = happens(live, rng, kind)
        if happened is None:
            continue
        scene, change = happened
        assert_optimal(live)
        assert (change.objective_before, change.objective_after) == (before, live.objective)
        undone = live.apply(scene.undo(change))
        assert_optimal(live)
        assert undone.objective_after == before
        done += 1
    assert done > INSTANCES // 10


@ANY
@given(problems(), st.integers(0, 10**6))
def test_any_small_problem_stays_optimal(made: Problem, seed: int) -> None:
    live, rng = begun(made), np.random.default_rng(seed)
    for _ in range(5):
        if happens(live, rng):
            assert_optimal(live)


@ANY
@given(complete_problems(KINDS["limits"]), st.integers(0, 10**6))
def test_any_small_problem_with_common_limits_stays_optimal(made: Problem, seed: int) -> None:
    live, rng = begun(made), np.random.default_rng(seed)
    for _ in range(5):
        if happens(live, rng):
            assert_optimal(live)


@pytest.mark.parametrize("kind", ["degenerate", "deep"])
def test_ties_and_deep_chains_of_limits_stay_optimal(kind: str) -> None:
    for seed in range(INSTANCES // 4):
        live = begun(replace(seeded_complete(seed, KINDS[kind]), shortfall=None))
        rng = np.random.default_rng((seed, 9))
        for _ in range(8):
            if happens(live, rng):
                assert_optimal(live)


def test_what_an_event_tells_is_what_it_moved() -> None:
    for seed in range(INSTANCES // 4):
        live = begun(seeded_complete(seed, KINDS["limits"]))
        rng = np.random.default_rng((seed, 11))
        for _ in range(EACH):
            before = units_by_pair(live)
            happened = happens(live, rng)
            if happened is None:
                continue
            scene, change = happened
            after = units_by_pair(live)
            new = set(change.effect.pairs)
            told = {moved.pair: (moved.before, moved.after) for moved in change.effect.moved}
            moved = {
                number: (before.get(number, 0), after.get(number, 0))
                for number in before.keys() | after.keys()
                if before.get(number, 0) != after.get(number, 0)
            }
            assert told == moved
            for entry in change.effect.moved:
                if entry.pair not in new:
                    at = scene.index(entry.pair)
                    ends = int(scene.need_of[at]), int(scene.base.problem.pair_resource[at])
                    assert (entry.need, entry.resource) == ends


def test_the_same_events_from_the_same_state_give_the_same_numbers_and_objective() -> None:
    for seed in range(INSTANCES // 10):
        live = begun(seeded_complete(seed, KINDS["limits"]))
        rng = np.random.default_rng((seed, 13))
        for _ in range(EACH):
            happens(live, rng)
        twin, changes = LivePlan(live.base()), []
        for _ in range(EACH):
            happened = happens(live, rng)
            changes += [happened[1]] if happened else []
        for change in changes:
            twin_change = twin.apply(change.event)
            assert (twin_change.effect.need, twin_change.effect.pairs) == (change.effect.need, change.effect.pairs)
        assert twin.objective == live.objective
        ours, theirs = live.base(), twin.base()
        assert np.array_equal(np.sort(ours.pair_number), np.sort(theirs.pair_number))
        assert (ours.free_needs, ours.free_resources, ours.free_pairs, ours.pins) == (
            theirs.free_needs,
            theirs.free_resources,
            theirs.free_pairs,
            theirs.pins,
        )


@pytest.mark.parametrize("where", ["units", "unmet", "slack", "price", "need_price", "cost", "column_used", "demand"])
def test_a_damaged_state_is_caught_told_and_made_again(where: str) -> None:
    caught = 0
    for seed in range(INSTANCES // 4):
        live = begun(seeded(seed))
        rng = np.random.default_rng((seed, 17))
        for _ in range(3):
            happens(live, rng)
        expected, log = live.objective, live.log
        if not damage(live, rng, where):
            continue
        verified = live.verify()
        assert verified.certificate.proven
        assert live.objective == expected == verified.certificate.primal_objective
        if verified.failure is None:  # prices are not unique: another choice may be as good
            assert where in {"price", "need_price"}
            continue
        caught += 1
        assert live.failures == (verified.failure,)
        assert verified.failure.reason
        assert live.log == log
        assert verified.failure.replayed == len(log)
        for _ in range(3):
            happens(live, rng)
            assert live.certificate().proven
    assert caught > INSTANCES // 20


def damage(live: LivePlan, rng: np.random.Generator, where: str) -> bool:
    """Change one number of the state behind its back."""
    memory = live._state.memory
    net, needs, supplies = memory.net, np.arange(memory.n_needs), np.arange(memory.n_supplies)
    places = net.place[net.place >= 0]
    values, those = {
        "units": (net.carried["units"], places),
        "unmet": (net.needs["unmet"], needs),
        "slack": (net.supplies["slack"], supplies),
        "price": (net.price, supplies),
        "need_price": (net.need_price, needs),
        "cost": (net.pairs["cost"], places),
        "column_used": (net.supplies["column_used"], supplies),
        "demand": (net.needs["demand"], needs),
    }[where]
    if not len(those):
        return False
    values[rng.choice(those)] += 1
    return True


def test_a_repair_that_meets_a_damaged_state_makes_it_again_and_says_so() -> None:
    made = problem([[(0, 1), (1, 9)], [(0, 2)]], demand=[3, 3], capacity=[4, 9], unmet_cost=[50, 50])
    live = begun(made)
    live._state.memory.net.need_price[0] += 100  # now every way from it costs less than nothing
    change = live.apply(happen.ChangeQuantity(0, 5))
    assert change.failure is not None
    assert live.failures == (change.failure,)
    assert change.failure.replayed == 1
    assert live.certificate().proven
    assert live.objective == solve(live.read()[0]).objective
    assert live.verify().failure is None


def test_an_event_that_only_the_damage_lets_through_is_refused_once_the_state_is_made_again() -> None:
    live = begun(problem([[(0, 1)], [(0, 2)]], demand=[3, 3], capacity=[9], unmet_cost=[50, 50]))
    live.apply(happen.ChangeQuantity(1, 4))
    live._state.memory.net.needs["demand"][0] = 6  # it asks for 3, so 5 cannot be pinned
    live._state.memory.net.need_price[0] += 100
    with pytest.raises(InvalidEventError):
        live.apply(happen.Pin(0, 5))
    assert [failure.replayed for failure in live.failures] == [1]
    assert live.log == (happen.ChangeQuantity(1, 4),)
    assert_proven_and_equal(live)


def assert_proven_and_equal(live: LivePlan) -> None:
    """As `assert_optimal`, of a state that was made again."""
    assert live.verify().failure is None
    assert live.objective == PEERS["ortools"](complete_network(live.read()[0]))


def test_a_plan_that_is_not_optimal_is_not_begun_from() -> None:
    made = seeded(4)
    other = replace(made, pair_cost=made.pair_cost[::-1].copy(), unmet_cost=made.unmet_cost // 2 + 1)
    with pytest.raises(CertificateError, match="not optimal"):
        LivePlan.of(other, solve(made))


@pytest.mark.parametrize(
    "event",
    [
        pytest.param(happen.RemoveNeed(9), id="a need that is not there"),
        pytest.param(happen.RemoveNeed(-1), id="a need below 0"),
        pytest.param(happen.RemoveNeed(1), id="a need of which units are pinned"),
        pytest.param(happen.RemoveResource(0), id="a resource of which units are pinned"),
        pytest.param(happen.RemoveResource(7), id="a resource that is not there"),
        pytest.param(happen.ChangeQuantity(0, -1), id="a quantity below 0"),
        pytest.param(happen.ChangeQuantity(1, 1), id="a quantity below what is pinned"),
        pytest.param(happen.ChangeQuantity(0, MAX_TOTAL), id="a quantity whose sum leaves 64 bits"),
        pytest.param(happen.ChangeCapacity(0, 1), id="a capacity below what is pinned"),
        pytest.param(happen.ChangeLimit(0, 1), id="a limit below what is pinned"),
        pytest.param(happen.ChangeLimit(1, 1), id="a limit that is not there"),
        pytest.param(happen.ForbidPair(3), id="a pair that is not there"),
        pytest.param(happen.ForbidPair(2), id="a pair that is pinned"),
        pytest.param(happen.AllowPair(0, 5, 1), id="a pair with a resource that is not there"),
        pytest.param(happen.AllowPair(0, 1, MAX_UNIT_COST + 1), id="a pair that costs too much"),
        pytest.param(happen.ChangeCost(0, -1), id="a cost below 0"),
        pytest.param(happen.Pin(0, 0), id="nothing pinned"),
        pytest.param(happen.Pin(0, 4), id="more pinned than the need asks for"),
        pytest.param(happen.Pin(1, 3), id="more pinned than the resource can give"),
        pytest.param(happen.Unpin(2, 3), id="more unpinned than is pinned"),
        pytest.param(happen.Unpin(0, 1), id="unpinned where nothing is"),
        pytest.param(happen.AddNeed(1, MAX_UNIT_COST + 1, ()), id="a need that is too dear to leave unmet"),
        pytest.param(happen.AddNeed(1, 1, (Offer(4, 1),)), id="a need of a resource that is not there"),
        pytest.param(happen.AddResource(1, (Offer(4, 1),)), id="a resource for a need that is not there"),
        pytest.param(happen.AddResource(1, (), 3), id="a resource under a limit that is not there"),
    ],
)
def test_an_event_that_cannot_happen_is_refused_and_changes_nothing(event: happen.Event) -> None:
    made = problem([[(0, 1), (1, 9)], [(0, 2)]], demand=[3, 3], capacity=[4, 2], unmet_cost=[50, 50])
    made = replace(made, limits=CommonLimits(np.array([0, -1]), np.array([-1]), np.array([4])))
    live = begun(made)
    live.apply(happen.Pin(2, 2))
    before, log = live.base(), live.log
    with pytest.raises(InvalidEventError):
        live.apply(event)
    after = live.base()
    for name in ("demand", "capacity", "pair_cost", "row_start"):
        assert np.array_equal(getattr(before.problem, name), getattr(after.problem, name))
    assert np.array_equal(before.answer.quantity, after.answer.quantity)
    assert (live.log, live.pins, live.sequence) == (log, {2: 2}, 1)
    assert_optimal(live)


def test_pinning_what_is_planned_moves_nothing_and_a_pin_counts_as_given() -> None:
    live = begun(problem([[(0, 1)], [(0, 2)]], demand=[3, 3], capacity=[4], unmet_cost=[50, 40]))
    assert live.apply(happen.Pin(0, 3)).effect.moved == ()
    pinned = live.apply(happen.Pin(1, 1))
    assert pinned.effect.moved == ()
    assert [(held.units, held.pinned) for held in live.pairs_of_need(1)] == [(0, 1)]
    freed = live.apply(happen.Unpin(0, 3))
    assert freed.effect.moved == ()
    assert_optimal(live)


def test_memory_stays_bounded_while_rows_come_and_go() -> None:
    live = begun(seeded(7))
    rng = np.random.default_rng(7)
    sizes = []
    for round_ in range(40):
        added = []
        for _ in range(30):
            offers = tuple(Offer(int(r), int(rng.integers(50))) for r in rng.integers(0, 5, 6))
            added.append(live.apply(happen.AddNeed(int(rng.integers(1, 5)), 90, offers)).effect.need)
        for n in rng.permutation(added).tolist():
            live.apply(happen.RemoveNeed(n))
        assert live.certificate().proven
        assert live._state.memory.disorder() == ""
        live.verify()
        net = live._state.memory.net
        sizes.append(sum(values.nbytes for values in net))
        assert live.log == ()
        assert round_ < 5 or sizes[-1] == sizes[4]


def test_long_chains_of_displacement_stay_optimal() -> None:
    live = begun(chain(400, step=10, unmet_cost=5000))
    for n in (0, 100, 399):
        live.apply(happen.ChangeQuantity(n, 9))
        assert_optimal(live)
    live.apply(happen.ChangeCapacity(400, 3))
    assert_optimal(live)
    live.apply(happen.ChangeCapacity(0, 500))
    assert_optimal(live)


BOUNDS = """
import numpy as np
from tests.instances.complete import KINDS, seeded_complete
from tests.property.test_live import begun, happens
ok = True
for seed in range(12):
    live, rng = begun(seeded_complete(seed, KINDS["limits"])), np.random.default_rng(seed)
    for _ in range(40):
        happens(live, rng)
    ok &= live.certificate().proven and not live.failures
print(ok)
"""


@pytest.mark.timeout(600)  # it compiles everything anew, which a busy machine takes minutes for
def test_no_index_leaves_its_array(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_BOUNDSCHECK", "1")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    root = Path(__file__).parents[2]
    ran = subprocess.run([sys.executable, "-c", BOUNDS], cwd=root, capture_output=True, text=True, check=False)
    assert ran.stdout == "True\n", ran.stderr
