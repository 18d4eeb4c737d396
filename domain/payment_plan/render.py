"""A schedule as text, CSV and JSON, for a person or a program to check."""

import csv
import io
from typing import Any

from domain.money import Cents, format_usd, to_dollars
from domain.payment_plan.document import ScheduleDocument
from domain.payment_plan.frequency import PERIODS_PER_YEAR
from domain.payment_plan.rows import ScheduleRow
from domain.payment_plan.terms import Terms, TreatmentPlanned
from domain.reg_z import EVERY, TruthInLendingBox

COLUMNS = ("Date", "Description", "Principal", "Interest", "Due", "Payment", "Balance", "Posted")

_LEFT = {0, 1, len(COLUMNS) - 1}
_TODAY = "today"


def terms_note(terms: Terms) -> str:
    """The terms in one sentence, as they go into a plan's note."""
    payment = format_usd(terms.payment_cents) if terms.payment_cents else f"{terms.number_of_payments} payments"
    repaid = terms.payment_cents or terms.number_of_payments
    parts = [
        f"{payment} {EVERY[terms.frequency]} from {terms.first_payment}"
        if repaid
        else "nothing left to pay after the down payment",
        f"APR {terms.apr_percent.normalize():f} %",
        f"down payment {format_usd(terms.down_payment_cents)}",
    ]
    if terms.interest_from:
        parts.append(f"interest from {terms.interest_from}")
    waits = terms.treatment_planned is TreatmentPlanned.AWAIT_COMPLETE
    parts.append("planned work awaits completion" if waits else "planned work is treated as complete")
    if terms.locked:
        parts.append("full lock")
    return ", ".join(parts) + "."


def total_lines(document: ScheduleDocument) -> list[tuple[str, str]]:
    """Loan information by its Open Dental names."""
    totals = document.totals
    named = [
        ("Payment Amount", document.payment_cents),
        ("Total Principal Amount", totals.total_principal_cents),
        ("Total Cost of Loan", totals.total_cost_cents),
        ("Accumulated Due", totals.accumulated_due_cents),
        ("Paid so far", totals.paid_cents),
        ("Principal paid so far", totals.principal_paid_cents),
        ("Tx Completed Amt", totals.tx_completed_cents),
        ("Total Tx Amt", totals.total_tx_cents),
    ]
    return [(name, format_usd(cents)) for name, cents in named]


def box_lines(box: TruthInLendingBox) -> list[tuple[str, str]]:
    """The disclosures of Regulation Z by their names in the rule."""
    amounts = [
        ("ANNUAL PERCENTAGE RATE", f"{box.apr_percent} %"),
        ("FINANCE CHARGE", format_usd(box.finance_charge_cents)),
        ("Amount Financed", format_usd(box.amount_financed_cents)),
        ("Total of Payments", format_usd(box.total_of_payments_cents)),
        (
            f"Total Sale Price (down payment {format_usd(box.down_payment_cents)})",
            format_usd(box.total_sale_price_cents),
        ),
    ]
    return amounts + [("Payment schedule", row) for row in box.payment_rows()]


def as_text(document: ScheduleDocument) -> str:
    """The schedule as a table of fixed columns, a line for today, the totals and the box."""
    cells = [_cells(row) for row in document.schedule.rows]
    sums = document.schedule.whole
    whole = (sums.principal_cents, sums.interest_cents, sums.due_cents, sums.payment_cents)
    total = ("Total", "", *(format_usd(cents) for cents in whole), "", "")
    widths = [max(len(line[at]) for line in (COLUMNS, *cells, total)) for at in range(len(COLUMNS))]
    lines = [_aligned(line, widths) for line in cells]
    rule = "-" * len(_aligned(COLUMNS, widths))
    lines.insert(document.schedule.today_index, f"{document.today} {_TODAY} ".ljust(len(rule), "="))
    lines += [rule, _aligned(total, widths), *_method(document.terms)]
    blocks = ["\n".join([_aligned(COLUMNS, widths), rule, *lines]), _pairs(total_lines(document))]
    if document.box:
        blocks.append("Truth in Lending disclosures\n" + _pairs(box_lines(document.box)))
    return "\n\n".join([terms_note(document.terms), *blocks]) + "\n"


