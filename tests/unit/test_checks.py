"""The check beside the matcher says of dates, windows and terms what the matcher's rules say, pair by pair."""

import datetime as dt
from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest

from api.services.checks import Limits, PlanChecks
from graph_schema.assemble import snapshot
from graph_schema.model.needs import Need
from graph_schema.model.pairings import Pairing, PairingState
from graph_schema.model.resources import Resource
from graph_schema.model.schedules import Frequency, Schedule
from graph_schema.model.street import StreetGraph
from graph_schema.workdays import WorkCalendar
from matcher.build import build
from matcher.eligibility import PASSED, RULES, first_failed
from matcher.policy import Policy
from matcher.street.candidates import measure
from matcher.street.facts import Candidates
from tests.instances.street_graphs import (
    MONDAY,
    WEEKENDS,
    WORKDAY_DAYS,
    WORKDAY_NIGHTS,
    at,
    need,
    pairing,
    resource,
    slot,
    street_graph,
)

FIRST_DAY, DAYS = MONDAY.date(), 14
MODES = ("at_home", "counter", "delivery", "dine_in", "loan", "online", "proxy")
FROM, BY = (None, -3, 1, 5, 6, 30), (None, -5, 0, 3, 4, 40)
ASKED = (None, WORKDAY_NIGHTS, WORKDAY_DAYS, WEEKENDS)
TERMS = ((None, None), (None, 2), (3, 8), (6, None), (9, 4), (20, 50))
OPEN = (None, WORKDAY_NIGHTS, WORKDAY_DAYS, WEEKENDS, Schedule(Frequency.DAILY, 0, 1440))
GUARDS = (0, 60, 1440)


def day(offset: int | None) -> dt.date | None:
    return None if offset is None else FIRST_DAY + dt.timedelta(days=offset)


def every_need() -> tuple[Need, ...]:
    rows = enumerate(product(FROM, BY, ASKED))
    return tuple(
        need(f"n{i}", needed_from=day(begin), needed_by=day(end), window=window) for i, (begin, end, window) in rows
    )


def every_resource() -> tuple[Resource, ...]:
    return tuple(
        resource(
            f"r{i}",
            valid_from=day(begin),
            valid_to=day(end),
            guard_min=guard_min,
            slots=(slot(f"s{i}", f"r{i}", schedule=schedule),),
        )
        for i, ((begin, end), schedule, guard_min) in enumerate(product(TERMS, OPEN, GUARDS))
    )


def checks_of(graph: StreetGraph, pairings: tuple[Pairing, ...]) -> PlanChecks:
    return PlanChecks(
        graph,
        pairings,
        (),
        first_day=FIRST_DAY,
        horizon_days=DAYS,
        calendar=WorkCalendar(),
        limits=Limits(1.1, 0.8, 1.3),
    )


def removed_by(graph: StreetGraph) -> Iterator[tuple[Need, Resource, str]]:
    """Every pair and the matcher's rule that removes it, empty if none does."""
    taken = snapshot(graph, as_of=MONDAY, horizon_days=DAYS, calendar=WorkCalendar())
    facts = build(taken, Policy(), seed=0).facts
    n, r = np.divmod(np.arange(len(facts.needs) * len(facts.resources), dtype=np.int32), len(facts.resources))
    failed = first_failed(facts, Policy(), measure(facts, Policy(), Candidates.unmeasured(n, r)))
    needs, resources = {row.uid: row for row in graph.needs}, {row.uid: row for row in graph.resources}
    for at_n, at_r, stage in zip(n.tolist(), r.tolist(), failed.tolist(), strict=True):
        rule = "" if stage == PASSED else RULES[stage][0]
        yield needs[facts.needs.uid[at_n]], resources[facts.resources.uid[at_r]], rule


def test_windows_and_terms_are_broken_where_the_matcher_would_not_have_paired_and_nowhere_else() -> None:
    graph = street_graph(needs=every_need(), resources=every_resource())
    checks, seen = checks_of(graph, ()), set()
    for asks, gives, rule in removed_by(graph):
        opened = checks.keeps_window(asks, gives, gives.slots[0])
        valid = checks.keeps_validity(asks, gives, gives.slots[0])
        assert opened == (rule != "window"), (asks, gives)
        assert rule == "window" or valid == (rule != "validity"), (asks, gives)
        seen.add(rule)
    assert seen == {"", "window", "validity"}


def test_who_walks_is_what_the_matcher_says_for_every_service_mode() -> None:
    modes = [(), *((mode,) for mode in MODES), ("at_home", "dine_in"), ("counter", "loan")]
    kinds = ("PRK01", "ELD02", "ELD01")
    graph = street_graph(
        needs=tuple(need(f"n-{kind}", category=kind) for kind in kinds),
        resources=tuple(
            resource(f"r{i}", category=kind, location=at(40, 0), service_modes=stated)
            for i, (kind, stated) in enumerate(product(kinds, modes))
        ),
    )
    checks, seen = checks_of(graph, ()), set()
    for asks, gives, rule in removed_by(graph):
        if rule in {"", "reach"}:
            assert checks.keeps_reach(asks, gives, gives.slots[0]) == (rule == ""), (asks, gives)
            seen.add((asks.category, rule))
    assert {("PRK01", ""), ("PRK01", "reach"), ("ELD02", ""), ("ELD02", "reach")} <= seen


@pytest.mark.parametrize(("needed_by", "broken"), [(4, False), (5, True), (-2, True)])
def test_weekdays_serve_a_daily_wish_that_ends_on_friday_and_no_other(needed_by: int, *, broken: bool) -> None:
    daily = Schedule(Frequency.DAILY, 9 * 60, 17 * 60)
    graph = street_graph(
        needs=(need(window=daily, needed_by=day(needed_by)),),
        resources=(resource(slots=(slot("s", schedule=WORKDAY_DAYS),)),),
    )
    made = checks_of(graph, (pairing("n", "r", "s", 1, PairingState.SUGGESTED),)).all()
    assert bool(made["window"]) == broken
