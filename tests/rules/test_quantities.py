"""Amounts: one way to write each, and a helpful word about every other."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from rules import quantities as q


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (q.minutes, "15 min", 15),
        (q.minutes, "4 h", 240),
        (q.minutes, "1 day", 1440),
        (q.minutes, "3 days", 4320),
        (q.open_minutes, "at once", 0),
        (q.open_minutes, "4 open hours", 240),
        (q.open_minutes, "30 open minutes", 30),
        (q.cents, "$500", 50_000),
        (q.cents, "$1,500", 150_000),
        (q.cents, "$12.50", 1_250),
        (q.percent, "12.5%", Decimal("12.5")),
        (q.count, "3", 3),
        (q.weekdays, "mon-sat", (0, 1, 2, 3, 4, 5)),
        (q.weekdays, "every day", tuple(range(7))),
        (q.window, "09:00-20:00", (540, 1200)),
        (q.window, "00:00-24:00", (0, 1440)),
        (q.window, "none", None),
    ],
)
def test_right_ones(read: Callable[[str], Any], text: str, value: Any) -> None:
    assert read(text) == value


@pytest.mark.parametrize(
    ("read", "text", "hint"),
    [
        (q.minutes, "30", "30 min, 30 h or 30 days"),
        (q.minutes, "30 minutes", "write 30 min"),
        (q.minutes, "2 hrs", "write 2 h"),
        (q.minutes, "soon", "15 min"),
        (q.open_minutes, "4 h", "4 open hours"),
        (q.cents, "500", r"\$500"),
        (q.cents, "500 dollars", r"\$500"),
        (q.cents, "a lot", r"\$1,500"),
        (q.percent, "10", "10%"),
        (q.count, "3 times", "without a unit"),
        (q.weekdays, "sat-mon", "mon to sun"),
        (q.weekdays, "Monday", "mon-sat"),
        (q.window, "9-20", "09:00-20:00"),
        (q.window, "09:00-25:00", "09:00-20:00"),
        (q.window, "20:00-09:00", "before it begins"),
    ],
)
def test_wrong_ones_say_how(read: Callable[[str], Any], text: str, hint: str) -> None:
    with pytest.raises(ValueError, match=hint):
        read(text)


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("at least $400", 40_000, 39_999),
        ("over $400", 40_001, 40_000),
        ("at most $400", 40_000, 40_001),
        ("under $400", 39_999, 40_000),
        ("$80 to $300", 30_000, 30_001),
    ],
)
def test_ranges(text: str, inside: int, outside: int) -> None:
    bounds = q.bounds(text, q.cents)
    assert bounds.holds(inside)
    assert not bounds.holds(outside)


def test_a_range_says_how_it_is_written() -> None:
    with pytest.raises(ValueError, match=r"at least \$400"):
        q.bounds("$400", q.cents)
    with pytest.raises(ValueError, match="smaller one"):
        q.bounds("$400 to $80", q.cents)


def test_one_range_covers_another() -> None:
    assert q.Bounds(None, 10).covers(q.Bounds(3, 10))
    assert not q.Bounds(4, 10).covers(q.Bounds(3, 10))
    assert not q.Bounds(4, 10).covers(q.Bounds())
