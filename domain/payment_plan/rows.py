"""The amortization schedule as a person reads it: charges and payments by date, with a running balance."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from domain.money import Cents
from domain.payment_plan.plan import PAYING, Charge, PaymentPlan, PaymentSplit
from domain.payment_plan.schedule import expected_charges


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """One line. `posted` is false for projected charges. The balance is what is due less what was paid, so far."""

    date: date
    description: str
    principal_cents: Cents = 0
    interest_cents: Cents = 0
    payment_cents: Cents = 0
    balance_cents: Cents = 0
    posted: bool = True
    item_ids: tuple[str, ...] = ()

    @property
    def due_cents(self) -> Cents:
        """Principal and interest together."""
        return self.principal_cents + self.interest_cents


@dataclass(frozen=True, slots=True)
class Schedule:
    """All rows in order. `today_index` is the row before which the line for today is drawn."""

    rows: tuple[ScheduleRow, ...]
    today: date

    @property
    def today_index(self) -> int:
        """Index of the first row after today; the number of rows when there is none."""
        return sum(row.date <= self.today for row in self.rows)

    def without_past(self) -> "Schedule":
        """Only what is still to come; balances stay as they were."""
        return replace(self, rows=self.rows[self.today_index :])


def schedule_rows(plan: PaymentPlan, today: date, *, grouped: bool = True) -> Schedule:
    """The plan's schedule; grouped has one line a date for charges and one for payments."""
    charges = [_charge_row(plan, charge) for charge in (*plan.charges, *expected_charges(plan, today))]
    payments = [_payment_row(split, today) for split in plan.splits if split.kind in PAYING]
    lines = [(row.date, 0, row) for row in charges] + [(row.date, 1, row) for row in payments]
    ordered = [row for _, _, row in sorted(lines, key=lambda line: line[:2])]
    return Schedule(tuple(_with_balance(_grouped(ordered) if grouped else ordered)), today)


def _charge_row(plan: PaymentPlan, charge: Charge) -> ScheduleRow:
    names = {item.id: item.description or item.id for item in plan.production}
    return ScheduleRow(
        charge.date,
        charge.note or names.get(charge.item_id, charge.item_id),
        charge.principal_cents,
        charge.interest_cents,
        posted=charge.number > 0,
        item_ids=(charge.item_id,),
    )


def _payment_row(split: PaymentSplit, today: date) -> ScheduleRow:
    return ScheduleRow(split.paid_on or today, f"Payment ({split.kind.value})", payment_cents=split.amount_cents)


def _grouped(rows: Iterable[ScheduleRow]) -> list[ScheduleRow]:
    merged: dict[tuple[date, bool, bool], ScheduleRow] = {}
    for row in rows:
        key = (row.date, bool(row.item_ids), row.posted)
        known = merged.get(key)
        merged[key] = row if known is None else _merge(known, row)
    return [replace(row, description=_group_name(row)) for row in merged.values()]


def _merge(one: ScheduleRow, other: ScheduleRow) -> ScheduleRow:
    return replace(
        one,
        description=one.description if one.description == other.description else "",
        principal_cents=one.principal_cents + other.principal_cents,
        interest_cents=one.interest_cents + other.interest_cents,
        payment_cents=one.payment_cents + other.payment_cents,
        item_ids=one.item_ids + other.item_ids,
    )


def _group_name(row: ScheduleRow) -> str:
    if not row.item_ids:
        return "Payment"
    return row.description or f"{len(set(row.item_ids))} items"


def _with_balance(rows: Iterable[ScheduleRow]) -> list[ScheduleRow]:
    balance = 0
    lines = []
    for row in rows:
        balance += row.due_cents - row.payment_cents
        lines.append(replace(row, balance_cents=balance))
    return lines
