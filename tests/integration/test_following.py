"""The plan that follows the graph is the one that is solved anew, whatever was written and however late it comes."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from api.errors import NotReadyError
from api.services.following import Follower, Followers, Question
from api.services.graphs import scratch_graph
from api.services.matching import solved_plan
from api.services.standing_plan import Made, Standing, StandingPlan, Why
from api.settings import Settings
from graph_schema.errors import NotFoundError, StoreUnavailableError
from graph_schema.model.feed import Position, StreetChanges
from graph_schema.stores.base import GraphStore
from matcher.certify import certify
from matcher.opportunity import opportunity_of_need, opportunity_of_resource
from matcher.policy import Policy
from matcher.proofs.group_costs import GroupCosts, shortfall_of_groups
from matcher.suggestions import Wanted
from tests.instances.office import AS_OF, STREET, as_import, need
from tests.instances.writing_office import FAIR, WritingOffice

pytestmark = pytest.mark.engine

WRITES = 10


@pytest.fixture
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GraphStore]:
    settings = Settings(data=tmp_path_factory.mktemp("unused"), graph="")
    with scratch_graph(settings, "following-tests") as opened:
        yield opened


class Interrupted:
    """A store whose feed is cut, or held, when a test says so; everything else is the store's own."""

    def __init__(self, store: GraphStore) -> None:
        self._store = store
        self.cut = False
        self.held = threading.Event()
        self.held.set()
        self.asked = threading.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def changes_since(self, street: str, after: Position) -> StreetChanges | None:
        self.asked.set()
        assert self.held.wait(60)
        if self.cut:
            msg = "cut off"
            raise StoreUnavailableError(msg)
        return self._store.changes_since(street, after)


def assert_as_anew(store: GraphStore, standing: Standing) -> None:
    """The plan is of the graph as it is, proven, and as good as the one that is solved from nothing."""
    graph = store.street_graph(STREET)
    assert standing.present.graph == graph
    assert standing.position == store.position(STREET)
    assert standing.present.latest == store.latest_run(STREET)
    anew = solved_plan(graph, standing.present.request)
    followed, problem = standing.present.solved, anew.instance.problem
    assert followed.snapshot.hash == anew.snapshot.hash
    assert (followed.instance.sieve.removed == anew.instance.sieve.removed).all()
    plan = followed.plan
    # What leaving a unit unmet costs is a larger step in the plan that follows; by the other's steps it costs the same.
    cost = int(problem.pair_cost[plan.pair] @ plan.quantity) + int(problem.unmet_cost @ plan.unmet)
    if anew.instance.rules.is_empty:
        certificate = certify(followed.instance.problem, plan)
        assert certificate.proven_at_prices
        assert standing.proven is certificate.proven is (plan.gap == 0)
        if problem.shortfall is None:
            assert (plan.gap, cost) == (0, anew.plan.objective)
        else:
            cost += GroupCosts.of(problem).total(shortfall_of_groups(problem, plan.unmet))
            assert anew.plan.objective <= cost <= anew.plan.objective + plan.gap
    else:
        assert plan.objective == anew.plan.objective
        assert standing.proven


@pytest.mark.parametrize("seed", range(3))
def test_after_any_writes_the_plan_is_that_of_solving_anew(store: GraphStore, seed: int) -> None:
    office = WritingOffice(store, seed)
    office.begin()
    following = StandingPlan(store, STREET)
    made = [following.catch_up(AS_OF)]
    assert (made[0].made, made[0].why) == (Made.SOLVED, Why.FIRST)
    late = StandingPlan(store, STREET)
    late.catch_up(AS_OF)
    for _ in range(WRITES):
        for _ in range(office.random.randint(1, 2)):
            office.write()
        made.append(following.catch_up(AS_OF))
        assert_as_anew(store, made[-1])
    assert_as_anew(store, late.catch_up(AS_OF))
    restarted = StandingPlan(store, STREET).catch_up(AS_OF)
    assert_as_anew(store, restarted)
    assert sum(standing.made is Made.REPAIRED for standing in made) > WRITES // 2


def test_what_a_unit_would_cost_is_what_the_residual_network_says(store: GraphStore) -> None:
    office = WritingOffice(store, 12)
    office.begin()
    following = StandingPlan(store, STREET)
    compared = 0
    for _ in range(5):
        office.random.choice((office.change_needs, office.change_resources))()
        standing = following.catch_up(AS_OF)
        instance, plan = standing.present.solved.instance, standing.present.solved.plan
        for uid in instance.need_uids:
            losses = following.losses(uid, of_need=True)
            assert losses is not None
            found = standing.suggestions.of_need(uid, Wanted(50), losses)
            other = {(row.resource_uid, row.slot_uid): row for row in opportunity_of_need(instance, plan, uid, 50)}
            assert {(row.resource_uid, row.slot_uid): row.lost for row in found} == {
                ends: None if row.first is None else row.first.total for ends, row in other.items()
            }
            told = [row.lost for row in found if row.lost is not None]
            assert told == sorted(told)
            compared += len(told)
        for uid in set(instance.resource_uids):
            losses = following.losses(uid, of_need=False)
            assert losses is not None
            back = {row.need_uid: row.lost for row in standing.suggestions.of_resource(uid, Wanted(50), losses)}
            there = {row.need_uid: row.first for row in opportunity_of_resource(instance, plan, uid, 50)}
            assert back == {need_uid: None if loss is None else loss.total for need_uid, loss in there.items()}
    assert compared > 50
    assert following.losses("nowhere", of_need=True) is None
    assert following.losses("nowhere", of_need=False) == {}


