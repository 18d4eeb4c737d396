"""What a patient is shown before signing a payment plan, and what the law wants to be there (Regulation Z)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from domain.apr import REGULAR_TOLERANCE
from domain.money import Cents
from domain.payment_plan.disclosure import credit_sale, is_new
from domain.payment_plan.plan import PaymentPlan
from domain.payment_plan.posting import open_plan
from domain.payment_plan.production import ProductionItem, chargeable
from domain.payment_plan.rows import schedule_rows
from domain.payment_plan.terms import Terms, TreatmentPlanned
from domain.reg_z import CreditSale, PaymentLine, TruthInLendingBox, needs_box, payment_lines, truth_in_lending


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


def shown(plan: PaymentPlan, today: date, cash_price_cents: Cents | None = None) -> Shown:
    """The figures of this plan when offered today. Raises PaymentTooSmallError when it would never be repaid."""
    sale = credit_sale(plan, today, cash_price_cents)
    required = needs_box(sale)
    items = chargeable(plan.production, plan.terms.treatment_planned, today)
    printed = {item.id for item in items}
    awaiting = tuple(_name(item) for item in plan.production if item.id not in printed)
    return Shown(
        on=today,
        payment_cents=plan.payment_cents,
        installments=sale.installments,
        principal_cents=plan.principal_cents,
        down_payment_cents=plan.terms.down_payment_cents,
        finance_charge_cents=sale.finance_charge_cents,
        total_of_payments_cents=sale.total_of_payments_cents,
        box_required=required,
        box=truth_in_lending(sale) if required else None,
        rows=_printed_rows(plan, today),
        production=tuple((_name(item), item.amount_cents) for item in items),
        awaiting=awaiting,
        estimate=_estimate(plan, sale, today) if awaiting else (),
    )


def missing_disclosures(offered: Shown, plan: PaymentPlan, cash_price_cents: Cents | None) -> list[str]:
    """What the law wants shown and this offer lacks or states otherwise; worked out anew, so it cannot be passed by."""
    now = shown(plan, offered.on, cash_price_cents)
    if now.box_required and offered.box is None:
        return ["the Truth in Lending box is missing; the plan has a finance charge or more than four installments"]
    if now.box != offered.box:
        return ["the Truth in Lending box is not that of these terms; offer the plan again"]
    if (now.rows, now.installments, now.estimate) != (offered.rows, offered.installments, offered.estimate):
        return ["the schedule shown is not that of these terms; offer the plan again"]
    return []


def rate_problems(offered: Shown, plan: PaymentPlan, cash_price_cents: Cents | None, today: date) -> list[str]:
    """Why an offer of another day cannot be signed today: the term begins with the signature, so the rate may be
    further from the one shown than the law allows (12 CFR 1026.22(a)(2))."""
    if rate_holds(offered, plan, cash_price_cents, today):
        return []
    return ["the annual percentage rate shown is no longer true on this day; offer the plan again"]


def rate_holds(offered: Shown, plan: PaymentPlan, cash_price_cents: Cents | None, day: date) -> bool:
    """Whether the rate shown is accurate when the plan is signed on this day."""
    if offered.box is None or not offered.box.finance_charge_cents or not is_new(plan):
        return True
    now = truth_in_lending(credit_sale(plan, day, cash_price_cents))
    return abs(now.apr_percent - offered.box.apr_percent) <= REGULAR_TOLERANCE


def rate_holds_until(offered: Shown, plan: PaymentPlan, cash_price_cents: Cents | None, last: date) -> date:
    """The last day up to `last` on which the rate shown is still accurate; the day of the offer at least."""
    day = offered.on
    while day < last and rate_holds(offered, plan, cash_price_cents, day + timedelta(days=1)):
        day += timedelta(days=1)
    return day


def with_everything(terms: Terms, production: Sequence[ProductionItem]) -> PaymentPlan:
    """A plan with planned work counted as done, for figures that must cover all of it."""
    return PaymentPlan(replace(terms, treatment_planned=TreatmentPlanned.TREAT_AS_COMPLETE), tuple(production))


def _printed_rows(plan: PaymentPlan, today: date) -> tuple[ShownRow, ...]:
    rows = schedule_rows(open_plan(plan, today) if is_new(plan) else plan, today).rows
    return tuple(
        ShownRow(row.date, row.description, row.principal_cents, row.interest_cents) for row in rows if row.item_ids
    )


def _estimate(plan: PaymentPlan, sale: CreditSale, today: date) -> tuple[PaymentLine, ...]:
    coming = sale.payments if is_new(plan) else [row for row in sale.payments if row[0] >= today]
    return tuple(payment_lines(coming))


def _name(item: ProductionItem) -> str:
    return item.description or item.id
