"""Answers in the words that cases use."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from tests.conformance.inputs import read_day


def phrase_dates(days: list[str], first: date) -> str | None:
    """`first_payment + 1..n months` when the dates are just that."""
    for unit, step in (("months", "m"), ("weeks", "w")):
        plain = [read_day(f"today+{at}{step}", first).isoformat() for at in range(1, len(days) + 1)]
        if days == plain:
            return f"first_payment + 1..n {unit}"
    return None


def same_or_list(values: list[Decimal]) -> Any:
    """One value when all are the same, else the list."""
    return values[0] if len(set(values)) == 1 else values


def slug(phrase: str) -> str:
    """A phrase as part of a key."""
    return re.sub(r"[^a-z0-9]+", "_", phrase.lower()).strip("_")
