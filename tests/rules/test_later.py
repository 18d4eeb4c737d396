"""When a "not now" wants to be asked again."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.later import Later, later_in
from rules.replies import understand

FRIDAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("not now", date(2026, 12, 4)),
        ("ahorita no", date(2026, 12, 4)),
        ("I'll call you when I'm ready", date(2026, 12, 4)),
        ("text me tomorrow", date(2026, 11, 21)),
        ("remind me next week", date(2026, 11, 27)),
        ("text me in two weeks", date(2026, 12, 4)),
        ("not now, maybe in 3 weeks", date(2026, 12, 11)),
        ("maybe in a few weeks", date(2026, 12, 11)),
        ("next month", date(2026, 12, 20)),
        ("el próximo mes", date(2026, 12, 20)),
        ("give me 6 months", date(2027, 5, 20)),
        ("after the holidays", date(2027, 1, 2)),
        ("ask me next year", date(2027, 1, 2)),
        ("not until January", date(2027, 1, 2)),
        ("ask me in late March", date(2027, 3, 25)),
        ("text me after March 15th", date(2027, 3, 15)),
        ("ahora no, en enero", date(2027, 1, 2)),
        ("ahora no, hasta el 15 de marzo", date(2027, 3, 15)),
    ],
)
def test_the_day_they_name(text: str, day: date) -> None:
    found = understand(text)
    assert found.intent == "not_now"
    assert found.later is not None
    assert found.later.day(FRIDAY) == day


@pytest.mark.parametrize(
    "text",
    ["can't afford it right now", "call me next month", "waiting on my insurance", "not now, after my surgery",
     "contact me again in 2029", "not now, maybe 3/15", "ahora no, cuando me paguen"],
)  # fmt: skip
def test_what_is_no_day_is_for_a_person(text: str) -> None:
    found = understand(text)
    assert (found.intent, found.later) == ("not_now", None)


@pytest.mark.parametrize("text", ["in two weeks", "January", "el mes que viene", "maybe in a month", "6 months please"])
def test_a_time_alone_is_kept_for_who_was_asked_when(text: str) -> None:
    assert understand(text).later is not None


@pytest.mark.parametrize("text", ["can we talk tomorrow about the price", "my son is 2 weeks old", "numb for 2 days"])
def test_a_time_among_other_words_is_not(text: str) -> None:
    assert understand(text).later is None


@given(
    st.dates(date(2026, 1, 1), date(2032, 12, 31)),
    st.builds(Later, days=st.integers(1, 366))
    | st.builds(Later, months=st.integers(1, 12))
    | st.builds(Later, month=st.integers(1, 12), day_of_month=st.integers(1, 31)),
)
def test_it_is_always_ahead_and_at_most_a_year(today: date, later: Later) -> None:
    assert 0 < (later.day(today) - today).days <= 366


@given(st.text(max_size=60))
def test_any_words_can_be_read(words: str) -> None:
    later = later_in(words.lower())
    assert later is None or later.day(FRIDAY) > FRIDAY
