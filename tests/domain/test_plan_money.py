"""Money on a plan in force: nothing is lost, whatever comes and goes."""

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.payment_plan.balance import Overpayment, balance, paid_cents
from domain.payment_plan.close import close, reopen
from domain.payment_plan.edit import add_charge, delete_charge
from domain.payment_plan.frequency import Frequency
from domain.payment_plan.paid import dues, money_of
from domain.payment_plan.plan import PaymentPlan, SplitKind, interest_of, principal_of
from domain.payment_plan.posting import open_plan
from domain.payment_plan.production import ProcedureStatus, ProductionItem
from domain.payment_plan.schedule import completed_cents, expected_charges
from domain.payment_plan.terms import Terms, TreatmentPlanned
from domain.plan_money import (
    balance_due,
    gathered,
    kept_cents,
    kept_to_principal,
    next_due,
    on_plan_cents,
    over_cents,
    payoff_cents,
    pays_whole,
    post_day,
    receive,
    receive_on_principal,
    take_back,
)
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


@given(
    st.integers(0, 90),
    st.lists(st.integers(1, 30_000), min_size=1, max_size=6),
    st.lists(st.integers(1, 60_000), max_size=8),
)
def test_what_comes_in_can_go_back_to_the_cent(days: int, payments: list[int], parts: list[int]) -> None:
    day = FIRST + timedelta(days=days)
    plan = post_day(weekly(), day).plan
    before = balance_due(plan, day)
    for cents in payments:
        plan = receive(plan, cents, day)
    assert sum(split.amount_cents for split in plan.splits) == sum(payments)
    assert balance_due(plan, day) == max(0, before - sum(payments))
    left = sum(payments)
    for part in (*parts, left):
        if back := min(part, left):
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


def interest_plan() -> PaymentPlan:
    terms = Terms(FIRST, apr_percent=Decimal(12), number_of_payments=6, locked=True)
    return open_plan(PaymentPlan(terms, (an_item(cents=100_000),)), FIRST)


def test_what_is_more_than_due_lowers_the_principal_when_that_is_chosen() -> None:
    due = post_day(interest_plan(), FIRST).plan
    assert payoff_cents(due, FIRST) == 100_000 + 1_000
    paid = receive_on_principal(due, payoff_cents(due, FIRST), FIRST, "typed")
    assert next_due(paid) is None
    assert sum(charge.interest_cents for charge in paid.charges) == 1_000
    assert payoff_cents(paid, FIRST) == 0
    assert sum(split.amount_cents for split in paid.splits) == 101_000
    held = receive(due, 101_000, FIRST)
    assert next_due(held) is not None
    assert payoff_cents(held, FIRST) == 0


@given(st.integers(1, 200_000))
def test_paying_on_principal_loses_no_cent_and_never_costs_more(cents: int) -> None:
    due = post_day(interest_plan(), FIRST).plan
    plan = receive_on_principal(due, cents, FIRST, "typed")
    assert sum(split.amount_cents for split in plan.splits) == cents
    kept = receive(due, cents, FIRST)
    assert plan.held_cents(SplitKind.PREPAYMENT) == max(0, cents - 101_000)
    assert interest_of(plan.charges) + interest_of(expected_charges(plan, FIRST)) <= interest_of(
        due.charges
    ) + interest_of(expected_charges(kept, FIRST))


def test_a_charge_made_ahead_by_hand_is_owed_on_its_own_date() -> None:
    plan = post_day(weekly(), FIRST).plan
    day = FIRST + timedelta(days=3)
    ahead = add_charge(plan, FIRST, day)
    assert next_due(ahead) == day
    assert [each for each, _ in post_day(ahead, day).owed] == [day]
    after = post_day(ahead, day).plan
    assert post_day(after, day).owed == ()
    assert [each for each, _ in post_day(after, FIRST + timedelta(days=7)).owed] == [FIRST + timedelta(days=7)]


def test_a_charge_deleted_on_its_date_is_posted_again_also_a_day_late() -> None:
    plan = post_day(weekly(), FIRST + timedelta(days=7)).plan
    second = plan.charges[-1]
    gone = delete_charge(plan, second.date, second.number)
    assert next_due(gone) == second.date
    for late in (0, 1):
        again = post_day(gone, second.date + timedelta(days=late)).plan
        assert [charge.date for charge in again.charges] == [FIRST, second.date]


def test_what_is_kept_may_pay_principal_once_and_then_earns_no_interest() -> None:
    terms = replace(weekly().terms, apr_percent=Decimal(20), locked=True)
    paid = receive(replace(weekly(), terms=terms), 12_500, TODAY)
    assert kept_cents(paid) == 12_500
    after = kept_to_principal(paid, TODAY)
    assert kept_cents(after) == 0
    assert interest_of(expected_charges(after, TODAY)) < interest_of(expected_charges(paid, TODAY))
    assert sum(split.amount_cents for split in after.splits) == 12_500
    with pytest.raises(ValueError, match="Nothing is kept"):
        kept_to_principal(after, TODAY)


