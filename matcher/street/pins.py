"""Pairs that people have fixed: taken out of the problem beforehand, even against a rule, never over capacity."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher import eligibility as rules
from matcher.errors import InvalidProblemError
from matcher.pinned import pins_named
from matcher.policy import Policy
from matcher.reasons import Finding
from matcher.street.budgets import paying_pool
from matcher.street.candidates import measure
from matcher.street.commitments import PIN
from matcher.street.facts import ALWAYS, GONE, NONE, Candidates, Facts
from matcher.street.moments import Held, Meetings
from matcher.street.shared_limits import Taken
from matcher.street.slots import FOR_ALL, Quotas, quota_shares
from matcher.travel import FARTHEST_M

Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Pins:
    """
    What is fixed.

    Parameters
    ----------
    candidates
        Need and resource of each, with their walk.
    slot, window, quantity
        Slot, the window it is taken in (of a consumable `ALWAYS`), and units, > 0.
    ruling
        Index of the ruling.
    broken
        Code of the first rule that the pair fails, empty where it fails none.
    """

    candidates: Candidates
    slot: tuple[int, ...]
    window: tuple[int, ...]
    quantity: tuple[int, ...]
    ruling: tuple[int, ...]
    broken: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.slot)

    def taken(self) -> list[Taken]:
        """What they take of each resource."""
        rows = zip(self.candidates.resource.tolist(), self.slot, self.window, self.quantity, strict=True)
        return [Taken(resource, Held(slot, window, units)) for resource, slot, window, units in rows]

    def by_need(self, n_needs: int) -> Int64:
        """Units fixed of each need."""
        found = np.zeros(n_needs, np.int64)
        np.add.at(found, self.candidates.need, np.array(self.quantity, np.int64))
        return found

    def by_share(self, facts: Facts, quotas: Quotas) -> dict[tuple[int, int], list[Held]]:
        """What they take of each (resource, share): of a need's own quotas first, then of what is for all."""
        found: dict[tuple[int, int], list[Held]] = defaultdict(list)
        drawn: dict[tuple[int, int, int], int] = defaultdict(int)
        rows = zip(self.candidates.need.tolist(), self.taken(), strict=True)
        for need, item in rows:
            r, slot, left = item.resource, item.hold.slot, item.hold.units
            consumable = bool(facts.resources.consumable[r])
            whole = facts.resources.available[r] if consumable else facts.resources.slot_capacity[slot]
            shares = quotas.shares(r, int(whole))
            for share in (*quota_shares(facts, quotas, need, r), FOR_ALL):
                key = (r, share, NONE if consumable else slot)
                units = left if share == FOR_ALL else min(left, shares[share] - drawn[key])
                drawn[key] += units
                left -= units
                if units:
                    found[r, share].append(Held(slot, item.hold.window, units))
        return found

    def by_batch(self, facts: Facts) -> dict[int, int]:
        """Units fixed of each batch's needs."""
        found: dict[int, int] = defaultdict(int)
        for need, units in zip(self.candidates.need.tolist(), self.quantity, strict=True):
            found[int(facts.needs.batch[need])] += units
        return found

    def by_pool(self, facts: Facts) -> dict[int, int]:
        """Fen that they cost each budget; what no budget pays for is the business of whoever fixed it."""
        found: dict[int, int] = defaultdict(int)
        pool = paying_pool(facts)
        rows = zip(self.candidates.need.tolist(), self.candidates.resource.tolist(), self.quantity, strict=True)
        for need, resource, units in rows:
            found[int(pool[need])] += units * int(facts.resources.unit_cost_fen[resource])
        return found


