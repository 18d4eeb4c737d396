"""Time patterns: X is provider time, / is not. A procedure code's pattern counts in the office's increments,
an appointment's in five minutes."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.opendental.office import Office
from sandbox.opendental.resource import get
from sandbox.opendental.resources.setup import PROCEDURE_CODES
from sandbox.store import Store

STEP_MINUTES = 5


def expanded(pattern: str, increment: int) -> str:
    """A code's pattern in five-minute steps."""
    return "".join(step * (increment // STEP_MINUTES) for step in pattern)


def combined(patterns: Sequence[str]) -> str:
    """One visit for several procedures: the longest lead-in, all the provider time in turn, the longest tail."""
    if not patterns:
        return "/XX/"
    lead = max(len(p) - len(p.lstrip("/")) for p in patterns)
    tail = max(len(p) - len(p.rstrip("/")) for p in patterns)
    return "/" * lead + "".join(p.strip("/") for p in patterns) + "/" * tail


def of_procedures(store: Store, office: Office, code_nums: Sequence[int]) -> str:
    """The appointment pattern that procedures ask for."""
    rows = [get(store, PROCEDURE_CODES, office.number, n) for n in code_nums]
    return combined([expanded(r["ProcTime"], office.increment) for r in rows if r])


def description(store: Store, office: Office, code_nums: Sequence[int]) -> str:
    rows = [get(store, PROCEDURE_CODES, office.number, n) for n in code_nums]
    return ", ".join(r["AbbrDesc"] for r in rows if r)


def minutes(pattern: str) -> int:
    return len(pattern) * STEP_MINUTES
