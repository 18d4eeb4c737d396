"""Reading a case's inputs into a payment plan: structured where they are, prose where the case speaks in words."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from domain.money import Cents, parse_cents, to_dollars
from domain.payment_plan.frequency import Frequency, period_date
from domain.payment_plan.plan import Charge, ChargeKind, PaymentSplit, SplitKind
from domain.payment_plan.production import (
    LinkedAdjustment,
    ProcedureStatus,
    ProductionItem,
    ProductionKind,
    linked_adjustments_cents,
)
from domain.payment_plan.reading import FIRST_PAYMENT, FREQUENCIES, first_of, read_item, read_terms
from domain.payment_plan.terms import Terms

Inputs = dict[str, Any]

ANCHOR = date(2024, 1, 15)
"""The day on which the cases restate relative dates of the tests they come from."""

_UNITS = {"d": 1, "day": 1, "w": 7, "week": 7}
_OFFSET = re.compile(r"([+-]?)\s*(\d+)\s*(days?|weeks?|months?|years?|[dwmy])\b")

SPLIT_KINDS = {
    "principal": SplitKind.PRINCIPAL,
    "interest": SplitKind.INTEREST,
    "unknown": SplitKind.UNKNOWN,
    "generic": SplitKind.UNKNOWN,
    "untyped": SplitKind.UNKNOWN,
    "none": SplitKind.UNKNOWN,
    "hidden": SplitKind.PREPAYMENT,
    "prepayment": SplitKind.PREPAYMENT,
    "hidden_unearned": SplitKind.PREPAYMENT,
    "unearned": SplitKind.UNEARNED,
}


def dollars(cents: Cents) -> Decimal:
    """How a case writes money."""
    return to_dollars(cents)


def cents(value: Any) -> Cents:
    """Money of a case: None is nothing, a list is all of it together."""
    if isinstance(value, list):
        return sum(cents(each) for each in value)
    return 0 if value is None else parse_cents(value)


def read_day(value: Any, today: date = ANCHOR) -> date:
    """A day as ISO text, or in words: `today`, `today+4d`, `today-1m`, `day before 2024-02-15`."""
    if isinstance(value, date):
        return value
    text = str(value).strip().lower()
    found = re.search(r"\d{4}-\d{2}-\d{2}", text)
    base = date.fromisoformat(found.group()) if found else today
    rest = text.replace(found.group(), "") if found else text
    if "day before" in rest or "yesterday" in rest:
        return base - timedelta(days=1)
    if "day after" in rest or "tomorrow" in rest:
        return base + timedelta(days=1)
    offset = _OFFSET.search(rest)
    if not offset:
        return base
    count = int(offset.group(2)) * (-1 if offset.group(1) == "-" or "ago" in rest or "past" in rest else 1)
    return _moved(base, count, offset.group(3))


def read_today(inputs: Inputs) -> date:
    """The case's own day; cases that name none mean the anchor."""
    for name in ("today", "as_of", "now"):
        if inputs.get(name):
            return read_day(inputs[name])
    return ANCHOR


def case_terms(inputs: Inputs, today: date) -> Terms:
    """Terms, nested under `terms` or beside the other inputs; a missing first payment is the first charge's date."""
    fields = dict(inputs, **(inputs.get("terms") or {}))
    for name in ("count", "payment", "start_date"):
        if not (inputs.get("terms") or {}).get(name):
            fields.pop(name, None)
    name, first = first_of(fields, FIRST_PAYMENT)
    if first is None:
        fields["first_payment"] = _first_charge(inputs, today)
    elif not re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(first)):
        fields[name] = read_day(first, today)
    start = fields.get("plan_start")
    if first is None and start is not None:
        fields["first_payment"] = read_day(start, today)
    return read_terms(fields)


