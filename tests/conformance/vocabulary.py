"""The words that a case may use. One that nobody reads would change nothing in silence, so its case fails by name."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from domain.payment_plan.reading import ITEM_KEYS, TERMS_KEYS
from tests.conformance.inputs import RENAMED

Operation = Callable[[dict[str, Any]], dict[str, Any]]

DESCRIPTIVE = frozenset({
    "name", "title", "label", "description", "note", "notes", "comment", "comments", "remark", "remarks", "why",
    "reason", "explanation", "source", "sources", "source_path", "source_test", "reference", "basis", "check", "test",
    "upstream", "upstream_test", "origin", "context", "asserts", "rule", "currency", "kind",
})  # fmt: skip
"""Said for the reader; nothing follows from it."""

NO_EFFECT = frozenset({
    "paid_on_plan", "payment_on_plan", "preauthorisation_estimate", "preauthorization_estimate", "principal_from",
    "procedure_dates",
})  # fmt: skip
"""Facts that by the rules change nothing: payments on the plan do not lower an amount, pre-authorisations neither."""

BY_ID = frozenset({
    "insurance_paid", "insurance_estimate", "write_off", "explicit_adjustment", "prior_payment",
    "prior_patient_payment_not_on_plan", "procedure_dates", "adjustment", "adjustments", "later_adjustment",
    "adjustment_after", "charged_principal", "negative_adjustment", "override", "overrides", "amount_override",
    "amount_overrides",
})  # fmt: skip
"""Maps from an item's id to a fact of it."""

KNOWN = TERMS_KEYS | ITEM_KEYS | DESCRIPTIVE | NO_EFFECT | BY_ID | frozenset(RENAMED) | frozenset({
    "advance_date", "completed_credits", "every", "finance_charge",
    "overpaid", "paid_to_date", "payment_made", "payments_to_date", "recalculate_interest",
    "recalculation", "schedule", "charges", "total_amount", "treatment_planned_credits",
    "action", "adjustment", "adjustment_after", "advanced_on", "advances", "amount_advanced", "amount_financed",
    "amount_financed_after_down_payment", "as_of", "at_periods", "attach_in_order", "attached_to_plan",
    "cash_price", "charge_date", "charge_interest_each", "charge_principal_each", "charged_principal",
    "charges_due", "closed", "complete_in_order", "completed_production", "consummated_on", "date_to",
    "down_payment", "due", "edit", "entries", "entry", "every_periods", "expected_charge_date",
    "expected_charge_index", "first_at_periods", "for_next_period_only", "fraction", "future_principal", "generic",
    "hidden", "hidden_prepayment", "hidden_unearned", "ins_estimate", "ins_paid", "interest", "interest_to",
    "is_closed", "is_offset", "item", "later_adjustment", "linked_to_procedure", "manually_posted_future_period",
    "mode", "mode_before_close", "negative_adjustment", "none", "now", "number", "office_choice", "other_credits",
    "overpayment", "p", "paid",
    "payment_each", "payment_interest_each", "payment_outside_plan", "payment_principal_each", "payment_splits",
    "payments", "periods", "plan_start", "plan_type", "post_through", "post_until", "posted_charge_index",
    "posted_charges", "posted_rows",
    "prepaid_finance_charge", "prepayment", "principal", "principal_split_raised_to", "principal_to",
    "prior_patient_payment_not_on_plan", "procedure_changed_to", "procedure_initial", "procedures", "production",
    "production_attached_later", "recalculate", "run_for", "run_for_days", "run_for_months", "run_for_weeks",
    "run_for_years", "run_on", "run_service_until", "run_through", "run_until",
    "same_patient_provider_clinic", "service_run_on", "service_run_until", "split_type", "splits", "start_index",
    "steps", "terms", "then", "today", "total", "total_principal", "tp_credits", "treatment_planned_production",
    "unearned", "unit_periods_per_year", "unknown", "until", "untyped", "write_off_paid", "zero",
})  # fmt: skip


UNREAD = "_unread"
"""The fact that holds the inputs of a case that nobody reads."""


class UnreadInputError(ValueError):
    """The case gives inputs that no operation reads, and could not be run without them."""


def reading_all(operation: Operation) -> Operation:
    """The operation, telling of inputs that it would ignore."""

    def run(inputs: dict[str, Any]) -> dict[str, Any]:
        unread = sorted(set(_unread(inputs, _ids(inputs))))
        try:
            return operation(inputs) | {UNREAD: unread}
        except Exception as error:
            if unread:
                raise UnreadInputError(f"{unread_line(unread)} ({type(error).__name__}: {error})") from error
            raise

    return run


def unread_line(unread: list[str]) -> str:
    """What is said of inputs that nobody reads."""
    return f"nobody reads {', '.join(unread)}; mend the spelling or teach the runner"


def _ids(inputs: Mapping[str, Any]) -> frozenset[str]:
    """What a map by item id may be keyed with: the ids that the case gives, and those that it leaves to the runner."""
    lists = [inputs.get(name) for name in ("production", "procedures", "entries", "adjustments")]
    items = [each for given in lists if isinstance(given, list) for each in given]
    named = {str(each["id"]) for each in items if isinstance(each, Mapping) and each.get("id")}
    numbered = {f"{letter}{at + 1}" for letter in "pa" for at in range(max(1, len(items)))}
    return frozenset(named | numbered)


def _unread(given: object, ids: frozenset[str], path: str = "", *, by_id: bool = False) -> Iterator[str]:
    if isinstance(given, list):
        for each in given:
            yield from _unread(each, ids, path, by_id=by_id)
    if not isinstance(given, Mapping):
        return
    for key, value in given.items():
        if key.startswith("_") or value is None or (by_id and key in ids):
            continue
        if key not in KNOWN:
            yield f"{path}{key}"
        elif key not in NO_EFFECT:
            yield from _unread(value, ids, f"{path}{key}.", by_id=key in BY_ID)
