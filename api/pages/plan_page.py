"""The page at ``/``: the plan in force, or how to come to one."""

from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from api.deps import Ctx, Lang
from api.errors import NoStreetError, SeveralStreetsError
from api.pages.plan_view import view_of
from api.pages.templating import page
from api.services import reading
from graph_schema.errors import IncompleteImportError
from graph_schema.messages import Language

router = APIRouter(include_in_schema=False)

LOCAL = ZoneInfo("Asia/Shanghai")
LISTS = "名录.xlsx 单位.xlsx 需求.xlsx 资源.xlsx"


@router.get("/", response_class=HTMLResponse)
def show_plan(ctx: Ctx, language: Lang) -> HTMLResponse:
    """Plan in force with its map and its lists; without one, the next step."""
    try:
        plan = reading.plan_in_force(ctx.store, ctx.street())
    except NoStreetError:
        return _begin(
            language,
            "no_street",
            {},
            [
                ("try", "needlework demo"),
                ("dry", f"needlework import --dry-run {LISTS}"),
                ("import", f"needlework import {LISTS}"),
                ("match", "needlework match"),
            ],
        )
    except SeveralStreetsError as several:
        return _begin(language, "several", {"names": list(several.names)}, [])
    except IncompleteImportError as incomplete:
        return _begin(
            language,
            "import_incomplete",
            {"file_name": incomplete.file_name},
            [
                ("resume", f"needlework import --resume {incomplete.file_name}"),
                ("undo", f"needlework import --undo {incomplete.import_uid}"),
            ],
        )
    if plan.run is None:
        counts = {"needs": len(plan.graph.needs), "resources": len(plan.graph.resources)}
        return _begin(language, "no_plan", counts, [("match", "needlework match")], street_name=plan.street_name)
    return page(
        "plan.html",
        language,
        street_name=plan.street_name,
        view=view_of(plan, plan.run, language),
        as_of=plan.run.as_of.astimezone(LOCAL),
        created=plan.run.created_at.astimezone(LOCAL),
    )


def _begin(
    language: Language, why: str, params: dict[str, Any], steps: list[tuple[str, str]], *, street_name: str = ""
) -> HTMLResponse:
    return page("begin.html", language, why=why, params=params, steps=steps, street_name=street_name)
