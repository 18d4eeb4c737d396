"""Templates, stylesheets and scripts of the plan pages: the frames are those of the patient's and the staff's pages."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from fastapi import APIRouter, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from domain.money import format_usd
from web.site import StyleSheet, static_router

_WEB = Path(__file__).parent.parent
_HERE = Path(__file__).parent
_KEPT = "public, max-age=31536000, immutable"


def _pages(frame: str) -> Environment:
    """Our templates in the frame of `booking` or `console`; everything is escaped, an unknown name is an error."""
    folders = [_HERE / "templates" / frame, _WEB / frame / "templates"]
    pages = Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.globals["usd"] = format_usd
    return pages


def _sheet(frame: str) -> StyleSheet:
    text = (_WEB / frame / f"{frame}.css").read_text("utf-8") + (_HERE / f"{frame}_plans.css").read_text("utf-8")
    name = f"{frame}-plans"
    return StyleSheet(name, text, f"/static/{name}-{_digest(text)}.css")


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:12]


PATIENT_PAGES, STAFF_PAGES = _pages("booking"), _pages("console")
PATIENT_STYLE, STAFF_STYLE = _sheet("booking"), _sheet("console")
_SCRIPTS = {name: (_HERE / f"{name}.js").read_text("utf-8") for name in ("signature", "terms")}
SCRIPTS = {name: f"/static/plan-{name}-{_digest(text)}.js" for name, text in _SCRIPTS.items()}


def static() -> APIRouter:
    """Stylesheets and the two scripts; each page works without its script."""
    routes = APIRouter()
    routes.include_router(static_router(PATIENT_STYLE, STAFF_STYLE))
    for name, address in SCRIPTS.items():
        routes.add_api_route(address, _script(_SCRIPTS[name]), methods=["GET"], include_in_schema=False)
    return routes


def _script(text: str) -> Callable[[], Response]:
    def script() -> Response:
        return Response(text, media_type="text/javascript", headers={"Cache-Control": _KEPT})

    return script