@given(st.integers(min_value=1_000, max_value=39_000), st.integers(min_value=0, max_value=20))
def test_a_payoff_is_the_end_also_when_money_was_held_before(prepaid: int, later: int) -> None:
    terms = Terms(FIRST, number_of_payments=6, apr_percent=Decimal(24))
    plan = open_plan(PaymentPlan(terms, (an_item(1, 40_000),)), TODAY)
    today = FIRST + timedelta(days=later)
    plan = receive(post_day(plan, FIRST).plan, prepaid, FIRST)
    paid = receive_on_principal(plan, payoff_cents(plan, today), today)
    end = today + timedelta(days=800)
    assert balance_due(post_day(paid, end).plan, end) == 0
    assert expected_charges(paid, today) == []


def test_a_payoff_pays_the_whole_plan_only_when_no_work_awaits_completion() -> None:
    waits = ProductionItem("2", fee_cents=5_000, status=ProcedureStatus.TREATMENT_PLANNED)
    terms = Terms(date(2027, 1, 10), payment_cents=5_000)
    items = (ProductionItem("1", fee_cents=10_000), waits)
    assert not pays_whole(PaymentPlan(terms, items), date(2027, 1, 1))
    whole = replace(terms, treatment_planned=TreatmentPlanned.TREAT_AS_COMPLETE)
    assert pays_whole(PaymentPlan(whole, items), date(2027, 1, 1))


def test_money_that_stands_on_the_plan_beyond_its_charges_saves_interest_and_pays_what_comes() -> None:
    due = post_day(interest_plan(), FIRST).plan
    [charge] = due.charges
    waiting = receive(due, charge.total_cents + 50_000, FIRST)
    plan = receive(due, charge.total_cents + 50_000, FIRST, "pms:1", 0)
    assert (kept_cents(plan), over_cents(plan)) == (0, 50_000)
    assert payoff_cents(plan, FIRST) == payoff_cents(waiting, FIRST)
    assert interest_of(expected_charges(plan, FIRST)) < interest_of(expected_charges(waiting, FIRST))
    posted = post_day(plan, next_due(plan) or FIRST)
    left = 100_000 - charge.principal_cents
    assert posted.owed == (), "it is paid already"
    assert posted.plan.charges[-1].interest_cents == (left - 50_000) // 100
    assert over_cents(posted.plan) == 50_000 - posted.plan.charges[-1].total_cents
    paid = kept_to_principal(plan, FIRST)
    assert (kept_cents(paid), over_cents(paid), paid.charges[-1].principal_cents) == (0, 0, 50_000)


_MOVES = ("day", "pay", "pay on plan", "pay on principal", "kept to principal", "give back", "close", "reopen", "turn")


@given(st.booleans(), st.lists(st.tuples(st.sampled_from(_MOVES), st.integers(1, 90_000)), max_size=12))
def test_over_paying_giving_back_closing_and_reopening_lose_no_cent(
    interest: bool, moves: list[tuple[str, int]]
) -> None:
    plan = interest_plan() if interest else weekly(100_000, 6)
    day, here = FIRST, 0
    for move, cents in moves:
        if move == "day":
            day += timedelta(days=cents % 40)
            plan = post_day(plan, day).plan
        elif move == "turn":
            plan = balance(plan, day, list(Overpayment)[cents % 2]).plan
        elif move in ("pay", "pay on plan"):
            plan, here = receive(plan, cents, day, "typed", None if move == "pay" else cents // 3), here + cents
        elif move == "pay on principal":
            plan, here = receive_on_principal(plan, cents, day), here + cents
        elif move == "give back":
            back = min(cents, on_plan_cents(plan))
            plan, here = take_back(plan, back, day), here - back
        elif move == "kept to principal":
            with suppress(ValueError):
                plan = kept_to_principal(plan, day)
        else:
            plan = reopen(plan, day) if plan.is_closed else close(gathered(plan, day), day).plan
        assert sum(split.amount_cents for split in plan.splits) == here
        assert plan.held_cents(SplitKind.PREPAYMENT) >= 0
        owed = principal_of(plan.charges) + interest_of(plan.charges)
        unpaid = sum(due.total_cents for due in dues(plan.charges, money_of(plan.splits)))
        assert paid_cents(plan.splits) - over_cents(plan) + unpaid == owed, "each cent pays one charge"
        assert principal_of(plan.charges) <= max(plan.principal_cents, completed_cents(plan, day))
        left = payoff_cents(plan, day)
        done = receive_on_principal(plan, left, day) if left else plan
        assert payoff_cents(done, day) == 0
