"""A schedule worked out from a terms file, with everything a person needs to check it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from domain.money import Cents
from domain.payment_plan.disclosure import credit_sale
from domain.payment_plan.plan import PaymentPlan
from domain.payment_plan.posting import open_plan, post_due
from domain.payment_plan.production import ProductionItem, attach_problem
from domain.payment_plan.reading import Fields, TermsError, read_date, read_item, read_money, read_terms
from domain.payment_plan.rows import Schedule, schedule_rows
from domain.payment_plan.terms import OfficePolicy, Terms, term_problems
from domain.payment_plan.totals import LoanTotals, loan_totals
from domain.reg_z import TruthInLendingBox, disclosure_required, truth_in_lending


@dataclass(frozen=True, slots=True)
class ScheduleDocument:
    """The terms with the payment they come to, the schedule, the totals, and the box where the law wants it."""

    terms: Terms
    today: date
    payment_cents: Cents
    schedule: Schedule
    totals: LoanTotals
    disclosure_required: bool
    box: TruthInLendingBox | None


def schedule_document(fields: Fields, today: date) -> ScheduleDocument:
    """The schedule of a terms file's fields as of `today`, or of the file's own `today`.

    The terms stand under `terms` or at the top; the amount is `principal` or a list `production`. `cash_price` is the
    price without the plan. Raises TermsError or PaymentTooSmallError with the field and how to mend it.
    """
    today = read_date(fields, "today") or today
    given = fields.get("terms")
    terms = read_terms(given if isinstance(given, Mapping) else fields)
    production = _production(fields)
    plan = PaymentPlan(terms, production)
    policy = OfficePolicy(allow_future_agreement=True, require_lock_for_apr=False)
    problems = term_problems(terms, plan.principal_cents, today, policy)
    if problems:
        raise TermsError(" ".join(problems))
    opened = post_due(open_plan(plan, today), today)
    sale = credit_sale(plan, today, read_money(fields, "cash_price"))
    required = disclosure_required(sale.finance_charge_cents, len(sale.payments))
    return ScheduleDocument(
        terms=opened.terms,
        today=today,
        payment_cents=opened.payment_cents,
        schedule=schedule_rows(opened, today),
        totals=loan_totals(opened, today),
        disclosure_required=required,
        box=truth_in_lending(sale) if required else None,
    )


def _production(fields: Fields) -> tuple[ProductionItem, ...]:
    given = fields.get("production")
    if given is None:
        principal = read_money(fields, "principal")
        if principal is None:
            raise TermsError("principal is missing; give an amount, or a list of procedures under production")
        return (ProductionItem("principal", fee_cents=principal, description="Principal"),)
    if not isinstance(given, list) or not all(isinstance(each, Mapping) for each in given):
        raise TermsError("production: give a list of objects, each with id, type, status and amount")
    items = tuple(read_item(each, at) for at, each in enumerate(given, 1))
    problems = [problem for item in items if (problem := attach_problem(item, None))]
    if len({item.id for item in items}) < len(items):
        problems.append("production: two items have the same id; an item may be on a plan once.")
    if problems:
        raise TermsError(" ".join(problems))
    return items
