"""Payment plans on the web: the payer's pages under ``/p/{token}``, the staff's under ``/console/plans``."""

from fastapi import APIRouter, Depends, Request

from web.plans import acts, from_case, office, papers, pay
from web.plans.deps import PlanPagesDeps
from web.plans.desk import PlanDeskPage, desk
from web.plans.office import plan_card
from web.plans.paper import static
from web.plans.reader import too_many
from web.plans.trouble import PlanRoute
from web.site import Turned, client_address


def router(deps: PlanPagesDeps) -> APIRouter:
    def provide_payer(request: Request) -> None:
        request.state.plans = deps
        if not deps.limiter.allow(f"plan address {client_address(request)}", deps.limits.address):
            raise Turned(too_many())

    def provide_staff(request: Request) -> None:
        request.state.plans = deps
        # Checked here too, so that no page can forget it.
        desk(request)

    payer = APIRouter(dependencies=[Depends(provide_payer)], route_class=PlanRoute)
    payer.include_router(from_case.routes)
    payer.include_router(pay.routes, prefix="/p/{token}")
    staff = APIRouter(dependencies=[Depends(provide_staff)], route_class=PlanRoute)
    # The acts come last: they take any last part of the address that no other page has.
    for room in (papers, office, acts):
        staff.include_router(room.routes)
    whole = APIRouter()
    whole.include_router(payer)
    whole.include_router(staff)
    whole.include_router(static())
    return whole


def card_of(deps: PlanPagesDeps, request: Request, case_id: str) -> str:
    """The plan card for a case's page of the console, as a piece of HTML that is safe to put in."""
    return plan_card(PlanDeskPage(deps, request, deps.clock.now()), case_id)
