"""Telling a person, whatever state the case is in: nothing that a patient asks for is lost."""

import asyncio

from domain.records import CaseRecord
from web.booking.visit import Visit
from workflows.contracts.case import PersonNeeded
from workflows.gateway import CaseGone


async def tell_person(visit: Visit, case: CaseRecord, needed: PersonNeeded) -> None:
    """One task of one request: the open case makes it and pauses its texts; an ended case has none to do so."""
    try:
        await visit.deps.gateway.person_needed(case.case_id, needed)
    except CaseGone:
        wish = (needed.kind, needed.text, needed.command_id, needed.urgent)
        await asyncio.to_thread(visit.deps.ask_person, case, *wish)


async def tell_none_left(visit: Visit) -> None:
    """Nobody who looks for a time and finds none is left alone: a person calls, once however often they look."""
    case = visit.case
    if case.owner:  # somebody has a task about this case already
        return
    try:
        await visit.deps.gateway.no_times_left(case.case_id)
    except CaseGone:
        if visit.is_booked and case.booked_start is not None:
            why = "The patient wants to move their visit, and no other time is free. Please call"
            key = f"none-left-{int(case.booked_start.timestamp())}"
            await asyncio.to_thread(visit.deps.ask_person, case, "call", why, key, False)
