"""Whether the service works."""

from pydantic import Field

from api.schemas.common import Schema


class HealthOut(Schema):
    """The service and its graph engine answer."""

    status: str = Field(description="Always `ok`; anything else is a problem with status 503.")
    version: str
    engine: str
    engine_version: str
    streets: int = Field(ge=0)
    imports_incomplete: int = Field(ge=0, description="While above 0 no plan can be made.")
