"""From a terms file to a schedule that a person can check."""

import csv
import io
from datetime import date

import pytest

from domain.payment_plan.document import ScheduleDocument, schedule_document
from domain.payment_plan.interest import PaymentTooSmallError
from domain.payment_plan.plan import PaymentSplit, SplitKind
from domain.payment_plan.posting import post_due
from domain.payment_plan.reading import TermsError
from domain.payment_plan.render import as_csv, as_json, as_text, terms_note
from domain.payment_plan.rows import schedule_rows
from tests.domain.payment_plan.plans import TODAY, plan_of

FILE = {
    "production": [
        {"id": "crown", "type": "procedure", "status": "C", "amount": "1,200.00", "description": "Crown"},
        {"id": "bleaching", "type": "procedure", "status": "TP", "amount": 300, "description": "Whitening"},
    ],
    "terms": {
        "first_payment": "2026-04-02",
        "apr_percent": 9.9,
        "number_of_payments": 12,
        "down_payment": 300,
        "frequency": "monthly",
        "tp_option": "treat_as_complete",
    },
}


@pytest.fixture
def document() -> ScheduleDocument:
    return schedule_document(FILE, TODAY)


def test_all_forms_say_the_same(document: ScheduleDocument) -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(document))))
    data = as_json(document)
    assert [row["principal"] for row in rows] == [f"{row['principal_cents'] / 100:.2f}" for row in data["rows"]]
    assert sum(row["principal_cents"] for row in data["rows"]) == 150_000
    text = as_text(document)
    assert all(row["date"] in text for row in rows)
    assert data["payment_cents"] == 10_545
    assert "$105.45" in text


def test_the_line_for_today_stands_between_past_and_future(document: ScheduleDocument) -> None:
    lines = as_text(document).splitlines()
    at = next(index for index, line in enumerate(lines) if " today " in line)
    assert lines[at - 1].startswith("2026-03-02  Down Payment")
    assert lines[at + 1].startswith("2026-04-02")


def test_the_box_is_there_because_there_is_a_finance_charge(document: ScheduleDocument) -> None:
    assert document.box is not None
    assert document.box.total_sale_price_cents == document.totals.total_cost_cents
    assert "ANNUAL PERCENTAGE RATE" in as_text(document)


def test_four_payments_at_nothing_need_no_box_and_five_do() -> None:
    plain = {"principal": 500, "first_payment": "2026-04-02", "number_of_payments": 4}
    assert schedule_document(plain, TODAY).box is None
    five = schedule_document(plain | {"number_of_payments": 5}, TODAY)
    assert five.box is not None
    assert five.box.finance_charge_cents == 0


def test_a_lower_cash_price_is_a_finance_charge() -> None:
    fields = {"principal": 500, "cash_price": 475, "first_payment": "2026-04-02", "number_of_payments": 4}
    found = schedule_document(fields, TODAY)
    assert found.disclosure_required
    assert found.box is not None
    assert found.box.finance_charge_cents == 2_500


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"first_payment": None}, "first_payment is missing"),
        ({"first_payment": "soon"}, "first_payment: 'soon' is not a date"),
        ({"frequency": "daily"}, "frequency: 'daily' is not known"),
        ({"principal": "12.345"}, "principal: '12.345' is not a whole number of cents"),
        ({"payment_amount": 10}, "only one of them"),
        ({"down_payment": 9_999}, "more than the total principal"),
        ({"apr_percent": "ten"}, "apr_percent: 'ten' is not a number"),
        ({"locked": "perhaps"}, "neither true nor false"),
        ({"principal": None}, "principal is missing"),
        ({"production": [3]}, "list of objects"),
        ({"aprr": 5}, r"unknown: aprr \(did you mean apr\?\)"),
        ({"zzz": 5}, "unknown: zzz; mend the spelling or leave it out"),
        ({"terms": {"first_paymnt": "2026-04-02"}, "first_payment": "2026-04-02"}, "move it into terms"),
        ({"production": [{"id": "a", "amuont": 5}]}, r"production 1: amuont \(did you mean amount\?\)"),
        ({"apr_percent": None}, "apr_percent is null; write 0"),
        ({"number_of_payments": True}, "number_of_payments: true is not a whole number; write it like 12"),
        ({"number_of_payments": "some"}, "number_of_payments: 'some' is not a whole number"),
        ({"number_of_payments": 2.5}, "number_of_payments: 2.5 is not a whole number"),
        ({"payments": 6}, "payments and number_of_payments differ"),
        ({"number_of_payments": 100_000}, "100,000 is too many; a schedule has 2,000 payments or fewer"),
        ({"number_of_payments": 600}, r"number_of_payments: each payment would be \$0.84; make it at least"),
        ({"production": [{"id": "a", "amount": 5}, {"id": "a", "amount": 5}]}, "same id"),
    ],
)
def test_bad_input_names_the_field_and_how_to_mend_it(change: dict[str, object], message: str) -> None:
    fields = {"principal": 500, "first_payment": "2026-04-02", "number_of_payments": 4} | change
    with pytest.raises(TermsError, match=message):
        schedule_document(fields, TODAY)


