"""The paper of a payment plan says what was offered, and once signed by whom and when."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from pypdf import PdfReader

from domain.plan_agreement import Agreement
from domain.plan_law import shown
from domain.plan_records import Signature
from runtime.agreements import agreement_pdf, strokes
from tests.db.plan_samples import TODAY, a_plan, a_proposal, an_item


def agreement(**fields: object) -> Agreement:
    plan = a_plan(proposal=a_proposal(an_item(), number_of_payments=6))
    values: dict[str, object] = {
        "title": "Payment plan agreement",
        "practice": "River Street Dental",
        "address": "120 River Street",
        "phone": "+12085550100",
        "patient": "Ann Example",
        "guarantor": "Joe Example",
        "number": 2,
        "on": TODAY,
        "zone": "America/Boise",
        "terms": "6 payments",
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
    for words in ("ANNUAL PERCENTAGE RATE", "FINANCE CHARGE", "$600.00", "2027-05-23", "Second paragraph.", "my card"):
        assert words in text
    assert "Not signed yet" in text
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
