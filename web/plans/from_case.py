"""From the booking page to a payment plan: drafted and offered by rule, then read and signed on its own pages."""

import asyncio

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from domain.plan_life import PlanRefusedError
from web.booking.words import LANGUAGES
from web.plans.deps import PlanPagesDeps
from web.plans.reader import not_found
from web.plans.trouble import PlanRoute
from web.site import Turned

routes = APIRouter(route_class=PlanRoute)


@routes.get("/p/case/{token}")
async def offer(token: str, request: Request, lang: str = "") -> Response:
    """``token`` is that of the case's booking link; the plan's pages ask who it is before they show anything, in the
    language in which the patient read there."""
    deps: PlanPagesDeps = request.state.plans
    link = await asyncio.to_thread(deps.links.find, token)
    live = link is not None and link.closed_at is None and link.expires_at > deps.clock.now()
    if link is None or not live:
        raise Turned(not_found())
    language = lang if lang in LANGUAGES else ""
    try:
        address = await asyncio.to_thread(deps.offer_case, link.case_id, language)
        return RedirectResponse(f"{address}?lang={language}" if language else address, 303)
    except (PlanRefusedError, KeyError):
        raise Turned(not_found()) from None
