"""Reading terms and production from JSON, generous about spelling and exact about money.

Amounts are in dollars, as text or numbers; dates are ISO. An error names the field and says what to write instead.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from domain.money import Cents, parse_cents
from domain.payment_plan.frequency import Frequency
from domain.payment_plan.production import ProcedureStatus, ProductionItem, ProductionKind
from domain.payment_plan.terms import Terms, TreatmentPlanned

Fields = Mapping[str, object]
Choice = TypeVar("Choice")

FREQUENCIES = {
    "weekly": Frequency.WEEKLY,
    "week": Frequency.WEEKLY,
    "everyotherweek": Frequency.EVERY_OTHER_WEEK,
    "biweekly": Frequency.EVERY_OTHER_WEEK,
    "fortnightly": Frequency.EVERY_OTHER_WEEK,
    "ordinalweekday": Frequency.ORDINAL_WEEKDAY,
    "specificdayofthemonth": Frequency.ORDINAL_WEEKDAY,
    "specificdayofmonth": Frequency.ORDINAL_WEEKDAY,
    "monthly": Frequency.MONTHLY,
    "month": Frequency.MONTHLY,
    "quarterly": Frequency.QUARTERLY,
    "quarter": Frequency.QUARTERLY,
}
HANDLING = {
    "awaitcomplete": TreatmentPlanned.AWAIT_COMPLETE,
    "awaitprocedurecompletion": TreatmentPlanned.AWAIT_COMPLETE,
    "awaitcompletion": TreatmentPlanned.AWAIT_COMPLETE,
    "await": TreatmentPlanned.AWAIT_COMPLETE,
    "none": TreatmentPlanned.AWAIT_COMPLETE,
    "treatascomplete": TreatmentPlanned.TREAT_AS_COMPLETE,
    "procedureascomplete": TreatmentPlanned.TREAT_AS_COMPLETE,
    "treatplanasprocedurescomplete": TreatmentPlanned.TREAT_AS_COMPLETE,
}
STATUSES = {
    "c": ProcedureStatus.COMPLETE,
    "complete": ProcedureStatus.COMPLETE,
    "completed": ProcedureStatus.COMPLETE,
    "tp": ProcedureStatus.TREATMENT_PLANNED,
    "tpi": ProcedureStatus.TREATMENT_PLANNED,
    "treatmentplanned": ProcedureStatus.TREATMENT_PLANNED,
}
KINDS = {
    "procedure": ProductionKind.PROCEDURE,
    "proc": ProductionKind.PROCEDURE,
    "adjustment": ProductionKind.ADJUSTMENT,
    "adj": ProductionKind.ADJUSTMENT,
}

_TOO_LARGE = Decimal(1_000_000)
"""No rate and no count of a plan comes near it."""
_MOST_CENTS = 100_000_000_000
"""A billion dollars; no amount of a plan comes near it."""
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ][\d:.+Z-]*)?")
_LONGEST_DESCRIPTION = 80

FIRST_PAYMENT = ("first_payment", "first_payment_date", "date_of_first_payment", "DatePayPlanStart", "start_date")
AGREEMENT = ("agreement_date", "date_of_agreement", "PayPlanDate", "plan_date")
APR = ("apr_percent", "apr", "APR")
COUNT = ("number_of_payments", "NumberOfPayments", "payment_count", "count")
PAYMENT = ("payment_amount", "PayAmt", "pay_amount", "payment")
DOWN = ("down_payment", "DownPayment")
INTEREST_START = ("interest_start", "interest_start_date", "DateInterestStart")
NO_INTEREST = (
    "no_interest_for_first_payments",
    "no_interest_payments",
    "no_interest_first_n",
    "no_interest_for_first_n_payments",
    "interest_free_payments",
)
TP_OPTION = ("tp_option", "treatment_planned", "handle_treatment_planned", "DynamicPayPlanTPOption")
LOCKED = ("locked", "full_lock", "IsLocked")
FREQUENCY = ("frequency", "ChargeFrequency", "charge_frequency")

TERMS_KEYS = frozenset(
    name
    for names in (
        FIRST_PAYMENT, AGREEMENT, APR, COUNT, PAYMENT, DOWN, INTEREST_START, NO_INTEREST, TP_OPTION, LOCKED, FREQUENCY
    )
    for name in names
)  # fmt: skip
"""Every spelling of a field of the terms."""

ITEM_KEYS = frozenset({
    "id", "type", "kind", "status", "ProcStatus", "quantity", "qty", "UnitQty", "amount", "fee", "ProcFee", "procedure",
    "explicit_adjustment", "adjustments", "linked_adjustments", "insurance_paid", "insurance_estimate", "insurance",
    "write_off", "write_off_estimate", "writeoff", "discount", "discount_plan_amount", "discount_plan", "tax",
    "sales_tax", "prior_payment", "prior_patient_payment", "prior_payments", "override", "amount_override",
    "AmountOverride", "date", "added_on", "ProcDate", "completed_on", "ortho", "provider", "clinic", "description",
})  # fmt: skip
"""Every spelling of a field of a production item."""


class TermsError(ValueError):
    """A field of the input is wrong; the message names it and says how to mend it."""


def read_terms(fields: Fields) -> Terms:
    """Terms from JSON fields; the first payment's date is required. A zero count or payment means it is not given."""
    first = _date(fields, FIRST_PAYMENT)
    if first is None:
        raise TermsError("first_payment is missing; give the date of the first payment, such as 2027-01-15")
    return Terms(
        first_payment=first,
        agreement_date=_date(fields, AGREEMENT),
        frequency=_choice(fields, FREQUENCY, FREQUENCIES, Frequency.MONTHLY),
        apr_percent=_number(fields, APR),
        number_of_payments=_whole(fields, COUNT) or None,
        payment_cents=_cents(fields, PAYMENT) or None,
        down_payment_cents=_cents(fields, DOWN),
        interest_start=_date(fields, INTEREST_START),
        no_interest_payments=_whole(fields, NO_INTEREST),
        treatment_planned=_choice(fields, TP_OPTION, HANDLING, TreatmentPlanned.AWAIT_COMPLETE),
        locked=_flag(fields, LOCKED),
    )


