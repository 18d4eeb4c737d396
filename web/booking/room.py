"""The patient's pages, all under ``/b/{token}``."""

from fastapi import APIRouter, Depends, Request

from web.booking import answers, change, choose, cost, look
from web.booking.deps import BookingDeps
from web.booking.visit import STYLE, too_many
from web.site import PageRoute, Turned, client_address, is_loopback, static_router


def router(deps: BookingDeps) -> APIRouter:
    def provide(request: Request) -> None:
        request.state.booking = deps
        address = client_address(request)
        if not is_loopback(address) and not deps.limiter.allow(f"address {address}", deps.limits.address):
            raise Turned(too_many("en"))

    pages = APIRouter(dependencies=[Depends(provide)], route_class=PageRoute)
    # The answers come last: they take any last part of the address that no other page has.
    for room in (look, choose, change, cost, answers):
        pages.include_router(room.routes, prefix="/b/{token}")
    whole = APIRouter()
    whole.include_router(pages)
    whole.include_router(static_router(STYLE))
    return whole
