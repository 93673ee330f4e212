"""One need's explanation in words and as JSON."""

from typing import Any

from api.commands.advice_text import loss_json, loss_words
from api.commands.plan_text import show_pairings, show_shortfalls
from api.commands.session import Session
from api.services.explaining import NeedExplanation
from api.services.rivalry import Rivalry


def show_explanation(session: Session, explanation: NeedExplanation, rivals: Rivalry) -> None:
    """Print what the need gets and why, why not more, and who else could serve it."""
    need, report = explanation.need, explanation.report
    session.say(
        "cli.explain.need",
        need=need.title,
        area=report.names[need.area_uid],
        quantity=need.quantity.value,
        unit=need.quantity.unit,
        category=need.category,
        uid=need.uid,
    )
    if explanation.changed:
        session.say("cli.explain.changed")
    if not explanation.demand:
        session.say("cli.explain.no_demand", status=session.text(f"cli.need_status.{need.status}"))
        return
    if explanation.pairings:
        show_pairings(session, report, explanation.pairings)
        _show_runners(session, explanation, rivals)
    _show_unmet(session, explanation, rivals)
    if explanation.suggestions:
        session.say("cli.explain.suggestions", count=len(explanation.suggestions))
    for rank, row in enumerate(explanation.suggestions, start=1):
        session.say(
            "cli.explain.suggestion",
            rank=rank,
            resource=row.resource,
            provider=row.provider,
            cost=row.cost_s,
            given=row.given,
            left=row.left,
        )
        for term in row.terms:
            session.out.print(f"      {session.words(term)}", markup=False)


def _show_unmet(session: Session, explanation: NeedExplanation, rivals: Rivalry) -> None:
    """Why not more, what each rule removed, and what one unit more would cost others."""
    if explanation.shortfall is None:
        return
    show_shortfalls(session, explanation.report, (explanation.shortfall,))
    session.say("cli.explain.funnel")
    for stage, removed in explanation.shortfall.funnel:
        if removed:
            session.say("cli.explain.stage", stage=session.text(f"cli.reason.{stage}"), count=removed)
    if rivals.swap is not None:
        at = explanation.present
        session.say(
            "cli.explain.swap",
            resource=at.resources[rivals.swap.resource_uid],
            provider=at.provider_of[rivals.swap.resource_uid],
            loss=loss_words(session, rivals.swap.loss, at.titles),
        )


def _show_runners(session: Session, explanation: NeedExplanation, rivals: Rivalry) -> None:
    """What each pairing won by, and who would serve instead."""
    at = explanation.present
    for row in rivals.runners:
        instead = [f"{at.provider_of[uid]}“{at.resources[uid]}” {units}" for uid, units in row.instead]
        session.say(
            "cli.explain.runner_up",
            resource=at.resources[row.resource_uid],
            loss=loss_words(session, row.lost_by, at.titles),
            instead=instead or session.text("cli.nobody"),
        )
        if row.need is not None:
            session.say("cli.explain.next_need", need=at.titles[row.need.need_uid])


def explanation_json(session: Session, explanation: NeedExplanation, rivals: Rivalry) -> dict[str, Any]:
    """The explanation as JSON values."""
    need, shortfall = explanation.need, explanation.shortfall
    return {
        "need": need.uid,
        "title": need.title,
        "category": need.category,
        "quantity": need.quantity.value,
        "unit": need.quantity.unit,
        "demand": explanation.demand,
        "changed_since_latest_plan": explanation.changed,
        "pairings": [
            {
                "resource": pairing.resource_uid,
                "slot": pairing.slot_uid,
                "quantity": pairing.quantity,
                "cost_s": pairing.cost_s,
                "terms": [_finding(session, term) for term in pairing.terms],
            }
            for pairing in explanation.pairings
        ],
        "runners_up": [
            {
                "resource": row.resource_uid,
                "lost_by": loss_json(row.lost_by),
                "instead": [{"resource": uid, "units": units} for uid, units in row.instead],
                "next_resource": None if row.resource is None else row.resource.resource_uid,
                "next_need": None if row.need is None else row.need.need_uid,
            }
            for row in rivals.runners
        ],
        "swap": None
        if rivals.swap is None
        else {"resource": rivals.swap.resource_uid, "loss": loss_json(rivals.swap.loss)},
        "unmet": None
        if shortfall is None
        else {
            "quantity": shortfall.quantity,
            "reason": _finding(session, shortfall.reason),
            "funnel": [{"stage": stage, "removed": removed} for stage, removed in shortfall.funnel],
        },
        "suggestions": [
            {
                "resource": row.resource_uid,
                "name": row.resource,
                "provider": row.provider,
                "slot": row.slot_uid,
                "cost_s": row.cost_s,
                "given": row.given,
                "left": row.left,
                "terms": [_finding(session, term) for term in row.terms],
            }
            for row in explanation.suggestions
        ],
    }


def _finding(session: Session, finding: Any) -> dict[str, Any]:
    return {"code": finding.code, "params": finding.params, "text": session.words(finding)}