def test_a_payment_below_the_interest_is_an_error_not_an_empty_schedule() -> None:
    fields = {"principal": 5_000, "first_payment": "2026-04-02", "payment_amount": 50, "apr_percent": 12}
    with pytest.raises(PaymentTooSmallError):
        schedule_document(fields, TODAY)


@pytest.mark.parametrize("change", [{"payment_amount": "0.99"}, {"payment_amount": 2}, {"payment_amount": "11.55"}])
def test_a_schedule_is_never_cut_short(change: dict[str, object]) -> None:
    fields = {"principal": 5_000, "first_payment": "2026-04-02", "frequency": "weekly"}
    interest = {"apr_percent": 12} if change["payment_amount"] == "11.55" else {}
    with pytest.raises((TermsError, PaymentTooSmallError), match=r"2,000 payments or fewer|at least \$1.00"):
        schedule_document(fields | interest | change, TODAY)


def test_a_misspelled_key_inside_the_terms_is_named_with_its_place() -> None:
    fields = FILE | {"terms": FILE["terms"] | {"aprr": 3}}  # type: ignore[operator]  # the file's values are of any type
    with pytest.raises(TermsError, match=r"unknown: terms.aprr \(did you mean apr\?\)"):
        schedule_document(fields, TODAY)


def test_payments_as_a_whole_number_is_their_number() -> None:
    fields = {"principal": 500, "first_payment": "2026-04-02"}
    found = schedule_document(fields | {"payments": 4}, TODAY)
    assert found == schedule_document(fields | {"number_of_payments": 4}, TODAY)
    assert schedule_document(fields | {"payments": "4"}, TODAY) == found
    with pytest.raises(TermsError, match="'four' is not a whole number"):
        schedule_document(fields | {"payments": "four"}, TODAY)
    assert schedule_document(fields | {"payments": 4, "number_of_payments": 4}, TODAY) == found


def test_facts_of_the_plan_s_history_may_stand_in_the_file() -> None:
    fields = {"principal": 500, "first_payment": "2026-04-02", "number_of_payments": 4}
    more = {"completed_production": 500, "treatment_planned_production": 0, "plan_type": "dynamic", "payments": []}
    assert schedule_document(fields | more, TODAY) == schedule_document(fields, TODAY)


def test_a_down_payment_of_everything_leaves_nothing_to_pay() -> None:
    fields = {"principal": 500, "first_payment": "2026-04-02", "number_of_payments": 4, "down_payment": 500}
    found = schedule_document(fields, TODAY)
    assert terms_note(found.terms).startswith("nothing left to pay after the down payment, APR 0 %, down payment $500")
    assert [row.principal_cents for row in found.schedule.rows] == [50_000]


def test_ungrouped_rows_are_single_charges_and_splits() -> None:
    plan = post_due(plan_of(8_000, 12_000), date(2026, 4, 2))
    plan = plan.with_splits([PaymentSplit(3_000, SplitKind.PRINCIPAL, TODAY), PaymentSplit(500, paid_on=TODAY)])
    today = date(2026, 4, 2)
    grouped, single = schedule_rows(plan, today), schedule_rows(plan, today, grouped=False)
    assert [row.description for row in grouped.rows] == ["Payment", "2 items", "p2"]
    assert [row.description for row in single.rows][:2] == ["Payment (principal)", "Payment (unknown)"]
    assert [row.balance_cents for row in grouped.rows] == [-3_500, 6_500, 16_500]
    assert single.rows[-1].balance_cents == grouped.rows[-1].balance_cents
    assert [row.date for row in grouped.without_past().rows] == [date(2026, 5, 2)]
    assert grouped.without_past().today_index == 0


def test_the_note_tells_the_terms(document: ScheduleDocument) -> None:
    assert terms_note(document.terms).startswith("$105.45 every month from 2026-04-02, APR 9.9 %, down payment $300.00")


@pytest.mark.parametrize(("agreed", "today"), [("2026-08-02", "2027-01-05"), ("2027-01-05", "2026-11-01")])
def test_the_rate_does_not_rest_on_an_old_date_of_agreement(agreed: str, today: str) -> None:
    fields = {"principal": 1_000, "first_payment": "2027-02-05", "number_of_payments": 6, "apr_percent": 12}
    box = schedule_document(fields | {"agreement_date": agreed, "today": today}, TODAY).box
    assert box is not None
    assert str(box.apr_percent) == "12.00"
