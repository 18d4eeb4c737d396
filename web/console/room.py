"""The staff pages, all under ``/console``; on this computer only until staff can sign in."""

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from web.console import (
    absences,
    acts,
    case,
    deposits,
    financing,
    health,
    kept,
    lists,
    numbers,
    reroute,
    rules,
    texting,
    visits,
)
from web.console.deps import ConsoleDeps
from web.console.desk import STYLE, desk, is_local
from web.site import PageRoute, static_router


def router(deps: ConsoleDeps) -> APIRouter:
    def provide(request: Request) -> None:
        request.state.console = deps
        # Checked here too, so that no page can forget it.
        desk(request)

    pages = APIRouter(dependencies=[Depends(provide)], route_class=PageRoute)
    # Before ``case``, whose address takes whatever follows.
    first = (texting, deposits, financing, visits, absences)
    for room in (*first, lists, case, acts, numbers, health, rules, reroute, kept):
        pages.include_router(room.routes)
    whole = APIRouter()
    whole.include_router(pages)
    whole.include_router(static_router(STYLE))
    whole.add_api_route("/", _front_door, methods=["GET"], include_in_schema=False)
    return whole


def _front_door(request: Request) -> Response:
    """Whoever sits at this computer means the console; there is nothing here for anybody else."""
    if not is_local(request):
        raise HTTPException(404)
    return RedirectResponse("/console", 303)