def case_production(inputs: Inputs) -> tuple[ProductionItem, ...]:
    """Attached production in any of the shapes the cases use."""
    items: list[ProductionItem] = []
    for name in ("production", "procedures", "entries"):
        if isinstance(inputs.get(name), list):
            items += [_item(each, at + 1) for at, each in enumerate(inputs[name])]
    given = inputs.get("adjustments") or []
    alone = not items and any(inputs.get(name) is not None for name in _ALONE)
    for at, each in enumerate(given if isinstance(given, list) and not alone else []):
        if not _names_an_item(each):
            items.append(_item(_as_fields(each) | {"type": "adjustment"}, at + 1))
    if items:
        linked = _linked_beside(inputs, items)
        with_facts = (_with_facts_beside(item, at, inputs) for at, item in enumerate(items))
        return tuple(
            replace(item, adjustments_cents=item.adjustments_cents + linked.get(item.id, 0)) for item in with_facts
        )
    return (*_planned_and_done(inputs),) or tuple(_single(inputs))


def case_splits(inputs: Inputs) -> list[PaymentSplit]:
    """Payments and splits, dated where the case dates them."""
    splits: list[PaymentSplit] = []
    for name in ("payments", "payment_splits", "splits"):
        given = inputs.get(name)
        for each in [given] if isinstance(given, Mapping) else given or []:
            splits += read_splits(each)
    if inputs.get("hidden_prepayment"):
        splits.append(PaymentSplit(cents(inputs["hidden_prepayment"]), SplitKind.PREPAYMENT))
    return splits


def split_kind(name: Any) -> SplitKind:
    """The kind of split by any of its names; money of several kinds is untyped."""
    return SPLIT_KINDS.get(str(name or "unknown").lower(), SplitKind.UNKNOWN)


def read_splits(given: Any) -> list[PaymentSplit]:
    """One payment: an amount with a type, or amounts by type."""
    if not isinstance(given, Mapping):
        return [PaymentSplit(cents(given))]
    day = read_day(given["date"]) if given.get("date") else None
    if "amount" in given:
        kind = str(given.get("split_type") or given.get("type") or "unknown").lower()
        return [PaymentSplit(cents(given["amount"]), split_kind(kind), day)]
    return [PaymentSplit(cents(given[name]), kind, day) for name, kind in SPLIT_KINDS.items() if given.get(name)]


def read_charge(given: Mapping[str, Any], items: tuple[ProductionItem, ...], today: date) -> Charge:
    """A posted charge of a case; without an item it is on the first one (see `Story.post`)."""
    note = str(given.get("note") or "")
    kind = ChargeKind.DOWN_PAYMENT if "down payment" in note.lower() or given.get("down_payment") is True else None
    day = read_day(given["date"], today) if given.get("date") else today
    item = str(given.get("entry") or given.get("item") or "")
    if kind is None and given.get("is_offset"):
        kind = ChargeKind.OFFSET
    principal, interest = cents(given.get("principal")), cents(given.get("interest"))
    return Charge(day, item, principal, interest, kind or ChargeKind.PERIOD, note=note)


def read_frequency(value: Any) -> Frequency:
    """A frequency by any of its names."""
    name = "".join(letter for letter in str(value).lower() if letter.isalnum())
    if name not in FREQUENCIES:
        raise ValueError(f"the frequency {value!r} is not known")
    return FREQUENCIES[name]


def _moved(base: date, count: int, unit: str) -> date:
    unit = unit.rstrip("s") or unit
    if unit in _UNITS:
        return base + timedelta(days=count * _UNITS[unit])
    months = count * (12 if unit.startswith("y") else 1)
    return period_date(Frequency.MONTHLY, base, months)


def _first_charge(inputs: Inputs, today: date) -> date:
    posted = inputs.get("posted_charges")
    if isinstance(posted, list) and posted and posted[0].get("date"):
        return read_day(posted[0]["date"], today)
    periods = count_in_words(posted) if isinstance(posted, str) else 1
    frequency = read_frequency((inputs.get("terms") or inputs).get("frequency") or "monthly")
    return period_date(frequency, today, -max(0, periods - 1))


_WORDS = {"one": 1, "first": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "a": 1}


