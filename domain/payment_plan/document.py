"""A schedule worked out from a terms file, with everything a person needs to check it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from domain.money import Cents, format_usd
from domain.payment_plan.disclosure import credit_sale
from domain.payment_plan.plan import PaymentPlan
from domain.payment_plan.posting import open_plan, post_due
from domain.payment_plan.production import ProductionItem, attach_problem
from domain.payment_plan.reading import (
    APR,
    COUNT,
    FIRST_PAYMENT,
    ITEM_KEYS,
    PAYMENT,
    TERMS_KEYS,
    Fields,
    TermsError,
    first_of,
    read_date,
    read_item,
    read_money,
    read_terms,
)
from domain.payment_plan.rows import Schedule, schedule_rows
from domain.payment_plan.terms import OfficePolicy, Terms, term_problems
from domain.payment_plan.totals import LoanTotals, loan_totals
from domain.reg_z import TruthInLendingBox, disclosure_required, truth_in_lending

LEAST_PAYMENT_CENTS = 100
"""No schedule is made of payments under a dollar: rounded up to a cent, they would be far fewer than were asked for."""

_LAST_YEAR = 8_999
"""2,000 quarterly payments behind it are still dates."""

_FILE_KEYS = frozenset({"terms", "principal", "production", "cash_price", "today"})
_STORY_KEYS = frozenset({
    "completed_production", "treatment_planned_production", "plan_type", "plan_start", "payments", "payment_splits",
    "splits", "posted_charges", "procedures", "procedure_dates", "adjustments", "complete_in_order", "edit", "mode",
    "steps", "then", "run_on",
})  # fmt: skip
"""What a plan's history is written with. A schedule from terms does not need it, but may find it in the same file."""


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
    price without the plan; `payments` as a whole number is the number of payments. Unknown keys, an APR of null and
    a schedule of payments under a dollar or of more than 2,000 payments are refused, never guessed at or cut short.
    Raises TermsError or PaymentTooSmallError with the field and how to mend it.
    """
    today = read_date(fields, "today") or today
    terms = read_terms(_terms_fields(fields))
    _refuse_end_of_time(terms, today)
    production = _production(fields)
    plan = PaymentPlan(terms, production)
    policy = OfficePolicy(allow_future_agreement=True, require_lock_for_apr=False)
    problems = term_problems(terms, plan.principal_cents, today, policy)
    if problems:
        raise TermsError(" ".join(problems))
    _refuse_tiny_payments(terms, plan.principal_cents)
    cash_price = _cash_price(fields, plan)
    opened = post_due(open_plan(plan, today), today)
    sale = credit_sale(plan, today, cash_price, _signed_on(terms, today))
    required = disclosure_required(sale.finance_charge_cents, sale.installments)
    return ScheduleDocument(
        terms=opened.terms,
        today=today,
        payment_cents=opened.payment_cents,
        schedule=schedule_rows(opened, today),
        totals=loan_totals(opened, today),
        disclosure_required=required,
        box=truth_in_lending(sale) if required else None,
    )


def _cash_price(fields: Fields, plan: PaymentPlan) -> Cents | None:
    """The price without the plan, when the file gives one: it cannot be above the price on the plan."""
    cents, down = read_money(fields, "cash_price"), plan.terms.down_payment_cents
    if cents is not None and not down < cents <= plan.principal_cents:
        most = format_usd(plan.principal_cents)
        raise TermsError(
            f"cash_price: {format_usd(cents)} must be above the down payment of {format_usd(down)} and at most {most}, "
            "what the plan charges; leave it out when both prices are the same"
        )
    return cents


def _signed_on(terms: Terms, today: date) -> date:
    """When the term begins: not before today while the first payment is to come, else as the file says."""
    agreed = terms.agreement_date or min(today, terms.first_due)
    return min(max(today, agreed) if today <= terms.first_due else agreed, terms.first_due)


def _terms_fields(fields: Fields) -> Fields:
    """The fields of the terms, none misspelled, none of them ignored."""
    given = fields.get("terms")
    if given is None:
        _refuse_unknown(fields, TERMS_KEYS | _FILE_KEYS | _STORY_KEYS)
        return _with_count(fields)
    if not isinstance(given, Mapping):
        raise TermsError('terms: give one object, such as {"first_payment": "2027-01-15", "number_of_payments": 12}')
    outside = sorted(key for key in fields if key in TERMS_KEYS)
    if outside:
        raise TermsError(f"{', '.join(outside)}: move it into terms; beside terms it would be ignored")
    _refuse_unknown(fields, _FILE_KEYS | _STORY_KEYS)
    _refuse_unknown(given, TERMS_KEYS | {"payments", "plan_type"}, "terms.")
    return _with_count(given)


def _refuse_unknown(fields: Fields, known: frozenset[str], where: str = "") -> None:
    """A key that nobody reads is a mistake, most likely of spelling."""
    unknown = [(key, get_close_matches(key, sorted(known), 1)) for key in fields if key not in known]
    if unknown:
        hints = (f"{where}{key}{f' (did you mean {near[0]}?)' if near else ''}" for key, near in unknown)
        raise TermsError(f"unknown: {', '.join(hints)}; mend the spelling or leave it out")


def _refuse_misspelled(item: Fields, where: str) -> None:
    """A procedure may carry more than is read here, such as its code; a near miss of a known key is a mistake."""
    _refuse_unknown({key: None for key in item if get_close_matches(key, ITEM_KEYS, 1, 0.8)}, ITEM_KEYS, where)


def _with_count(fields: Fields) -> Fields:
    """The terms with `payments` as their number of payments, when that is what it says."""
    for name in APR:
        if name in fields and fields[name] is None and first_of(fields, APR)[1] is None:
            raise TermsError(f"{name} is null; write 0 for a plan without interest, or leave it out")
    count = fields.get("payments")
    if count is None or isinstance(count, list | Mapping) or first_of(fields, COUNT)[1] == count:
        return fields
    if first_of(fields, COUNT)[1] is not None:
        raise TermsError(f"payments and {first_of(fields, COUNT)[0]} differ; give one of them")
    return {**fields, COUNT[0]: count}


def _refuse_end_of_time(terms: Terms, today: date) -> None:
    """The calendar ends with the year 9999; a schedule needs room behind its first payment."""
    latest = _LAST_YEAR
    for name, day in (("today", today), (FIRST_PAYMENT[0], terms.first_payment)):
        if day.year > latest:
            raise TermsError(f"{name}: {day} is too far ahead; give a date up to the year {latest}")


def _refuse_tiny_payments(terms: Terms, principal_cents: Cents) -> None:
    """Payments so small that rounding changes their number."""
    if principal_cents <= terms.down_payment_cents:
        return
    name = COUNT[0] if terms.number_of_payments is not None else PAYMENT[0]
    payment = terms.payment_for(principal_cents)
    if payment < LEAST_PAYMENT_CENTS:
        raise TermsError(f"{name}: each payment would be {format_usd(payment)}; make it at least $1.00")


def _production(fields: Fields) -> tuple[ProductionItem, ...]:
    given = fields.get("production")
    if given is None:
        principal = read_money(fields, "principal")
        if principal is None:
            raise TermsError("principal is missing; give an amount, or a list of procedures under production")
        return (ProductionItem("principal", fee_cents=principal, description="Principal"),)
    if not isinstance(given, list) or not all(isinstance(each, Mapping) for each in given):
        raise TermsError("production: give a list of objects, each with id, type, status and amount")
    for at, each in enumerate(given, 1):
        _refuse_misspelled(each, f"production {at}: ")
    items = tuple(read_item(each, at) for at, each in enumerate(given, 1))
    problems = [problem for item in items if (problem := attach_problem(item, None))]
    if len({item.id for item in items}) < len(items):
        problems.append("production: two items have the same id; an item may be on a plan once.")
    if problems:
        raise TermsError(" ".join(problems))
    if fields.get("principal") is not None:
        raise TermsError("principal and production are both given; leave out principal, production has the amounts")
    return items
