"""What staff do with a case; each form carries a signed one-time id, so a double click acts once."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime

from fastapi import APIRouter, Depends, Response
from temporalio.service import RPCError

from domain.case import Outcome
from domain.records import CaseRecord
from domain.slots import Opening
from web.console import case as pages
from web.console import lists, said
from web.console.command import GONE, SILENT, Refused, again, answered, carried_out, who
from web.console.desk import Desk, case_path, desk, is_open
from web.console.forms import fields
from web.site import PageRoute, client_address
from workflows.contracts import case as wire
from workflows.gateway import CaseGone

routes = APIRouter(route_class=PageRoute)

_CHOICES = {
    wire.ChoiceKind.BOOKED: "Booked: it stands in the PMS.",
    wire.ChoiceKind.PENDING: "The time is held; the booking is still being written. Look again in a moment.",
}


@routes.post("/console/cases/{case_id:path}/resolve")
async def resolve(case_id: str, at: Desk = Depends(desk), form: dict[str, str] = Depends(fields)) -> Response:
    """What became of an escalated case."""

    async def act(case: CaseRecord, by: str, command_id: str) -> str:
        resolved = await asyncio.to_thread(_resolution, at, case, form, by)
        return answered(await at.deps.gateway.resolve(case.case_id, resolved, command_id))

    return await carried_out(at, case_id, form, act)


@routes.post("/console/cases/{case_id:path}/approve")
async def approve(case_id: str, at: Desk = Depends(desk), form: dict[str, str] = Depends(fields)) -> Response:
    """The answer to an approval checkpoint."""

    async def act(case: CaseRecord, by: str, command_id: str) -> str:
        if form.get("approved") not in ("yes", "no"):
            raise Refused("Choose approve or do not approve.")
        answer = wire.Approve(approved=form["approved"] == "yes", by=by, note=form.get("note", "").strip())
        return answered(await at.deps.gateway.approve(case.case_id, answer, command_id))

    return await carried_out(at, case_id, form, act)


@routes.post("/console/cases/{case_id:path}/waive-deposit")
async def waive_deposit(case_id: str, at: Desk = Depends(desk), form: dict[str, str] = Depends(fields)) -> Response:
    """Let this patient book without a deposit, for a reason that is kept."""

    async def act(case: CaseRecord, by: str, command_id: str) -> str:
        reason = form.get("reason", "").strip()
        if not reason:
            raise Refused("Say why the deposit is waived; the reason is kept with the case.")
        waived = wire.WaiveDeposit(by=by, reason=reason)
        return answered(await at.deps.gateway.waive_deposit(case.case_id, waived, command_id))

    return await carried_out(at, case_id, form, act)


@routes.post("/console/cases/{case_id:path}/book")
async def book(case_id: str, at: Desk = Depends(desk), form: dict[str, str] = Depends(fields)) -> Response:
    """Choose a time for the patient, who is here or on the phone; with a deposit due, the way to pay comes back."""
    case = await asyncio.to_thread(pages.found, at, case_id)
    command_id = at.command_id(case.case_id, form)
    opening = await asyncio.to_thread(_free, at, case, form.get("opening", ""))
    if opening is None:
        return await asyncio.to_thread(
            again, at, case, "That time has just gone. These are the times that are free now."
        )
    try:
        by = who(at, case, form)
        accepted = await asyncio.to_thread(_policy_from, at, case, form, by)
        words = pages.policy_words(case) if accepted else ""
        choice = wire.ChooseOpening(opening=opening, command_id=command_id, policy_from=accepted, policy_words=words)
        outcome = await at.deps.gateway.choose(case.case_id, choice)
    except Refused as refused:
        return await asyncio.to_thread(again, at, case, str(refused), form)
    except CaseGone:
        return await asyncio.to_thread(again, at, case, GONE)
    except RPCError:
        return at.message("The case did not answer", SILENT, 503, case_path(case.case_id))
    if outcome.kind not in (wire.ChoiceKind.LOST, wire.ChoiceKind.REFUSED):
        note = f"{by} chose {said.when(opening.start, at.zone(case.office_of(opening)))} for the patient"
        await asyncio.to_thread(at.deps.cases.note, case.case_id, "chosen", note, at.now, by)
    return at.remembering(await asyncio.to_thread(_chosen, at, case, outcome), by)


def _resolution(at: Desk, case: CaseRecord, form: Mapping[str, str], by: str) -> wire.Resolve:
    note = form.get("note", "").strip()
    if form.get("outcome") not in set(Outcome):
        raise Refused("Choose what became of it.")
    outcome = Outcome(form["outcome"])
    if outcome in pages.NEEDS_NOTE and not note:
        raise Refused("Say why in the note; it is what the rules learn from.")
    if outcome is not Outcome.CALL_BACK:
        return wire.Resolve(outcome=outcome, by=by, note=note)
    if not any(task.done_at is None for task in at.deps.tasks.of_case(case.case_id)):
        raise Refused("There is no open task that could wait for a call back.")
    return wire.Resolve(outcome=outcome, by=by, note=note, call_back_at=_call_back(at, case, form))


def _call_back(at: Desk, case: CaseRecord, form: Mapping[str, str]) -> datetime:
    """The instant, given as the location's local time."""
    try:
        local = datetime.fromisoformat(form.get("call_back_at", ""))
    except ValueError as unread:
        raise Refused("Give the day and time of the call back.") from unread
    instant = local.replace(tzinfo=at.zone(case.location)).astimezone(UTC)
    if instant <= at.now:
        raise Refused("The call back must lie in the future.")
    return instant


def _policy_from(at: Desk, case: CaseRecord, form: Mapping[str, str], by: str) -> str:
    """Where the deposit's policy was accepted; "" when nothing is due."""
    if not lists.deposit_due_cents(at, case):
        return ""
    if form.get("accept") != "yes":
        raise Refused("Read the deposit policy to the patient and tick that they accept it, or waive the deposit.")
    return f"front desk, read out by {by} ({client_address(at.request)})"


def _free(at: Desk, case: CaseRecord, key: str) -> Opening | None:
    return next((each for each in at.deps.search.all_for(case, at.now) if each.key == key), None)


def _chosen(at: Desk, case: CaseRecord, outcome: wire.ChoiceOutcome) -> Response:
    if outcome.kind is wire.ChoiceKind.PAY:
        fresh = at.deps.cases.find(case.case_id) or case
        return pages.shown(at, fresh, done="The time is held until the deposit is paid.", pay_url=outcome.pay_url)
    if outcome.kind in _CHOICES:
        return at.to(case_path(case.case_id), _CHOICES[outcome.kind])
    if outcome.kind is wire.ChoiceKind.LOST:
        return again(at, case, "Somebody else was faster. These are the times that are free now.")
    fresh = at.deps.cases.find(case.case_id) or case
    return again(
        at, fresh, f"It was not booked: {outcome.why or 'the case has ended' if not is_open(fresh) else outcome.why}"
    )
