"""What may be decided about a deposit, in every state it can be in."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.case import CaseState
from domain.deposit_decisions import (
    DecisionKind,
    amount_refusal,
    is_undecided,
    left_cents,
    refunded_by_itself,
    refusal,
    visit_lies_ahead,
)
from domain.plan_records import DEPOSIT_USED
from domain.records import CaseRecord, DepositRecord, DepositState
from domain.route import Path, RefundPolicy, Route

NOW = datetime(2026, 11, 23, 17, tzinfo=UTC)
HOUR = timedelta(hours=1)
REFUND, FORFEIT = DecisionKind.REFUND, DecisionKind.FORFEIT


def a_case(**fields: Any) -> CaseRecord:
    values: dict[str, Any] = {
        "case_id": "case/boise/opendental/1/s/1", "location": "boise", "source": "opendental", "account": "a",
        "plan_id": "1", "patient_id": "2", "acceptance": "s", "accepted_at": NOW - 9 * HOUR,
        "detected_at": NOW - 9 * HOUR, "state": CaseState.BOOKED, "ended_at": NOW - 8 * HOUR,
        "appointment_id": "9", "booked_start": NOW + 30 * HOUR,
    }  # fmt: skip
    return CaseRecord.model_validate(values | fields)


def a_deposit(state: DepositState = DepositState.PAID, **fields: Any) -> DepositRecord:
    values: dict[str, Any] = {
        "id": "dep_1", "case_id": "case/boise/opendental/1/s/1", "location": "boise", "patient_id": "2", "attempt": 1,
        "amount_cents": 50_000, "state": state, "payment_id": "pi_1", "created_at": NOW,
    }  # fmt: skip
    return DepositRecord.model_validate(values | fields)


CANCELLED = a_case(appointment_id="")


@pytest.mark.parametrize("state", [s for s in DepositState if s not in (DepositState.PAID, DepositState.FORFEITED)])
@pytest.mark.parametrize("kind", DecisionKind)
def test_only_money_that_is_with_us_can_be_decided_about(state: DepositState, kind: DecisionKind) -> None:
    assert refusal(kind, CANCELLED, a_deposit(state), NOW)
    assert left_cents(a_deposit(state)) == 0


def test_a_deposit_of_an_open_case_belongs_to_the_case() -> None:
    still_open = a_case(state=CaseState.OFFERING, ended_at=None)
    for kind in DecisionKind:
        assert "still open" in refusal(kind, still_open, a_deposit(), NOW)


@pytest.mark.parametrize("state", [CaseState.HANDED_OVER, CaseState.DECLINED, CaseState.BOOKED_ELSEWHERE])
def test_of_any_ended_case_it_may_go_back(state: CaseState) -> None:
    assert refusal(REFUND, a_case(state=state, appointment_id=""), a_deposit(), NOW) == ""


def test_a_visit_ahead_keeps_no_deposit_but_may_give_it_back() -> None:
    assert refusal(REFUND, a_case(), a_deposit(), NOW) == ""
    assert "still booked" in refusal(FORFEIT, a_case(), a_deposit(), NOW)
    assert refusal(FORFEIT, a_case(booked_start=NOW - HOUR), a_deposit(), NOW) == "", "nobody came"
    assert refusal(FORFEIT, CANCELLED, a_deposit(), NOW) == ""


def test_one_that_was_kept_may_still_go_back_but_not_be_kept_twice() -> None:
    kept = a_deposit(DepositState.FORFEITED)
    assert refusal(REFUND, CANCELLED, kept, NOW) == ""
    assert "kept already" in refusal(FORFEIT, CANCELLED, kept, NOW)


def test_the_down_payment_of_a_payment_plan_is_not_decided_about_here() -> None:
    used = a_deposit(note=f"{DEPOSIT_USED}pp_1")
    for kind in DecisionKind:
        assert "the payment plan has it" in refusal(kind, CANCELLED, used, NOW)
    assert not is_undecided(used)
    assert is_undecided(a_deposit())


@given(left=st.integers(0, 10_000_000), asked=st.integers(-10, 20_000_000))
def test_never_more_than_is_left(left: int, asked: int) -> None:
    assert (amount_refusal(asked, left) == "") == (0 < asked <= left)


@pytest.mark.parametrize(("hours", "back"), [(25, True), (24, True), (23, False)])
def test_inside_the_policy_it_goes_back_by_itself(hours: int, back: bool) -> None:
    policy = RefundPolicy(refundable_hours=24)
    route = Route(tier="t", path=Path.LINK, minutes=60, first_offer_minutes=15, refund_policy=policy)
    case = a_case(booked_start=NOW + hours * HOUR).model_copy(update={"route": route})
    assert refunded_by_itself(case, NOW) is back
    assert refunded_by_itself(case.model_copy(update={"displaced": True}), NOW), "the provider is away"


def test_staff_change_what_is_booked_recorded_and_ahead() -> None:
    assert visit_lies_ahead(a_case(), NOW)
    for case in (CANCELLED, a_case(ended_at=None), a_case(booked_start=NOW), a_case(state=CaseState.BOOKED_ELSEWHERE)):
        assert not visit_lies_ahead(case, NOW)
