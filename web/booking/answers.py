"""Everything a patient may say that is no choice of a time."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime, time

from dateutil.relativedelta import relativedelta
from fastapi import APIRouter, Depends, Response

from domain.case import END_STATES
from domain.records import CaseRecord
from rules.replies import understand
from web.booking.choose import gone
from web.booking.cost import cost_page
from web.booking.forms import fields
from web.booking.person import tell_person
from web.booking.visit import Visit, found, opened, too_many
from web.site import PageRoute, Turned
from workflows.contracts import case as wire
from workflows.gateway import CaseGone

routes = APIRouter(route_class=PageRoute)

LATER = {
    "two_weeks": relativedelta(weeks=2),
    "month": relativedelta(months=1),
    "new_year": relativedelta(years=1, month=1, day=2),
}
"""When to ask again. A new benefit year starts with the calendar year; its first working morning is soon enough."""

REASONS = ("busy", "cost", "unsure", "other")
_CALL_TIMES = ("any", "morning", "afternoon")
_ASK_AT = time(10, 0)
_MOST_LETTERS = 600
_ALWAYS = frozenset({"question", "call-me", "wrong-number"})
_WHILE_OPEN = _ALWAYS | {"not-now", "decline"}
_CLOSED_BY_WRONG_NUMBER = "wrong number"
_WRONG_PERSON = "Whoever has this phone says that it is not the patient's: please correct the number"


@routes.get("/{what}")
def ask(what: str, visit: Visit = Depends(opened)) -> Response:
    """The page of one answer; reading it changes nothing."""
    if what not in (_ALWAYS if visit.case.state in END_STATES else _WHILE_OPEN):
        raise Turned(visit.to())
    return visit.page(f"{what.replace('-', '_')}.html", later=LATER, reasons=REASONS, times=_CALL_TIMES, sent={})


@routes.post("/question")
async def question(visit: Visit = Depends(opened), form: dict[str, str] = Depends(fields)) -> Response:
    """A question goes to a person, word for word; one that cannot wait alarms, a wish for no texts is kept at once."""
    command_id = visit.command_id(form)
    asked = form.get("question", "")[:_MOST_LETTERS]
    if not asked:
        return visit.page("question.html", status=400, missing=True)
    understood = understand(asked)
    if understood.intent == "wrong_number" or understood.wrong_number:
        return await _wrong_person(visit, command_id, f"{_WRONG_PERSON}. They wrote: {asked}", understood.urgent)
    if understood.intent == "stop":
        suppress = visit.deps.suppressions.suppress
        await asyncio.to_thread(suppress, visit.link.phone, understood.why, "page", visit.now)
    kind = "urgent" if understood.urgent else "question"
    text = f"Asked on the booking page: {asked}"
    needed = wire.PersonNeeded(kind=kind, text=text, command_id=command_id, urgent=understood.urgent)
    return await _to_person(visit, needed, "question")


@routes.post("/call-me")
async def call_me(visit: Visit = Depends(opened), form: dict[str, str] = Depends(fields)) -> Response:
    command_id = visit.command_id(form)
    when = form.get("when", "any")
    wish = f"Please call, best in the {when}" if when in _CALL_TIMES[1:] else "Please call"
    needed = wire.PersonNeeded(kind="call_me", text=f"{wish} (asked on the booking page)", command_id=command_id)
    return await _to_person(visit, needed, "call")


@routes.post("/not-now")
async def not_now(visit: Visit = Depends(opened), form: dict[str, str] = Depends(fields)) -> Response:
    """Ask again later; who names the cost is first asked whether smaller payments would help."""
    command_id = visit.command_id(form)
    when = form.get("when", "two_weeks")
    reason = form.get("reason", "") if form.get("reason") in REASONS else ""
    if reason == "cost" and form.get("sure") != "yes":
        return cost_page(visit, when if when in LATER else "two_weeks")
    until = ask_again_at(visit, LATER.get(when, LATER["two_weeks"]))
    return await _respond(visit, wire.NotNow(until=until, reason=reason), command_id, "later")


@routes.post("/decline")
async def decline(visit: Visit = Depends(opened), form: dict[str, str] = Depends(fields)) -> Response:
    command_id = visit.command_id(form)
    return await _respond(visit, wire.Declined(reason="declined on the booking page"), command_id, "decline")


@routes.post("/wrong-number")
async def wrong_number(visit: Visit = Depends(opened), form: dict[str, str] = Depends(fields)) -> Response:
    """No text to this phone any more, no link of it works any more, and a person of each case is told."""
    return await _wrong_person(visit, visit.command_id(form), _WRONG_PERSON)


@routes.post("/new-link")
async def new_link(visit: Visit = Depends(found), form: dict[str, str] = Depends(fields)) -> Response:
    """For a link that ran out: a new one goes to the same phone. A closed link gets none."""
    visit.command_id(form)
    if visit.link.closed_at is not None:
        return visit.message("closed_title", "closed", status=410)
    if not visit.deps.limiter.allow(f"new link {visit.link.token_hash}", visit.deps.limits.new_links):
        return too_many(visit.say.language)
    if not await visit.deps.send_new_link(visit.case.case_id):
        return visit.message("busy_title", "expired_call")
    return visit.message("expired_done_title", "expired_done")


def ask_again_at(visit: Visit, wait: relativedelta) -> datetime:
    """Ten in the morning of the office on the day the patient named."""
    day: date = visit.today + wait
    return datetime.combine(day, _ASK_AT, visit.zone)


async def _wrong_person(visit: Visit, command_id: str, text: str, urgent: bool = False) -> Response:
    for case in await asyncio.to_thread(_forget_phone, visit):
        needed = wire.PersonNeeded(kind="wrong_number", text=text, command_id=command_id, urgent=urgent)
        await tell_person(visit, case, needed)
    return visit.message("wrong_done_title", "wrong_done", urgent=urgent)


async def _to_person(visit: Visit, needed: wire.PersonNeeded, done: str) -> Response:
    await tell_person(visit, visit.case, needed)
    return visit.message(f"{done}_done_title", f"{done}_done", urgent=needed.urgent)


async def _respond(visit: Visit, command: wire.NotNow | wire.Declined, command_id: str, done: str) -> Response:
    try:
        await visit.deps.gateway.respond(visit.case.case_id, wire.Response(command=command), command_id)
    except CaseGone:
        return await asyncio.to_thread(gone, visit)
    return visit.message(f"{done}_done_title", f"{done}_done")


def _forget_phone(visit: Visit) -> Sequence[CaseRecord]:
    """The cases a person must look at, once the phone is kept from texts and all its links are closed."""
    deps, phone = visit.deps, visit.link.phone
    deps.suppressions.suppress(phone, _CLOSED_BY_WRONG_NUMBER, "page", visit.now)
    deps.links.close_for_phone(phone, _CLOSED_BY_WRONG_NUMBER, visit.now)
    return deps.cases.open_for_phone(phone) or [visit.case]
