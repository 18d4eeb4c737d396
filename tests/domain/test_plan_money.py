"""Money on a plan in force: nothing is lost, whatever comes and goes."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.payment_plan.frequency import Frequency
from domain.payment_plan.plan import PaymentPlan
from domain.payment_plan.posting import open_plan
from domain.plan_money import balance_due, next_due, post_day, receive, take_back
from tests.db.plan_samples import TODAY, a_proposal, an_item

FIRST = date(2026, 12, 1)


def weekly(cents: int = 40_000, count: int = 4, down: int = 0) -> PaymentPlan:
    proposal = a_proposal(
        an_item(1, cents),
        first_payment=FIRST,
        number_of_payments=count,
        frequency=Frequency.WEEKLY,
        down_payment_cents=down,
    )
    return open_plan(PaymentPlan(proposal.terms, proposal.production), TODAY)


def test_the_day_of_a_charge_owes_it_and_a_second_run_owes_nothing() -> None:
    posted = post_day(weekly(), FIRST)
    assert posted.owed == ((FIRST, 10_000),)
    again = post_day(posted.plan, FIRST)
    assert again.owed == ()
    assert again.plan == posted.plan


@given(st.integers(1, 500_000), st.integers(1, 40), st.lists(st.integers(1, 12), max_size=6))
def test_days_missed_owe_the_same_as_days_run(cents: int, count: int, steps: list[int]) -> None:
    one = weekly(cents, min(count, cents))
    end = FIRST + timedelta(days=60)
    whole = post_day(one, end)
    day, parts = FIRST, list[tuple[date, int]]()
    for step in steps:
        day = min(end, day + timedelta(days=step))
        posted = post_day(one, day)
        one, parts = posted.plan, [*parts, *posted.owed]
    last = post_day(one, end)
    assert (*parts, *last.owed) == whole.owed
    assert last.plan.charges == whole.plan.charges


@given(st.integers(0, 90), st.lists(st.integers(1, 30_000), min_size=1, max_size=6), st.data())
def test_what_comes_in_can_go_back_to_the_cent(days: int, payments: list[int], data: st.DataObject) -> None:
    day = FIRST + timedelta(days=days)
    plan = post_day(weekly(), day).plan
    before = balance_due(plan, day)
    for cents in payments:
        plan = receive(plan, cents, day)
    assert sum(split.amount_cents for split in plan.splits) == sum(payments)
    assert balance_due(plan, day) == max(0, before - sum(payments))
    left = sum(payments)
    while left:
        back = data.draw(st.integers(1, left))
        plan = take_back(plan, back, day)
        left -= back
        assert sum(split.amount_cents for split in plan.splits) == left
    assert balance_due(plan, day) == before


def test_more_than_was_paid_cannot_go_back() -> None:
    plan = receive(post_day(weekly(), FIRST).plan, 500, FIRST)
    with pytest.raises(ValueError, match="only 500 cents were paid"):
        take_back(plan, 501, FIRST)


def test_the_next_day_to_look_is_the_next_charge_until_all_is_charged() -> None:
    plan = weekly()
    assert next_due(plan) == FIRST
    for number in range(4):
        plan = post_day(plan, FIRST + timedelta(weeks=number)).plan
        later = FIRST + timedelta(weeks=number + 1)
        assert next_due(plan) == (later if number < 3 else None)


def test_a_down_payment_is_owed_today_and_a_prepayment_pays_what_comes() -> None:
    plan = weekly(down=10_000)
    assert balance_due(plan, TODAY) == 10_000
    plan = receive(plan, 15_000, TODAY)
    assert balance_due(plan, TODAY) == 0
    posted = post_day(plan, FIRST)
    assert posted.owed == ((FIRST, 2_500),)
