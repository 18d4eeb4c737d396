"""The agreement of a payment plan as a PDF, unsigned and signed, in the payer's language."""

from itertools import pairwise
from zoneinfo import ZoneInfo

from domain.money import format_usd
from domain.payment_plan.terms import TreatmentPlanned
from domain.plan_agreement import Agreement, printed_phone
from domain.plan_law import Shown
from domain.plan_words import PAPER_WORDS, charge_words, payment_words
from domain.spoken import full_date, short_date
from runtime.disclosures import disclosures
from runtime.letters import unprintable
from runtime.paper import DEEP, INK, QUIET, RULE, Paper, room_of

_CANVAS = (600, 200)
_DRAWN_WIDE = 80.0
"""Width in millimetres that a drawn signature gets."""


def agreement_pdf(agreement: Agreement) -> bytes:
    """The paper as it was or is to be signed; the same agreement gives the same bytes."""
    say = PAPER_WORDS[agreement.language]
    title = say["agreement_title"]
    named = f"{agreement.practice} · {title} {agreement.number} · "
    paper = Paper(
        title,
        agreement.on,
        lambda page: named + say["page_of"].format(page=page, pages="{nb}"),
        agreement.language,
    )
    _head(paper, agreement)
    shown = agreement.shown
    if shown.box is not None:
        rest_from = shown.on if shown.changes else None
        disclosures(paper, shown.box, agreement.language, agreement.practice, shown.estimated, rest_from)
    facts = _facts(agreement)
    paper.section(say["plan_facts"], room_of(facts))
    paper.pairs(facts)
    _work(paper, agreement)
    _schedule(paper, agreement)
    _estimate(paper, agreement)
    _words(paper, say["terms_title"], agreement.words)
    if agreement.card_words:
        _words(paper, say["card_title"], agreement.card_words)
    _signature(paper, agreement)
    return bytes(paper.output())


def _head(paper: Paper, agreement: Agreement) -> None:
    say = PAPER_WORDS[agreement.language]
    paper.say(agreement.practice, 12, "B", DEEP)
    paper.say(f"{agreement.address} · {printed_phone(agreement.phone)}", 9, color=QUIET)
    paper.ln(1)
    paper.set_line_width(0.8)
    paper.set_draw_color(*DEEP)
    paper.line(paper.l_margin, paper.get_y(), paper.w - paper.r_margin, paper.get_y())
    paper.set_draw_color(*RULE)
    paper.ln(4)
    paper.say(say["agreement_title"], 20, "B")
    day = full_date(agreement.on, agreement.language)
    paper.say(say["version_of"].format(number=agreement.number, day=day), 10, color=QUIET)
    paper.ln(2)
    paper.pairs([(say["patient"], agreement.patient), (say["pays"], agreement.guarantor)])
    if not_printed(agreement):
        paper.ln(1)
        paper.say(say["letters_lost"], 9, "B")


def not_printed(agreement: Agreement) -> str:
    """The letters of the paper's own texts that it cannot print; a question mark stands in their place."""
    work = [name for name, _ in agreement.shown.production]
    names = (agreement.practice, agreement.address, agreement.patient, agreement.guarantor)
    return unprintable(*names, *work, agreement.words, agreement.card_words)


def _facts(agreement: Agreement) -> list[tuple[str, str]]:
    say, shown, terms = PAPER_WORDS[agreement.language], agreement.shown, agreement.terms
    every = say[f"every_{terms.frequency.value}"]
    first = full_date(shown.first_on or terms.first_due, agreement.language)
    lines = [
        (say["each_payment"], f"{format_usd(shown.payment_cents)}, {every}"),
        (say["how_many"], str(shown.installments)),
        (say["next_due" if shown.changes else "first_payment"], first),
    ]
    if not shown.changes:
        lines.append((say["glance_down"], format_usd(shown.down_payment_cents)))
    elif shown.due_now_cents:
        lines.append((say["due_now"], format_usd(shown.due_now_cents)))
    if terms.apr_percent:
        rate, start = f"{terms.apr_percent.normalize():f}", terms.interest_from
        day = full_date(start, agreement.language) if start else ""
        lines.append((say["interest_rate"], say["rate_from" if start else "rate_words"].format(rate=rate, day=day)))
    cost = format_usd(shown.finance_charge_cents) if shown.finance_charge_cents else say["no_finance_charge"]
    lines.append((say["finance_charge"], cost))
    if terms.locked:
        lines.append((say["full_lock"], say["full_lock_words"]))
    return lines


def _work(paper: Paper, agreement: Agreement) -> None:
    """What is paid for; work that awaits completion is counted, not named."""
    say, shown = PAPER_WORDS[agreement.language], agreement.shown
    lines = [(name, format_usd(cents)) for name, cents in shown.production]
    totals = [(say[name], format_usd(cents)) for name, cents in _totals(shown)]
    paper.section(say["work_title"], room_of([*lines, *totals]))
    paper.pairs([*lines, *totals], [name for name, _ in totals], widths=(70, 30))
    if shown.awaiting and agreement.terms.treatment_planned is TreatmentPlanned.AWAIT_COMPLETE:
        paper.ln(1)
        paper.say(say["awaiting"].format(count=len(shown.awaiting)), 9, color=QUIET)


