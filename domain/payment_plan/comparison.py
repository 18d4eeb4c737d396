"""Our posted charges beside those that the PMS posted for the same plan; every difference explained."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.money import Cents
from domain.payment_plan.plan import Charge, PaymentPlan


class Explanation(StrEnum):
    """Why a date differs, as far as the figures tell."""

    SPLIT_DIFFERS = "the same amount, laid differently over principal and interest"
    ROUNDING = "a cent of interest, rounded from binary numbers in the PMS"
    MISSED_IN_PMS = "the PMS did not post this date; its service skips days on which it does not run"
    ONLY_IN_PMS = "only the PMS has this charge; it was added or edited there"
    PMS_BEHIND = "the PMS has not run for this date yet"
    AMOUNT_DIFFERS = "the amounts differ; production, payments or terms are not the same on both sides"


@dataclass(frozen=True, slots=True)
class ChargeDifference:
    """One date on which the sums differ, in cents."""

    date: date
    our_principal_cents: Cents
    our_interest_cents: Cents
    pms_principal_cents: Cents
    pms_interest_cents: Cents
    explanation: Explanation


Sums = dict[date, tuple[Cents, Cents]]


def charge_differences(plan: PaymentPlan, pms: Iterable[Charge], today: date) -> list[ChargeDifference]:
    """Dates up to `today` on which ours and the PMS's posted charges do not agree, oldest first."""
    ours, theirs = _by_date(plan.charges, today), _by_date(pms, today)
    last = max(theirs, default=date.min)
    found = []
    for day in sorted(ours.keys() | theirs.keys()):
        mine, other = ours.get(day), theirs.get(day)
        if mine != other:
            ours_or_none, pms_or_none = mine or (0, 0), other or (0, 0)
            found.append(ChargeDifference(day, *ours_or_none, *pms_or_none, _explain(mine, other, behind=day > last)))
    return found


def _by_date(charges: Iterable[Charge], today: date) -> Sums:
    sums: Sums = {}
    for charge in charges:
        if charge.date <= today:
            principal, interest = sums.get(charge.date, (0, 0))
            sums[charge.date] = (principal + charge.principal_cents, interest + charge.interest_cents)
    return {day: both for day, both in sums.items() if both != (0, 0)}


def _explain(mine: tuple[Cents, Cents] | None, other: tuple[Cents, Cents] | None, *, behind: bool) -> Explanation:
    if mine is None:
        return Explanation.ONLY_IN_PMS
    if other is None:
        return Explanation.PMS_BEHIND if behind else Explanation.MISSED_IN_PMS
    if abs(mine[1] - other[1]) == 1 and abs(mine[0] - other[0]) <= 1:
        return Explanation.ROUNDING
    return Explanation.SPLIT_DIFFERS if sum(mine) == sum(other) else Explanation.AMOUNT_DIFFERS
