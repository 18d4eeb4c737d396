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
class Sums:
    """Columns of rows added up; the balance is that after the last of them."""

    principal_cents: Cents = 0
    interest_cents: Cents = 0
    due_cents: Cents = 0
    payment_cents: Cents = 0
    balance_cents: Cents = 0


@dataclass(frozen=True, slots=True)
class Schedule:
    """All rows in order. `today_index` is the row before which the line for today is drawn.

    `current` adds up what was charged and paid by today, `whole` all of it; hiding rows changes neither.
    """

    rows: tuple[ScheduleRow, ...]
    today: date
    current: Sums
    whole: Sums

    @property
    def today_index(self) -> int:
        """Index of the first row after today; the number of rows when there is none."""
        return sum(row.date <= self.today for row in self.rows)

    @property
    def coming(self) -> list[ScheduleRow]:
        """Charges still to fall due: projected ones, and those made ahead by hand for a later day."""
        return [row for row in self.rows if row.item_ids and (not row.posted or row.date > self.today)]

    def without_past(self) -> "Schedule":
        """Only what is still to come; balances stay as they were."""
        return replace(self, rows=self.rows[self.today_index :])


def schedule_rows(plan: PaymentPlan, today: date, *, grouped: bool = True) -> Schedule:
    """The plan's schedule; grouped has one line a date for charges and one for payments."""
    charges = [_charge_row(plan, charge) for charge in (*plan.charges, *expected_charges(plan, today))]
    payments = [_payment_row(split, today) for split in plan.splits if split.kind in PAYING]
    lines = [(row.date, 0, row) for row in charges] + [(row.date, 1, row) for row in payments]
    ordered = [row for _, _, row in sorted(lines, key=lambda line: line[:2])]
    rows = _with_balance(_grouped(ordered) if grouped else ordered)
    return Schedule(tuple(rows), today, _sums(row for row in rows if row.date <= today and row.posted), _sums(rows))


def _sums(rows: Iterable[ScheduleRow]) -> Sums:
    sums = Sums()
    for row in rows:
        sums = Sums(
            sums.principal_cents + row.principal_cents,
            sums.interest_cents + row.interest_cents,
            sums.due_cents + row.due_cents,
            sums.payment_cents + row.payment_cents,
            sums.balance_cents + row.due_cents - row.payment_cents,
        )
    return sums


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