def count_in_words(text: str) -> int:
    """How many periods a phrase such as `two periods` speaks of; 0 when it speaks of none."""
    found = re.search(r"(\d+|one|two|three|four|five|six|first|a)\s+(?:periods?|charges?|months?)", text.lower())
    if not found:
        return 0
    word = found.group(1)
    return int(word) if word.isdigit() else _WORDS[word]


LINKED = ("adjustment", "adjustments", "later_adjustment", "adjustment_after", "negative_adjustment")
"""Adjustments beside a list of items: an amount for the first, amounts by id, or objects that name their item."""

LATER_FACTS = ("insurance_paid", "insurance_estimate", "write_off", "explicit_adjustment", "prior_payment", *LINKED)
"""What a case puts beside its production and what usually arrives after the charges were posted."""

_BESIDE = {
    "override": "override_cents",
    "overrides": "override_cents",
    "amount_override": "override_cents",
    "amount_overrides": "override_cents",
    "insurance_paid": "insurance_cents",
    "insurance_estimate": "insurance_cents",
    "write_off": "write_off_cents",
    "explicit_adjustment": "adjustments_cents",
    "prior_payment": "prior_payments_cents",
    "prior_patient_payment_not_on_plan": "prior_payments_cents",
}


def _with_facts_beside(item: ProductionItem, at: int, inputs: Inputs) -> ProductionItem:
    """Facts that stand beside a list of items: an amount for the first item, or amounts by item id or by place."""
    changes: dict[str, Any] = {}
    for name, attribute in _BESIDE.items():
        given = inputs.get(name)
        value = given.get(item.id) if isinstance(given, Mapping) else _by_place(given, at, inputs)
        if value is not None and attribute not in changes:
            changes[attribute] = cents(value)
    return replace(item, **changes)


def _by_place(given: Any, at: int, inputs: Inputs) -> Any:
    """A list with an amount for each item goes by place; anything else is of the first item."""
    lists = (inputs.get(name) for name in ("production", "procedures", "entries"))
    if isinstance(given, list) and any(isinstance(each, list) and len(each) == len(given) > 1 for each in lists):
        return given[at]
    return given if at == 0 else None


_ITEM_NAMES = ("entry", "item", "procedure", "on")


def _names_an_item(each: Any) -> bool:
    return isinstance(each, Mapping) and any(isinstance(each.get(name), str) for name in _ITEM_NAMES)


def _linked_beside(inputs: Inputs, items: list[ProductionItem]) -> dict[str, Cents]:
    """What adjustments beside the items add to each of them, by id."""
    sums: dict[str, Cents] = {}
    for name in LINKED:
        given = inputs.get(name)
        each_given = given if isinstance(given, list) else [given] if given is not None else []
        for each in each_given if name != "adjustments" else [each for each in each_given if not _is_item(each, items)]:
            for item_id, amount in _by_item(each, items).items():
                sums[item_id] = sums.get(item_id, 0) + amount
    return sums


def _is_item(each: Any, items: list[ProductionItem]) -> bool:
    """Whether an entry of `adjustments` is production of its own."""
    by_id = isinstance(each, Mapping) and any(item.id in each for item in items)
    return not by_id and not _names_an_item(each)


def _by_item(given: Any, items: list[ProductionItem]) -> dict[str, Cents]:
    if isinstance(given, Mapping) and any(item.id in given for item in items):
        return {str(item_id): cents(amount) for item_id, amount in given.items()}
    named = [str(given[name]) for name in _ITEM_NAMES if given.get(name)] if isinstance(given, Mapping) else []
    return {(named or [items[0].id])[0]: _linked(given)}


def _as_fields(each: Any) -> dict[str, Any]:
    return dict(each) if isinstance(each, Mapping) else {"amount": each}


def _item(each: Any, number: int) -> ProductionItem:
    fields = _as_fields(each)
    fields.setdefault("id", f"p{number}" if fields.get("type") != "adjustment" else f"a{number}")
    return read_item(_normal(fields), number)


