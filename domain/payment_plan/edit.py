"""Changing charges by hand: edit, zero out, delete and add. What a charge gives up is charged at the end.

Down payments and charges that money was paid on cannot be changed.
"""

from dataclasses import dataclass, replace
from datetime import date

from domain.money import Cents, format_usd
from domain.payment_plan.plan import Charge, ChargeKind, PaymentPlan
from domain.payment_plan.schedule import expected_charges


class EditRefusedError(ValueError):
    """The change is not allowed; the message says why and what to do instead."""


@dataclass(frozen=True, slots=True)
class ChargeEdit:
    """New values for a charge; None keeps what is there."""

    principal_cents: Cents | None = None
    interest_cents: Cents | None = None
    to_date: date | None = None
    note: str | None = None


def edit_projected(plan: PaymentPlan, today: date, index: int, edit: ChargeEdit) -> PaymentPlan:
    """Edit a row of the projected schedule: the whole period becomes posted, with that row changed."""
    rows = _projected(plan, today)
    if not 0 <= index < len(rows):
        raise EditRefusedError(f"there is no projected charge {index}; the schedule has {len(rows)}")
    row = rows[index]
    changed = _edited(plan, row, edit, row.principal_cents)
    same_day = [changed if at == index else other for at, other in enumerate(rows) if other.date == row.date]
    return plan.with_charges(same_day)


def edit_coming(plan: PaymentPlan, today: date, day: date, edit: ChargeEdit) -> PaymentPlan:
    """Edit the coming charge of a date: over several items, its principal is given to them in their order."""
    rows = [(at, row) for at, row in enumerate(_projected(plan, today)) if row.date == day]
    if not rows:
        raise EditRefusedError(f"no charge is to come on {day}")
    left = sum(row.principal_cents for _, row in rows) if edit.principal_cents is None else edit.principal_cents
    if not 0 <= left <= sum(row.principal_cents for _, row in rows):
        most = format_usd(sum(row.principal_cents for _, row in rows))
        raise EditRefusedError(f"principal of {format_usd(left)} is not possible; give {format_usd(0)} to {most}")
    changed = []
    for _, row in rows:
        part = min(left, row.principal_cents)
        left -= part
        changed.append(_edited(plan, row, replace(edit, principal_cents=part), row.principal_cents))
    return plan.with_charges(changed)


def edit_posted(plan: PaymentPlan, number: int, edit: ChargeEdit) -> PaymentPlan:
    """Edit a posted charge; its principal may take at most what its item has left to charge."""
    charge = _changeable(plan, number)
    room = plan.item(charge.item_id).amount_cents - plan.charged_by_item()[charge.item_id] + charge.principal_cents
    return _replaced(plan, _edited(plan, charge, edit, max(room, charge.principal_cents)))


def zero_out(plan: PaymentPlan, today: date, day: date) -> PaymentPlan:
    """Set every charge of one date to nothing; the date stays used, so the money moves on to later dates."""
    posted = [charge for charge in plan.charges if charge.date == day and charge.takes_its_date]
    if not posted:
        rows = [row for row in _projected(plan, today) if row.date == day]
        if not rows:
            raise EditRefusedError(f"there is no charge on {day}")
        return plan.with_charges(replace(row, principal_cents=0, interest_cents=0) for row in rows)
    for charge in posted:
        plan = _replaced(plan, replace(_changeable(plan, charge.number), principal_cents=0, interest_cents=0))
    return plan


def delete_charge(plan: PaymentPlan, today: date, number: int) -> PaymentPlan:
    """Delete a posted charge: its principal moves to the end of the schedule.

    The only charge billed keeps its date, and one dated today posts again today with the terms as they are now. Source:
    Open Dental 24.4 manual.
    """
    charge = _changeable(plan, number)
    others = tuple(each for each in plan.charges if each.number != number)
    billed = [each for each in others if each.takes_its_date and each.date <= today]
    keeps_date = charge.kind is ChargeKind.PERIOD and (charge.date == today or (not billed and charge.date < today))
    owed = (*plan.owed_dates, charge.date) if keeps_date else plan.owed_dates
    return replace(plan, charges=others, owed_dates=owed)


def add_charge(plan: PaymentPlan, today: date, day: date, note: str = "") -> PaymentPlan:
    """Charge the next projected period on `day` as well; the total cost stays, the schedule ends sooner."""
    rows = _projected(plan, today)
    if not rows:
        raise EditRefusedError("nothing is left to charge on this plan")
    added = [
        replace(row, date=day, kind=ChargeKind.ADDED, note=_allowed_note(note))
        for row in rows
        if row.date == rows[0].date
    ]
    return plan.with_charges(added)


def has_payments(plan: PaymentPlan, charge: Charge) -> bool:
    """Whether money is tied to this posted charge."""
    return sum(split.amount_cents for split in plan.splits if split.charge_number == charge.number) != 0


def _refuse_closed_or_locked(plan: PaymentPlan) -> None:
    if plan.is_closed:
        raise EditRefusedError("the plan is closed; reopen it first")
    if plan.terms.locked:
        raise EditRefusedError("the plan has the full lock, so its schedule cannot be changed; make a new plan")


def _projected(plan: PaymentPlan, today: date) -> list[Charge]:
    _refuse_closed_or_locked(plan)
    return expected_charges(plan, today)


def _changeable(plan: PaymentPlan, number: int) -> Charge:
    _refuse_closed_or_locked(plan)
    charge = plan.charge(number)
    if charge.kind is ChargeKind.DOWN_PAYMENT:
        raise EditRefusedError("a down payment cannot be edited or deleted")
    if has_payments(plan, charge):
        raise EditRefusedError(f"the charge of {charge.date} has payments; remove those first")
    return charge


def _edited(plan: PaymentPlan, charge: Charge, edit: ChargeEdit, most_cents: Cents) -> Charge:
    principal = charge.principal_cents if edit.principal_cents is None else edit.principal_cents
    interest = charge.interest_cents if edit.interest_cents is None else edit.interest_cents
    if not 0 <= principal <= most_cents:
        raise EditRefusedError(
            f"principal of {format_usd(principal)} is not possible; give {format_usd(0)} to {format_usd(most_cents)}"
        )
    if interest < 0:
        raise EditRefusedError("interest cannot be negative")
    note = charge.note if edit.note is None else _allowed_note(edit.note)
    return replace(
        charge, principal_cents=principal, interest_cents=interest, date=edit.to_date or charge.date, note=note
    )


def _allowed_note(note: str) -> str:
    if "down payment" in note.lower():
        raise EditRefusedError('the note "Down Payment" is kept for down payments; write another note')
    return note


def _replaced(plan: PaymentPlan, charge: Charge) -> PaymentPlan:
    charges = tuple(charge if each.number == charge.number else each for each in plan.charges)
    return replace(plan, charges=charges)
