"""Fairness: a community poor in resources under three policies, and what a pool changes, with the price of each."""

from dataclasses import replace
from typing import Any

from api.services.scenario_measures import coverage_figures
from api.services.scenario_parts import (
    Assertion,
    Expected,
    Played,
    Scenario,
    list_figures,
    plan_figures,
    plan_invariants,
    street_figures,
)
from api.services.scenario_stage import Stage, policy_of
from graph_schema.demo import fair_district

MODES = ("off", "weighed", "strict")


def play(stage: Stage) -> Played:
    """A plan without fairness, one with it weighed, one that evens out first; then the same two with the pool."""
    imported = stage.read_lists()
    policy = policy_of(stage.scene)
    plans = {mode: stage.match(replace(policy, fairness_mode=mode)) for mode in MODES}
    round_trip = stage.round_trip()
    figures: dict[str, Any] = {
        "lists": list_figures(imported),
        **street_figures(plans["off"].graph),
        **{mode: coverage_figures(plan) for mode, plan in plans.items()},
    }
    for mode in MODES[1:]:
        figures[mode]["price"] = price(figures["off"], figures[mode])
    if stage.owns_lists:
        stage.correct([fair_district.pool_file()])
        pooled = {mode: stage.match(replace(policy, fairness_mode=mode)) for mode in MODES}
        figures["pool"] = {mode: coverage_figures(plan) for mode, plan in pooled.items()}
        figures["pool"]["poor_unmet"] = {
            mode: {
                "before": _unmet(figures[mode]),
                "after": _unmet(figures["pool"][mode]),
                "fall": _unmet(figures[mode]) - _unmet(figures["pool"][mode]),
            }
            for mode in MODES
        }
        plans |= {f"pool_{mode}": plan for mode, plan in pooled.items()}
    shown = plans["weighed"]
    return Played(
        imported=imported,
        plan=shown,
        figures={**figures, "plan": plan_figures(shown), "round_trip_changes": round_trip},
        invariants=(
            *(row for mode, plan in plans.items() for row in plan_invariants(stage, plan, mode)),
            Assertion("weighed_is_no_worse", figures["off"]["worst_off"], figures["weighed"]["worst_off"], "at_least"),
            Assertion(
                "strict_is_no_worse", figures["weighed"]["worst_off"], figures["strict"]["worst_off"], "at_least"
            ),
            Assertion("round_trip", expected=0, measured=round_trip),
        ),
    )


def price(before: dict[str, Any], after: dict[str, Any]) -> dict[str, int]:
    """What a plan costs more than another in walking and in all terms, and the units that it gives fewer."""
    return {
        "walking_s": after["walking_s"] - before["walking_s"],
        "terms_s": after["terms_s"] - before["terms_s"],
        "units": before["units_given"] - after["units_given"],
    }


def _unmet(figures: dict[str, Any]) -> int:
    """Units that the poor community lacks."""
    got, asked = figures["by_community"][fair_district.POOR.name]
    return int(asked - got)


EXPECTED = (
    Expected("communities", "communities", 6),
    Expected("worst_off_without_fairness", "off.worst_off", 0.0),
    Expected("worst_off_weighed", "weighed.worst_off", 0.5, "at_least"),
    Expected("worst_off_strict", "strict.worst_off", 0.825),
    Expected("units_without_fairness", "off.units_given", 200),
    Expected("units_weighed", "weighed.units_given", 200),
    Expected("units_strict", "strict.units_given", 200),
    Expected("price_weighed_in_walking", "weighed.price.walking_s", 0, "above"),
    Expected("price_weighed_in_all_terms", "weighed.price.terms_s", 0, "above"),
    Expected("price_strict_in_walking", "strict.price.walking_s", 0, "above"),
    Expected("price_strict_in_all_terms", "strict.price.terms_s", 0, "above"),
    Expected("poor_unmet_falls_by_the_pool", "pool.poor_unmet.off", {"before": 40, "after": 15, "fall": 25}),
    Expected("poor_unmet_falls_weighed", "pool.poor_unmet.weighed.fall", 0, "above"),
)

SCENARIO = Scenario(fair_district.SCENE, play, EXPECTED)
