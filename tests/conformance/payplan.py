"""Payment-plan cases: every `kind` and the operation that answers it."""

from collections.abc import Callable
from typing import Any

from domain.payment_plan.interest import PaymentTooSmallError
from tests.conformance import payplan_money, payplan_old, payplan_schedule, payplan_terms
from tests.conformance.story import INVALID
from tests.conformance.vocabulary import reading_all

_ALL: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    **payplan_terms.OPERATIONS,
    **payplan_schedule.OPERATIONS,
    **payplan_money.OPERATIONS,
    **dict.fromkeys(("recalculate", "old_schedule", "negative_adjustment"), payplan_old.old_schedule),
    **dict.fromkeys(("old_close", "close_old", "close_out"), payplan_old.close_old),
}


def _or_invalid(operation: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Terms that never repay the plan are an answer, not a failure of the runner."""

    def run(inputs: dict[str, Any]) -> dict[str, Any]:
        try:
            return operation(inputs)
        except PaymentTooSmallError:
            return INVALID | {"refused": True}

    return run


OPERATIONS = {kind: reading_all(_or_invalid(operation)) for kind, operation in _ALL.items()}
