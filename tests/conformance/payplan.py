"""Payment-plan cases: every `kind` and the operation that answers it."""

from collections.abc import Callable
from typing import Any

from tests.conformance import payplan_money, payplan_schedule, payplan_terms

OPERATIONS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    **payplan_terms.OPERATIONS,
    **payplan_schedule.OPERATIONS,
    **payplan_money.OPERATIONS,
}
