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
    """Edit one row of the projected schedule: that row becomes posted and takes its date.

    Rows of other items on the same date are charged at the end instead, as is what the row gave up. Its principal may
    only go down. Source: Open Dental 24.3 behaviour.
    """
    rows = _projected(plan, today)
    if not 0 <= index < len(rows):
        raise EditRefusedError(f"there is no projected charge {index}; the schedule has {len(rows)}")
    row = rows[index]
    return plan.with_charges([_edited(row, edit, row.principal_cents)])


def edit_coming(plan: PaymentPlan, today: date, day: date, edit: ChargeEdit) -> PaymentPlan:
    """Edit every row of a coming date, one after the other: its principal is given to the items in their order, and
    may be at most what it was."""
    rows = [row for row in _projected(plan, today) if row.date == day]
    if not rows:
        raise EditRefusedError(f"no charge is to come on {day}")
    whole = sum(row.principal_cents for row in rows)
    left = whole if edit.principal_cents is None else edit.principal_cents
    if not 0 <= left <= whole:
        raise _not_possible(left, whole)
    changed = []
    for row in rows:
        part = min(left, row.principal_cents)
        left -= part
        changed.append(_edited(row, replace(edit, principal_cents=part), row.principal_cents))
    return plan.with_charges(changed)


def edit_item_coming(plan: PaymentPlan, today: date, day: date, item_id: str, edit: ChargeEdit) -> PaymentPlan:
    """Edit one item's row of a coming date, as `edit_projected` does."""
    for at, row in enumerate(_projected(plan, today)):
        if row.date == day and row.item_id == item_id:
            return edit_projected(plan, today, at, edit)
    raise EditRefusedError(f"nothing of this item is to come on {day}")


def edit_posted(plan: PaymentPlan, number: int, edit: ChargeEdit) -> PaymentPlan:
    """Edit a posted charge; its principal may take at most what its item has left to charge."""
    charge = _changeable(plan, number)
    room = plan.item(charge.item_id).amount_cents - plan.charged_by_item()[charge.item_id] + charge.principal_cents
    return _replaced(plan, _edited(charge, edit, max(room, charge.principal_cents)))


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
    new = (charge.date,) if keeps_date and charge.date not in plan.owed_dates else ()
    return replace(plan, charges=others, owed_dates=(*plan.owed_dates, *new))


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


def _edited(charge: Charge, edit: ChargeEdit, most_cents: Cents) -> Charge:
    principal = charge.principal_cents if edit.principal_cents is None else edit.principal_cents
    interest = charge.interest_cents if edit.interest_cents is None else edit.interest_cents
    if not 0 <= principal <= most_cents:
        raise _not_possible(principal, most_cents)
    if interest < 0:
        raise EditRefusedError("interest cannot be negative")
    note = charge.note if edit.note is None else _allowed_note(edit.note)
    return replace(
        charge, principal_cents=principal, interest_cents=interest, date=edit.to_date or charge.date, note=note
    )


def _not_possible(cents: Cents, most_cents: Cents) -> EditRefusedError:
    return EditRefusedError(
        f"principal of {format_usd(cents)} is not possible; give {format_usd(0)} to {format_usd(most_cents)}"
    )


def _allowed_note(note: str) -> str:
    if "down payment" in note.lower():
        raise EditRefusedError('the note "Down Payment" is kept for down payments; write another note')
    return note


def _replaced(plan: PaymentPlan, charge: Charge) -> PaymentPlan:
    charges = tuple(charge if each.number == charge.number else each for each in plan.charges)
    return replace(plan, charges=charges)
