"""Documents as PDF, made with fpdf2 so that no system package is needed."""

from datetime import UTC, datetime, time

from fpdf import FPDF

from domain.money import format_usd
from domain.payment_plan.document import ScheduleDocument
from domain.payment_plan.render import box_lines, terms_note, total_lines
from domain.payment_plan.rows import ScheduleRow

_FONT = "Helvetica"
_LINE = 6
_COLUMNS = (("Date", 24), ("Description", 56), ("Principal", 26), ("Interest", 24), ("Due", 26), ("Balance", 30))


def schedule_pdf(document: ScheduleDocument, title: str = "Payment plan schedule") -> bytes:
    """The schedule, its totals and the disclosures as a PDF of Letter pages; the same document gives the same bytes."""
    pdf = FPDF(format="Letter")
    pdf.set_creation_date(datetime.combine(document.today, time(), UTC))
    pdf.set_title(title)
    pdf.add_page()
    _heading(pdf, title)
    _paragraph(pdf, terms_note(document.terms))
    if document.box:
        _pairs(pdf, "Truth in Lending disclosures", box_lines(document.box))
    _pairs(pdf, "Loan information", total_lines(document))
    _table(pdf, document)
    return bytes(pdf.output())


def _heading(pdf: FPDF, text: str) -> None:
    pdf.set_font(_FONT, "B", 15)
    pdf.cell(0, 10, _latin(text), new_x="LMARGIN", new_y="NEXT")


def _paragraph(pdf: FPDF, text: str) -> None:
    pdf.set_font(_FONT, "", 10)
    pdf.multi_cell(0, _LINE, _latin(text), new_x="LMARGIN", new_y="NEXT")
    pdf.ln(2)


def _pairs(pdf: FPDF, title: str, lines: list[tuple[str, str]]) -> None:
    pdf.set_font(_FONT, "B", 11)
    pdf.cell(0, _LINE + 1, title, new_x="LMARGIN", new_y="NEXT")
    for name, value in lines:
        # The rule wants the APR and the finance charge more conspicuous than the rest; their names are in capitals.
        pdf.set_font(_FONT, "B" if name.isupper() else "", 11 if name.isupper() else 10)
        pdf.cell(86, _LINE, _latin(name), border=1)
        pdf.cell(100, _LINE, _latin(value), border=1, new_x="LMARGIN", new_y="NEXT")
    pdf.ln(3)


def _table(pdf: FPDF, document: ScheduleDocument) -> None:
    pdf.set_font(_FONT, "B", 9)
    _row(pdf, [name for name, _ in _COLUMNS])
    pdf.set_font(_FONT, "", 9)
    for index, row in enumerate(document.schedule.rows):
        if index == document.schedule.today_index and index:
            pdf.set_line_width(0.8)
            pdf.line(pdf.l_margin, pdf.get_y(), pdf.w - pdf.r_margin, pdf.get_y())
            pdf.set_line_width(0.2)
        _row(pdf, _cells(row))


def _cells(row: ScheduleRow) -> list[str]:
    amounts = (row.principal_cents, row.interest_cents, row.due_cents, row.balance_cents)
    return [row.date.isoformat(), row.description[:34], *(format_usd(cents) for cents in amounts)]


def _row(pdf: FPDF, cells: list[str]) -> None:
    for at, (cell, (_, width)) in enumerate(zip(cells, _COLUMNS, strict=True)):
        pdf.cell(width, _LINE, _latin(cell), border="B", align="L" if at < 2 else "R")
    pdf.ln(_LINE)


def _latin(text: str) -> str:
    """The built-in fonts know Latin-1 only; other letters show as a question mark rather than stop the document."""
    return text.encode("latin-1", "replace").decode("latin-1")
