"""A payment plan living through a case: posted, paid, balanced, run by the daily service; and every fact about it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from domain.money import Cents
from domain.payment_plan.balance import Balanced, Overpayment, balance, paid_cents
from domain.payment_plan.interest import PaymentTooSmallError, Period, is_exact_half
from domain.payment_plan.paid import dues, money_of
from domain.payment_plan.plan import Charge, ChargeKind, PaymentPlan, PaymentSplit, SplitKind, interest_of, principal_of
from domain.payment_plan.posting import open_plan, post_down_payment, post_due, post_period
from domain.payment_plan.production import ProcedureStatus
from domain.payment_plan.schedule import Pieces, completed_cents, due_dates, expected_charges, uncharged_cents
from domain.payment_plan.terms import OfficePolicy, fix_payment, term_problems
from domain.payment_plan.totals import loan_totals
from tests.conformance.compare import AnyOf
from tests.conformance.inputs import (
    Inputs,
    case_production,
    case_splits,
    case_terms,
    count_in_words,
    dollars,
    read_charge,
    read_today,
)
from tests.conformance.wording import same_or_list

Facts = dict[str, Any]

INVALID: Facts = {"terms_valid": False, "terms_invalid": True, "valid": False, "expected_rows": 0} | {
    name: [] for name in ("expected_by_period", "expected_charges", "charges", "schedule", "remaining_charges")
}
"""What terms come to that never repay the plan: no schedule at all."""

_LENIENT = OfficePolicy(allow_future_agreement=True, require_lock_for_apr=False)


class Story:
    """The plan of one case and the day it is looked at."""

    def __init__(self, inputs: Inputs, *, post_today: bool = False) -> None:
        self.inputs = inputs
        self.today = read_today(inputs)
        terms = case_terms(inputs, self.today)
        production = case_production(inputs)
        plan = PaymentPlan(terms, production)
        self.problems = term_problems(terms, plan.principal_cents, max(self.today, terms.first_payment), _LENIENT)
        if terms.payment_cents is not None or terms.number_of_payments is not None:
            plan = replace(plan, terms=fix_payment(terms, plan.principal_cents))
        self.plan = plan
        if post_today and "posted_charges" not in inputs:
            self.open(self.today)
        self.balanced: list[Balanced] = []
        self._post_given(inputs.get("posted_charges"), post_today=post_today)
        self.pay(case_splits(inputs))
        if is_true(inputs, "is_closed", "closed"):
            self.plan = replace(self.plan, closed_on=self.today)

    def open(self, day: date) -> None:
        """A new plan is put to work: a past first payment is owed (record 0101), the down payment is posted."""
        is_new = not self.plan.charges and self.plan.posted_through is None
        if self.has_payment and is_new and not self.plan.is_closed:
            self.plan = open_plan(self.plan, day)

    @property
    def mode(self) -> Overpayment | None:
        """What the office does with overpaid money, when the case says."""
        for name in ("mode", "mode_before_close", "overpayment", "office_choice"):
            if self.inputs.get(name):
                return read_mode(self.inputs[name])
        return None

    def pay(self, splits: Iterable[PaymentSplit]) -> None:
        """Money comes in."""
        self.plan = self.plan.with_splits(splits)

    def balance(self, mode: Overpayment | None = None) -> None:
        """Overpaid money is settled, when the case names a way."""
        chosen = mode or self.mode
        if chosen:
            done = balance(self.plan, self.today, chosen)
            self.balanced.append(done)
            self.plan = done.plan

    def post_next(self) -> list[Charge]:
        """The next period is posted on its own date."""
        before = len(self.plan.charges)
        latest = max((charge.date for charge in self.plan.charges if charge.takes_its_date), default=None)
        start = self.today if latest is None else max(self.today, latest + timedelta(days=1))
        self.plan = post_period(self.plan, self._next_date(start))
        return list(self.plan.charges[before:])

    def post_periods(self, count: int) -> None:
        """This many periods are posted from the first payment on, the down payment before them."""
        self.plan = post_down_payment(self.plan, self.plan.terms.first_payment)
        start = self.plan.terms.first_payment
        for _ in range(count):
            day = self._next_date(start)
            self.plan = post_period(self.plan, day)
            start = day + timedelta(days=1)

    def run_service(self, day: date) -> list[Charge]:
        """The daily run of one day, and of the days missed since the plan was last looked at (record 0102)."""
        if self.plan.posted_through is None:
            self.plan = replace(self.plan, posted_through=self._seen_before(day))
        self.today = day
        before = len(self.plan.charges)
        begun = self.plan if self.plan.is_closed else post_down_payment(self.plan, day)
        self.plan = post_due(begun, day)
        return list(self.plan.charges[before:])

    def _seen_before(self, day: date) -> date | None:
        """The last day that a run of `day` need not look at again."""
        if self.inputs.get("today"):
            return min(day, self.today) - timedelta(days=1)
        if not self.plan.charges:
            return None
        return max((charge.date for charge in self.plan.charges if charge.date <= day), default=day)

    def set_status(self, ids: Iterable[str] | None, status: ProcedureStatus) -> None:
        """Some or all items change status; ones that awaited completion are done as of today."""
        wanted = None if ids is None else set(ids)
        items = [
            replace(item, status=status) if wanted is None or item.id in wanted else item
            for item in self.plan.production
        ]
        self.plan = replace(self.plan, production=tuple(items))

    def expected(self, day: date | None = None) -> list[Charge]:
        """The projected charges; none when the case gives no payment or one that never repays the plan."""
        try:
            return expected_charges(self.plan, day or self.today) if self.has_payment else []
        except PaymentTooSmallError:
            return []

    @property
    def has_payment(self) -> bool:
        """Whether the case says what a period pays; some speak only of charges already made."""
        return self.plan.terms.payment_cents is not None

    def post(self, given: Mapping[str, Any]) -> None:
        """A charge that the case says is posted; without an item it is laid over the items in order."""
        charge = read_charge(given, self.plan.production, self.today)
        known = {item.id for item in self.plan.production}
        if charge.item_id in known:
            self.plan = self.plan.with_charges([charge])
            return
        pieces = Pieces(self.plan, charge.date, with_down_payment=False)
        laid = pieces.lay(Period(charge.date, charge.principal_cents, charge.interest_cents), charge.kind)
        beyond = charge.principal_cents - principal_of(laid)
        if beyond or not laid:
            first = self.plan.production[0].id if self.plan.production else ""
            interest = 0 if laid else charge.interest_cents
            laid.append(replace(charge, item_id=first, principal_cents=beyond, interest_cents=interest))
        self.plan = self.plan.with_charges(laid)

    def _post_given(self, given: Any, *, post_today: bool) -> None:
        if isinstance(given, list):
            for each in given:
                self.post(each)
        elif isinstance(given, str):
            self._post_phrase(given.lower())
        elif isinstance(given, int):
            self.post_periods(given)
        elif post_today and self.has_payment:
            self.run_service(self.today)

    def _post_phrase(self, phrase: str) -> None:
        if "down payment" in phrase:
            self.plan = post_down_payment(self.plan, self.today)
        self.post_periods(count_in_words(phrase))

    def _next_date(self, start: date) -> date:
        return next(due_dates(self.plan, start))


def is_true(inputs: Inputs, *names: str) -> bool:
    """Whether any of these flags is set."""
    return any(inputs.get(name) in (True, "true", "yes", 1) for name in names)


def read_mode(value: Any) -> Overpayment | None:
    """The office's choice by any of its names; None when nothing is to be done with overpaid money."""
    text = str(value).lower()
    if "principal" in text:
        return Overpayment.PAY_ON_PRINCIPAL
    return Overpayment.PREPAY if "prepay" in text or "hidden" in text else None


