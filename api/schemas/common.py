"""Parts that several answers share."""

from datetime import UTC, datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, StringConstraints

from api.words import words
from graph_schema.messages import Language
from graph_schema.model.pairings import Finding
from graph_schema.model.places import Location
from graph_schema.model.quantities import Quantity

MAX_PAGE = 200
PLACES = 4
"""Decimals of a degree that leave the service: about ten metres, the lane and not the door."""

Uid = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[\w.:-]+$")]
"""Identity of a record, as the lists' import made it."""

Code = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[\w.-]+$")]

Moment = Annotated[
    datetime,
    PlainSerializer(lambda value: value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), return_type=str),
]
"""An instant in UTC, to the second."""

T = TypeVar("T")


class Schema(BaseModel):
    """What leaves the service: frozen, and with no field that is not declared."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class TextOut(Schema):
    """A reason: code and figures for programs, text for people."""

    code: str = Field(description="Stable key of the message.")
    params: dict[str, Any] = Field(description="Names and figures of this occurrence.")
    text: str = Field(description="The sentence, in the language asked for.")

    @classmethod
    def of(cls, finding: Finding, language: Language) -> "TextOut":
        """Finding with its words."""
        return cls(code=finding.code, params=finding.params, text=words(finding, language))


class QuantityOut(Schema):
    """An amount in one unit, and how exact it is."""

    value: int = Field(ge=0)
    unit: str
    qualifier: str = Field(description="exact, about, over or below; only exact ones promise anything.")
    assumed: bool = Field(description="Nothing was stated and 1 was taken.")

    @classmethod
    def of(cls, quantity: Quantity) -> "QuantityOut":
        """Quantity as it leaves the service."""
        return cls(
            value=quantity.value, unit=quantity.unit, qualifier=quantity.qualifier.value, assumed=quantity.assumed
        )


class LocationOut(Schema):
    """A point in WGS-84, rounded to about ten metres."""

    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-90, le=90)
    located_by: str = Field(description="coordinates, address or approximate (the community's own point).")

    @classmethod
    def of(cls, location: Location) -> "LocationOut | None":
        """Rounded point, ``None`` when there is none."""
        if location.lon is None or location.lat is None:
            return None
        return cls(
            lon=round(location.lon, PLACES), lat=round(location.lat, PLACES), located_by=location.located_by.value
        )


class NamedOut(Schema):
    """A record that is only pointed to."""

    uid: str
    name: str


class PageOut(Schema, Generic[T]):
    """
    One page, ordered by uid.

    ``next`` is the value for ``after`` that continues, ``null`` on the last page.
    """

    items: list[T]
    next: str | None = Field(description="Pass it as `after` to go on; null when this is the end.")


class ProblemOut(Schema):
    """What went wrong (RFC 9457). Every error of this service has this shape."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "/docs#no_such_record",
                    "title": "没有这条记录",
                    "status": 404,
                    "detail": "没有这条记录，或它不对外显示。",
                    "instance": "urn:needlework:request:9f2c6d0a41b7e385",
                    "code": "http.no_such_record",
                    "params": {},
                }
            ]
        }
    )

    type: str = Field(description="Where this kind of problem is explained.")
    title: str = Field(description="The kind of problem in words.")
    status: int = Field(ge=400, le=599)
    detail: str = Field(description="This occurrence in words.")
    instance: str = Field(description="Identity of this occurrence; the service's log knows it.")
    code: str = Field(description="The kind of problem for programs.")
    params: dict[str, Any] = Field(description="Names and figures of this occurrence.")
