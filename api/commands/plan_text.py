"""A plan in words and tables: its figures and proof, pairings with their reasons, needs that stay unmet."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from api.commands.session import LOCAL, Session
from api.path_text import in_words
from api.services.aims import proven_aims, worth_telling
from graph_schema.model.pairings import MatchRun, Pairing, Shortfall

if TYPE_CHECKING:
    from api.services.matching import PlanReport

SECONDS_PER_HOUR = 3600


def show_summary(session: Session, report: "PlanReport") -> None:
    """Print how much the plan serves, why the rest stays unmet, its proof, and what it is worth."""
    figures = report.run.figures
    session.say(
        "cli.plan.served",
        needs=figures["needs"],
        met=figures["needs_met"],
        partly=figures["needs_partly_met"],
        unmet=figures["needs_unmet"],
        pairings=figures["pairings"],
    )
    for code, count in figures["unmet_by_reason"].items():
        session.say("cli.plan.reason_count", reason=_stage(session, code), count=count)
    show_proof(session, report)
    if figures.get("greedy_comparable", True):
        _show_greedy(session, report)
    if report.published_changed:
        session.say(
            "cli.plan.published_changed", published=len(report.graph.published), changed=report.published_changed
        )
    if figures["emergency"]:
        session.say("cli.plan.emergency")
    if figures["walk_method"] != "network":
        session.say("cli.plan.straight_line")
    if figures["provisional_days"]:
        session.say("cli.plan.provisional", days=figures["provisional_days"])
    if figures["unlocated"]:
        session.say("cli.plan.unlocated", count=figures["unlocated"])


def _show_greedy(session: Session, report: "PlanReport") -> None:
    """What the optimum is worth beside going down the list."""
    figures = report.run.figures
    session.say(
        "cli.plan.greedy",
        greedy=figures["greedy_objective"] + report.run.pinned_cost,
        objective=report.run.objective + report.run.pinned_cost,
        greedy_met=figures["greedy_needs_met"],
        met=figures["needs_met"],
        saved=figures["greedy_objective"] - report.run.objective,
        hours=(figures["greedy_objective"] - report.run.objective) // SECONDS_PER_HOUR,
    )


def show_proof(session: Session, report: "PlanReport") -> None:
    """Print the status with the certificate's figures."""
    certificate = report.run.certificate
    code = "cli.plan.proven" if certificate["proven"] else "cli.plan.not_proven"
    pinned = report.run.pinned_cost
    sums = {name: certificate[name] + pinned for name in ("primal_objective", "dual_objective")}
    session.say(code, **certificate | sums, gap=report.run.objective - report.run.bound)
    if pinned:
        session.say("cli.plan.pinned_cost", pinned=pinned)
    if worth_telling(report.run.figures):
        for aim in proven_aims(report.run.figures):
            session.out.print(f"  {session.words(aim)}", markup=False)


def show_pairings(session: Session, report: "PlanReport", pairings: Iterable[Pairing]) -> None:
    """Print pairings, each with its cost terms and its way through the graph."""
    for pairing in pairings:
        need, resource = report.needs[pairing.need_uid], report.resources[pairing.resource_uid]
        session.say(
            "cli.plan.pairing",
            need=need.title,
            area=report.names[need.area_uid],
            quantity=pairing.quantity,
            unit=need.quantity.unit,
            resource=resource.name,
            provider=report.names[resource.provider_uid],
            cost=pairing.cost_s,
        )
        for term in pairing.terms:
            session.out.print(f"      {session.words(term)}", markup=False)
        session.out.print(
            f"      {session.text('cli.plan.path')}{in_words(pairing.path, session.language)}", markup=False
        )


def show_shortfalls(session: Session, report: "PlanReport", shortfalls: Iterable[Shortfall]) -> None:
    """Print needs that stay unmet, each with its one reason."""
    for shortfall in shortfalls:
        need = report.needs[shortfall.need_uid]
        session.say(
            "cli.plan.unmet",
            need=need.title,
            area=report.names[need.area_uid],
            quantity=shortfall.quantity,
            asked=need.quantity.value,
            unit=need.quantity.unit,
            reason=session.words(shortfall.reason),
        )


def plan_json(report: "PlanReport", session: Session) -> dict[str, Any]:
    """The whole plan as JSON values."""
    run = report.run
    return {
        "run": run.uid,
        "street": report.street_name,
        "as_of": run.as_of.isoformat(),
        "is_past": is_past(run),
        "horizon_days": run.horizon_days,
        "seed": run.seed,
        "status": run.status,
        "objective": run.objective + run.pinned_cost,
        "bound": run.bound + run.pinned_cost,
        "stages": run.figures.get("stages", []),
        "certificate": run.certificate,
        "figures": run.figures,
        "published_changed": report.published_changed,
        "snapshot_hash": run.snapshot_hash,
        "policy_hash": run.policy_hash,
        "pairings": [
            {
                "need": pairing.need_uid,
                "title": report.needs[pairing.need_uid].title,
                "resource": pairing.resource_uid,
                "resource_name": report.resources[pairing.resource_uid].name,
                "slot": pairing.slot_uid,
                "quantity": pairing.quantity,
                "cost_s": pairing.cost_s,
                "terms": [
                    {"code": term.code, "params": term.params, "text": session.words(term)} for term in pairing.terms
                ],
            }
            for pairing in report.pairings
        ],
        "unmet": [
            {
                "need": shortfall.need_uid,
                "title": report.needs[shortfall.need_uid].title,
                "quantity": shortfall.quantity,
                "reason": shortfall.reason.code,
                "params": shortfall.reason.params,
                "text": session.words(shortfall.reason),
            }
            for shortfall in report.shortfalls
        ],
    }


def is_past(run: MatchRun) -> bool:
    """Whether a plan was for a local day that was over when it was made."""
    return run.as_of.astimezone(LOCAL).date() < run.created_at.astimezone(LOCAL).date()


def _stage(session: Session, code: str) -> str:
    return session.text(f"cli.reason.{code.rsplit('.', 1)[-1]}")
