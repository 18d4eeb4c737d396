"""Production: amounts, order, what may be attached."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from domain.payment_plan.production import (
    LinkedAdjustment,
    ProcedureStatus,
    ProductionItem,
    ProductionKind,
    charge_order,
    chargeable,
    display_order,
    linked_adjustments_cents,
    lock_amounts,
    portion_problems,
)
from domain.payment_plan.terms import OfficePolicy, TreatmentPlanned, default_terms, term_problems
from tests.domain.payment_plan.plans import TODAY, item

CROWN = ProductionItem(
    "crown",
    fee_cents=120_000,
    quantity=1,
    adjustments_cents=-10_000,
    insurance_cents=40_000,
    write_off_cents=5_000,
    prior_payments_cents=2_500,
    discount_cents=6_000,
    tax_cents=3_000,
)


def test_amounts_original_and_end() -> None:
    assert CROWN.amount_original_cents == 120_000
    assert CROWN.amount_end_cents == 62_500
    planned = replace(CROWN, status=ProcedureStatus.TREATMENT_PLANNED)
    assert planned.amount_end_cents == 62_500 - 6_000 + 3_000
    assert replace(CROWN, override_cents=70_000).amount_cents == 70_000


def test_only_adjustments_of_the_same_patient_provider_and_clinic_count() -> None:
    adjustments = [
        LinkedAdjustment(-500, "pat", "dr", "north"),
        LinkedAdjustment(-900, "pat", "hyg", "north"),
        LinkedAdjustment(-900, "pat", "dr", "south"),
        LinkedAdjustment(200, "pat", "dr", "north"),
    ]
    assert linked_adjustments_cents(adjustments, "pat", "dr", "north") == -300


def _mixed() -> list[ProductionItem]:
    day = date(2026, 1, 5)
    return [
        replace(item("planned", 1, "TP"), on=day),
        ProductionItem("adjustment", ProductionKind.ADJUSTMENT, fee_cents=1, on=day),
        replace(item("done", 1), on=day),
        replace(item("ortho", 1), on=day, ortho=True),
        replace(item("earlier", 1), on=date(2026, 1, 1)),
    ]


def test_planned_work_is_charged_last_and_shown_by_date() -> None:
    assert [each.id for each in charge_order(_mixed(), TODAY)] == ["earlier", "ortho", "done", "adjustment", "planned"]
    assert [each.id for each in display_order(_mixed(), TODAY)] == ["earlier", "ortho", "done", "adjustment", "planned"]


def test_awaiting_leaves_planned_work_out_until_it_is_done() -> None:
    ids = [each.id for each in chargeable(_mixed(), TreatmentPlanned.AWAIT_COMPLETE, TODAY)]
    assert "planned" not in ids
    assert len(chargeable(_mixed(), TreatmentPlanned.TREAT_AS_COMPLETE, TODAY)) == 5
    later = replace(item("x", 1), completed_on=date(2026, 3, 3))
    assert chargeable([later], TreatmentPlanned.AWAIT_COMPLETE, TODAY) == []
    assert chargeable([later], TreatmentPlanned.AWAIT_COMPLETE, date(2026, 3, 3)) == [later]


def test_locked_amounts_do_not_follow_the_ledger() -> None:
    (locked,) = lock_amounts([CROWN])
    assert replace(locked, insurance_cents=90_000).amount_cents == CROWN.amount_cents


def test_items_also_on_an_insurance_plan_need_the_patients_portion() -> None:
    items = [CROWN, item("filling", 9_000)]
    assert portion_problems(items, ["filling"]) == [
        "filling is on an insurance payment plan too; enter the patient's portion as its amount override."
    ]
    assert portion_problems([replace(CROWN, override_cents=1)], ["crown"]) == []


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ({"apr_percent": Decimal(5), "locked": True}, "does not allow an APR"),
        ({"apr_percent": Decimal(-1)}, "negative"),
        ({"number_of_payments": None}, "only one"),
        ({"number_of_payments": -1}, "1 or more"),
        ({"payment_cents": -5, "number_of_payments": None}, "above zero"),
        ({"interest_start": TODAY, "no_interest_payments": 2}, "not both"),
        ({"agreement_date": date(2026, 3, 3)}, "future"),
        ({"down_payment_cents": 100_001}, "more than the total principal"),
    ],
)
def test_wrong_terms_are_told_in_plain_words(terms: dict[str, object], message: str) -> None:
    wrong = replace(default_terms(TODAY), **terms)  # type: ignore[arg-type]  # fields pass through
    (problem,) = term_problems(wrong, 100_000, TODAY, OfficePolicy(allow_apr=False))
    assert message in problem


def test_the_default_plan_is_sound_and_needs_no_disclosure() -> None:
    terms = default_terms(date(2027, 1, 31))
    assert terms.first_payment == date(2027, 2, 28)
    assert terms.apr_percent == 0
    assert terms.number_of_payments == 4
    assert term_problems(terms, 100_000, date(2027, 1, 31), OfficePolicy(allow_apr=False)) == []
