"""The runner against a second reckoning, on cases that nobody wrote down; and the inputs that it must not ignore."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conformance import reckoning
from tests.conformance.__main__ import operations
from tests.conformance.runner import Verdict, run_case

KNOWN = operations()


def money(cents: int) -> float:
    return float(Decimal(cents).scaleb(-2))


@settings(deadline=None)
@given(
    st.integers(1_000, 900_000),
    st.integers(0, 999),
    st.sampled_from(["0", "5", "9.9", "12", "17.99", "29"]),
    st.sampled_from(sorted(reckoning.A_YEAR)),
    st.one_of(st.tuples(st.integers(1, 60), st.none()), st.tuples(st.none(), st.integers(2_000, 90_000))),
    st.dates(date(2023, 1, 1), date(2030, 12, 31)),
    st.integers(0, 6),
)
def test_every_schedule_agrees_with_a_second_reckoning(
    principal: int, down: int, apr: str, frequency: str, size: tuple[int | None, int | None], first: date, free: int
) -> None:
    count, each = size
    amount = each or reckoning.payment(principal - down, apr, frequency, count or 1)
    rows = reckoning.schedule(principal - down, apr, frequency, amount, first, free)
    inputs: dict[str, Any] = {
        "plan_type": "dynamic",
        "today": str(reckoning.nth_date(frequency, first, 0) - timedelta(days=40)),
        "principal": money(principal),
        "down_payment": money(down),
        "apr_percent": float(apr),
        "frequency": frequency,
        "first_payment": str(first),
    }
    inputs |= {"number_of_payments": count} if count else {"payment_amount": money(amount)}
    inputs |= {"no_interest_payments": free} if free else {}
    if rows is None:
        never = {"kind": "schedule", "inputs": inputs, "expected": {"terms_valid": False, "expected_rows": 0}}
        assert run_case(never, KNOWN, {}).verdict is Verdict.PASSED
        return
    wanted = {
        "payment_amount": money(amount),
        "total_interest": money(sum(interest for _, _, interest in rows)),
        "schedule": [{"date": str(day), "principal": money(p), "interest": money(i)} for day, p, i in rows],
    }
    outcome = run_case({"kind": "schedule", "inputs": inputs, "expected": wanted}, KNOWN, {})
    assert outcome.verdict is Verdict.PASSED, outcome.lines


@pytest.mark.parametrize(
    ("kind", "inputs", "named"),
    [
        ("period_rate", {"apr_percent": 12, "frequency": "monthly", "compounding": "daily"}, "compounding"),
        ("apr", {"amount_advanced": 1, "payments": [{"amount": 2, "grace": 3}]}, "payments.grace"),
        ("overcharge", {"procedure": 100, "charged_principal": 5, "insurance_paid": {"p9": 5}}, "insurance_paid.p9"),
        ("production_amount", {"procedure": 100, "adjustment": {"amount": 5, "hue": 1}}, "adjustment.hue"),
        ("service_run", {"production": [{"id": "p1", "amount": 5, "colour": "A2"}], "terms": {}}, "production.colour"),
    ],
)
def test_an_input_that_nobody_reads_is_named_and_fails_a_case_that_expects_no_figure(
    kind: str, inputs: dict[str, Any], named: str
) -> None:
    outcome = run_case({"kind": kind, "inputs": inputs, "expected": {}}, KNOWN, {})
    assert outcome.verdict is Verdict.FAILED
    assert f"nobody reads {named}" in outcome.lines[0]


def test_figures_that_agree_pass_beside_an_input_that_nobody_reads_and_it_is_named() -> None:
    inputs = {"apr_percent": 12, "frequency": "monthly", "weather": "fair"}
    case = {"kind": "period_rate", "inputs": inputs, "expected": {"rate": 0.01}}
    outcome = run_case(case, KNOWN, {})
    assert (outcome.verdict, "weather" in outcome.lines[0]) == (Verdict.PASSED_UNREAD, True)
    assert run_case(case | {"expected": {"rate": 0.02}}, KNOWN, {}).verdict is Verdict.FAILED


@pytest.mark.parametrize(
    "said",
    [
        {"adjustment": -64},
        {"adjustment": {"p1": -64}},
        {"adjustments": [{"entry": "p1", "amount": -64}]},
        {"later_adjustment": {"entry": "p1", "amount": -64}},
        {"explicit_adjustment": {"p1": -64}},
    ],
)
def test_an_adjustment_beside_a_list_of_procedures_changes_the_one_it_names(said: dict[str, Any]) -> None:
    inputs = {"procedures": [64, 58], "down_payment": 35, "payment_amount": 35, "apr_percent": 1, "posted_rows": 3}
    case = {"kind": "overcharge", "inputs": inputs | said, "expected": {"overcharged": True}}
    assert run_case(case, KNOWN, {}).verdict is Verdict.PASSED
    assert run_case(case | {"inputs": inputs}, KNOWN, {}).verdict is Verdict.FAILED


def test_a_payment_half_a_period_in_may_be_said_as_a_number() -> None:
    whole = {"amount_advanced": 1000, "unit_periods_per_year": 12, "payments": [{"amount": 1010, "at_periods": 0.5}]}
    assert run_case({"kind": "apr", "inputs": whole, "expected": {"apr_percent": 24.0}}, KNOWN, {}).lines == ()


def test_what_is_said_for_the_reader_changes_nothing() -> None:
    inputs = {"apr_percent": 12, "frequency": "monthly", "note": "one", "why": "two", "_more": 3, "source": "four"}
    case = {"kind": "period_rate", "inputs": inputs, "expected": {"rate": 0.01}}
    assert run_case(case, KNOWN, {}).verdict is Verdict.PASSED
