"""What a person is asked when the PMS charged otherwise."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from connectors.plan_roles import PaymentPlanCharge
from domain.payment_plan.plan import Charge
from domain.plan_records import PlanDifference, PlanRecord
from loops.plan_differences import differences, for_a_person, seen_before
from tests.loops.test_plan_writing import at_work

DUE, NEXT = date(2026, 10, 1), date(2026, 11, 1)
OVER = NEXT + timedelta(days=1)


def charged(through: date = OVER) -> PlanRecord:
    """Two dates were charged here, 300.00 each."""
    record = at_work()
    assert record.plan is not None
    plan = replace(record.plan, posted_through=through)
    plan = plan.with_charges([Charge(DUE, "1", 30_000), Charge(NEXT, "1", 30_000)])
    return record.model_copy(update={"plan": plan, "pms_plan_id": "77"})


def theirs(day: date, cents: int = 30_000, interest: int = 0) -> PaymentPlanCharge:
    return PaymentPlanCharge(
        id=str(day), day=day, procedure_id="1", principal_cents=cents, interest_cents=interest, note="", offset=False
    )


def asked(pms: list[PaymentPlanCharge], today: date = OVER, through: date = OVER) -> str:
    plan = charged(through)
    return "\n".join(for_a_person(plan, list(differences(plan, pms, today)), today).values())


def test_nobody_is_asked_while_both_sides_are_the_same() -> None:
    assert asked([theirs(DUE), theirs(NEXT)]) == ""


@pytest.mark.parametrize(
    ("pms", "line"),
    [
        ([theirs(NEXT)], "- 2026-10-01: ours $300.00, PMS nothing; the PMS skipped it and does not catch up"),
        ([theirs(DUE)], "- 2026-11-01: ours $300.00, PMS nothing; the PMS has not charged it; see that its"),
        (
            [theirs(DUE), theirs(date(2026, 10, 9), 5_000), theirs(NEXT)],
            "- 2026-10-09: ours nothing, PMS $50.00; only the PMS charged it; delete it there",
        ),
        (
            [theirs(DUE), theirs(NEXT, 29_000, 1_000)],
            "- 2026-11-01: ours $300.00, PMS $290.00 and $10.00 interest; the sum is the same",
        ),
        ([theirs(DUE), theirs(NEXT, 100)], "- 2026-11-01: ours $300.00, PMS $1.00; see whether terms, work"),
    ],
)
def test_every_difference_says_what_to_do(pms: list[PaymentPlanCharge], line: str) -> None:
    text = asked(pms)
    assert text.startswith("Payment plan 77 of the PMS")
    assert line in text
    assert text.count("\n") == 1


def test_a_cent_of_rounding_today_and_days_still_to_be_run_ask_nobody() -> None:
    assert asked([theirs(DUE), theirs(NEXT, 29_999, 1)]) == ""
    assert asked([theirs(DUE)], today=NEXT) == ""
    assert asked([theirs(DUE)], through=DUE) == ""


def test_it_is_the_same_task_until_both_agreed_for_a_day() -> None:
    plan = charged()
    tomorrow, week = OVER + timedelta(days=1), OVER + timedelta(days=7)

    def look(known: list[PlanDifference], day: date) -> tuple[list[PlanDifference], set[str]]:
        rows = seen_before(differences(plan, [theirs(DUE)], day), known)
        return rows, set(for_a_person(plan, rows, day))

    rows, first = look([], OVER)
    assert look(rows, tomorrow)[1] == first
    assert look([], week)[1] != first
