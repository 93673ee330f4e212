"""What is proven of a plan's aims is told one by one."""

import pytest

from api.services.aims import proven_aims, worth_telling
from graph_schema.messages import catalogue, render

STAGES = [
    {"code": "class.0", "value": 3, "bound": 3, "proven_by": "cut"},
    {"code": "class.2", "value": 9, "bound": 7, "proven_by": "tree"},
    {"code": "cost", "value": 8000, "bound": 7990, "proven_by": "knapsacks"},
]


def test_each_aim_says_whether_it_is_proven_or_how_far_it_may_be_from_the_best() -> None:
    told = [render(aim, "en") for aim in proven_aims({"stages": STAGES})]
    assert told == [
        "unmet units of urgent needs: 3, proven optimal.",
        "unmet units of worrying needs: 9, at most 2 above the optimum.",
        "cost (seconds of walking-equivalent): 8000, at most 10 above the optimum.",
    ]
    assert "“急”没着落的份数：3，已证明最优。" in [render(aim) for aim in proven_aims({"stages": STAGES})]


def test_a_single_aim_says_no_more_than_cost_and_bound() -> None:
    assert worth_telling({"stages": STAGES})
    assert not worth_telling({"stages": STAGES[-1:]})
    assert not worth_telling({})
    assert proven_aims({}) == ()


@pytest.mark.parametrize("code", ["class.0", "class.1", "class.2", "class.3", "cost"])
def test_every_aim_has_its_words(code: str) -> None:
    assert set(catalogue()[f"plan.aim.{code}"]) == {"zh", "en"}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("code", ["cli.plan.not_proven", "page.not_proven.detail"])
def test_a_gap_of_the_cost_is_told_among_plans_that_leave_as_much_unmet(code: str, language: str) -> None:
    text = catalogue()[code][language]
    assert ("各类没着落的份数与它相同" if language == "zh" else "leaves as much unmet of each class") in text