def by_period(charges: Iterable[Charge]) -> list[Facts]:
    """Charges summed by date."""
    sums: dict[date, list[Cents]] = {}
    for charge in charges:
        both = sums.setdefault(charge.date, [0, 0])
        both[0] += charge.principal_cents
        both[1] += charge.interest_cents
    return [
        {"date": day.isoformat(), "principal": dollars(principal), "interest": dollars(interest)}
        for day, (principal, interest) in sums.items()
    ]


def shapes(charges: Iterable[Charge]) -> AnyOf:
    """A list of charges in every shape that cases use: by period with the down payment or without, or one by one."""
    every = list(charges)
    down = [charge for charge in every if charge.kind is ChargeKind.DOWN_PAYMENT]
    rest = [charge for charge in every if charge.kind is not ChargeKind.DOWN_PAYMENT]
    periods = [*by_period(down), *by_period(rest)]
    totals = AnyOf(([row["principal"] for row in in_detail(every)], [row["principal"] for row in periods]))
    listed = (by_period(every), periods, by_period(rest), in_detail(every), in_detail(rest))
    return AnyOf((*listed, *totals, len(every), len(rest)))


def in_detail(charges: Iterable[Charge]) -> list[Facts]:
    """Charges one by one."""
    return [
        {
            "date": charge.date.isoformat(),
            "entry": charge.item_id,
            "principal": dollars(charge.principal_cents),
            "interest": dollars(charge.interest_cents),
            "total": dollars(charge.total_cents),
            "note": charge.note,
            "is_offset": charge.kind is ChargeKind.OFFSET,
        }
        for charge in charges
    ]


