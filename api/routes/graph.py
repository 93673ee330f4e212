"""``/v1/graph.geojson``: the street for a map."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api.deps import Store, Street
from api.schemas.geo import FeaturesOut, features_of
from api.services import reading

router = APIRouter(prefix="/v1", tags=["graph"])


class GeoJsonResponse(JSONResponse):
    """JSON under the media type of RFC 7946."""

    media_type = "application/geo+json"


@router.get(
    "/graph.geojson",
    operation_id="graph_geojson",
    response_class=GeoJsonResponse,
    response_model=FeaturesOut,
)
def graph_geojson(store: Store, street: Street) -> GeoJsonResponse:
    """Communities, needs and resources as points, and who serves whom in the latest plan as lines."""
    return GeoJsonResponse(features_of(reading.plan_in_force(store, street)).model_dump(mode="json"))
