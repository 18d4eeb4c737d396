"""Choosing a time: look at it once more, say who you are where money is named, agree, choose, pay."""

import asyncio
from collections.abc import Mapping

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse

from domain.case import END_STATES, CaseState
from domain.records import DepositRecord, DepositState, HoldRecord
from domain.slots import Opening
from web.booking import identity, openings, policy
from web.booking.forms import fields
from web.booking.look import choosing, waiting
from web.booking.person import tell_person
from web.booking.visit import Visit, opened
from web.site import PageRoute, Turned, client_address
from workflows.contracts import case as wire
from workflows.gateway import CaseGone

routes = APIRouter(route_class=PageRoute)

_NOT_READ = ("", "reply")
"""Where a policy was "accepted" from by somebody who had not seen it: a choice by text."""

NEEDS = ("wheelchair", "interpreter", "escort")
_WAYS = {"confirm": "/confirm", "pay": "/pay", "cancel": "/cancel", "move": "/reschedule"}
"""Where the birth date's page may lead on to."""


@routes.get("/confirm")
def confirm(visit: Visit = Depends(opened), o: str = "") -> Response:
    """One time, looked at once more; the deposit is named only to somebody who is known."""
    _only_choosing(visit)
    opening = openings.find(visit, o)
    if opening is None:
        return choosing(visit, lost=True)
    return _confirming(visit, opening)


@routes.post("/choose")
async def choose(visit: Visit = Depends(opened), form: dict[str, str] = Depends(fields)) -> Response:
    """Choose; a double click is one choice."""
    command_id = visit.command_id(form)
    await asyncio.to_thread(_only_choosing, visit)
    opening = await asyncio.to_thread(openings.find, visit, form.get("o", ""))
    if opening is None:
        return await asyncio.to_thread(_after_miss, visit, form.get("o", ""))
    due = await asyncio.to_thread(visit.due_cents)
    if due and not identity.known(visit):
        return visit.to("/who", then="confirm", o=opening.key)
    if due and form.get("accept") != "yes":
        return await asyncio.to_thread(_confirming, visit, opening, form)
    choice = wire.ChooseOpening(
        opening=opening,
        command_id=command_id,
        policy_from=client_address(visit.request) if due else "",
        policy_words=policy.policy_words(visit) if due else "",
        needs=tuple(need for need in NEEDS if form.get(need) == "yes"),
    )
    try:
        outcome = await visit.deps.gateway.choose(visit.case.case_id, choice)
    except CaseGone:
        return await asyncio.to_thread(gone, visit)
    return await asyncio.to_thread(_answer, visit, outcome)


@routes.get("/pay")
def pay(visit: Visit = Depends(opened)) -> Response:
    """On to the open Checkout while the time is held; who chose by text reads and accepts the policy here first."""
    hold, deposit = _open_deposit(visit)
    identity.require(visit, "pay")
    return _paying(visit, hold, deposit) if deposit.policy_accepted_from in _NOT_READ else _to_checkout(deposit)


@routes.post("/pay")
def accept_and_pay(visit: Visit = Depends(opened), form: dict[str, str] = Depends(fields)) -> Response:
    """The policy is accepted (kept with time and address), then paid."""
    visit.command_id(form)
    hold, deposit = _open_deposit(visit)
    identity.require(visit, "pay")
    if form.get("accept") != "yes":
        return _paying(visit, hold, deposit, missing=True)
    accepted = {
        "policy_words": policy.policy_words(visit),
        "policy_accepted_at": visit.now,
        "policy_accepted_from": client_address(visit.request),
    }
    visit.deps.deposits.settle(deposit.id, DepositState.REQUESTED, accepted)
    return _to_checkout(deposit)


@routes.get("/who")
def who(visit: Visit = Depends(opened), then: str = "", o: str = "") -> Response:
    if visit.case.birthdate is None:
        return visit.message("who_unknown_title", "who_unknown", help=True)
    return _asking(visit, then, o)


