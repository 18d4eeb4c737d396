"""A payment plan living through a case: posted, paid, balanced, run by the daily service; and every fact about it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from domain.payment_plan.balance import Balanced, Overpayment, balance
from domain.payment_plan.interest import PaymentTooSmallError, Period
from domain.payment_plan.plan import Charge, PaymentPlan, PaymentSplit, principal_of
from domain.payment_plan.posting import open_plan, post_down_payment, post_due, post_period
from domain.payment_plan.production import ProcedureStatus
from domain.payment_plan.schedule import Pieces, due_dates, expected_charges, uncharged_cents
from domain.payment_plan.terms import OfficePolicy, fix_payment, term_problems
from tests.conformance.given import how_many
from tests.conformance.inputs import (
    Inputs,
    case_production,
    case_splits,
    case_terms,
    count_in_words,
    read_charge,
    read_today,
)

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
        for _ in range(how_many(count)):
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
        if re.search(r"\b(?:all|every|each)\b", phrase):
            self.post_all()
            return
        self.post_periods(count_in_words(phrase))

    def post_all(self) -> None:
        """Every period up to today is posted, each on its own date."""
        start = self.plan.terms.first_due
        self.plan = post_down_payment(self.plan, start)
        while (day := self._next_date(start)) <= self.today and uncharged_cents(self.plan, day) > 0:
            self.plan = post_period(self.plan, day)
            start = day + timedelta(days=1)

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
