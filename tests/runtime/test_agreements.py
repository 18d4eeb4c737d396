"""The paper of a payment plan says what was offered, and once signed by whom and when."""

import re
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfReader

from domain.payment_plan.change import change_terms
from domain.payment_plan.posting import open_plan
from domain.payment_plan.production import ProductionItem
from domain.payment_plan.terms import OfficePolicy
from domain.plan_agreement import Agreement
from domain.plan_law import shown
from domain.plan_money import receive
from domain.plan_records import Signature
from domain.plan_words import PAPER_WORDS, charge_words, in_their_language
from runtime.agreements import agreement_pdf, strokes
from runtime.letters import printable, unprintable
from tests.db.plan_samples import TODAY, a_plan, a_proposal, an_item


def agreement(**fields: object) -> Agreement:
    plan = a_plan(proposal=a_proposal(an_item(), number_of_payments=6))
    values: dict[str, object] = {
        "practice": "River Street Dental",
        "address": "120 River Street",
        "phone": "+12085550100",
        "patient": "Ann Example",
        "guarantor": "Joe Example",
        "number": 2,
        "on": TODAY,
        "zone": "America/Boise",
        "language": "en",
        "terms": plan.shown_plan.terms,
        "shown": shown(plan.shown_plan, TODAY),
        "words": "First paragraph.\n\nSecond paragraph.",
        "card_words": "You may charge my card.",
    }
    return Agreement(**(values | fields))  # type: ignore[arg-type]  # fields by name, checked by the dataclass


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def test_the_paper_has_the_box_the_schedule_and_the_words_and_is_the_same_each_time() -> None:
    pdf = agreement_pdf(agreement())
    text = text_of(pdf)
    for words in (
        "ANNUAL PERCENTAGE RATE",
        "FINANCE CHARGE",
        "$600.00",
        "May 23, 2027",
        "Second paragraph.",
        "my card",
    ):
        assert words in text
    assert "Not signed yet." in text
    assert agreement_pdf(agreement()) == pdf


@pytest.mark.parametrize("how", ["typed", "drawn"])
def test_a_signed_paper_says_who_when_from_where_and_which_paper(how: str) -> None:
    mark = "Joe Example" if how == "typed" else "M10 20L30 40L50 20M60 60L80 80"
    signature = Signature(name="Joe Example", how=how, mark=mark, address="192.0.2.7")
    at = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)
    text = text_of(agreement_pdf(agreement(signature=signature, signed_at=at, sha256="ab" * 32)))
    assert f"Signed by Joe Example ({how}), 2026-11-23 10:30:00 MST, from 192.0.2.7" in text.replace("\n", " ")
    assert "ab" * 32 in text


def test_strokes_are_the_points_of_each_move() -> None:
    assert strokes("M1 2L3 4L5 6M7 8L9 10") == [[(1, 2), (3, 4), (5, 6)], [(7, 8), (9, 10)]]


def pages_of(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]


def in_spanish() -> Agreement:
    """Sixty payments with interest, for a payer who reads Spanish."""
    item = ProductionItem("1", fee_cents=412_300, on=TODAY, description="D2740 Corona de porcelana, número 30")
    terms = {"number_of_payments": 60, "apr_percent": Decimal("9.9"), "locked": True, "down_payment_cents": 50_000}
    plan = a_plan(proposal=a_proposal(item, **terms)).shown_plan
    signature = Signature(name="Núria Peñalver", how="drawn", mark="M10 20L30 40L50 20", address="192.0.2.7")
    return agreement(
        language="es",
        terms=plan.terms,
        shown=shown(plan, TODAY),
        practice="Clínica Dental Río Norte",
        patient="José Muñoz Ibáñez",
        guarantor="Núria Peñalver",
        words="Primer párrafo.",
        signature=signature,
        signed_at=datetime(2026, 11, 23, 17, 30, tzinfo=UTC),
    )


def test_a_long_spanish_paper_repeats_its_heads_numbers_its_pages_and_says_nothing_in_english() -> None:
    pages = pages_of(agreement_pdf(in_spanish()))
    assert len(pages) >= 3
    for number, page in enumerate(pages, 1):
        assert f"Página {number} de {len(pages)}" in page
    heads = "Fecha Por Capital Interés A pagar"
    with_rows = [page for page in pages if "Corona de porcelana" in page and "dic 20" in page]
    assert len(with_rows) >= 2
    assert all(heads in page.replace("\n", " ") for page in with_rows)
    text = " ".join("\n".join(pages).split())
    for words in ("TASA DE PORCENTAJE ANUAL", "CARGO POR FINANCIAMIENTO", "José Muñoz Ibáñez", "Núria Peñalver",
                  "23 de diciembre de 2026", "Pago inicial", "cada mes", "Firmado por", "Clínica Dental Río Norte",
                  "número 30"):  # fmt: skip
        assert words in text, words
    for name in PAPER_WORDS["en"].keys() & PAPER_WORDS["es"].keys():
        english, spanish = PAPER_WORDS["en"][name], PAPER_WORDS["es"][name]
        if english != spanish and "{" not in english and len(english) > 4:
            assert english not in text, name


def test_the_rate_and_the_charge_are_printed_larger_than_the_other_disclosures() -> None:
    """12 CFR 1026.17(a)(2): the finance charge and the APR are more conspicuous than what else is disclosed."""
    sizes: dict[str, float] = {}

    def note(text: str, _cm: object, _tm: object, _font: object, size: float) -> None:
        sizes[text.strip()] = max(size, sizes.get(text.strip(), 0.0))

    paper = in_spanish()
    for page in PdfReader(BytesIO(agreement_pdf(paper))).pages[:1]:
        page.extract_text(visitor_text=note)
    box = paper.shown.box
    assert box is not None
    loud = min(sizes["TASA DE PORCENTAJE ANUAL"], sizes["CARGO POR FINANCIAMIENTO"])
    assert loud > max(sizes["Cantidad financiada"], sizes["Total de pagos"], sizes["Precio total de venta"])
    assert sizes[f"{box.apr_percent} %"] >= 1.5 * sizes["$3,623.00"]