def pins_of(facts: Facts, policy: Policy) -> Pins:
    """
    The pins of a street.

    A pin whose need is not open any more has ended by itself. One that fails a rule is kept: a person has decided.

    Raises
    ------
    InvalidProblemError
        If a pin's resource or slot is not there, it holds more than its need asks for, or pins of one resource take
        more at some moment than it gives.
    """
    rulings = facts.rulings
    wanted = [i for i, kind in enumerate(rulings.kind) if kind == PIN and int(rulings.need[i]) != GONE]
    left = facts.needs.quantity.copy()
    found: list[tuple[int, int, int, int, int]] = []
    for i in wanted:
        need = int(rulings.need[i])
        r, slot = _place(facts, i)
        units = int(left[need]) if int(rulings.quantity[i]) == NONE else int(rulings.quantity[i])
        if units > int(left[need]):
            msg = (
                f"pin {rulings.uid[i]} keeps {units} units for {facts.needs.title[need]} ({facts.needs.uid[need]}), "
                f"which asks for {left[need]} more. Maybe the need was made smaller after the pin."
            )
            named = {"need": facts.needs.title[need], "need_uid": facts.needs.uid[need], "ruling": rulings.uid[i]}
            figures = {"units": units, "asked": int(facts.needs.quantity[need])}
            pins = pins_named(facts, needs={need})
            raise InvalidProblemError(msg, Finding("instance.pin_beyond_need", {**named, **figures, "pins": pins}))
        if units > 0:
            left[need] -= units
            found.append((i, need, r, slot, units))
    needs = np.array([need for _, need, _, _, _ in found], np.int32)
    resources = np.array([r for _, _, r, _, _ in found], np.int32)
    c = measure(facts, policy, Candidates.unmeasured(needs, resources), farthest_m=FARTHEST_M)
    asked = facts.needs.window[needs]
    slots = tuple(slot for _, _, _, slot, _ in found)
    opened = facts.resources.slot_window[list(slots)]
    resources_used_up = facts.resources.consumable[resources]
    made = Pins(
        candidates=c,
        slot=slots,
        window=tuple(np.where(resources_used_up, ALWAYS, np.where(asked == ALWAYS, opened, asked)).tolist()),
        quantity=tuple(units for _, _, _, _, units in found),
        ruling=tuple(i for i, _, _, _, _ in found),
        broken=tuple(
            "" if stage == rules.PASSED else rules.RULES[stage][0]
            for stage in rules.first_failed(facts, policy, c).tolist()
        ),
    )
    _check(facts, made.taken())
    return made


def _place(facts: Facts, i: int) -> tuple[int, int]:
    """Resource and slot of a pin: the slot it names, else the one that fits with most to give, else the first."""
    rulings, resources = facts.rulings, facts.resources
    r = int(rulings.resource[i])
    slots = range(*resources.slot_start[r : r + 2].tolist()) if r >= 0 else range(0)
    named = [slot for slot in slots if rulings.slot_uid[i] in {"", resources.slot_uid[slot]}]
    if not named:
        what = "resource" if r < 0 else f"slot {rulings.slot_uid[i]} of {resources.name[r]}"
        msg = f"pin {rulings.uid[i]} names a {what} that is not offered now. Maybe end the pin, or offer it again."
        named_so = {"need": facts.needs.title[int(rulings.need[i])], "ruling": rulings.uid[i]}
        raise InvalidProblemError(msg, Finding("instance.pin_gone", named_so))
    asked = np.full(len(named), facts.needs.window[rulings.need[i]], np.int32)
    fits = rules.slot_fits(facts, asked, resources.slot_window[named])
    return r, max(zip(named, fits.tolist(), strict=True), key=lambda s: (s[1], resources.slot_capacity[s[0]], -s[0]))[0]


def _check(facts: Facts, taken: Sequence[Taken]) -> None:
    """Refuse pins that take more of a resource, or of a slot, than it gives at some moment."""
    resources, meetings = facts.resources, Meetings(facts)
    of_resource: dict[int, list[Held]] = defaultdict(list)
    for item in taken:
        of_resource[item.resource].append(item.hold)
    for r, held in of_resource.items():
        if resources.consumable[r]:
            _refuse(facts, r, sum(hold.units for hold in held), int(resources.available[r]))
            continue
        for meeting in meetings.of(tuple(hold.window for hold in held)):
            here = [hold for k, hold in enumerate(held) if meeting >> k & 1]
            most = max(int(resources.slot_capacity[hold.slot]) for hold in here)
            _refuse(facts, r, sum(hold.units for hold in here), most)
            for slot in {hold.slot for hold in here}:
                in_slot = sum(hold.units for hold in here if hold.slot == slot)
                _refuse(facts, r, in_slot, int(resources.slot_capacity[slot]))


def _refuse(facts: Facts, r: int, units: int, most: int) -> None:
    if units > most:
        resources = facts.resources
        msg = (
            f"pins take {units} of {resources.name[r]} ({resources.uid[r]}), which gives {most}. "
            f"Maybe end one of them, or correct what is offered."
        )
        named = {"resource": resources.name[r], "resource_uid": resources.uid[r]}
        figures = {"units": units, "most": most, "pins": pins_named(facts, resources={r})}
        raise InvalidProblemError(msg, Finding("instance.pins_over", {**named, **figures}))
