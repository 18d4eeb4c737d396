"""A schedule that was worked out from a terms file, as a PDF that a person can check."""

from domain.money import format_usd
from domain.payment_plan.document import ScheduleDocument
from domain.payment_plan.render import terms_note, total_lines
from domain.payment_plan.rows import ScheduleRow
from runtime.disclosures import disclosures
from runtime.paper import QUIET, Paper

_HEADS = ("Date", "Description", "Principal", "Interest", "Due", "Payment", "Balance")
_WIDTHS = (24, 52, 24, 20, 24, 22, 26)


def schedule_pdf(document: ScheduleDocument, title: str = "Payment plan schedule") -> bytes:
    """The schedule, its totals and the disclosures as a PDF of Letter pages; the same document gives the same bytes."""
    paper = Paper(title, document.today, lambda page: f"{title} · {document.today} · Page {page} of {{nb}}")
    paper.say(title, 20, "B")
    paper.say(terms_note(document.terms), 10, color=QUIET)
    if document.box:
        disclosures(paper, document.box, "en")
    paper.section("Loan information", room=60)
    paper.pairs(total_lines(document))
    paper.section("Amortization schedule", room=35)
    rows = document.schedule.rows
    today = document.schedule.today_index
    paper.rows(
        _HEADS,
        [_cells(row) for row in rows],
        _WIDTHS,
        last=_totals(rows),
        line_before=today if 0 < today < len(rows) else None,
        line_words=f"Today, {document.today}",
    )
    return bytes(paper.output())


def _cells(row: ScheduleRow) -> tuple[str, ...]:
    amounts = (row.principal_cents, row.interest_cents, row.due_cents, row.payment_cents, row.balance_cents)
    return (row.date.isoformat(), row.description, *(format_usd(cents) for cents in amounts))


def _totals(rows: tuple[ScheduleRow, ...]) -> tuple[str, ...]:
    columns = [[r.principal_cents for r in rows], [r.interest_cents for r in rows], [r.due_cents for r in rows],
               [r.payment_cents for r in rows]]  # fmt: skip
    return ("", "Total", *(format_usd(sum(column)) for column in columns), "")
