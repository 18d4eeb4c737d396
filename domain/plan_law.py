"""What a patient is shown before signing a payment plan, and what the law wants to be there (Regulation Z)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from domain.apr import REGULAR_TOLERANCE
from domain.money import Cents
from domain.payment_plan.disclosure import as_if_done, credit_sale, is_new
from domain.payment_plan.installments import most_to_come
from domain.payment_plan.plan import PaymentPlan
from domain.payment_plan.posting import open_plan
from domain.payment_plan.production import ProductionItem, chargeable
from domain.payment_plan.remaining import Owed, remaining
from domain.payment_plan.rows import schedule_rows
from domain.payment_plan.schedule import expected_charges
from domain.payment_plan.terms import Terms, TreatmentPlanned
from domain.reg_z import PaymentLine, TruthInLendingBox, needs_box, payment_lines, truth_in_lending

DUE_NOW = "Due now"
"""What the first row of changed terms is called, when something fell due by the day of the offer."""


@dataclass(frozen=True, slots=True)
class ShownRow:
    """One payment of the printed schedule."""

    date: date
    description: str
    principal_cents: Cents
    interest_cents: Cents

    @property
    def due_cents(self) -> Cents:
        """Principal and interest together."""
        return self.principal_cents + self.interest_cents


@dataclass(frozen=True, slots=True)
class Shown:
    """The figures of an offer. `box` stands whenever `box_required`.

    `rows` are the payments of completed work, or of all work when planned work is treated as complete: planned work
    that awaits completion does not print (Open Dental 24.4 manual); `awaiting` names it. The box covers all of it, and
    so do `estimate`, the payments if all planned work were done today, and `installments`, the most there may be.

    With `changes` they are the figures of what is left of a plan at work: `rows`, `installments`, the totals and the
    box leave out what was paid; the first row is what is due now, if anything is. `left_cents` is what is owed without
    interest to come, `first_on` the next payment after today.
    """

    on: date
    payment_cents: Cents
    installments: int
    principal_cents: Cents
    down_payment_cents: Cents
    finance_charge_cents: Cents
    total_of_payments_cents: Cents
    box_required: bool
    box: TruthInLendingBox | None
    rows: tuple[ShownRow, ...]
    production: tuple[tuple[str, Cents], ...]
    awaiting: tuple[str, ...] = ()
    estimate: tuple[PaymentLine, ...] = ()
    changes: bool = False
    paid_cents: Cents = 0
    due_now_cents: Cents = 0
    left_cents: Cents = 0
    interest_so_far_cents: Cents = 0
    first_on: date | None = None

    @property
    def left_name(self) -> str:
        """The key of the words for `left_cents`."""
        return "left_now_charge" if self.finance_charge_cents else "left_now"

    @property
    def estimated(self) -> int:
        """The most payments there may be while planned work makes the schedule an estimate, else 0."""
        return self.installments if self.awaiting else 0


def shown(
    plan: PaymentPlan, today: date, cash_price_cents: Cents | None = None, before: PaymentPlan | None = None
) -> Shown:
    """The figures of this plan when offered today; `before` is the plan in force that it changes.

    Raises PaymentTooSmallError when it would never be repaid.
    """
    sale = credit_sale(plan, today, cash_price_cents, before=before)
    required = needs_box(sale)
    items = chargeable(plan.production, plan.terms.treatment_planned, today)
    printed = {item.id for item in items}
    awaiting = tuple(_name(item) for item in plan.production if item.id not in printed)
    figures = Shown(
        on=today,
        payment_cents=plan.payment_cents,
        installments=sale.installments,
        principal_cents=plan.principal_cents,
        down_payment_cents=plan.terms.down_payment_cents,
        finance_charge_cents=sale.finance_charge_cents,
        total_of_payments_cents=sale.total_of_payments_cents,
        box_required=required,
        box=truth_in_lending(sale) if required else None,
        rows=_printed_rows(open_plan(plan, today), today) if is_new(plan) else (),
        production=tuple((_name(item), item.amount_cents) for item in items),
        awaiting=awaiting,
        estimate=tuple(payment_lines(sale.payments)) if awaiting else (),
    )
    return figures if is_new(plan) else _of_the_rest(figures, plan)


def _of_the_rest(figures: Shown, plan: PaymentPlan) -> Shown:
    """The figures as changed terms of a plan at work are shown: what is left of it, what is due now apart."""
    rest, whole = remaining(plan, figures.on), remaining(as_if_done(plan), figures.on)
    most = most_to_come(plan, figures.on) if figures.awaiting else 0
    return replace(
        figures,
        changes=True,
        installments=max(len(whole.to_come), most),
        down_payment_cents=0,
        rows=tuple(_row(owed, plan, figures.on) for owed in rest.payments),
        paid_cents=rest.paid_cents,
        due_now_cents=rest.due_now_cents,
        left_cents=whole.total_cents - whole.interest_cents if whole.payments else 0,
        interest_so_far_cents=sum(charge.interest_cents for charge in plan.charges if charge.date <= figures.on),
        first_on=whole.to_come[0].date if whole.to_come else None,
    )


def missing_disclosures(
    offered: Shown, plan: PaymentPlan, cash_price_cents: Cents | None, before: PaymentPlan | None = None
) -> list[str]:
    """What the law wants shown and this offer lacks or states otherwise; worked out anew, so it cannot be passed by."""
    now = shown(plan, offered.on, cash_price_cents, before)
    if now.box_required and offered.box is None:
        return ["the Truth in Lending box is missing; the plan has a finance charge or more than four installments"]
    if now.changes and (now.paid_cents, now.left_cents) != (offered.paid_cents, offered.left_cents):
        return ["something was paid or charged since this offer; offer the plan again"]
    if now.box != offered.box:
        return ["the Truth in Lending box is not that of these terms; offer the plan again"]
    if (now.rows, now.installments, now.estimate) != (offered.rows, offered.installments, offered.estimate):
        return ["the schedule shown is not that of these terms; offer the plan again"]
    return []


def rate_problems(
    offered: Shown,
    plan: PaymentPlan,
    cash_price_cents: Cents | None,
    today: date,
    before: PaymentPlan | None = None,
) -> list[str]:
    """Why an offer of another day cannot be signed today: the term begins with the signature, so the rate may be
    further from the one shown than the law allows (12 CFR 1026.22(a)(2))."""
    if rate_holds(offered, plan, cash_price_cents, today, before):
        return []
    return ["the annual percentage rate shown is no longer true on this day; offer the plan again"]


def rate_holds(
    offered: Shown, plan: PaymentPlan, cash_price_cents: Cents | None, day: date, before: PaymentPlan | None = None
) -> bool:
    """Whether the rate shown is accurate when the plan is signed on this day."""
    if offered.box is None or not offered.box.finance_charge_cents:
        return True
    now = truth_in_lending(credit_sale(plan, day, cash_price_cents, before=before))
    return abs(now.apr_percent - offered.box.apr_percent) <= REGULAR_TOLERANCE


def rate_holds_until(
    offered: Shown, plan: PaymentPlan, cash_price_cents: Cents | None, last: date, before: PaymentPlan | None = None
) -> date:
    """The last day up to `last` on which the rate shown is still accurate; the day of the offer at least."""
    day = offered.on
    while day < last and rate_holds(offered, plan, cash_price_cents, day + timedelta(days=1), before):
        day += timedelta(days=1)
    return day


def rest_holds_until(before: PaymentPlan, today: date, last: date) -> date:
    """The last day up to `last` on which what is left of a plan at work is still as it is today: the one before its
    next charge, under the terms in force."""
    charges = (*before.charges, *expected_charges(before, today))
    coming = min((charge.date for charge in charges if charge.date > today), default=date.max)
    return max(today, min(last, coming - timedelta(days=1)))


def with_everything(terms: Terms, production: Sequence[ProductionItem]) -> PaymentPlan:
    """A plan with planned work counted as done, for figures that must cover all of it."""
    return PaymentPlan(replace(terms, treatment_planned=TreatmentPlanned.TREAT_AS_COMPLETE), tuple(production))


def _printed_rows(plan: PaymentPlan, today: date) -> tuple[ShownRow, ...]:
    rows = schedule_rows(plan, today).rows
    return tuple(
        ShownRow(row.date, row.description, row.principal_cents, row.interest_cents) for row in rows if row.item_ids
    )


def _row(owed: Owed, plan: PaymentPlan, today: date) -> ShownRow:
    """A payment that is left, as it prints; what is due by today has no work of its own."""
    ids = set(owed.item_ids)
    name = f"{len(ids)} items" if len(ids) > 1 else _name(plan.item(owed.item_ids[0]))
    return ShownRow(owed.date, DUE_NOW if owed.date == today else name, owed.principal_cents, owed.interest_cents)


def _name(item: ProductionItem) -> str:
    return item.description or item.id
