"""What webhooks leave in the inbox table, for the loop that handles it.

``source`` is ``{hook}:{location}``; ``body`` is JSON: a form as an object of its fields, an event as it came.
"""

from enum import StrEnum


class Hook(StrEnum):
    TWILIO_INBOUND = "twilio-inbound"
    TWILIO_STATUS = "twilio-status"
    STRIPE = "stripe"
    OPENDENTAL = "opendental"


def source_of(hook: Hook, location: str) -> str:
    return f"{hook}:{location}"


def read_source(source: str) -> tuple[Hook, str]:
    """Hook and location of a source. Raises ValueError for a source that no webhook of ours writes."""
    hook, _, location = source.partition(":")
    return Hook(hook), location