def _totals(shown: Shown) -> list[tuple[str, int]]:
    """What the work comes to, what was paid or is paid down, and what is left of it."""
    total, down = [("work_total", shown.principal_cents)], shown.down_payment_cents
    if shown.changes:
        so_far = [("interest_before", shown.interest_so_far_cents), ("paid_before", -shown.paid_cents)]
        return [*total, *(line for line in so_far if line[1]), (shown.left_name, shown.left_cents)]
    if not down:
        return total
    printed = sum(cents for _, cents in shown.production)
    left = [("work_left", shown.principal_cents - down)] if printed == shown.principal_cents else []
    return [*total, ("glance_down", -down), *left]


def _schedule(paper: Paper, agreement: Agreement) -> None:
    say, rows = PAPER_WORDS[agreement.language], agreement.shown.rows
    if not rows:
        return
    paper.section(say["schedule_title"], room=35)
    cells = [
        (
            short_date(row.date, agreement.language),
            charge_words(row.description, agreement.language),
            format_usd(row.principal_cents),
            format_usd(row.interest_cents),
            format_usd(row.due_cents),
        )
        for row in rows
    ]
    principal, interest = sum(row.principal_cents for row in rows), sum(row.interest_cents for row in rows)
    last = ("", say["total"], format_usd(principal), format_usd(interest), format_usd(principal + interest))
    heads = [say[name] for name in ("date", "what", "principal", "interest", "due")]
    paper.rows(heads, cells, (25, 77, 26, 24, 28), last=last)


def _estimate(paper: Paper, agreement: Agreement) -> None:
    """What the payments come to once planned work is done, marked as an estimate; the work itself is not named."""
    say, shown = PAPER_WORDS[agreement.language], agreement.shown
    if not shown.estimate:
        return
    paper.section(say["estimate_title"], room=30)
    for line in shown.estimate:
        paper.say(payment_words(line, agreement.terms.frequency, agreement.language))
    note = say["estimate_note"].format(amount=format_usd(shown.payment_cents), count=shown.installments)
    paper.say(note, 9, color=QUIET)


def _words(paper: Paper, title: str, text: str) -> None:
    paper.section(title, room=42)
    for paragraph in text.split("\n\n"):
        paper.keep(20)
        paper.say(" ".join(paragraph.split()))
        paper.ln(1.8)


def _signature(paper: Paper, agreement: Agreement) -> None:
    say = PAPER_WORDS[agreement.language]
    paper.section(say["signature_title"], room=62)
    signature, at = agreement.signature, agreement.signed_at
    if signature is None or at is None:
        paper.say(say["not_signed"])
        return
    if signature.how == "drawn":
        _draw(paper, signature.mark)
    else:
        paper.cell(0, 14, paper.face(signature.mark, "I", 24, plain="Times"), new_x="LMARGIN", new_y="NEXT")
    paper.set_line_width(0.3)
    paper.set_draw_color(*INK)
    paper.line(paper.l_margin, paper.get_y(), paper.l_margin + 100, paper.get_y())
    paper.ln(1.5)
    where = say["where_office"] if signature.in_office else say["where_away"].format(address=signature.address)
    local = f"{at.astimezone(ZoneInfo(agreement.zone)):%Y-%m-%d %H:%M:%S %Z}"
    how = say[f"how_{signature.how}"]
    paper.say(say["signature_line"].format(name=signature.name, how=how, at=local, where=where), 9)
    if signature.consent:
        paper.say(signature.consent, 8)
    paper.say(say["fingerprint"].format(sha256=agreement.sha256), 8, color=QUIET)


def _draw(paper: Paper, path: str) -> None:
    """The strokes of a drawn signature: `M x y L x y ...` on a canvas of 600 by 200."""
    scale, left, top = _DRAWN_WIDE / _CANVAS[0], paper.l_margin, paper.get_y()
    paper.set_line_width(0.5)
    paper.set_draw_color(*INK)
    for stroke in strokes(path):
        for (x1, y1), (x2, y2) in pairwise(stroke):
            paper.line(left + x1 * scale, top + y1 * scale, left + x2 * scale, top + y2 * scale)
    paper.set_y(top + _CANVAS[1] * scale + 1)


def strokes(path: str) -> list[list[tuple[float, float]]]:
    """SVG path data of moves and lines as lists of points."""
    found: list[list[tuple[float, float]]] = []
    for part in path.split("M")[1:]:
        numbers = [float(each) for each in part.replace("L", " ").split()]
        found.append(list(zip(numbers[::2], numbers[1::2], strict=False)))
    return found
