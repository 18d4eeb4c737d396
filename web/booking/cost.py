"""When the cost holds somebody back: a payment plan, financing at a lender, or a call; and what came of it."""

import asyncio

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse

from domain.case import END_STATES
from domain.records import COST_TASK
from web.booking.choose import gone
from web.booking.forms import fields
from web.booking.person import tell_person
from web.booking.visit import Visit, opened
from web.site import PageRoute, Turned
from workflows.contracts import case as wire
from workflows.gateway import CaseGone

routes = APIRouter(route_class=PageRoute)

RESULTS = ("approved", "refused", "waiting")


def cost_page(visit: Visit, when: str = "two_weeks", *, refused: bool = False) -> Response:
    """The ways to pay that this visit has; ``when``: when to ask again if none fits, ``refused``: by the lender."""
    route, lender = visit.case.route, visit.location.financing
    return visit.page(
        "cost.html",
        plan=route is not None and route.payment_plan,
        lender=None if refused else lender,
        refused=refused,
        when=when,
    )


@routes.get("/cost")
def ways(visit: Visit = Depends(opened)) -> Response:
    _only_open(visit)
    return cost_page(visit)


@routes.post("/cost")
async def choose_way(visit: Visit = Depends(opened), form: dict[str, str] = Depends(fields)) -> Response:
    """Nothing is sent while the patient looks at a plan or at financing; a call is for a person."""
    command_id = visit.command_id(form)
    await asyncio.to_thread(_only_open, visit)
    way, route = form.get("way", ""), visit.case.route
    if way == "plan" and route is not None and route.payment_plan:
        said = await _tell(visit, wire.LooksAtCost(way="plan"), command_id)
        return said or RedirectResponse(f"/p/case/{visit.token}?lang={visit.say.language}", 303)
    if way == "financing" and visit.location.financing is not None:
        said = await _tell(visit, wire.LooksAtCost(way="financing"), command_id)
        return said or visit.to("/financing")
    text = "Held back by the cost; would like to hear about ways to pay"
    await tell_person(visit, visit.case, wire.PersonNeeded(kind=COST_TASK, text=text, command_id=command_id))
    return visit.message("question_done_title", "question_done")


@routes.get("/financing")
def financing(visit: Visit = Depends(opened)) -> Response:
    """The way to the lender, and the question what came of it."""
    _only_open(visit)
    if visit.location.financing is None:
        return visit.to("/cost")
    return visit.page("financing.html", lender=visit.location.financing, results=RESULTS, missing=False)


@routes.post("/financing")
async def result(visit: Visit = Depends(opened), form: dict[str, str] = Depends(fields)) -> Response:
    """Approved: open times come by text at once. Refused: another way, and a person. Else nothing changes."""
    command_id = visit.command_id(form)
    await asyncio.to_thread(_only_open, visit)
    said, lender = form.get("result", ""), visit.location.financing
    if lender is None or said not in RESULTS:
        return visit.page("financing.html", status=400, lender=lender, results=RESULTS, missing=True)
    if said == "waiting":
        return visit.message("financing_waiting_title", "financing_waiting", again=True)
    settled = wire.CostSettled(result="financing_approved" if said == "approved" else "financing_refused")
    turned = await _tell(visit, settled, command_id)
    if turned is not None:
        return turned
    note = f"financing with {lender.name}: {said}"
    await asyncio.to_thread(visit.deps.cases.note, visit.case.case_id, "cost", note, visit.now, "patient")
    if said == "refused":
        return cost_page(visit, refused=True)
    return visit.message("financing_approved_title", "financing_approved", again=True)


async def _tell(visit: Visit, command: wire.LooksAtCost | wire.CostSettled, command_id: str) -> Response | None:
    """None once the case has it; else the page that says how the case stands."""
    try:
        await visit.deps.gateway.respond(visit.case.case_id, wire.Response(command=command), command_id)
    except CaseGone:
        return await asyncio.to_thread(gone, visit)
    return None


def _only_open(visit: Visit) -> None:
    if visit.case.state in END_STATES:
        raise Turned(visit.to())
