"""Records of the graph as answers: names beside uids, words beside codes, nothing personal."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from api.schemas.common import LocationOut, NamedOut, QuantityOut, TextOut
from api.schemas.needs import FollowedOut, LossOut, NeedOut, SuggestionOut, SuggestionsOut
from api.schemas.plans import PairingOut, StageOut, StepOut, UnmetOut
from api.schemas.resources import ResourceOut, SlotOut, SuggestedNeedOut, SuggestedNeedsOut
from api.services.following import Seen
from api.services.reading import Names
from api.services.showing import people_of, shown_finding, shown_path, shown_shortfalls
from api.services.suggesting import Other, Suggested, SuggestedNeeds
from api.words import words
from graph_schema.messages import Language
from graph_schema.model.needs import Need
from graph_schema.model.pairings import Finding, Pairing, PathStep, Shortfall
from graph_schema.model.resources import Resource


def category_out(code: str, names: Names, language: Language) -> NamedOut:
    """Category by code; a code that the taxonomy does not know is its own name."""
    known = names.categories.get(code)
    return NamedOut(uid=code, name=(known.name_zh if language == "zh" else known.name_en) if known else code)


def provider_out(uid: str, names: Names) -> NamedOut | None:
    """Unit or team; ``None`` for a single person, who is not named."""
    return NamedOut(uid=uid, name=names.providers[uid]) if uid in names.providers else None


def need_out(need: Need, names: Names, language: Language) -> NeedOut:
    """Need as it leaves the service."""
    return NeedOut(
        uid=need.uid,
        title=need.title,
        category=category_out(need.category, names, language),
        area=NamedOut(uid=need.area_uid, name=names.areas.get(need.area_uid, "")),
        quantity=QuantityOut.of(need.quantity),
        kind=need.kind.value,
        urgency=need.urgency.value,
        status=need.status.value,
        window=need.window_text,
        needed_from=need.needed_from,
        needed_by=need.needed_by,
        target_groups=[code for code in need.target_groups if code not in names.sensitive_groups],
        location=LocationOut.of(need.location),
        synthetic=need.synthetic,
    )


def resource_out(resource: Resource, names: Names, language: Language) -> ResourceOut:
    """Resource as it leaves the service."""
    return ResourceOut(
        uid=resource.uid,
        name=resource.name,
        category=category_out(resource.category, names, language),
        kind=resource.kind.value,
        list_kind=resource.list_kind,
        provider=provider_out(resource.provider_uid, names),
        offered=QuantityOut.of(resource.offered),
        status=resource.status.value,
        windows=resource.windows_text,
        serves=[NamedOut(uid=uid, name=names.areas.get(uid, "")) for uid in resource.serves_uids],
        target_groups=list(resource.target_groups),
        valid_from=resource.valid_from,
        valid_to=resource.valid_to,
        surveyed_on=resource.surveyed_on,
        location=LocationOut.of(resource.location),
        slots=[
            SlotOut(uid=slot.uid, capacity=slot.capacity, schedule=slot.schedule.to_text() if slot.schedule else None)
            for slot in resource.slots
        ],
        synthetic=resource.synthetic,
    )


def pairing_out(pairing: Pairing, need: Need, names: Names, language: Language) -> PairingOut:
    """Pairing with its reasons in words."""
    return PairingOut(
        uid=pairing.uid,
        need=NamedOut(uid=need.uid, name=need.title),
        resource=NamedOut(uid=pairing.resource_uid, name=names.resources.get(pairing.resource_uid, "")),
        provider=provider_of(pairing.path, names),
        slot_uid=pairing.slot_uid,
        quantity=pairing.quantity,
        cost_s=pairing.cost_s,
        terms=[TextOut.of(term, language) for term in pairing.terms],
        path=[StepOut.of(step) for step in pairing.path],
        state=pairing.state.value,
    )


def unmet_out(shortfall: Shortfall, need: Need, language: Language) -> UnmetOut:
    """What stayed unmet, with its reason in words."""
    return UnmetOut(
        need=NamedOut(uid=need.uid, name=need.title),
        quantity=shortfall.quantity,
        reason=TextOut.of(shortfall.reason, language),
        funnel=funnel_out(shortfall.funnel, language),
    )


def suggestions_out(found: Suggested, names: Names, language: Language) -> SuggestionsOut:
    """Who could serve one need, with what may be shown of the reasons."""
    private = found.seen.standing.private
    shortfalls = () if found.shortfall is None else shown_shortfalls([found.shortfall], private)
    shortfall = shortfalls[0] if shortfalls else None
    return SuggestionsOut(
        need=NamedOut(uid=found.need.uid, name=found.need.title),
        plan=followed_out(found.seen),
        demand=found.demand,
        changed=found.seen.standing.present.changed,
        missing=shortfall.quantity if shortfall else 0,
        reason=TextOut.of(shortfall.reason, language) if shortfall else None,
        funnel=funnel_out(shortfall.funnel, language) if shortfall else [],
        suggestions=[
            SuggestionOut(
                rank=rank,
                resource=NamedOut(uid=row.uid, name=row.name),
                provider=provider_of(row.path, names),
                slot_uid=row.slot_uid,
                cost_s=row.cost_s,
                given=row.given,
                left=row.left,
                loss=loss_out(row, found.seen),
                terms=terms_out(row, private, language),
                path=[StepOut.of(step) for step in shown_path(row.path)],
            )
            for rank, row in enumerate(found.found, 1)
        ],
    )


def suggested_needs_out(found: SuggestedNeeds, language: Language) -> SuggestedNeedsOut:
    """Whom one resource could serve, with what may be shown of the reasons."""
    private = found.seen.standing.private
    return SuggestedNeedsOut(
        resource=NamedOut(uid=found.resource.uid, name=found.resource.name),
        plan=followed_out(found.seen),
        offered=found.offered,
        suggestions=[
            SuggestedNeedOut(
                rank=rank,
                need=NamedOut(uid=row.uid, name=row.name),
                slot_uid=row.slot_uid,
                cost_s=row.cost_s,
                given=row.given,
                left=row.left,
                missing=row.missing,
                loss=loss_out(row, found.seen),
                terms=terms_out(row, private, language),
                path=[StepOut.of(step) for step in shown_path(row.path)],
            )
            for rank, row in enumerate(found.found, 1)
        ],
    )


def followed_out(seen: Seen) -> FollowedOut:
    """Which state of the graph an answer is of."""
    standing = seen.standing
    return FollowedOut(
        seq=standing.position.seq,
        current=seen.current,
        proven=standing.proven,
        gap=standing.present.solved.plan.gap,
        made=standing.made.value,
        why=standing.why,
        events=standing.events,
        order="cost" if seen.losses is None else "loss",
    )


def loss_out(row: Other, seen: Seen) -> LossOut | None:
    """A loss in steps and seconds, the seconds as few as they can be."""
    if row.lost is None:
        return None
    step = seen.standing.present.solved.instance.class_step
    steps = (row.lost + step // 2) // step
    return LossOut(steps=steps, seconds=row.lost - steps * step)


def terms_out(row: Other, private: AbstractSet[str], language: Language) -> list[TextOut]:
    """What a pair costs, in words, with what may be shown."""
    return [TextOut.of(shown_finding(term, private, people_of(row.path)), language) for term in row.terms]


def provider_of(path: Iterable[PathStep], names: Names) -> NamedOut | None:
    """The step of a path that is a unit or team."""
    return next((NamedOut(uid=step.uid, name=step.name) for step in path if step.uid in names.providers), None)


def funnel_out(funnel: tuple[tuple[str, int], ...], language: Language) -> list[StageOut]:
    """Stages in the order in which they act."""
    return [
        StageOut(stage=stage, removed=removed, text=words(Finding(f"stage.{stage}", {}), language))
        for stage, removed in funnel
    ]
