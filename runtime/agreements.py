"""The agreement of a payment plan as a PDF, unsigned and signed, made with fpdf2."""

from datetime import UTC, datetime, time
from itertools import pairwise
from zoneinfo import ZoneInfo

from fpdf import FPDF

from domain.money import format_usd
from domain.payment_plan.render import box_lines
from domain.plan_agreement import Agreement
from domain.plan_law import Shown

_FONT = "Helvetica"
_LINE = 5.5
_DRAWN_WIDE = 80.0
"""Width in millimetres that a drawn signature gets; its canvas is 600 by 200."""


def agreement_pdf(agreement: Agreement) -> bytes:
    """The paper as it was or is to be signed; the same agreement gives the same bytes."""
    pdf = FPDF(format="Letter")
    pdf.set_creation_date(datetime.combine(agreement.on, time(), UTC))
    pdf.set_title(agreement.title)
    pdf.set_margin(18)
    pdf.add_page()
    _head(pdf, agreement)
    if agreement.shown.box is not None:
        _pairs(pdf, "Truth in Lending disclosures", box_lines(agreement.shown.box))
    _pairs(pdf, "Amounts", _amounts(agreement.shown))
    _schedule(pdf, agreement.shown)
    _words(pdf, "Terms and conditions", agreement.words)
    if agreement.card_words:
        _words(pdf, "Permission to charge a card", agreement.card_words)
    _signature(pdf, agreement)
    return bytes(pdf.output())


def _head(pdf: FPDF, agreement: Agreement) -> None:
    pdf.set_font(_FONT, "B", 16)
    pdf.cell(0, 9, _latin(agreement.title), new_x="LMARGIN", new_y="NEXT")
    pdf.set_font(_FONT, "", 10)
    lines = [
        f"{agreement.practice}, {agreement.address}, {agreement.phone}",
        f"Patient: {agreement.patient}, paid by {agreement.guarantor}",
        f"Version {agreement.number} of {agreement.on}",
        agreement.terms,
    ]
    for line in lines:
        pdf.multi_cell(0, _LINE, _latin(line), new_x="LMARGIN", new_y="NEXT")
    pdf.ln(3)


def _amounts(shown: Shown) -> list[tuple[str, str]]:
    lines = [(name, format_usd(cents)) for name, cents in shown.production]
    lines += [
        ("Total of the plan", format_usd(shown.principal_cents)),
        ("Down payment", format_usd(shown.down_payment_cents)),
        ("Each payment, at most", format_usd(shown.payment_cents)),
        ("Number of payments", str(shown.installments)),
        ("Finance charge", format_usd(shown.finance_charge_cents)),
    ]
    if shown.awaiting:
        count = len(shown.awaiting)
        lines.append(("Planned work that awaits completion", f"{count} more, charged once done"))
    return lines


def _pairs(pdf: FPDF, title: str, lines: list[tuple[str, str]]) -> None:
    _title(pdf, title)
    for name, value in lines:
        # The rule wants the APR and the finance charge more conspicuous than the rest; their names are in capitals.
        loud = name.isupper()
        pdf.set_font(_FONT, "B" if loud else "", 11 if loud else 10)
        pdf.cell(90, _LINE + 0.5, _latin(name), border=1)
        pdf.cell(88, _LINE + 0.5, _latin(value), border=1, new_x="LMARGIN", new_y="NEXT")
    pdf.ln(3)


def _schedule(pdf: FPDF, shown: Shown) -> None:
    if not shown.rows:
        return
    _title(pdf, "Schedule")
    pdf.set_font(_FONT, "B", 9)
    _row(pdf, ("Date", "Description", "Principal", "Interest", "Due"))
    pdf.set_font(_FONT, "", 9)
    for row in shown.rows:
        amounts = (row.principal_cents, row.interest_cents, row.due_cents)
        _row(pdf, (row.date.isoformat(), row.description[:46], *(format_usd(cents) for cents in amounts)))
    pdf.ln(3)


def _row(pdf: FPDF, cells: tuple[str, ...]) -> None:
    for at, (cell, width) in enumerate(zip(cells, (24, 80, 26, 22, 26), strict=True)):
        pdf.cell(width, _LINE, _latin(cell), border="B", align="L" if at < 2 else "R")
    pdf.ln(_LINE)


def _words(pdf: FPDF, title: str, text: str) -> None:
    _title(pdf, title)
    pdf.set_font(_FONT, "", 10)
    for paragraph in text.split("\n\n"):
        pdf.multi_cell(0, _LINE, _latin(" ".join(paragraph.split())), new_x="LMARGIN", new_y="NEXT")
        pdf.ln(1.5)
    pdf.ln(1.5)


def _signature(pdf: FPDF, agreement: Agreement) -> None:
    _title(pdf, "Signature")
    signature, at = agreement.signature, agreement.signed_at
    if signature is None or at is None:
        pdf.set_font(_FONT, "", 10)
        pdf.cell(0, _LINE, "Not signed yet.", new_x="LMARGIN", new_y="NEXT")
        return
    if signature.how == "drawn":
        _draw(pdf, signature.mark)
    else:
        pdf.set_font("Times", "I", 20)
        pdf.cell(0, 11, _latin(signature.mark), new_x="LMARGIN", new_y="NEXT")
    local = at.astimezone(ZoneInfo(agreement.zone))
    where = "in the office" if signature.in_office else f"from {signature.address}"
    pdf.set_font(_FONT, "", 9)
    for line in (
        f"Signed by {signature.name} ({signature.how}), {local:%Y-%m-%d %H:%M:%S %Z}, {where}",
        f"SHA-256 of the agreement that was read and signed: {agreement.sha256}",
    ):
        pdf.multi_cell(0, _LINE, _latin(line), new_x="LMARGIN", new_y="NEXT")


def _draw(pdf: FPDF, path: str) -> None:
    """The strokes of a drawn signature: `M x y L x y ...` on a canvas of 600 by 200."""
    if pdf.get_y() > 230:
        pdf.add_page()
    scale, left, top = _DRAWN_WIDE / 600, pdf.l_margin, pdf.get_y()
    pdf.set_line_width(0.5)
    for stroke in strokes(path):
        for (x1, y1), (x2, y2) in pairwise(stroke):
            pdf.line(left + x1 * scale, top + y1 * scale, left + x2 * scale, top + y2 * scale)
    pdf.set_line_width(0.2)
    pdf.set_y(top + 200 * scale + 2)


def strokes(path: str) -> list[list[tuple[float, float]]]:
    """SVG path data of moves and lines as lists of points."""
    found: list[list[tuple[float, float]]] = []
    for part in path.split("M")[1:]:
        numbers = [float(each) for each in part.replace("L", " ").split()]
        found.append(list(zip(numbers[::2], numbers[1::2], strict=False)))
    return found


def _title(pdf: FPDF, title: str) -> None:
    pdf.set_font(_FONT, "B", 11)
    pdf.cell(0, _LINE + 1.5, _latin(title), new_x="LMARGIN", new_y="NEXT")


def _latin(text: str) -> str:
    """The built-in fonts know Latin-1 only; other letters show as a question mark rather than stop the document."""
    return text.encode("latin-1", "replace").decode("latin-1")