def test_both_languages_have_the_same_words_and_fields() -> None:
    english, spanish = PAPER_WORDS["en"], PAPER_WORDS["es"]
    assert english.keys() == spanish.keys()
    for name in english:
        assert sorted(re.findall(r"\{\w+\}", english[name])) == sorted(re.findall(r"\{\w+\}", spanish[name])), name


NAMES = ("Nguyễn Thị Ánh", "Łukasz Żółć", "Slavoj Žižek", "Gülşen İnönü", "Ștefan Țepeș", "Жанна Ω", "Ő Đặng")


def test_every_name_is_printed_with_its_own_letters_in_each_place() -> None:
    """As the patient, the payer, a row of the work, in the words, in bold, in the signature and in a foot."""
    item = ProductionItem("1", fee_cents=60_000, on=TODAY, description=f"D2740 {NAMES[2]}")
    plan = a_plan(proposal=a_proposal(item, number_of_payments=6)).shown_plan
    name = NAMES[0]
    signature = Signature(name=name, how="typed", mark=name, address="192.0.2.7")
    at = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)
    paper = agreement(
        practice=NAMES[1],
        patient=unicodedata.normalize("NFD", name),
        guarantor=NAMES[3],
        shown=shown(plan, TODAY),
        words="\n\n".join(NAMES[4:]),
        signature=signature,
        signed_at=at,
    )
    pdf = agreement_pdf(paper)
    text = " ".join(text_of(pdf).split())
    for each in NAMES:
        assert each in text, each
    assert text.count(name) >= 3, "patient, signature and its line"
    assert text.count(NAMES[1]) >= 3, "the head, the box and the foot"
    assert "?" not in text
    assert len(pdf) < 120_000, "only the letters used are embedded"


def test_a_letter_that_no_font_has_is_named_on_the_paper() -> None:
    text = text_of(agreement_pdf(agreement(patient="王 Ann", language="es")))
    assert "? Ann" in text
    assert PAPER_WORDS["es"]["letters_lost"] in text
    assert PAPER_WORDS["en"]["letters_lost"] not in text_of(agreement_pdf(agreement()))


@pytest.mark.parametrize(
    ("text", "printed", "lost"),
    [
        ("Nguyễn Văn Łukasz", "Nguyễn Văn Łukasz", ""),
        ("Ann “Annie” O’Neil–Smith", "Ann “Annie” O’Neil–Smith", ""),
        ("Peña e\u0301 ü ñ ¿", "Peña é ü ñ ¿", ""),
        ("−5", "-5", ""),
        ("王王 Ann", "?? Ann", "王"),
        ("שלום", "????", "שלום"),
    ],
)
def test_letters_are_printed_or_named(text: str, printed: str, lost: str) -> None:
    assert printable(text) == printed
    assert unprintable(text) == lost


def test_rows_are_named_in_the_language_of_the_reader() -> None:
    assert charge_words("Down Payment", "es") == "Pago inicial"
    assert charge_words("2 items", "es") == "2 tratamientos"
    assert charge_words("Close Out Charge", "en") == "Rest, on closing the plan"
    assert charge_words("D2740 crown", "es") == "D2740 crown"


@pytest.mark.parametrize(("count", "sale"), [(4, True), (8, False)])
def test_the_paper_of_changed_terms_covers_what_is_left(count: int, sale: bool) -> None:
    """Four payments needed no box, so the first one shows the sale; eight had theirs, and what is left is a loan."""
    start = a_plan(proposal=a_proposal(number_of_payments=count)).shown_plan
    before = receive(open_plan(start, TODAY), 20_000, TODAY)
    terms = replace(before.terms, number_of_payments=6, payment_cents=None)
    after = change_terms(before, terms, TODAY, OfficePolicy())
    figures = shown(after, TODAY, before=before)
    english = " ".join(text_of(agreement_pdf(agreement(terms=after.terms, shown=figures))).split())
    spanish = " ".join(text_of(agreement_pdf(agreement(terms=after.terms, shown=figures, language="es"))).split())
    for words in ("These figures are for what is left to pay from November 23, 2026", "Paid so far -$200.00",
                  "Left to pay $400.00", "Next payment"):  # fmt: skip
        assert words in english, words
    assert ("Total sale price" in english) is sale
    assert ("with the $200.00 that you have paid" in english.lower()) is sale
    assert ("what you still owe on this plan as it was" in english) is not sale
    assert ("Precio total de venta" in spanish) is sale
    assert "Pagado hasta hoy" in spanish


def test_terms_that_exist_only_in_english_say_so_in_the_reader_s_language_and_whom_to_call() -> None:
    written = {"en": "I will pay."}
    spanish = in_their_language("I will pay.", written, "es", "(208) 555-0100")
    assert spanish.endswith("\n\nI will pay.")
    assert "solo en inglés" in spanish
    assert "(208) 555-0100" in spanish
    assert in_their_language("I will pay.", written, "en", "(208) 555-0100") == "I will pay."
    assert in_their_language("Pagaré.", {**written, "es": "Pagaré."}, "es", "(208) 555-0100") == "Pagaré."
    assert in_their_language("", {"en": ""}, "es", "(208) 555-0100") == ""
