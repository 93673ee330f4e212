"""Two plans side by side, in words and as JSON."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from api.commands.session import Session
from api.services.comparing import change_reason
from graph_schema.model.needs import Urgency

if TYPE_CHECKING:
    from api.services.comparing import SideBySide
    from matcher.compare import Comparison, Served

MOST_ROWS = 20
_PERCENT = 100


def show_comparison(session: Session, both: "SideBySide") -> None:
    """Print two plans by class, community, provider, cost and changed pairing."""
    session.say("cli.compare.title", before=both.before, after=both.after)
    show_sides(session, both.comparison, both.titles, both.resources, both.names)


def show_sides(
    session: Session,
    comparison: "Comparison",
    titles: Mapping[str, str],
    resources: Mapping[str, str],
    names: Mapping[str, str],
) -> None:
    """Print what differs between two plans; what is equal is left out."""
    before, after = comparison.before, comparison.after
    for level, old, new in zip(Urgency, before.by_class, after.by_class, strict=True):
        if old.needs or new.needs:
            session.say("cli.compare.class", level=session.text(f"cli.urgency.{level.value}"), **_both(old, new))
    places = dict(before.by_community), dict(after.by_community)
    changed = [
        uid for uid in sorted(places[0].keys() & places[1].keys()) if places[0][uid].share != places[1][uid].share
    ]
    changed.sort(key=lambda uid: -abs(places[0][uid].share - places[1][uid].share))
    for uid in changed[:MOST_ROWS]:
        session.say("cli.compare.community", area=names.get(uid, uid), **_both(places[0][uid], places[1][uid]))
    if worst := _worst(places[0], places[1]):
        session.say("cli.compare.worst", before=worst[0], after=worst[1])
    burden = {(row.provider_uid, row.unit): row.units for row in before.burden}
    now = {(row.provider_uid, row.unit): row.units for row in after.burden}
    differing = sorted(
        (key for key in burden.keys() | now.keys() if burden.get(key, 0) != now.get(key, 0)),
        key=lambda key: (-abs(burden.get(key, 0) - now.get(key, 0)), key),
    )
    for key in differing[:MOST_ROWS]:
        session.say(
            "cli.compare.burden",
            provider=names.get(key[0], key[0]),
            unit=key[1],
            before=burden.get(key, 0),
            after=now.get(key, 0),
        )
    session.say("cli.compare.cost", before=before.objective, after=after.objective)
    session.say("cli.compare.changes", shown=min(MOST_ROWS, len(comparison.changes)), all=len(comparison.changes))
    for change in comparison.changes[:MOST_ROWS]:
        session.say(
            "cli.compare.change",
            need=titles.get(change.need_uid, change.need_uid),
            resource=resources.get(change.resource_uid, change.resource_uid),
            before=change.before,
            after=change.after,
            reason=session.words(change_reason(change)),
        )


def comparison_json(session: Session, both: "SideBySide") -> dict[str, Any]:
    """Two plans as JSON values."""
    return {"before": both.before, "after": both.after} | sides_json(session, both.comparison)


def sides_json(session: Session, comparison: "Comparison") -> dict[str, Any]:
    """All figures of two plans, and each changed pairing with its reason, as JSON values."""
    sides = {
        name: {
            "objective": side.objective,
            "by_class": {level.value: asdict(served) for level, served in zip(Urgency, side.by_class, strict=True)},
            "by_community": [{"community": uid} | asdict(served) for uid, served in side.by_community],
            "burden": [asdict(row) for row in side.burden],
            "cost_s": dict(side.parts),
        }
        for name, side in (("plan_before", comparison.before), ("plan_after", comparison.after))
    }
    changes = [
        {
            "need": change.need_uid,
            "resource": change.resource_uid,
            "before": change.before,
            "after": change.after,
            "reason": {
                "code": change.reason.code,
                "params": change.reason.params,
                "text": session.words(change_reason(change)),
            },
        }
        for change in comparison.changes
    ]
    return sides | {"changes": changes}


def _both(old: "Served", new: "Served") -> dict[str, Any]:
    return {
        "met_before": old.met,
        "met_after": new.met,
        "needs": new.needs,
        "share_before": f"{old.share * _PERCENT:.1f}",
        "share_after": f"{new.share * _PERCENT:.1f}",
    }


def _worst(before: Mapping[str, "Served"], after: Mapping[str, "Served"]) -> tuple[str, str] | None:
    """Coverage of the worst-served community in both plans, in percent."""
    if not before or not after:
        return None
    worst = [min(served.share for served in side.values()) for side in (before, after)]
    return f"{worst[0] * _PERCENT:.1f}", f"{worst[1] * _PERCENT:.1f}"
