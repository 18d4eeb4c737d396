"""Our task row is the record and the PMS task its mirror: what the PMS refuses for good holds nothing up."""

from collections.abc import Callable

from connectors.errors import Conflict, InvalidRequest, NotFound, PermissionDenied, Unsupported

_FOR_GOOD = (Conflict, InvalidRequest, NotFound, PermissionDenied, Unsupported)
"""About this one task, such as one that staff deleted. A refused key is about everything, and a person hears of it."""


def refused_for_good(change: Callable[[], None]) -> str:
    """Change the mirror; what refused it, "" when it is done. Raises what may still succeed later."""
    try:
        change()
    except _FOR_GOOD as refusal:
        return type(refusal).__name__
    return ""
