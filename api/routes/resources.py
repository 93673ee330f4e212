"""``/v1/resources``: what is offered."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.deps import After, Lang, Limit, Store, Street
from api.schemas.common import Code, Uid
from api.schemas.render import resource_out
from api.schemas.resources import ResourceOut, ResourcePageOut
from api.services import reading
from graph_schema.model.resources import ResourceStatus

router = APIRouter(prefix="/v1/resources", tags=["resources"])


@router.get("", operation_id="list_resources")
def list_resources(
    *,
    store: Store,
    street: Street,
    language: Lang,
    status: Annotated[ResourceStatus | None, Query(description="Only resources in this state.")] = None,
    category: Annotated[Code | None, Query(description="Only resources of this category code.")] = None,
    after: After = None,
    limit: Limit = 50,
) -> ResourcePageOut:
    """Resources of the street with their windows, by uid."""
    page = reading.resources_page(store, street, status=status, category=category, after=after, limit=limit)
    names = reading.Names.of(store.directory(street))
    return ResourcePageOut(items=[resource_out(resource, names, language) for resource in page.items], next=page.next)


@router.get("/{uid}", operation_id="get_resource")
def get_resource(
    uid: Annotated[Uid, Path(description="uid of the resource.")], store: Store, street: Street, language: Lang
) -> ResourceOut:
    """One resource with its windows."""
    return resource_out(store.resource(street, uid), reading.Names.of(store.directory(street)), language)