def test_a_question_is_answered_of_the_state_that_is_seen(store: GraphStore) -> None:
    office = WritingOffice(store, 13)
    office.begin()
    follower = Follower(store, STREET, lambda: AS_OF)
    seen = follower.seen(60, Question("need-1", of_need=True))
    assert seen.losses
    assert follower.seen(60).losses is None
    office.change_needs()
    late = follower.seen(0, Question("need-1", of_need=True))
    assert (late.current, late.losses) == (False, None)
    assert follower.seen(60, Question("need-1", of_need=True)).losses
    follower.close()


@pytest.mark.parametrize("allowed_s", [0, 10])
def test_a_plan_with_fairness_is_within_a_proven_gap_or_solved_anew(store: GraphStore, allowed_s: int) -> None:
    office = WritingOffice(store, 5, replace(FAIR, renew_gap_s=allowed_s))
    office.begin()
    following = StandingPlan(store, STREET)
    following.catch_up(AS_OF)
    made = []
    for _ in range(WRITES):
        office.random.choice((office.change_needs, office.change_resources))()
        standing = following.catch_up(AS_OF)
        assert standing.why in {None, Why.GAP}
        assert_as_anew(store, standing)
        plan, problem = standing.present.solved.plan, standing.present.solved.instance.problem
        assert plan.gap <= allowed_s * int(problem.demand.sum())
        made.append(standing.made)
    assert Made.REPAIRED in made


def test_another_policy_is_planned_for_from_the_run_on_that_was_saved_with_it(store: GraphStore) -> None:
    office = WritingOffice(store, 6)
    office.begin()
    following = StandingPlan(store, STREET)
    following.catch_up(AS_OF)
    office.policy, office.turn = Policy(fairness_mode="off", agreement_required=True), 99
    office.plan()
    standing = following.catch_up(AS_OF)
    assert standing.why is Why.ANOTHER_PLAN
    assert standing.present.request.policy == office.policy
    assert_as_anew(store, standing)


def test_without_a_saved_plan_each_day_is_planned_for_as_it_comes(store: GraphStore) -> None:
    store.apply_import(as_import(*WritingOffice(store, 7).first_rows()))
    following = StandingPlan(store, STREET)
    first = following.catch_up(AS_OF)
    assert following.catch_up(AS_OF + timedelta(minutes=5)) is first
    assert following.catch_up(AS_OF + timedelta(days=1)).present.solved is not first.present.solved


def test_a_feed_that_is_cut_leaves_the_plan_as_it_was_and_catches_up_later(store: GraphStore) -> None:
    office = WritingOffice(store, 8)
    office.begin()
    feed: Any = Interrupted(store)
    following = StandingPlan(feed, STREET)
    before = following.catch_up(AS_OF)
    office.change_needs()
    feed.cut = True
    with pytest.raises(StoreUnavailableError):
        following.catch_up(AS_OF)
    assert following.standing is before
    office.change_resources()
    feed.cut = False
    standing = following.catch_up(AS_OF)
    assert standing.made is Made.REPAIRED
    assert_as_anew(store, standing)


def test_a_reader_waits_no_longer_than_it_says_and_is_told_which_state_it_sees(store: GraphStore) -> None:
    office = WritingOffice(store, 9)
    office.begin()
    feed: Any = Interrupted(store)
    follower = Follower(feed, STREET, lambda: AS_OF)
    first = follower.seen(60)
    assert first.current
    feed.held.clear()
    store.apply_import(as_import(need("late", "晚到的"), name="late"))
    feed.asked.clear()
    early = follower.seen(0)
    assert feed.asked.wait(60)
    assert (early.current, early.standing.position) == (False, first.standing.position)
    seen: list[Any] = []
    patient = threading.Thread(target=lambda: seen.append(follower.seen(60)))
    patient.start()
    feed.held.set()
    patient.join()
    assert seen[0].current
    assert "late" in seen[0].standing.present.solved.instance.need_uids
    follower.close()


def test_there_is_nothing_to_see_before_the_first_plan(store: GraphStore) -> None:
    followers = Followers(store, lambda: AS_OF)
    with pytest.raises(NotReadyError):
        followers.of(STREET).seen(0)
    with pytest.raises(NotFoundError):
        followers.of(STREET).seen(60)
    followers.close()


def test_an_error_is_told_to_those_who_asked_and_to_nobody_later(store: GraphStore) -> None:
    office = WritingOffice(store, 10)
    office.begin()
    feed: Any = Interrupted(store)
    follower = Follower(feed, STREET, lambda: AS_OF)
    assert follower.seen(60).current
    feed.cut = True
    with pytest.raises(StoreUnavailableError):
        follower.seen(60)
    feed.cut = False
    assert follower.seen(60).current
    follower.close()
