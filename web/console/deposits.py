"""The decision about a paid deposit: shown whole before it is made, made by a click with a name and a reason."""

import asyncio
from collections.abc import Mapping

from fastapi import APIRouter, Depends, Response

from domain.deposit_decisions import DecisionKind, left_cents, refusal, visit_stands
from domain.money import format_usd, parse_cents
from domain.records import CaseRecord, DepositRecord
from web.console import case as pages
from web.console import lists
from web.console.command import Refused, carried_out
from web.console.desk import Desk, desk
from web.console.forms import fields
from web.console.money import cancelled_event, moneys
from web.site import PageRoute, Turned
from workflows.contracts.deposit_decision import Decide, DecisionAnswer

routes = APIRouter(route_class=PageRoute)

_DECIDE = "/console/cases/{case_id:path}/deposits/{deposit_id}"
_PENDING = "Taken: the card processor or the PMS is slow, it is being worked on. Look again in a moment."


@routes.get(_DECIDE)
def confirm(case_id: str, deposit_id: str, at: Desk = Depends(desk), do: str = "refund") -> Response:
    """What is about to be decided, with all that counts for it, before it is."""
    case = pages.found(at, case_id)
    deposit = _deposit(at, case, deposit_id)
    kind = DecisionKind.FORFEIT if do == DecisionKind.FORFEIT else DecisionKind.REFUND
    place = at.deps.locations.get(case.location)
    [money] = moneys(at, case, [deposit])
    return at.page(
        "deposit_decision.html",
        here="cases",
        case=case,
        place=place,
        tz=place.tz,
        kind=kind.value,
        why_not=refusal(kind, case, deposit, at.now),
        money=money,
        deposit=deposit,
        policy=case.route.refund_policy if case.route else None,
        cancelled=cancelled_event(at, case),
        still_booked=visit_stands(case),
        names=pages.names(at, case.account),
        staff=place.staff,
        acting=lists.acting(at, place),
    )


@routes.post(_DECIDE)
async def decide(
    case_id: str, deposit_id: str, at: Desk = Depends(desk), form: dict[str, str] = Depends(fields)
) -> Response:
    """The click itself."""

    async def act(case: CaseRecord, by: str, command_id: str) -> str:
        deposit = await asyncio.to_thread(_deposit, at, case, deposit_id)
        said = _decision(form, by, command_id, deposit)
        return _told(said, await at.deps.gateway.decide_deposit(case.case_id, deposit.id, said))

    return await carried_out(at, case_id, form, act)


def _deposit(at: Desk, case: CaseRecord, deposit_id: str) -> DepositRecord:
    found = next((each for each in at.deps.deposits.of_case(case.case_id) if each.id == deposit_id), None)
    if found is None:
        text = "This case has no such deposit. Open the case again and choose from there."
        raise Turned(at.message("No such deposit", text, 404))
    return found


def _decision(form: Mapping[str, str], by: str, command_id: str, deposit: DepositRecord) -> Decide:
    reason = form.get("reason", "").strip()
    if form.get("do") not in set(DecisionKind):
        raise Refused("Choose whether the deposit is given back or kept.")
    if not reason:
        raise Refused("Say why: the reason is kept with the case.")
    kind = DecisionKind(form["do"])
    cents = _cents(form) if kind is DecisionKind.REFUND else 0
    if cents > left_cents(deposit):
        raise Refused(f"Only {format_usd(left_cents(deposit))} of this deposit is left; no more can be given back.")
    return Decide(kind=kind, by=by, reason=reason, command_id=command_id, amount_cents=cents)


def _cents(form: Mapping[str, str]) -> int:
    """The amount to give back, in cents. Raises Refused for what is no amount."""
    try:
        cents = parse_cents(form.get("amount", "").strip())
    except ValueError as unread:
        raise Refused("Give the amount in dollars and cents, like 150 or 150.50.") from unread
    if cents <= 0:
        raise Refused("Give an amount above $0.")
    return cents


def _told(said: Decide, answer: DecisionAnswer) -> str:
    if answer.refused:
        raise Refused(answer.refused)
    if answer.pending:
        return _PENDING
    if said.kind is DecisionKind.FORFEIT:
        return f"Done. {format_usd(answer.cents)} of the deposit is kept."
    rest = f" {format_usd(answer.left_cents)} stays." if answer.left_cents else ""
    return f"Done. {format_usd(answer.cents)} goes back to the patient's card.{rest}"
