"""The page's templates, and the words they are filled with."""

from importlib.resources import files
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from graph_schema.messages import Language, render
from graph_schema.model.pairings import Finding

_environment = Environment(
    loader=FileSystemLoader(str(files("api.pages") / "templates")),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(template: str, language: Language, /, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A template filled in one language; ``t(code, …)`` in it is a text of the catalogue."""

    def text(code: str, **params: Any) -> str:
        return render(Finding(code, params), language)

    html = _environment.get_template(template).render(t=text, language=language, **values)
    headers = {"Content-Language": "zh-CN" if language == "zh" else "en", "Vary": "Accept-Language"}
    return HTMLResponse(html, status, headers)
