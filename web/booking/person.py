"""Telling a person, whatever state the case is in: nothing that a patient asks for is lost."""

import asyncio
from hashlib import sha256

from domain.records import CaseRecord, TaskRecord
from web.booking.visit import Visit
from workflows.contracts.case import PersonNeeded
from workflows.gateway import CaseGone


async def tell_person(visit: Visit, case: CaseRecord, needed: PersonNeeded) -> None:
    """One task of one request: the open case makes it and pauses its texts; for an ended case it is made here."""
    try:
        await visit.deps.gateway.person_needed(case.case_id, needed)
    except CaseGone:
        await asyncio.to_thread(visit.deps.tasks.put, _task(visit, case, needed))


def _task(visit: Visit, case: CaseRecord, needed: PersonNeeded) -> TaskRecord:
    location = visit.deps.locations.get(case.location)
    return TaskRecord(
        id="tk_" + sha256(f"{case.case_id}|{needed.kind}|{needed.command_id}".encode()).hexdigest()[:24],
        case_id=case.case_id,
        location=case.location,
        kind=needed.kind,
        owner=case.owner or location.default_owner,
        text=needed.text,
        urgent=needed.urgent,
        opened_at=visit.now,
    )
