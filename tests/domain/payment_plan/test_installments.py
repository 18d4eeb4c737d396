"""How many payments a plan may come to while planned work awaits completion."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from domain.payment_plan.frequency import Frequency
from domain.payment_plan.installments import most_installments
from domain.payment_plan.plan import ChargeKind, PaymentPlan
from domain.payment_plan.posting import open_plan, post_due
from domain.payment_plan.production import ProcedureStatus, ProductionItem
from domain.payment_plan.terms import Terms, TreatmentPlanned
from domain.plan_law import shown

TODAY = date(2027, 1, 5)


def planned(*cents: int, down: int = 0, **terms: object) -> PaymentPlan:
    items = [
        ProductionItem(str(at), status=ProcedureStatus.TREATMENT_PLANNED, fee_cents=c) for at, c in enumerate(cents)
    ]
    fields: dict[str, object] = {"number_of_payments": 4, "down_payment_cents": down}
    return PaymentPlan(Terms(date(2027, 2, 5), **(fields | terms)), tuple(items))  # type: ignore[arg-type]  # by name


def test_four_payments_become_five_when_work_is_done_at_different_times() -> None:
    figures = shown(planned(30_000, 70_000), TODAY)
    assert figures.installments == 5
    assert figures.box is not None
    assert [(line.count, line.amount_cents) for line in figures.estimate] == [(4, 25_000)]


def test_one_planned_item_or_work_that_counts_from_the_start_stays_at_four() -> None:
    assert shown(planned(100_000), TODAY).box is None
    assert shown(planned(100_000, down=10_000), TODAY).installments == 4
    treated = planned(30_000, 70_000, treatment_planned=TreatmentPlanned.TREAT_AS_COMPLETE)
    assert shown(treated, TODAY).installments == 4
    assert shown(treated, TODAY).estimate == ()


def test_interest_counts_too() -> None:
    plan = planned(30_000, 70_000, apr_percent=Decimal(12))
    assert most_installments(plan, TODAY) >= 5


@given(
    st.lists(st.integers(500, 40_000), min_size=1, max_size=4),
    st.integers(0, 30_000),
    st.lists(st.integers(0, 20), min_size=4, max_size=4),
    st.integers(1, 6),
)
def test_no_order_of_completion_charges_more_often(cents: list[int], down: int, weeks: list[int], count: int) -> None:
    down = min(down, sum(cents))
    plan = planned(*cents, down=down, number_of_payments=count, frequency=Frequency.WEEKLY)
    most = most_installments(plan, TODAY)
    plan = open_plan(plan, TODAY)
    for week in range(120):
        day = date(2027, 2, 5) + timedelta(weeks=week)
        done = (
            replace(item, status=ProcedureStatus.COMPLETE, completed_on=day - timedelta(days=1))
            if item.status is ProcedureStatus.TREATMENT_PLANNED and weeks[at] <= week
            else item
            for at, item in enumerate(plan.production)
        )
        plan = post_due(replace(plan, production=tuple(done)), day)
    dates = {charge.date for charge in plan.charges if charge.kind is not ChargeKind.DOWN_PAYMENT}
    assert sum(charge.principal_cents for charge in plan.charges) == sum(cents)
    assert len(dates) <= most