def _method(terms: Terms) -> list[str]:
    """How each interest is worked out, so that a person can do it again."""
    if not terms.apr_percent:
        return []
    rate = f"{terms.apr_percent.normalize():f} % / {PERIODS_PER_YEAR[terms.frequency]}"
    return [f"Interest of a payment: principal not charged yet x {rate}, to the nearest cent (half to the even cent)."]


def as_csv(document: ScheduleDocument) -> str:
    """The schedule as CSV with a header; amounts in dollars without sign or commas."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column.lower() for column in COLUMNS])
    for row in document.schedule.rows:
        amounts = [str(to_dollars(cents)) for cents in _amounts(row)]
        writer.writerow([row.date.isoformat(), _plain(row.description), *amounts, str(row.posted).lower()])
    return text.getvalue()


def _plain(words: str) -> str:
    """Words that a spreadsheet does not take for a formula."""
    return f"'{words}" if words.startswith(("=", "+", "-", "@")) else words


def as_json(document: ScheduleDocument) -> dict[str, Any]:
    """The schedule as plain JSON values; money in whole cents."""
    totals = document.totals
    return {
        "today": document.today.isoformat(),
        "note": terms_note(document.terms),
        "frequency": document.terms.frequency.value,
        "payment_cents": document.payment_cents,
        "rows": [_json_row(row) for row in document.schedule.rows],
        "totals": {
            "total_principal_cents": totals.total_principal_cents,
            "total_cost_cents": totals.total_cost_cents,
            "total_interest_cents": totals.total_cost_cents - totals.total_principal_cents,
            "accumulated_due_cents": totals.accumulated_due_cents,
            "paid_cents": totals.paid_cents,
            "principal_paid_cents": totals.principal_paid_cents,
            "tx_completed_cents": totals.tx_completed_cents,
            "total_tx_cents": totals.total_tx_cents,
        },
        "disclosure_required": document.disclosure_required,
        "truth_in_lending": _json_box(document.box) if document.box else None,
    }


def _json_row(row: ScheduleRow) -> dict[str, Any]:
    return {
        "date": row.date.isoformat(),
        "description": row.description,
        "principal_cents": row.principal_cents,
        "interest_cents": row.interest_cents,
        "due_cents": row.due_cents,
        "payment_cents": row.payment_cents,
        "balance_cents": row.balance_cents,
        "posted": row.posted,
    }


def _json_box(box: TruthInLendingBox) -> dict[str, Any]:
    return {
        "apr_percent": str(box.apr_percent),
        "finance_charge_cents": box.finance_charge_cents,
        "amount_financed_cents": box.amount_financed_cents,
        "total_of_payments_cents": box.total_of_payments_cents,
        "down_payment_cents": box.down_payment_cents,
        "total_sale_price_cents": box.total_sale_price_cents,
        "payment_schedule": box.payment_rows(),
    }


def _amounts(row: ScheduleRow) -> tuple[Cents, ...]:
    return (row.principal_cents, row.interest_cents, row.due_cents, row.payment_cents, row.balance_cents)


def _cells(row: ScheduleRow) -> tuple[str, ...]:
    amounts = (format_usd(cents) for cents in _amounts(row))
    return (row.date.isoformat(), row.description, *amounts, "yes" if row.posted else "projected")


def _aligned(line: tuple[str, ...], widths: list[int]) -> str:
    pairs = zip(line, widths, strict=True)
    cells = [cell.ljust(width) if at in _LEFT else cell.rjust(width) for at, (cell, width) in enumerate(pairs)]
    return "  ".join(cells).rstrip()


def _pairs(lines: list[tuple[str, str]]) -> str:
    width = max(len(name) for name, _ in lines)
    return "\n".join(f"{name.ljust(width)}  {value}" for name, value in lines)
