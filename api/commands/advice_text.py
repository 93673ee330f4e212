"""What decisions cost, what would change them and what to look for next, in words and as JSON."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from api.commands.session import Session
from graph_schema.model.needs import Urgency
from graph_schema.model.pairings import Finding

if TYPE_CHECKING:
    from api.services.advising import Advice, Opportunity, Recruiting, Trial
    from matcher.opportunity import Loss
    from matcher.remedies import Standing

MOST_NAMED = 5
"""Needs named in one line; the rest are counted."""


def show_opportunity(session: Session, found: "Opportunity") -> None:
    """Print every candidate with what forcing it would lose."""
    at = found.present
    session.say("cli.opportunity.need" if found.of_need else "cli.opportunity.resource", name=found.name)
    if at.changed:
        session.say("cli.explain.changed")
    if not found.rows:
        session.say("cli.opportunity.none")
    pairs = Counter((row.need_uid, row.resource_uid) for row in found.rows)
    for rank, row in enumerate(found.rows, start=1):
        name = (
            session.text(
                "cli.opportunity.offer",
                resource=at.resources[row.resource_uid],
                provider=at.provider_of[row.resource_uid],
            )
            if found.of_need
            else at.titles[row.need_uid]
        )
        if pairs[row.need_uid, row.resource_uid] > 1:
            name = session.text("cli.opportunity.in_slot", name=name, window=at.windows[row.slot_uid])
        unit = at.units[row.need_uid]
        session.say("cli.opportunity.row", rank=rank, name=name, cost=row.cost_s, given=row.given, unit=unit)
        session.say("cli.opportunity.first", loss=loss_words(session, row.first, at.titles), unit=unit)
        if row.most > 1:
            losses = loss_words(session, row.whole, at.titles)
            session.say("cli.opportunity.whole", most=row.most, loss=losses, unit=unit)


def opportunity_json(found: "Opportunity") -> dict[str, Any]:
    """The candidates as JSON values."""
    at = found.present
    return {
        "need" if found.of_need else "resource": found.uid,
        "name": found.name,
        "changed_since_latest_plan": at.changed,
        "candidates": [
            {
                "need": row.need_uid,
                "title": at.titles[row.need_uid],
                "resource": row.resource_uid,
                "resource_name": at.resources[row.resource_uid],
                "provider": at.provider_of[row.resource_uid],
                "slot": row.slot_uid,
                "window": at.windows[row.slot_uid],
                "unit": at.units[row.need_uid],
                "cost_s": row.cost_s,
                "given": row.given,
                "first": loss_json(row.first),
                "most": row.most,
                "whole": loss_json(row.whole),
            }
            for row in found.rows
        ],
    }


def show_advice(session: Session, advice: "Advice") -> None:
    """Print the remedies, each with what it displaces and what it changes in the plan."""
    at, answer = advice.present, advice.answer
    session.say("cli.remedies.title", need=advice.title, count=len(answer.found), tried=answer.tried)
    for rank, remedy in enumerate(answer.found, start=1):
        words = [session.words(Finding(change.code, change.params)) for change in remedy.changes]
        session.say("cli.remedies.row", rank=rank, changes=" ".join(words))
        session.say(
            "cli.remedies.effect",
            displaced=units_words(session, remedy.displaced, at.titles),
            gained=units_words(session, remedy.gained, at.titles),
            classes=class_words(session, _difference(remedy.before, remedy.after)),
            seconds=_seconds(session, remedy.after.seconds - remedy.before.seconds),
        )
    if not answer.found:
        session.say("cli.remedies.none" if answer.complete else "cli.remedies.none_tried", tried=answer.tried)
        for what in answer.not_tried:
            session.say("cli.remedies.not_tried", what=session.words(Finding(what.code, what.params)))
    elif not answer.complete:
        session.say("cli.remedies.incomplete", tried=answer.tried)
    if answer.found:
        session.say("cli.remedies.next")


def advice_json(session: Session, advice: "Advice") -> dict[str, Any]:
    """The remedies as JSON values."""
    return {
        "need": advice.need_uid,
        "title": advice.title,
        "tried": advice.answer.tried,
        "complete": advice.answer.complete,
        "remedies": [
            {
                "changes": [
                    {
                        "code": change.code,
                        "params": change.params,
                        "text": session.words(Finding(change.code, change.params)),
                    }
                    for change in remedy.changes
                ],
                "displaced": units_json(remedy.displaced),
                "gained": units_json(remedy.gained),
                "before": {"unmet": list(remedy.before.unmet), "seconds": remedy.before.seconds},
                "after": {"unmet": list(remedy.after.unmet), "seconds": remedy.after.seconds},
            }
            for remedy in advice.answer.found
        ],
        "not_tried": [
            {"code": what.code, "params": what.params, "text": session.words(Finding(what.code, what.params))}
            for what in advice.answer.not_tried
        ],
    }


def show_trial(session: Session, advice: "Advice", trial: "Trial") -> None:
    """Print the plan with a remedy applied beside the plan as it is."""
    from api.commands.compare_text import show_sides  # noqa: PLC0415 - needed by two commands only

    at = advice.present
    session.say("cli.remedies.trial", need=advice.title, changes=" ".join(session.words(row) for row in trial.changes))
    show_sides(session, trial.comparison, at.titles, at.resources, at.names)
    session.say("cli.remedies.unsaved")


def trial_json(session: Session, advice: "Advice", trial: "Trial") -> dict[str, Any]:
    """The plan with a remedy applied as JSON values."""
    from api.commands.compare_text import sides_json  # noqa: PLC0415 - needed by two commands only

    return {
        "need": advice.need_uid,
        "title": advice.title,
        "changes": [{"code": row.code, "params": row.params, "text": session.words(row)} for row in trial.changes],
        "status": trial.plan.status.value,
        "comparison": sides_json(session, trial.comparison),
    }


def show_recruit(session: Session, found: "Recruiting") -> None:
    """Print what one more unit would be worth, and who owns something like it."""
    at = found.present
    categories = {
        category.code: {"zh": category.name_zh, "en": category.name_en} for category in at.graph.taxonomy.categories
    }
    session.say("cli.recruit.title" if found.rows else "cli.recruit.none", count=len(found.rows))
    for rank, row in enumerate(found.rows, start=1):
        session.say(
            "cli.recruit.row",
            rank=rank,
            category=categories.get(row.category, {"zh": row.category, "en": row.category}),
            community=at.names.get(row.community_uid, row.community_uid),
            band=_times(session, row.bands),
            classes=class_words(session, [-units for units in row.unmet]),
            seconds=_seconds(session, -row.seconds),
            need=at.titles[row.need_uid],
            needs=row.needs,
        )
        if row.owners:
            owners = [
                session.text("cli.recruit.owner", provider=owner.provider, resource=owner.resource, left=owner.left)
                for owner in row.owners
            ]
            session.say("cli.recruit.owners", owners=owners)


def _times(session: Session, bands: tuple[str, ...]) -> str:
    """Times in words, any one of which is enough."""
    words = [session.text(f"band.{band}") for band in bands]
    return words[0] if len(words) == 1 else session.text("cli.recruit.any_of", bands=words)


def recruit_json(session: Session, found: "Recruiting") -> dict[str, Any]:
    """What one more unit would be worth as JSON values."""
    at = found.present
    return {
        "changed_since_latest_plan": at.changed,
        "worth": [
            {
                "category": row.category,
                "community": row.community_uid,
                "community_name": at.names.get(row.community_uid, ""),
                "bands": list(row.bands),
                "bands_text": _times(session, row.bands),
                "total": row.total,
                "fewer_unmet": list(row.unmet),
                "seconds": row.seconds,
                "need": row.need_uid,
                "needs": row.needs,
                "owners": [
                    {
                        "provider": owner.provider_uid,
                        "provider_name": owner.provider,
                        "resource": owner.resource_uid,
                        "resource_name": owner.resource,
                        "category": owner.category,
                        "left": owner.left,
                    }
                    for owner in row.owners
                ],
            }
            for row in found.rows
        ],
    }


def loss_words(session: Session, loss: "Loss | None", titles: Mapping[str, str]) -> str:
    """A loss in words: units by urgency class, seconds, and who loses them."""
    if loss is None:
        return session.text("cli.loss.impossible")
    if not any(loss.rank):
        return session.text("cli.loss.none")
    parts = [class_words(session, loss.unmet)] if any(loss.unmet) else []
    if loss.seconds:
        parts.append(_seconds(session, loss.seconds))
    if loss.displaced:
        parts.append(session.text("cli.loss.displaced", needs=units_words(session, loss.displaced, titles)))
    if not loss.exact:
        parts.append(session.text("cli.loss.not_proven"))
    return session.text("cli.loss.some", parts=parts)


def loss_json(loss: "Loss | None") -> dict[str, Any] | None:
    """A loss as JSON values; ``None`` where not even one unit fits."""
    if loss is None:
        return None
    return {
        "total": loss.total,
        "exact": loss.exact,
        "unmet": list(loss.unmet),
        "seconds": loss.seconds,
        "displaced": units_json(loss.displaced),
    }


def class_words(session: Session, more: Iterable[int]) -> str:
    """Units more that are unmet of each urgency class, in words; negative: fewer."""
    words = [
        session.text(
            "cli.class.more" if units > 0 else "cli.class.fewer",
            level=session.text(f"cli.urgency.{level.value}"),
            units=abs(units),
        )
        for level, units in zip(Urgency, more, strict=True)
        if units
    ]
    return ("、" if session.language == "zh" else ", ").join(words) if words else session.text("cli.class.same")


def units_words(session: Session, rows: Sequence[tuple[str, int]], titles: Mapping[str, str]) -> str:
    """Needs with units by their titles; the first few, the others counted."""
    if not rows:
        return session.text("cli.nobody")
    named = [f"{titles.get(uid, uid)} {units}" for uid, units in rows[:MOST_NAMED]]
    words = ("、" if session.language == "zh" else ", ").join(named)
    left = len(rows) - MOST_NAMED
    return session.text("cli.and_more", named=words, count=left) if left > 0 else words


def units_json(rows: Sequence[tuple[str, int]]) -> list[dict[str, Any]]:
    """Needs with units as JSON values."""
    return [{"need": uid, "units": units} for uid, units in rows]


def _seconds(session: Session, more: int) -> str:
    """Seconds more or less, in words."""
    return session.text("cli.loss.less" if more < 0 else "cli.loss.more", seconds=abs(more))


def _difference(before: "Standing", after: "Standing") -> list[int]:
    return [b - a for a, b in zip(before.unmet, after.unmet, strict=True)]
