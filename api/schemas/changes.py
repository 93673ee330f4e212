"""What happened, as it leaves the service."""

from pydantic import Field

from api.schemas.common import Moment, Schema
from api.services.feed import PublicEvent


class ChangeOut(Schema):
    """One event of the street's chain: what kind, and the needs and resources that it is about."""

    seq: int = Field(ge=1, description="Position in the chain, without gaps; the event's id.")
    at: Moment
    kind: str = Field(description="import.rows, ruling.added, run.saved and the like.")
    needs: list[str] = Field(description="uids of needs that it changed and that may be shown.")
    resources: list[str] = Field(description="uids of resources that it changed.")

    @classmethod
    def of(cls, event: PublicEvent) -> "ChangeOut":
        """Event as it leaves the service."""
        return cls(
            seq=event.seq, at=event.at, kind=event.kind, needs=list(event.needs), resources=list(event.resources)
        )
