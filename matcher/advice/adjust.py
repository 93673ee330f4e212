"""Single changes of what is offered or allowed, as code and figures, and the facts and the policy after one."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher import eligibility as rules
from matcher.advice.joining import join, parts_of
from matcher.errors import MatcherError
from matcher.policy import Policy
from matcher.reasons import Finding
from matcher.street.commitments import PIN
from matcher.street.facts import AGREEMENT_IN_FORCE, GONE, NONE, AgreementFacts, Facts

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
Params = dict[str, Any]
Changed = tuple[Facts, Policy]


def adjust(facts: Facts, policy: Policy, change: Finding) -> Changed:
    """
    Facts and policy after one change; both given ones stay as they are.

    Parameters
    ----------
    change
        One of `CHANGE_CODES`; its params name by uid what is changed, and by how much.

    Raises
    ------
    MatcherError
        If there is no such change, or it names what these facts do not hold.
    """
    if change.code not in _APPLY:
        msg = f"there is no change {change.code!r}. Maybe one of: {', '.join(CHANGE_CODES)}."
        raise MatcherError(msg)
    return _APPLY[change.code](facts, policy, change.params)


def _row(uids: tuple[str, ...], uid: str) -> int:
    if uid not in uids:
        msg = f"the change names {uid!r}, which these facts do not hold."
        raise MatcherError(msg)
    return uids.index(uid)


def _with(values: npt.NDArray[Any], at: Any, value: Any) -> npt.NDArray[Any]:
    changed = values.copy()
    changed[at] = value
    return changed


def _capacity(facts: Facts, policy: Policy, params: Params) -> Changed:
    resources = facts.resources
    r = _row(resources.uid, params["resource_uid"])
    slots = [_row(resources.slot_uid, uid) for uid in params["slot_uids"]]
    units = int(params["units"])
    changed = replace(
        resources,
        offered=_with(resources.offered, r, resources.offered[r] + units),
        available=_with(resources.available, r, resources.available[r] + units),
        slot_capacity=_with(resources.slot_capacity, slots, resources.slot_capacity[slots] + units),
    )
    return replace(facts, resources=changed), policy


def _batch_cap(facts: Facts, policy: Policy, params: Params) -> Changed:
    batches = facts.batches
    b = _row(batches.uid, params["batch_uid"])
    return replace(facts, batches=replace(batches, cap=_with(batches.cap, b, batches.cap[b] + params["units"]))), policy


def _batch(facts: Facts, policy: Policy, params: Params) -> Changed:
    b = _row(facts.batches.uid, params["batch_uid"])
    needs = replace(facts.needs, released=facts.needs.released | (facts.needs.batch == b))
    return replace(
        facts, needs=needs, batches=replace(facts.batches, released=_with(facts.batches.released, b, 1))
    ), policy


def _window(facts: Facts, policy: Policy, params: Params) -> Changed:
    slot = _row(facts.resources.slot_uid, params["slot_uid"])
    before, after = int(params.get("before_min", 0)), int(params.get("after_min", 0))
    opened = facts.windows[int(facts.resources.slot_window[slot])]
    return _reopened(facts, slot, longer(opened, before, after)), policy


def _window_added(facts: Facts, policy: Policy, params: Params) -> Changed:
    slot = _row(facts.resources.slot_uid, params["slot_uid"])
    asked = facts.windows[int(facts.needs.window[_row(facts.needs.uid, params["need_uid"])])]
    opened = facts.windows[int(facts.resources.slot_window[slot])]
    return _reopened(facts, slot, rules.union([opened, asked])), policy


def longer(opened: Int64, before_min: int, after_min: int) -> Int64:
    """A window that opens so many minutes earlier and closes so many later, each time."""
    return rules.union([np.column_stack((np.maximum(opened[:, 0] - before_min, 0), opened[:, 1] + after_min))])


def _reopened(facts: Facts, slot: int, opened: Int64) -> Facts:
    window = _with(facts.resources.slot_window, slot, len(facts.windows))
    return replace(facts, windows=(*facts.windows, opened), resources=replace(facts.resources, slot_window=window))


def _walk_limit(facts: Facts, policy: Policy, params: Params) -> Changed:
    kinds = facts.categories
    kind = _row(kinds.code, params["category_code"])
    limit = _with(kinds.walk_limit_s, kind, int(params["limit_min"]) * 60)
    return replace(facts, categories=replace(kinds, walk_limit_s=limit)), policy


def _walk_default(facts: Facts, policy: Policy, params: Params) -> Changed:
    return facts, replace(policy, default_limit_s=int(params["limit_min"]) * 60)


def _coverage(facts: Facts, policy: Policy, params: Params) -> Changed:
    resources, r = facts.resources, _row(facts.resources.uid, params["resource_uid"])
    facts = _listed(facts, int(resources.cover[r]), params["area_uid"], is_member=True)
    cover = _with(resources.cover, r, len(facts.area_sets) - 1)
    return replace(facts, resources=replace(resources, cover=cover)), policy


def _exclusion(facts: Facts, policy: Policy, params: Params) -> Changed:
    resources, r = facts.resources, _row(facts.resources.uid, params["resource_uid"])
    facts = _listed(facts, int(resources.exclude[r]), params["area_uid"], is_member=False)
    exclude = _with(resources.exclude, r, len(facts.area_sets) - 1)
    return replace(facts, resources=replace(resources, exclude=exclude)), policy


def _listed(facts: Facts, row: int, area_uid: str, *, is_member: bool) -> Facts:
    """One set more: that of a row with an area and all that lies in it, or without them."""
    area = _row(facts.areas.uid, area_uid)
    members = _with(facts.area_sets[row], parts_of(facts, area), is_member)
    return replace(facts, area_sets=np.vstack((facts.area_sets, members)))


def _pool(facts: Facts, policy: Policy, params: Params) -> Changed:
    pool, area = _row(facts.pools.uid, params["pool_uid"]), _row(facts.areas.uid, params["area_uid"])
    return join(facts, pool, area), policy


def _target_group(facts: Facts, policy: Policy, params: Params) -> Changed:
    r = _row(facts.resources.uid, params["resource_uid"])
    return replace(facts, resources=replace(facts.resources, groups=_with(facts.resources.groups, r, 0))), policy


def _agreement_signed(facts: Facts, policy: Policy, params: Params) -> Changed:
    providers = facts.providers
    p = _row(providers.uid, params["provider_uid"])
    signed = AgreementFacts(uid="", number="", partner_uid="", partner_label="", partner_name="", areas=NONE)
    in_force = (*providers.in_force[:p], (*providers.in_force[p], signed), *providers.in_force[p + 1 :])
    changed = replace(providers, agreement=_with(providers.agreement, p, AGREEMENT_IN_FORCE), in_force=in_force)
    return replace(facts, providers=changed), policy


def _agreement_off(facts: Facts, policy: Policy, _: Params) -> Changed:
    return facts, replace(policy, agreement_required=False)


def _validity(facts: Facts, policy: Policy, params: Params) -> Changed:
    resources = facts.resources
    r = _row(resources.uid, params["resource_uid"])
    changed = replace(
        resources,
        valid_from_day=_with(resources.valid_from_day, r, params["from_day"]),
        valid_to_day=_with(resources.valid_to_day, r, params["to_day"]),
    )
    return replace(facts, resources=changed), policy


def _skill(facts: Facts, policy: Policy, params: Params) -> Changed:
    providers = facts.providers
    p = _row(providers.uid, params["provider_uid"])
    fits = _able(facts.skill_fits, facts.skill_sets, int(providers.skills[p]), set(params["skills"]))
    changed = replace(providers, skills=_with(providers.skills, p, fits.shape[1] - 1))
    return replace(facts, providers=changed, skill_fits=fits), policy


def _amenity(facts: Facts, policy: Policy, params: Params) -> Changed:
    resources = facts.resources
    r = _row(resources.uid, params["resource_uid"])
    fits = _able(facts.amenity_fits, facts.amenity_sets, int(resources.amenities[r]), set(params["amenities"]))
    changed = replace(resources, amenities=_with(resources.amenities, r, fits.shape[1] - 1))
    return replace(facts, resources=changed, amenity_fits=fits), policy


def _able(
    fits: npt.NDArray[np.bool_], asked: tuple[tuple[str, ...], ...], had: int, more: set[str]
) -> npt.NDArray[np.bool_]:
    """One column more: who has all that is asked for of a column, and some more."""
    has = more.union(*(asked[row] for row in np.flatnonzero(fits[:, had]).tolist()))
    able = np.array([has.issuperset(members) for members in asked], np.bool_)
    return np.column_stack((fits, able))


def _mode(facts: Facts, policy: Policy, params: Params) -> Changed:
    resources = facts.resources
    r = _row(resources.uid, params["resource_uid"])
    bit = 1 << _row(facts.modes, params["mode_code"])
    return replace(
        facts, resources=replace(resources, modes=_with(resources.modes, r, resources.modes[r] | bit))
    ), policy


def _ruling(facts: Facts, policy: Policy, params: Params) -> Changed:
    lifted = [_row(facts.rulings.uid, uid) for uid in params["ruling_uids"]]
    return replace(facts, rulings=replace(facts.rulings, need=_with(facts.rulings.need, lifted, GONE))), policy


def _pin(facts: Facts, policy: Policy, params: Params) -> Changed:
    """One pin more; its uid is that of its pair, so that equal changes give equal facts."""
    rulings = facts.rulings
    n, r = _row(facts.needs.uid, params["need_uid"]), _row(facts.resources.uid, params["resource_uid"])
    changed = replace(
        rulings,
        uid=(*rulings.uid, f"{params['need_uid']} {params['resource_uid']}"),
        kind=(*rulings.kind, PIN),
        need=np.append(rulings.need, np.int32(n)),
        resource=np.append(rulings.resource, np.int32(r)),
        provider=np.append(rulings.provider, np.int32(NONE)),
        slot_uid=(*rulings.slot_uid, ""),
        quantity=np.append(rulings.quantity, np.int64(params["units"])),
        until=(*rulings.until, ""),
        reason=(*rulings.reason, ""),
    )
    return replace(facts, rulings=changed), policy


def _budget(facts: Facts, policy: Policy, params: Params) -> Changed:
    budgets = facts.budgets
    b = _row(budgets.uid, params["budget_uid"])
    left = _with(budgets.left_fen, b, budgets.left_fen[b] + int(params["fen"]))
    return replace(facts, budgets=replace(budgets, left_fen=left)), policy


def _load(facts: Facts, policy: Policy, params: Params) -> Changed:
    providers = facts.providers
    p = _row(providers.uid, params["provider_uid"])
    more = tuple(replace(load, limit=load.limit + int(params["units"])) for load in providers.loads[p])
    return replace(
        facts, providers=replace(providers, loads=(*providers.loads[:p], more, *providers.loads[p + 1 :]))
    ), policy


def _changes(facts: Facts, policy: Policy, params: Params) -> Changed:
    return facts, replace(policy, most_changes=int(params["most"]))


def _split(facts: Facts, policy: Policy, params: Params) -> Changed:
    n = _row(facts.needs.uid, params["need_uid"])
    needs = replace(facts.needs, whole=_with(facts.needs.whole, n, False), single=_with(facts.needs.single, n, False))
    return replace(facts, needs=needs), policy


_APPLY: dict[str, Callable[[Facts, Policy, Params], Changed]] = {
    "remedy.capacity": _capacity,
    "remedy.batch_cap": _batch_cap,
    "remedy.batch": _batch,
    "remedy.window.earlier": _window,
    "remedy.window.later": _window,
    "remedy.window.longer": _window,
    "remedy.window.added": _window_added,
    "remedy.walk_limit": _walk_limit,
    "remedy.walk_default": _walk_default,
    "remedy.coverage": _coverage,
    "remedy.exclusion": _exclusion,
    "remedy.pool.resources": _pool,
    "remedy.pool.money": _pool,
    "remedy.target_group": _target_group,
    "remedy.agreement.signed": _agreement_signed,
    "remedy.agreement.off": _agreement_off,
    "remedy.validity.longer": _validity,
    "remedy.validity.earlier": _validity,
    "remedy.skill": _skill,
    "remedy.amenity": _amenity,
    "remedy.mode": _mode,
    "remedy.ruling": _ruling,
    "remedy.pin": _pin,
    "remedy.budget": _budget,
    "remedy.load": _load,
    "remedy.split": _split,
    "remedy.changes": _changes,
}

CHANGE_CODES = tuple(_APPLY)
"""Every change that a remedy may consist of."""
