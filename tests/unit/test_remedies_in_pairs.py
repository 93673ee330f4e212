"""Remedies of two changes, ties that a pin decides, the order of remedies, and what is said where there is none."""

from dataclasses import replace
from typing import Any

import pytest

from graph_schema.messages import render
from graph_schema.model.pairings import Finding
from graph_schema.model.schedules import IntervalSet
from graph_schema.model.snapshot import Snapshot, SnapshotBudget, SnapshotRuling
from matcher.build import build
from matcher.policy import Policy
from matcher.remedies import Remedies, apply, remedies
from matcher.solve import solve
from matcher.street.formulate import formulate
from tests.instances.one_street import DAYS, DAYTIME, WINDOWS, need, resource, slot, snapshot

POLICY = Policy(fairness_mode="off")


def money(left_fen: int, kind: str = "为民服务") -> SnapshotBudget:
    return SnapshotBudget("money", "为民服务经费", kind, 2026, ("c1",), left_fen)


def ban(need_uid: str, resource_uid: str) -> SnapshotRuling:
    return SnapshotRuling("ban", "ban", need_uid, resource_uid, None, None, None, None)


def answer_to(made: Snapshot, uid: str, **limits: int) -> Remedies:
    """Remedies of a need, each applied and solved again."""
    instance = build(made, POLICY)
    answer = remedies(instance, solve(instance.problem, instance.rules), uid, **limits)
    for remedy in answer.found:
        again = formulate(*apply(instance.facts, POLICY, remedy), seed=0, snapshot_hash="")
        after = solve(again.problem, again.rules)
        assert not after.unmet[again.need_uids.index(uid)], remedy.changes
    return answer


def codes(answer: Remedies) -> list[tuple[str, ...]]:
    return [tuple(change.code for change in remedy.changes) for remedy in answer.found]


def banned_and_paid(*, lifted: bool = False, left_fen: int = 10_000) -> Snapshot:
    """A need that a ban keeps from what costs 100 yuan, while another in greater haste takes all the money there is."""
    return snapshot(
        needs=(need("n"), need("first", urgency=0)),
        resources=(resource("r", capacity=2, unit_cost_fen=10_000),),
        budgets=(money(left_fen),),
        rulings=() if lifted else (ban("n", "r"),),
    )


def test_a_ban_and_money_are_lifted_together_where_neither_alone_serves() -> None:
    answer = answer_to(banned_and_paid(), "n")
    assert codes(answer) == [("remedy.ruling", "remedy.budget")]
    assert answer.found[0].changes[1].params["yuan"] == "100"
    assert answer.found[0].displaced == ()
    for made in (banned_and_paid(lifted=True), banned_and_paid(left_fen=20_000)):
        instance = build(made, POLICY)
        assert solve(instance.problem, instance.rules).unmet[instance.need_uids.index("n")]
    instance = build(banned_and_paid(lifted=True, left_fen=20_000), POLICY)
    assert not solve(instance.problem, instance.rules).unmet.any()


def test_two_resources_are_let_through_where_one_gives_too_little() -> None:
    made = snapshot(
        needs=(need("n", quantity=2),),
        resources=(
            resource("r", serves=("c2",), community="c2", consumable=True),
            resource("s", target_groups=("elders",), consumable=True),
        ),
    )
    made = replace(made, needs=(need("n", quantity=2, target_groups=()),))
    answer = answer_to(made, "n", k=20)
    assert all(len(changes) == 2 for changes in codes(answer))
    assert answer.found


def test_tries_are_bounded_for_pairs_too() -> None:
    assert answer_to(banned_and_paid(), "n", most_tried=1).complete is False
    assert answer_to(banned_and_paid(), "n", most_tried=2).tried == 2


@pytest.mark.parametrize(
    ("rows", "code", "said"),
    [
        pytest.param({"resources": (resource("r", unit="人"),)}, "beyond.unit", ("“个”", "“人”"), id="unit"),
        pytest.param({"resources": (resource("r", category="B01"),)}, "beyond.category", ("“类别”",), id="category"),
        pytest.param(
            {
                "needs": (need("n", fund_kind="为民"),),
                "resources": (resource("r", unit_cost_fen=500),),
                "budgets": (money(1000),),
            },
            "beyond.budget",
            ("“为民”", "“为民服务”"),
            id="kind of money",
        ),
        pytest.param(
            {"resources": (resource("r", unit_cost_fen=500),)}, "beyond.budget", ("没写", "“没有”"), id="no money"
        ),
        pytest.param(
            {
                "resources": (
                    resource("r", target_groups=("elders",), serves=("c2",), valid_to=None, unit_cost_fen=500),
                ),
                "budgets": (money(0),),
                "rulings": (ban("n", "r"),),
            },
            "beyond.many",
            ("2 关以上",),
            id="too many at once",
        ),
    ],
)
def test_what_no_change_lifts_is_named_and_not_called_impossible(
    rows: dict[str, Any], code: str, said: tuple[str, ...]
) -> None:
    made = snapshot(**{"needs": (need("n"),), **rows})
    kinds = (*made.categories, replace(made.categories[0], code="B01", can_be_served_by=(("B01", 1.0),)))
    answer = answer_to(replace(made, categories=kinds), "n")
    assert not answer.found
    (beyond,) = answer.not_tried
    assert beyond.code == code
    text = render(Finding(beyond.code, beyond.params), "zh")
    assert all(words in text for words in said), text
    assert render(Finding(beyond.code, beyond.params), "en")


def test_one_unit_more_and_a_pin_come_before_so_many_that_nobody_is_left() -> None:
    made = snapshot(
        needs=tuple(need(uid, quantity=1000 if uid == "d" else 1) for uid in "abcd"),
        resources=(resource("r"),),
    )
    instance = build(made, POLICY)
    plan = solve(instance.problem, instance.rules)
    unmet = [uid for uid in "abc" if plan.unmet[instance.need_uids.index(uid)]]
    answer = answer_to(made, unmet[0])
    assert codes(answer) == [("remedy.capacity", "remedy.pin"), ("remedy.capacity",)]
    tied, certain = answer.found
    assert (tied.changes[0].params["units"], tied.displaced) == (1, ())
    assert certain.changes[0].params["units"] == 1002
    assert sum(tied.after.unmet) == sum(tied.before.unmet) - 1
    assert (tied.before.seconds, tied.after.seconds) == (240, 480)  # what is pinned is paid for as any other


def test_a_need_that_wins_its_units_needs_no_pin() -> None:
    made = snapshot(needs=(need("n", quantity=3), need("first", urgency=0)), resources=(resource("r"),))
    assert codes(answer_to(made, "n")) == [("remedy.capacity",)]


def test_more_of_the_same_comes_before_opening_all_week_what_opens_once_a_month() -> None:
    monthly = IntervalSet.of([(9 * 1440 + 540, 9 * 1440 + 600)])
    made = snapshot(
        needs=(need("n", window=DAYTIME, window_text="每天"), need("first", urgency=0, window=DAYTIME)),
        resources=(
            resource("clinic", slots=(slot("clinic-s", window=len(WINDOWS)),)),
            resource("hall", community="c2", slots=(slot("hall-s", window=DAYTIME),)),
        ),
        windows=(*WINDOWS, monthly),
    )
    assert DAYS == 10
    answer = answer_to(made, "n")
    assert codes(answer) == [("remedy.capacity",), ("remedy.window.added",)]
    assert answer.found[0].after.seconds > answer.found[1].after.seconds  # by cost alone the clinic would come first
