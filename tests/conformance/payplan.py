"""Payment-plan cases: every `kind` and the operation that answers it."""

from collections.abc import Callable
from typing import Any

from tests.conformance import payplan_money, payplan_schedule, payplan_terms
from tests.conformance.vocabulary import reading_all

_ALL: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    **payplan_terms.OPERATIONS,
    **payplan_schedule.OPERATIONS,
    **payplan_money.OPERATIONS,
}
OPERATIONS = {kind: reading_all(operation) for kind, operation in _ALL.items()}