@routes.post("/who")
async def say_who(visit: Visit = Depends(opened), form: dict[str, str] = Depends(fields)) -> Response:
    """Check the date of birth. The fifth wrong one closes the link and a person is told."""
    command_id = visit.command_id(form)
    identity.may_try(visit)
    then, key = form.get("then", ""), form.get("o", "")
    if visit.case.birthdate is not None and identity.given_date(form) == visit.case.birthdate:
        answer = visit.to(_WAYS.get(then, ""), o=key if then == "confirm" else "")
        identity.remember(visit, answer)
        return answer
    left = await asyncio.to_thread(identity.count_failure, visit)
    if left:
        return await asyncio.to_thread(_asking, visit, then, key, left)
    why = "Five wrong birth dates were given on the booking link, which is closed now; please call the patient"
    needed = wire.PersonNeeded(kind="link_closed", text=why, command_id=command_id)
    await tell_person(visit, visit.case, needed)
    return visit.message("closed_title", "closed", status=410)


def gone(visit: Visit) -> Response:
    """The case does not take commands any more: its row says how it ended, or a person has to help."""
    if visit.deps.cases.get(visit.case.case_id).ended_at is not None:
        return visit.to()
    return visit.message("busy_title", "busy", status=503)


def chosen(visit: Visit, outcome: wire.ChoiceOutcome) -> Response:
    """Where a choice leads that needs no paying."""
    if outcome.kind is wire.ChoiceKind.LOST:
        return choosing(visit, lost=True)
    if outcome.kind is wire.ChoiceKind.PENDING:
        return waiting(visit, "working_title", "working_lead")
    return visit.to()


def _answer(visit: Visit, outcome: wire.ChoiceOutcome) -> Response:
    if outcome.kind is wire.ChoiceKind.PAY:
        return RedirectResponse(outcome.pay_url, 303)
    return chosen(visit, outcome)


def _only_choosing(visit: Visit) -> None:
    if visit.case.state in END_STATES:
        raise Turned(visit.to())
    if policy.disputed(visit):
        raise Turned(visit.message("busy_title", "busy", help=True))


def _after_miss(visit: Visit, key: str) -> Response:
    """The time is not free: because it is this case's own by now (a second click), or because it was taken."""
    fresh = visit.deps.cases.get(visit.case.case_id)
    hold = visit.deps.holds.live_of_case(fresh.case_id)
    if fresh.state is CaseState.BOOKED or (hold is not None and hold.opening.key == key):
        return visit.to()
    return choosing(visit, lost=True)


def _confirming(visit: Visit, opening: Opening, form: Mapping[str, str] | None = None) -> Response:
    """``form``: what was sent without agreeing to the policy."""
    due = visit.due_cents()
    if due:
        identity.require(visit, "confirm", opening.key)
    return visit.page(
        "confirm.html",
        status=400 if form else 200,
        opening=opening,
        amount=policy.dollars(due) if due else "",
        policy=policy.policy_words(visit),
        needs=NEEDS,
        sent=form or {},
        missing=form is not None,
    )


def _paying(visit: Visit, hold: HoldRecord, deposit: DepositRecord, *, missing: bool = False) -> Response:
    return visit.page(
        "pay.html",
        status=400 if missing else 200,
        hold=hold,
        amount=policy.dollars(deposit.amount_cents),
        policy=policy.policy_words(visit),
        missing=missing,
    )


def _asking(visit: Visit, then: str, key: str, left: int = 0) -> Response:
    """``left``: how many tries are left after a wrong one."""
    status = 400 if left else 200
    return visit.page("who.html", status=status, then=then if then in _WAYS else "", key=key, left=left)


def _open_deposit(visit: Visit) -> tuple[HoldRecord, DepositRecord]:
    """The time that is held now and its deposit, whose Checkout is open. Raises Turned when there is none."""
    hold = visit.deps.holds.live_of_case(visit.case.case_id)
    if hold is not None and hold.expires_at > visit.now:
        for deposit in reversed(visit.deps.deposits.of_case(visit.case.case_id)):
            if deposit.hold_id == hold.id and deposit.state is DepositState.REQUESTED and deposit.checkout_url:
                return hold, deposit
    raise Turned(visit.to())


def _to_checkout(deposit: DepositRecord) -> Response:
    return RedirectResponse(deposit.checkout_url, 303)
