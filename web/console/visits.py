"""A booked visit moved or cancelled by staff: the times are real ones, the patient {_TOLD}"""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

from fastapi import APIRouter, Depends, Response

from domain.deposit_decisions import is_undecided, refunded_by_itself, visit_lies_ahead
from domain.records import CaseRecord
from domain.slots import Opening
from web.console import case as pages
from web.console import lists, said
from web.console.command import Refused, carried_out
from web.console.desk import Desk, case_path, desk, patient_name
from web.console.forms import fields
from web.site import PageRoute, Turned
from workflows.contracts import case as wire

routes = APIRouter(route_class=PageRoute)

_TOLD = "is told by text at a permitted hour, or you get a task to call."
_HAS_TASK = "The visit stands where it was; a task says what the PMS refused."
_SLOW = "Taken: the PMS is slow, it is being worked on. Look again in a moment."


@routes.get("/console/cases/{case_id:path}/move")
def choose_time(case_id: str, at: Desk = Depends(desk)) -> Response:
    """Free times for the same visit, by day."""
    case = _booked(at, case_id)
    place = at.deps.locations.get(case.location)
    return at.page(
        "move_visit.html",
        here="cases",
        case=case,
        place=place,
        tz=at.zone(case.visit_office),
        names=pages.names(at, case.account),
        days=pages.days(at, case),
        polled=lists.last_poll(at, place),
        staff=place.staff,
        acting=lists.acting(at, place),
    )


@routes.post("/console/cases/{case_id:path}/move")
async def move(case_id: str, at: Desk = Depends(desk), form: dict[str, str] = Depends(fields)) -> Response:
    """Book the new time, then let the old one go; the deposit stays with the visit."""
    await asyncio.to_thread(_booked, at, case_id)

    async def act(case: CaseRecord, by: str, command_id: str) -> str:
        opening = await asyncio.to_thread(_free, at, case, form)
        name = at.owner_name(case.location, by)
        outcome = await at.deps.gateway.reschedule(case.case_id, opening, command_id, name)
        if outcome.kind is wire.ChoiceKind.LOST:
            raise Refused(_lost(outcome.why))
        if outcome.kind is wire.ChoiceKind.REFUSED:
            raise Refused(f"Not moved: {outcome.why}. {_HAS_TASK}")
        if outcome.kind is not wire.ChoiceKind.BOOKED:
            return _SLOW
        when = said.when(opening.start, at.zone(case.office_of(opening)))
        return f"Moved to {when}. {patient_name(case)} {_TOLD}"

    return await carried_out(at, case_id, form, act)


@routes.get("/console/cases/{case_id:path}/cancel")
def confirm_cancel(case_id: str, at: Desk = Depends(desk)) -> Response:
    """What cancelling does to the visit and to the deposit, before it is done."""
    case = _booked(at, case_id)
    place = at.deps.locations.get(case.location)
    deposits = [each for each in at.deps.deposits.of_case(case.case_id) if is_undecided(each)]
    return at.page(
        "cancel_visit.html",
        here="cases",
        case=case,
        place=place,
        tz=at.zone(case.visit_office),
        names=pages.names(at, case.account),
        deposit=deposits[-1] if deposits else None,
        goes_back=refunded_by_itself(case, at.now),
        last_day=_last_moment(case),
        policy=case.route.refund_policy if case.route else None,
        staff=place.staff,
        acting=lists.acting(at, place),
    )


@routes.post("/console/cases/{case_id:path}/cancel")
async def cancel(case_id: str, at: Desk = Depends(desk), form: dict[str, str] = Depends(fields)) -> Response:
    """Take it off the schedule; the plan goes on with a person, so that it does not fall out."""
    await asyncio.to_thread(_booked, at, case_id)

    async def act(case: CaseRecord, by: str, command_id: str) -> str:
        if form.get("whose") not in ("patient", "office"):
            raise Refused("Say who calls the visit off: the patient's deposit depends on it.")
        office = form["whose"] == "office"
        name = at.owner_name(case.location, by)
        answer = await at.deps.gateway.cancel_booking(case.case_id, name, command_id, office=office)
        if answer.done == "refused":
            raise Refused(f"Not cancelled: the PMS refuses it. {_HAS_TASK}")
        if answer.done == "nothing":
            raise Refused("There was nothing to cancel any more; below is what is known now.")
        return f"Cancelled. {patient_name(case)} {_TOLD}" if answer.done == "cancelled" else _SLOW

    return await carried_out(at, case_id, form, act)


def _booked(at: Desk, case_id: str) -> CaseRecord:
    """The case of a visit that lies ahead. Raises Turned for any other."""
    case = pages.found(at, case_id)
    if not visit_lies_ahead(case, at.now):
        text = "No visit of this case lies ahead: it was cancelled, is over, or was never booked."
        raise Turned(at.message("Nothing to change", text, 409, case_path(case.case_id)))
    return case


def _last_moment(case: CaseRecord) -> datetime | None:
    """Until when the policy gives the deposit back."""
    if case.booked_start is None or case.route is None:
        return None
    return case.booked_start - timedelta(hours=case.route.refund_policy.refundable_hours)


def _free(at: Desk, case: CaseRecord, form: Mapping[str, str]) -> Opening:
    key = form.get("opening", "")
    found = next((each for each in at.deps.search.all_for(case, at.now) if each.key == key), None)
    if found is None:
        raise Refused(_lost())
    return found


def _lost(why: str = "") -> str:
    """``why``: what the PMS said, or who was faster; "" when the time is simply not free any more."""
    gone = f"Not moved: {why}" if why else "That time has just gone"
    return f"{gone}. The visit stands where it was; choose another time."