def read_item(fields: Fields, number: int) -> ProductionItem:
    """One production item from JSON fields; `number` (from 1) makes the id when none is given."""
    kind = _choice(fields, ("type", "kind"), KINDS, ProductionKind.PROCEDURE)
    return ProductionItem(
        id=str(fields.get("id") or f"{kind.value}-{number}"),
        kind=kind,
        status=_choice(fields, ("status", "ProcStatus"), STATUSES, ProcedureStatus.COMPLETE),
        fee_cents=_cents(fields, ("amount", "fee", "ProcFee", "procedure")),
        quantity=_whole(fields, ("quantity", "qty", "UnitQty")) or 1,
        adjustments_cents=_cents(fields, ("explicit_adjustment", "adjustments", "linked_adjustments")),
        insurance_cents=_paid_or_estimate(fields, "insurance_paid", "insurance_estimate", "insurance"),
        write_off_cents=_paid_or_estimate(fields, "write_off", "write_off_estimate", "writeoff"),
        discount_cents=_cents(fields, ("discount",)) + _cents(fields, ("discount_plan_amount", "discount_plan")),
        tax_cents=_cents(fields, ("tax", "sales_tax")),
        prior_payments_cents=_cents(fields, ("prior_payment", "prior_patient_payment", "prior_payments")),
        override_cents=_cents(fields, ("override", "amount_override", "AmountOverride")),
        on=_date(fields, ("date", "added_on", "ProcDate")) or date.min,
        completed_on=_date(fields, ("completed_on",)),
        ortho=_flag(fields, ("ortho",)),
        provider=str(fields.get("provider") or ""),
        clinic=str(fields.get("clinic") or ""),
        description=_one_line(fields.get("description")),
    )


