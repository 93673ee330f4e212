"""``/v1/health``: whether the service and its graph answer."""

from importlib.metadata import version

from fastapi import APIRouter

from api.deps import Store
from api.schemas.health import HealthOut

router = APIRouter(prefix="/v1/health", tags=["health"])


@router.get("", operation_id="health")
def health(store: Store) -> HealthOut:
    """The engine is asked, not remembered; problem 503 when it does not answer."""
    streets = store.streets()
    return HealthOut(
        status="ok",
        version=version("needlework"),
        engine=store.engine.name,
        engine_version=store.engine.version,
        streets=len(streets),
        imports_incomplete=sum(len(store.incomplete_imports(street.uid)) for street in streets),
    )
