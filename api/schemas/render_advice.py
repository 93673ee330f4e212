"""What decisions cost and would change as answers: names beside uids, words beside codes, nothing private."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

from api.schemas.advice import (
    BurdenOut,
    CandidateOut,
    ChangedOut,
    ComparisonOut,
    LossOut,
    OpportunityOut,
    OwnerOut,
    RecruitOut,
    RemediesOut,
    RemedyOut,
    RulingOut,
    RulingsOut,
    ServedOut,
    SidesOut,
    StandingOut,
    UnitsOut,
    WorthOut,
)
from api.schemas.common import NamedOut, TextOut
from api.schemas.render import category_out
from api.services.advising import Advice, Opportunity, Recruiting
from api.services.comparing import SideBySide, change_reason
from api.services.present import Present
from api.services.reading import Names
from api.services.ruling import RulingShown
from api.services.showing import shown_finding
from api.words import words
from graph_schema.messages import Language
from graph_schema.model.needs import Need, Urgency
from graph_schema.model.pairings import Finding
from matcher.compare import Served
from matcher.opportunity import Loss
from matcher.remedies import Standing

if TYPE_CHECKING:
    from matcher.reasons import Finding as MatcherFinding


def opportunity_out(found: Opportunity, private: AbstractSet[str], names: Names) -> OpportunityOut:
    """Candidates whose need may be shown."""
    at = found.present
    return OpportunityOut(
        asked=NamedOut(uid=found.uid, name=found.name),
        changed=at.changed,
        candidates=[
            CandidateOut(
                need=NamedOut(uid=row.need_uid, name=at.titles[row.need_uid]),
                resource=NamedOut(uid=row.resource_uid, name=at.resources[row.resource_uid]),
                provider=_owner(at, row.resource_uid, names),
                slot_uid=row.slot_uid,
                cost_s=row.cost_s,
                given=row.given,
                first=_loss(row.first, at, private),
                most=row.most,
                whole=_loss(row.whole, at, private),
            )
            for row in found.rows
            if row.need_uid not in private
        ],
    )


def remedies_out(
    need: Need, missing: int, advice: Advice | None, private: AbstractSet[str], language: Language
) -> RemediesOut:
    """Remedies of a need; none where it is not unmet."""
    named = NamedOut(uid=need.uid, name=need.title)
    if advice is None:
        return RemediesOut(need=named, missing=missing, tried=0, complete=True, remedies=[], not_tried=[])
    titles = advice.present.titles
    return RemediesOut(
        need=named,
        missing=missing,
        tried=advice.answer.tried,
        complete=advice.answer.complete,
        remedies=[
            RemedyOut(
                rank=rank,
                changes=[_text(change, private, language) for change in remedy.changes],
                displaced=_units(remedy.displaced, titles, private),
                gained=_units(remedy.gained, titles, private),
                before=_standing(remedy.before),
                after=_standing(remedy.after),
            )
            for rank, remedy in enumerate(advice.answer.found, 1)
        ],
        not_tried=[_text(what, private, language) for what in advice.answer.not_tried],
    )


def recruit_out(found: Recruiting, names: Names, language: Language) -> RecruitOut:
    """What to look for next, with the units that own something like it."""
    return RecruitOut(
        changed=found.present.changed,
        worth=[
            WorthOut(
                rank=rank,
                category=category_out(row.category, names, language),
                community=NamedOut(uid=row.community_uid, name=names.areas.get(row.community_uid, "")),
                bands=[TextOut.of(Finding(f"band.{band}", {}), language) for band in row.bands],
                total=row.total,
                fewer_unmet=list(row.unmet),
                seconds=row.seconds,
                needs=row.needs,
                owners=[
                    OwnerOut(
                        provider=_provider(owner.provider_uid, names),
                        resource=NamedOut(uid=owner.resource_uid, name=owner.resource),
                        left=owner.left,
                    )
                    for owner in row.owners
                ],
            )
            for rank, row in enumerate(found.rows, 1)
        ],
    )


def comparison_out(both: SideBySide, private: AbstractSet[str], names: Names, language: Language) -> ComparisonOut:
    """Two plans without what is private."""
    before, after = both.comparison.before, both.comparison.after
    titles, resources, places = both.titles, both.resources, both.names
    hidden = private | {titles[uid] for uid in private if uid in titles}  # reasons name needs by uid and by title
    now = dict(after.by_community)
    given = [{(row.provider_uid, row.unit): row.units for row in side.burden} for side in (before, after)]
    return ComparisonOut(
        before=both.before,
        after=both.after,
        objective_before=before.objective,
        objective_after=after.objective,
        by_class=[
            SidesOut(
                name=words(Finding(f"cli.urgency.{level.value}", {}), language), before=_served(old), after=_served(new)
            )
            for level, old, new in zip(Urgency, before.by_class, after.by_class, strict=True)
        ],
        by_community=[
            SidesOut(name=places.get(uid, uid), before=_served(old), after=_served(now[uid]))
            for uid, old in before.by_community
            if uid in now
        ],
        burden=[
            BurdenOut(
                provider=NamedOut(uid=key[0], name=names.providers[key[0]]),
                unit=key[1],
                before=given[0].get(key, 0),
                after=given[1].get(key, 0),
            )
            for key in sorted(given[0].keys() | given[1].keys())
            if key[0] in names.providers
        ],
        changes=[
            ChangedOut(
                need=NamedOut(uid=row.need_uid, name=titles.get(row.need_uid, "")),
                resource=NamedOut(uid=row.resource_uid, name=resources.get(row.resource_uid, "")),
                before=row.before,
                after=row.after,
                reason=TextOut.of(shown_finding(change_reason(row), hidden), language),
            )
            for row in both.comparison.changes
            if row.need_uid not in private
        ],
    )


def rulings_out(rows: Iterable[RulingShown], private: AbstractSet[str], names: Names) -> RulingsOut:
    """Rulings that may be shown, without their free remarks."""
    return RulingsOut(
        items=[
            RulingOut(
                uid=row.ruling.uid,
                kind=row.ruling.kind.value,
                need=None if row.need is None else NamedOut(uid=row.need.uid, name=row.need.title),
                resource=None
                if row.ruling.resource_uid is None
                else NamedOut(uid=row.ruling.resource_uid, name=row.resource or ""),
                provider=None if row.ruling.provider_uid is None else _provider(row.ruling.provider_uid, names),
                quantity=row.ruling.quantity,
                until=row.ruling.until,
                created_at=row.ruling.created_at,
                in_force=row.in_force,
            )
            for row in rows
            if row.ruling.need_uid not in private
        ]
    )


def _loss(loss: Loss | None, at: Present, private: AbstractSet[str]) -> LossOut | None:
    if loss is None:
        return None
    return LossOut(
        total=loss.total,
        exact=loss.exact,
        unmet=list(loss.unmet),
        seconds=loss.seconds,
        displaced=_units(loss.displaced, at.titles, private),
    )


def _units(rows: Sequence[tuple[str, int]], titles: dict[str, str], private: AbstractSet[str]) -> list[UnitsOut]:
    return [
        UnitsOut(need=NamedOut(uid=uid, name=titles.get(uid, "")), units=units)
        for uid, units in rows
        if uid not in private
    ]


def _standing(standing: Standing) -> StandingOut:
    return StandingOut(unmet=list(standing.unmet), seconds=standing.seconds)


def _served(served: Served) -> ServedOut:
    return ServedOut(needs=served.needs, met=served.met, share=served.share)


def _text(found: "MatcherFinding", private: AbstractSet[str], language: Language) -> TextOut:
    return TextOut.of(shown_finding(Finding(found.code, found.params), private), language)


def _owner(at: Present, resource_uid: str, names: Names) -> NamedOut | None:
    return next(
        (_provider(resource.provider_uid, names) for resource in at.graph.resources if resource.uid == resource_uid),
        None,
    )


def _provider(uid: str, names: Names) -> NamedOut | None:
    return NamedOut(uid=uid, name=names.providers[uid]) if uid in names.providers else None