def _one_line(value: object) -> str:
    """A description without line breaks and signs that do not print, and no longer than a line has room for."""
    text = " ".join("".join(each if each.isprintable() else " " for each in str(value or "")).split())
    return text if len(text) <= _LONGEST_DESCRIPTION else text[: _LONGEST_DESCRIPTION - 3].rstrip() + "..."


def read_date(fields: Fields, name: str) -> date | None:
    """A date field, or None when it is not given."""
    return _date(fields, (name,))


def read_money(fields: Fields, name: str) -> Cents | None:
    """A money field in cents, or None when it is not given."""
    return None if fields.get(name) is None else _cents(fields, (name,))


def first_of(fields: Fields, names: tuple[str, ...]) -> tuple[str, object]:
    """The first of these fields that has a value, with its name; an empty text or null is no value."""
    for name in names:
        value = fields.get(name)
        if value is not None and value != "":
            return name, value
    return names[0], None


def _paid_or_estimate(fields: Fields, paid: str, estimate: str, either: str) -> Cents:
    return _cents(fields, (paid, either, estimate))


def _cents(fields: Fields, names: tuple[str, ...]) -> Cents:
    name, value = first_of(fields, names)
    if value is None:
        return 0
    try:
        cents = parse_cents(value if isinstance(value, str | int | float | Decimal) else str(value))
    except ValueError as error:
        raise TermsError(f"{name}: {error}") from None
    if abs(cents) > _MOST_CENTS:
        raise TermsError(f"{name}: {str(value)[:20]} is too large for a payment plan")
    return cents


def _number(fields: Fields, names: tuple[str, ...]) -> Decimal:
    name, value = first_of(fields, names)
    try:
        number = Decimal(str(value if value is not None else 0).strip().removesuffix("%"))
    except InvalidOperation:
        raise TermsError(f"{name}: {value!r} is not a number; write it like 9.9") from None
    if not number.is_finite():
        raise TermsError(f"{name}: {value!r} is not a number; write it like 9.9")
    if abs(number) >= _TOO_LARGE:
        raise TermsError(f"{name}: {str(value)[:20]} is too large; write it like 9.9")
    return number


def _whole(fields: Fields, names: tuple[str, ...]) -> int:
    name, value = first_of(fields, names)
    try:
        number = _number(fields, names)
    except TermsError as error:
        if "too large" in str(error):
            raise TermsError(f"{name}: {str(value)[:20]} is too large; write a number like 12") from None
        number = None
    if number is None or number != number.to_integral_value():
        said = str(value).lower() if isinstance(value, bool) else repr(value)
        raise TermsError(f"{name}: {said} is not a whole number; write it like 12")
    return int(number)


def _date(fields: Fields, names: tuple[str, ...]) -> date | None:
    name, value = first_of(fields, names)
    if value is None or str(value).startswith("0001-01-01"):
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    written = _DAY.fullmatch(str(value).strip())
    try:
        return date.fromisoformat(written.group(1) if written else "")
    except ValueError:
        raise TermsError(f"{name}: {value!r} is not a date; write it like 2027-01-15") from None


def _flag(fields: Fields, names: tuple[str, ...]) -> bool:
    name, value = first_of(fields, names)
    text = str(value).lower()
    if value is None or text in ("false", "0", "no"):
        return False
    if text in ("true", "1", "yes"):
        return True
    raise TermsError(f"{name}: {value!r} is neither true nor false")


def _choice(fields: Fields, names: tuple[str, ...], known: Mapping[str, Choice], default: Choice) -> Choice:
    name, value = first_of(fields, names)
    if value is None:
        return default
    key = "".join(letter for letter in str(value).lower() if letter.isalnum())
    if key not in known or not isinstance(value, str):
        choices = ", ".join(dict.fromkeys(str(each) for each in known.values()))
        raise TermsError(f"{name}: {value!r} is not known; write one of {choices}")
    return known[key]
