"""A booked visit may be moved or cancelled here, early enough; later a person does it by phone."""

import asyncio

from fastapi import APIRouter, Depends, Response

from web.booking import identity, openings, policy
from web.booking.choose import chosen, gone
from web.booking.forms import fields
from web.booking.look import choosing
from web.booking.visit import Visit, opened
from web.site import PageRoute, Turned
from workflows.contracts import case as wire
from workflows.gateway import CaseGone

routes = APIRouter(route_class=PageRoute)


@routes.get("/reschedule")
def move(visit: Visit = Depends(opened), o: str = "") -> Response:
    """Times to move to, or one of them to say yes to."""
    _only_changeable(visit, "move")
    if not o:
        return choosing(visit, move="yes")
    opening = openings.find(visit, o)
    return visit.page("move.html", opening=opening) if opening else choosing(visit, lost=True, move="yes")


@routes.post("/reschedule")
async def move_to(visit: Visit = Depends(opened), form: dict[str, str] = Depends(fields)) -> Response:
    """Book the new time, then let the old one go; the deposit moves along."""
    command_id = visit.command_id(form)
    await asyncio.to_thread(_only_changeable, visit, "move")
    opening = await asyncio.to_thread(openings.find, visit, form.get("o", ""))
    if opening is None:
        return await asyncio.to_thread(choosing, visit, lost=True, move="yes")
    try:
        outcome = await visit.deps.changes.reschedule(visit.case.case_id, opening, command_id)
    except CaseGone:
        return await asyncio.to_thread(gone, visit)
    if outcome.kind is wire.ChoiceKind.REFUSED:
        return _refused(visit)
    return await asyncio.to_thread(chosen, visit, outcome)


@routes.get("/cancel")
def cancel(visit: Visit = Depends(opened)) -> Response:
    _only_changeable(visit, "cancel")
    return visit.page("cancel.html", refund=visit.paid_deposit() is not None)


@routes.post("/cancel")
async def cancel_it(visit: Visit = Depends(opened), form: dict[str, str] = Depends(fields)) -> Response:
    command_id = visit.command_id(form)
    await asyncio.to_thread(_only_changeable, visit, "cancel")
    try:
        answer = await visit.deps.changes.cancel_booking(visit.case.case_id, "patient", command_id)
    except CaseGone:
        return await asyncio.to_thread(gone, visit)
    if answer.done == "refused":
        return _refused(visit)
    return visit.message("cancel_done_title", "cancel_done")


def _refused(visit: Visit) -> Response:
    """The PMS does not do it; a person has a task that says so."""
    return visit.message("busy_title", "busy", status=503, help=True)


def _only_changeable(visit: Visit, then: str) -> None:
    """Raises Turned when nothing is booked, when it is too late for the page, or when the reader is not known yet."""
    if not visit.is_booked:
        raise Turned(visit.to())
    if not policy.may_change(visit):
        raise Turned(visit.message("cancel_late_title", "change_late", help=True))
    identity.require(visit, then)
