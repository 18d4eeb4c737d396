"""Posted charges of both sides: each date on which they differ, and what a person is asked to do about it."""

from collections.abc import Iterable, Iterator
from datetime import date

from connectors.plan_roles import PaymentPlanCharge
from domain.money import format_usd
from domain.payment_plan.comparison import Explanation, charge_differences
from domain.payment_plan.plan import Charge, ChargeKind
from domain.plan_records import PlanDifference, PlanRecord

_TO_DO = {
    Explanation.MISSED_IN_PMS: "the PMS skipped it and does not catch up; add a charge of this date there",
    Explanation.PMS_BEHIND: "the PMS has not charged it; see that its payment plan service runs every day, and add a "
    "charge of this date there if it still does not come",
    Explanation.ONLY_IN_PMS: "only the PMS charged it; delete it there, or add it to the plan here if it was agreed",
    Explanation.SPLIT_DIFFERS: "the sum is the same; correct principal and interest there",
    Explanation.AMOUNT_DIFFERS: "see whether terms, work and payments are the same on both sides; then correct the "
    "charge that is wrong",
}
"""A cent of rounding is no entry: nobody can mend it, and the row says what it is."""


def differences(plan: PlanRecord, theirs: Iterable[PaymentPlanCharge], today: date) -> Iterator[PlanDifference]:
    """Every date on which the two sides differ, as a row with its explanation."""
    if plan.plan is None:
        return
    for each in charge_differences(plan.plan, [_charge(row) for row in theirs], today):
        yield PlanDifference(
            plan_id=plan.id,
            day=each.date,
            our_principal_cents=each.our_principal_cents,
            our_interest_cents=each.our_interest_cents,
            pms_principal_cents=each.pms_principal_cents,
            pms_interest_cents=each.pms_interest_cents,
            explanation=each.explanation.value,
            seen_on=today,
        )


def seen_before(found: Iterable[PlanDifference], known: Iterable[PlanDifference]) -> list[PlanDifference]:
    """The rows, each with the day on which it was first seen as it is."""
    first = {_figures(row): row.seen_on for row in known}
    return [row.model_copy(update={"seen_on": first.get(_figures(row), row.seen_on)}) for row in found]


def for_a_person(plan: PlanRecord, rows: Iterable[PlanDifference], today: date) -> dict[str, str]:
    """What a person is asked to do, by its cause; nothing while there is nothing to do.

    Today, and days that our own run has still to reach, are left out: the two sides run at hours of their own.
    """
    through = plan.plan.posted_through if plan.plan else None
    over = [row for row in rows if row.explanation in _TO_DO and row.day < today]
    asked = [row for row in over if through is None or row.day <= through]
    if not asked:
        return {}
    why = (
        f"Payment plan {plan.pms_plan_id} of the PMS was not charged as the plan here was. This task closes by itself "
        "when both are the same. If the plan is locked there, nothing can be corrected: what stands here is collected, "
        "and this task may be closed."
    )
    cause = "|".join(":".join(map(str, (row.seen_on, *_figures(row)))) for row in asked)
    return {cause: "\n".join([why, *map(_line, asked)])}


def _line(row: PlanDifference) -> str:
    ours = _sums(row.our_principal_cents, row.our_interest_cents)
    pms = _sums(row.pms_principal_cents, row.pms_interest_cents)
    return f"- {row.day}: ours {ours}, PMS {pms}; {_TO_DO[Explanation(row.explanation)]}"


def _sums(principal: int, interest: int) -> str:
    if not principal and not interest:
        return "nothing"
    return f"{format_usd(principal)} and {format_usd(interest)} interest" if interest else format_usd(principal)


def _figures(row: PlanDifference) -> tuple[date, int, int, int, int]:
    ours = (row.our_principal_cents, row.our_interest_cents)
    return (row.day, *ours, row.pms_principal_cents, row.pms_interest_cents)


def _charge(row: PaymentPlanCharge) -> Charge:
    kind = ChargeKind.OFFSET if row.offset else ChargeKind.PERIOD
    return Charge(row.day, row.procedure_id, row.principal_cents, row.interest_cents, kind, note=row.note)
