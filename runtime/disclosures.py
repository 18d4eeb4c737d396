"""The Truth in Lending box on paper: what 12 CFR 1026.18 wants shown, framed apart from everything else."""

from datetime import date

from domain.money import format_usd
from domain.plan_words import PAPER_WORDS, box_words, payment_words, sale_price_note
from domain.reg_z import TruthInLendingBox
from runtime.paper import INK, LINE, RULE, Paper


def disclosures(
    paper: Paper,
    box: TruthInLendingBox,
    language: str,
    creditor: str = "",
    estimated: int = 0,
    rest_from: date | None = None,
) -> None:
    """The disclosures stand together in one frame; the APR and the finance charge stand out (12 CFR 1026.17(a))."""
    say = PAPER_WORDS[language]
    paper.section(say["box_title"], room=75)
    top, width = paper.get_y(), paper.epw
    paper.set_draw_color(*INK)
    loud = (("apr", "apr_note", f"{box.apr_percent} %"),
            ("finance_charge", "finance_charge_note", format_usd(box.finance_charge_cents)))  # fmt: skip
    plain = [("amount_financed", say["amount_financed_note"], format_usd(box.amount_financed_cents)),
             ("total_payments", say["total_payments_note"], format_usd(box.total_of_payments_cents))]  # fmt: skip
    if box.is_sale:
        plain.append(("sale_price", sale_price_note(box, language), format_usd(box.total_sale_price_cents)))
    for at, (name, note, value) in enumerate(loud):
        words = (say[name].upper(), say[note], value)
        _figure(paper, (paper.l_margin + at * width / 2, top, width / 2, 27), words, 11, 20, 0.9)
    for at, (name, note, value) in enumerate(plain):
        each = width / len(plain)
        _figure(paper, (paper.l_margin + at * each, top + 27, each, 26), (say[name], note, value), 9.5, 12, 0.3)
    paper.set_xy(paper.l_margin, top + 55)
    _within(paper, say["box_schedule"], 9.5, "B")
    for line in box.payments:
        _within(paper, payment_words(line, box.frequency, language), 9.5)
    paper.ln(1)
    for text in box_words(box, language, estimated, rest_from):
        _within(paper, text, 9)
    if creditor:
        _within(paper, f"{say['creditor']}: {creditor}.", 9)
    paper.ln(1.5)
    paper.set_line_width(0.9)
    paper.rect(paper.l_margin, top, width, paper.get_y() - top)
    paper.set_draw_color(*RULE)


def _figure(
    paper: Paper,
    place: tuple[float, float, float, float],
    words: tuple[str, str, str],
    size: float,
    big: float,
    frame: float,
) -> None:
    """One disclosure in its cell: its name, what it is, its figure."""
    left, top, width, height = place
    name, note, value = words
    paper.set_line_width(frame)
    paper.rect(left, top, width, height)
    paper.set_xy(left + 2, top + 2)
    paper.multi_cell(width - 4, size * 0.42, paper.face(name, "B", size), align="L", new_x="LEFT", new_y="NEXT")
    paper.multi_cell(width - 4, 3.5, paper.face(note, "", 8), align="L", new_x="LEFT", new_y="NEXT")
    paper.set_xy(left + 2, top + height - big * 0.42 - 2)
    paper.cell(width - 4, big * 0.42, paper.face(value, "B", big))


def _within(paper: Paper, text: str, size: float, style: str = "") -> None:
    """Text inside the frame."""
    paper.set_x(paper.l_margin + 2)
    paper.multi_cell(
        paper.epw - 4, LINE * size / 10, paper.face(text, style, size), new_x="LMARGIN", new_y="NEXT", align="L"
    )