RENAMED = {
    "prior_patient_payment_not_on_plan": "prior_payment",
    "prior_patient_payments": "prior_payment",
    "patient_payments": "prior_payment",
    "payments_outside_plan": "prior_payment",
    "payment_outside_plan": "prior_payment",
    "insurance_payment": "insurance_paid",
    "insurance_payments": "insurance_paid",
    "insurance_estimates": "insurance_estimate",
    "ins_estimate": "insurance_estimate",
    "ins_paid": "insurance_paid",
    "discount_plan": "discount_plan_amount",
    "write_off_paid": "write_off",
    "write_offs": "write_off",
}
"""What only cases call a fact of an item."""

_SUMMED = frozenset({*RENAMED, *RENAMED.values(), "discount", "tax", "sales_tax"})


def _together(name: str, value: Any) -> Any:
    """Several payments of a kind are one amount."""
    return dollars(cents(value)) if name in _SUMMED and isinstance(value, list) else value


def _normal(fields: dict[str, Any]) -> dict[str, Any]:
    """The product's own field names for those that only cases use."""
    normal = {RENAMED.get(name, name): _together(name, value) for name, value in fields.items()}
    if "status" not in normal and any(
        normal.get(name) for name in ("discount", "discount_plan_amount", "tax", "sales_tax")
    ):
        normal["status"] = "TP"  # these estimates only exist on planned work
    linked = sum(_linked(each) for name in ("adjustment", "adjustments") for each in _each_of(normal.pop(name, None)))
    normal["explicit_adjustment"] = dollars(cents(normal.get("explicit_adjustment")) + linked)
    return normal


def _each_of(given: Any) -> list[Any]:
    return given if isinstance(given, list) else [] if given is None else [given]


_PLANNED_ONLY = ("discount", "discount_plan_amount", "tax", "sales_tax")


def _linked(adjustment: Any) -> Cents:
    fields = _as_fields(adjustment)
    same = fields.get("same_patient_provider_clinic", True) and fields.get("linked_to_procedure", True)
    provider = "own" if same else "other"
    one = LinkedAdjustment(cents(fields["amount"]), "patient", provider, "clinic")
    return linked_adjustments_cents([one], "patient", "own", "clinic")


_ALONE = ("procedure", "fee", "procedure_initial")


def _single(inputs: Inputs) -> list[ProductionItem]:
    """A case about one procedure, its facts beside each other in the inputs; or just a principal."""
    for name in (*_ALONE, "principal", "total_principal", "amount"):
        if inputs.get(name) is not None:
            break
    else:
        return _attached_adjustment(inputs)
    amount = inputs[name]
    fields = _as_fields(amount) if isinstance(amount, Mapping) else dict(inputs) | {"amount": amount}
    for other in ("type", "procedure", "fee", "date", "id", "kind"):
        if not isinstance(amount, Mapping):
            fields.pop(other, None)
    item = _item(fields | {"id": "p1"}, 1)
    return [item, *_attached_adjustment(inputs)]


def _attached_adjustment(inputs: Inputs) -> list[ProductionItem]:
    """An adjustment that the procedure does not count is an item of its own once it is attached."""
    adjustment = inputs.get("adjustment")
    if isinstance(adjustment, int | float) and not any(inputs.get(name) is not None for name in _ALONE):
        return [ProductionItem("a1", ProductionKind.ADJUSTMENT, fee_cents=cents(adjustment))]
    if not isinstance(adjustment, Mapping) or not adjustment.get("attached_to_plan"):
        return []
    if adjustment.get("same_patient_provider_clinic", True):
        return []
    return [ProductionItem("a1", ProductionKind.ADJUSTMENT, fee_cents=cents(adjustment["amount"]))]


def _planned_and_done(inputs: Inputs) -> list[ProductionItem]:
    done, planned = inputs.get("completed_production"), inputs.get("treatment_planned_production")
    if done is None and planned is None:
        return []
    items = [
        ProductionItem("completed", fee_cents=cents(done)),
        ProductionItem("planned", status=ProcedureStatus.TREATMENT_PLANNED, fee_cents=cents(planned)),
    ]
    return [item for item in items if item.fee_cents]
