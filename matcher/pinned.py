"""How pins are named where they cannot be kept: need, resource, units, and the uid that takes them back."""

from collections.abc import Iterable
from typing import Any

from matcher.street.commitments import PIN
from matcher.street.facts import NONE, Facts


def pins_named(
    facts: Facts, *, needs: Iterable[int] | None = None, resources: Iterable[int] | None = None
) -> list[dict[str, Any]]:
    """
    Pins as messages inside a message, in the order of their uids.

    Parameters
    ----------
    needs, resources
        Indices of those whose pins are meant; ``None``: of all.
    """
    of_needs = set(range(len(facts.needs)) if needs is None else needs)
    of_resources = set(range(len(facts.resources)) if resources is None else resources)
    rulings = facts.rulings
    made = []
    for i, (n, r) in enumerate(zip(rulings.need.tolist(), rulings.resource.tolist(), strict=True)):
        if rulings.kind[i] != PIN or n not in of_needs or r not in of_resources:
            continue
        units = int(rulings.quantity[i])
        params = {"need": facts.needs.title[n], "resource": facts.resources.name[r], "ruling": rulings.uid[i]}
        made.append(
            {"code": "instance.pin_of_all", "params": params}
            if units == NONE
            else {"code": "instance.pin", "params": {**params, "units": units}}
        )
    return made
