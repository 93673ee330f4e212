"""``/v1/needs``: what is asked for, and who could serve it."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.deps import After, Lang, Limit, Store, Street
from api.schemas.common import Code, PageOut, Uid
from api.schemas.needs import NeedOut
from api.schemas.render import need_out
from api.services import reading
from graph_schema.model.needs import NeedStatus

router = APIRouter(prefix="/v1/needs", tags=["needs"])

NeedUid = Annotated[Uid, Path(description="uid of the need.")]


@router.get("", operation_id="list_needs")
def list_needs(
    *,
    store: Store,
    street: Street,
    language: Lang,
    status: Annotated[NeedStatus | None, Query(description="Only needs in this state.")] = None,
    area: Annotated[Uid | None, Query(description="Only needs raised for this area itself.")] = None,
    category: Annotated[Code | None, Query(description="Only needs of this category code.")] = None,
    after: After = None,
    limit: Limit = 50,
) -> PageOut[NeedOut]:
    """Needs of the street, by uid; private ones are left out."""
    page = reading.needs_page(store, street, status=status, area=area, category=category, after=after, limit=limit)
    names = reading.Names.of(store.directory(street))
    return PageOut(items=[need_out(need, names, language) for need in page.items], next=page.next)


@router.get("/{uid}", operation_id="get_need")
def get_need(uid: NeedUid, store: Store, street: Street, language: Lang) -> NeedOut:
    """One need."""
    return need_out(reading.need(store, street, uid), reading.Names.of(store.directory(street)), language)
