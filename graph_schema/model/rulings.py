"""What people decide about a pair, against or before any plan."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from graph_schema.model.errors import InvalidValueError


class RulingKind(StrEnum):
    """What was decided."""

    PIN = "pin"  # the pair is kept
    BAN = "ban"  # never this pair
    DECLINE = "decline"  # the provider said no: not again before its cool-down ends
    NO_SHOW = "no_show"  # the provider did not come: not again before the date


@dataclass(frozen=True, slots=True)
class Ruling:
    """
    A decision about a need and who serves it: an input of every run until it expires or is lifted.

    Parameters
    ----------
    need_uid
        The need; ``None`` for all needs, which a pin never is.
    resource_uid, provider_uid
        The resource, or all resources of a provider; one of the two, and of a pin the resource.
    slot_uid, quantity
        Of a pin: its slot, and the units kept, > 0; ``None``: any slot, as much as the need asks for.
    until
        Last day on which it holds, ``None`` for good.
    reason
        Why, in the office's words; no name of a private person.
    created_at, by
        When (aware UTC) and by which role.
    lifted_at
        When it was taken back, ``None`` while it stands.

    Raises
    ------
    InvalidValueError
        If it names neither resource nor provider, a pin lacks its need or resource, or anything but a pin names a slot
        or quantity.
    """

    uid: str
    street: str
    kind: RulingKind
    created_at: datetime
    by: str
    need_uid: str | None = None
    resource_uid: str | None = None
    provider_uid: str | None = None
    slot_uid: str | None = None
    quantity: int | None = None
    until: date | None = None
    reason: str = ""
    lifted_at: datetime | None = None

    def __post_init__(self) -> None:
        wrong = None
        if self.kind is RulingKind.PIN:
            if self.need_uid is None or self.resource_uid is None:
                wrong = "keeps no pair: it names a need and a resource"
            elif self.quantity is not None and self.quantity <= 0:
                wrong = f"keeps {self.quantity} units"
        elif self.slot_uid is not None or self.quantity is not None:
            wrong = "names a slot or a quantity, which only a pin does"
        elif self.resource_uid is None and self.provider_uid is None:
            wrong = "names neither a resource nor a provider"
        if wrong is not None:
            msg = f"The {self.kind.value} {self.uid} {wrong}."
            raise InvalidValueError(msg)

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.lifted_at is None and (self.until is None or day <= self.until)