def money_facts(story: Story) -> Facts:
    """Where the plan's money is."""
    plan, today = story.plan, story.today
    due = [charge for charge in plan.charges if charge.date <= today]
    prepaid = [split.amount_cents for split in plan.splits if split.kind is SplitKind.PREPAYMENT]
    money = money_of(plan.splits)
    left = sum(each.total_cents for each in dues(due, money))
    return {
        "total_paid_on_charges": dollars(paid_cents(plan.splits)),
        "total_paid": dollars(paid_cents(plan.splits)),
        "left_due": dollars(left),
        "left_due_excluding_future": dollars(left),
        "due_including_future": dollars(sum(each.total_cents for each in dues(plan.charges, money))),
        "hidden_unearned": dollars(plan.held_cents(SplitKind.PREPAYMENT)),
        "regular_unearned": dollars(plan.held_cents(SplitKind.UNEARNED)),
        "moved_to_hidden": dollars(sum(cents for cents in prepaid if cents > 0)),
        "moved_from_hidden": dollars(-sum(cents for cents in prepaid if cents < 0)),
        "interest_paid_net": dollars(plan.held_cents(SplitKind.INTEREST)),
        "principal_paid_net": dollars(plan.held_cents(SplitKind.PRINCIPAL)),
        "sum_of_all_plan_splits": dollars(sum(split.amount_cents for split in plan.splits)),
    }


def schedule_facts(story: Story) -> Facts:
    """What is posted and what is to come."""
    posted, coming = list(story.plan.charges), story.expected()
    return _posted_facts(posted) | _coming_facts(coming) | _whole_facts(posted + coming)


def _issued(charges: list[Charge]) -> list[Charge]:
    return [charge for charge in charges if charge.kind is not ChargeKind.DOWN_PAYMENT]


def _posted_facts(posted: list[Charge]) -> Facts:
    issued = _issued(posted)
    dates = [charge.date.isoformat() for charge in posted]
    return {
        "posted": shapes(posted),
        "posted_detail": shapes(posted),
        "posted_charges": shapes(posted),
        "posted_rows": len(issued),
        "posted_rows_including_down_payment": len(posted),
        "posted_periods": len(by_period(issued)),
        "posted_principal": dollars(principal_of(posted)),
        "posted_interest": dollars(interest_of(posted)),
        "posted_principals": [dollars(charge.principal_cents) for charge in posted],
        "posted_interests": [dollars(charge.interest_cents) for charge in posted],
        "posted_dates": AnyOf(([row["date"] for row in by_period(posted)], dates)),
        "dates": dates,
        "down_payment_rows": len(posted) - len(issued),
        "down_payment": dollars(principal_of(posted) - principal_of(issued)),
    }


def _coming_facts(coming: list[Charge]) -> Facts:
    periods = by_period(coming)
    first = periods[0] if periods else None
    return {
        "expected_by_period": shapes(coming),
        "expected_charges_detail": shapes(coming),
        "expected_charges": shapes(coming),
        "remaining_charges": shapes(coming),
        "expected_rows": len(coming),
        "expected_rows_excluding_down_payment": len(coming),
        "expected_periods": len(periods),
        "expected_dates": [row["date"] for row in periods],
        "expected_total_principal": dollars(principal_of(coming)),
        "expected_total": dollars(principal_of(coming) + interest_of(coming)),
        "remaining_expected_interest": dollars(interest_of(coming)),
        "expected_interest": dollars(interest_of(coming)),
        "next_charge": first,
        "next_charge_date": first["date"] if first else None,
        "first_expected_charge_date": first["date"] if first else None,
        "next_period_total_principal": first["principal"] if first else dollars(0),
        "next_period_total_interest": first["interest"] if first else dollars(0),
        "next_period_rows": shapes(charge for charge in coming if charge.date == coming[0].date),
    }


