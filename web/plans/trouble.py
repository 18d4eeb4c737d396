"""Pages of payment plans when the PMS or the card processor refuses or is down: what happened, and what to do."""

import asyncio
from typing import Any

from fastapi import Request, Response

from connectors.errors import ABOUT_THIS_ROW, ConnectorError
from web.plans.desk import desk
from web.plans.reader import trouble
from web.site import PageRoute, Turned

_STAFF_ADDRESS = "/console/"


class PlanRoute(PageRoute):
    """A page whose handler may raise ConnectorError: 400 when what was asked is refused, 502 when nobody answers."""

    def get_route_handler(self) -> Any:
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                answer: Response = await handle(request)
                return answer
            except ConnectorError as fault:
                return await asyncio.to_thread(_answer, request, fault)

        return handled


def _answer(request: Request, fault: ConnectorError) -> Response:
    refused = isinstance(fault, ABOUT_THIS_ROW)
    try:
        return (
            _staff(request, fault, refused)
            if request.url.path.startswith(_STAFF_ADDRESS)
            else trouble(request, refused)
        )
    except Turned as turned:
        return turned.response


def _staff(request: Request, fault: ConnectorError, refused: bool) -> Response:
    plan_id = request.path_params.get("plan_id", "")
    back = f"/console/plans/{plan_id}" if plan_id else "/console/plans"
    if refused:
        text = f"The practice management system or the card processor refused this: {fault}. Look at what you typed."
        return desk(request).message("That did not work", text, 400, back)
    text = (
        f"The practice management system or the card processor does not answer as it should ({type(fault).__name__}). "
        "Open the plan: what it does not show was not done. Then try again in a few minutes."
    )
    return desk(request).message("Please try again soon", text, 502, back)
