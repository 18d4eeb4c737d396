"""Money arithmetic: exact, and never a cent lost."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import (
    MoneyInput,
    format_usd,
    parse_cents,
    percent_of,
    round_to_cents,
    split_by_weight,
    split_evenly,
    to_dollars,
)

CENTS = st.integers(min_value=-(10**9), max_value=10**9)


@pytest.mark.parametrize(
    ("written", "cents"),
    [
        ("$1,234.56", 123_456),
        ("130.00", 13_000),
        (204.0, 20_400),
        (139.1, 13_910),
        (7, 700),
        (Decimal("-0.01"), -1),
        (" 12.5 ", 1_250),
    ],
)
def test_reads_every_way_vendors_write_money(written: MoneyInput, cents: int) -> None:
    assert parse_cents(written) == cents


@pytest.mark.parametrize("written", ["", "abc", "1.234", 0.001, True, "NaN", "Infinity"])
def test_refuses_what_is_not_whole_cents(written: MoneyInput) -> None:
    with pytest.raises(ValueError, match=r"cents|amount of money"):
        parse_cents(written)


@given(CENTS)
def test_formatting_reads_back(cents: int) -> None:
    assert parse_cents(format_usd(cents)) == cents
    assert parse_cents(to_dollars(cents)) == cents
    assert parse_cents(float(to_dollars(cents))) == cents


def test_formats_like_a_bill() -> None:
    assert [format_usd(cents) for cents in (123_456_789, 5, -500)] == ["$1,234,567.89", "$0.05", "-$5.00"]


def test_percent_rounds_half_away_from_zero() -> None:
    assert percent_of(1_050, Decimal(5)) == 53
    assert percent_of(-1_050, Decimal(5)) == -53
    assert round_to_cents(Decimal("2.345")) == 235


@given(CENTS, st.integers(min_value=1, max_value=400))
def test_even_split_keeps_every_cent(cents: int, parts: int) -> None:
    amounts = split_evenly(cents, parts)
    assert sum(amounts) == cents
    assert max(amounts) - min(amounts) <= 1


@given(CENTS, st.lists(st.integers(min_value=0, max_value=10_000), min_size=1, max_size=20).filter(any))
def test_weighted_split_keeps_every_cent(cents: int, weights: list[int]) -> None:
    amounts = split_by_weight(cents, weights)
    assert sum(amounts) == cents
    pairs = zip(amounts, weights, strict=True)
    assert all(abs(amount * sum(weights) - cents * w) < sum(weights) for amount, w in pairs)


def test_refuses_nonsense_splits() -> None:
    with pytest.raises(ValueError, match="parts"):
        split_evenly(100, 0)
    with pytest.raises(ValueError, match="weights"):
        split_by_weight(100, [0, 0])