def _whole_facts(every: list[Charge]) -> Facts:
    issued = _issued(every)
    periods, days = by_period(issued), [charge.date.isoformat() for charge in every]
    principal, interest = principal_of(every), interest_of(every)
    return {
        "rows": shapes(every),
        "charges": shapes(every),
        "charges_by_period": shapes(every),
        "all_charges": shapes(every),
        "schedule": shapes(issued),
        "rows_derived": shapes(issued),
        "all_charges_after_down_payment": shapes(issued),
        "total_rows": len(every),
        "number_of_charges": AnyOf((len(periods), len(every), len(issued), len(by_period(every)))),
        "number_of_periods": len(periods),
        "number_of_payments": AnyOf((len(periods), len(by_period(every)))),
        "last_payment": periods[-1]["principal"] + periods[-1]["interest"] if periods else None,
        "final_payment": periods[-1]["principal"] + periods[-1]["interest"] if periods else None,
        "interest_by_charge": [row["interest"] for row in periods],
        "principal_by_charge": [row["principal"] for row in periods],
        "total_principal": dollars(principal),
        "total_interest": dollars(interest),
        "total_charged": dollars(principal + interest),
        "total": dollars(principal + interest),
        "has_interest": interest > 0,
        "first_charge_date": min(days, default=None),
        "last_charge_date": max(days, default=None),
        "end_date": max(days, default=None),
        "first_charge": in_detail(issued)[0] if issued else None,
        "last_charge": in_detail(issued)[-1] if issued else None,
        "first_charge_rows": shapes(charge for charge in issued if charge.date == issued[0].date),
        **_interest_facts([row["interest"] for row in periods if row["interest"]]),
    }


def _interest_facts(bearing: list[Decimal]) -> Facts:
    """How many periods bear interest, and how much each."""
    return {
        "periods_with_interest": len(bearing),
        "interest_periods": len(bearing),
        "interest_each_period": same_or_list(bearing) if bearing else dollars(0),
    }


def plan_facts(story: Story) -> Facts:
    """Everything a case may ask about the plan as it stands."""
    plan, today = story.plan, story.today
    facts = schedule_facts(story) | money_facts(story)
    if not story.has_payment:
        return INVALID | facts
    try:
        totals = loan_totals(plan, today)
    except PaymentTooSmallError:
        return INVALID | facts | {"is_closed": plan.is_closed}
    return facts | {
        "is_closed": plan.is_closed,
        "terms_valid": not story.problems,
        "terms_invalid": bool(story.problems),
        "valid": not story.problems,
        "total_cost": dollars(totals.total_cost_cents),
        "accumulated_due": dollars(totals.accumulated_due_cents),
        "paid_so_far": dollars(totals.paid_cents),
        "principal_paid_so_far": dollars(totals.principal_paid_cents),
        "completed_amount": dollars(completed_cents(plan, today)),
        "tx_completed": dollars(totals.tx_completed_cents),
        "tx_completed_amt": dollars(totals.tx_completed_cents),
        "total_tx": dollars(totals.total_tx_cents),
        "total_tx_amt": dollars(totals.total_tx_cents),
        "plan_total": dollars(plan.principal_cents),
        "financed_now": dollars(uncharged_cents(plan, today)),
        "principal_remaining": dollars(uncharged_cents(plan, today)),
        "payment_amount": dollars(plan.payment_cents),
        "_tie": has_tie(story),
    }


def has_tie(story: Story) -> bool:
    """Whether a projected interest is exactly half a cent, where binary arithmetic may round the other way."""
    left = uncharged_cents(story.plan, story.today)
    start = story.plan.terms.interest_from
    for row in by_period(story.expected()):
        if (start is None or row["date"] >= start.isoformat()) and is_exact_half(left, story.plan.terms.rate):
            return True
        left -= int(row["principal"] * 100)
    return False
