"""What is offered out of many openings."""

from collections import Counter
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.crowd import MOST_UNANSWERED, Crowd, OfferedTime
from domain.ranking import rank
from domain.slots import Opening, held_cells
from tests.domain.openings_office import BOISE, DAY, MINUTE, at

HOWS = st.sampled_from(("soonest", "spread"))
How = Literal["soonest", "spread"]


def opening(clock: str, days: int = 0, op: str = "op1", provider: str = "dr", cells: int = 12) -> Opening:
    return Opening(
        start=at(clock, DAY + timedelta(days=days)), pattern="X" * cells, operatory_id=op, provider_id=provider
    )


def names(openings: list[Opening]) -> list[str]:
    return [f"{o.start.astimezone(ZoneInfo(BOISE)):%a %H:%M}" for o in openings]


WEEK = [opening(clock, day) for day in range(4) for clock in ("08:00", "09:00", "10:00", "13:00", "14:00")]


@st.composite
def offers(draw: st.DrawFn) -> list[Opening]:
    """Openings of one visit length over a fortnight, some at the same time, some overlapping."""
    cells = draw(st.integers(1, 20))
    slots = draw(
        st.lists(
            st.tuples(st.integers(0, 13), st.integers(96, 204), st.sampled_from("abc"), st.sampled_from(("dr", "dr2"))),
            unique=True,
            max_size=25,
        )
    )
    return [
        Opening(
            start=at("00:00", DAY + timedelta(days=day)) + 5 * cell * MINUTE,
            pattern="X" * cells,
            operatory_id=op,
            provider_id=provider,
        )
        for day, cell, op, provider in slots
    ]


def test_soonest_takes_the_earliest_that_do_not_overlap() -> None:
    late_first = [opening("10:00"), opening("09:40"), opening("09:00"), opening("09:00", op="op2"), opening("11:00", 1)]
    assert names(rank(late_first, "soonest", BOISE, 3)) == ["Tue 09:00", "Tue 10:00", "Wed 11:00"]


def test_spread_takes_other_days_and_other_halves_of_the_day() -> None:
    assert names(rank(WEEK, "spread", BOISE, 3)) == ["Tue 08:00", "Wed 13:00", "Thu 08:00"]


def test_spread_on_one_day_takes_morning_and_afternoon() -> None:
    tuesday = [each for each in WEEK if each.start < at("00:00", DAY + timedelta(days=1))]
    assert names(rank(tuesday, "spread", BOISE, 3)) == ["Tue 08:00", "Tue 09:00", "Tue 13:00"]


def test_noon_is_afternoon() -> None:
    first, second = rank([opening("11:00"), opening("12:00")], "spread", BOISE, 2)
    assert first.reasons == ("the soonest opening that fits",)
    assert second.reasons == ("another time on the same day, an afternoon: Tuesday afternoon",)


@pytest.mark.parametrize(
    ("chosen", "first", "words"),
    [
        (datetime(2026, 2, 12, 21, 0, tzinfo=ZoneInfo("UTC")), "Thu 13:00", "Thursday afternoon, as the patient chose"),
        (datetime(2026, 2, 13, 21, 0, tzinfo=ZoneInfo("UTC")), "Fri 13:00", "Friday afternoon, as the patient chose"),
        (datetime(2026, 2, 15, 21, 0, tzinfo=ZoneInfo("UTC")), "Tue 13:00", "soonest afternoon, as the patient chose"),
    ],
)
def test_the_first_of_a_spread_keeps_to_what_the_patient_chose_before(chosen: datetime, first: str, words: str) -> None:
    (only,) = rank(WEEK, "spread", BOISE, 1, earlier_choices=(chosen,))
    assert names([only]) == [first]
    assert words in only.reasons[-1]


def test_every_opening_says_why_it_was_picked() -> None:
    said = [o.reasons for o in rank(WEEK, "spread", BOISE, 3)]
    assert said == [
        ("the soonest opening that fits",),
        ("another day, an afternoon: Wednesday afternoon",),
        ("another day, another morning: Thursday morning",),
    ]


def test_an_opening_in_three_unanswered_offers_is_left_out() -> None:
    full = {WEEK[0].key: MOST_UNANSWERED, WEEK[1].key: MOST_UNANSWERED - 1}
    assert names(rank(WEEK, "soonest", BOISE, 2, unanswered=lambda each: full.get(each.key, 0))) == [
        "Tue 09:00",
        "Tue 10:00",
    ]


def test_openings_count_as_offered_when_they_share_a_chair_or_a_provider() -> None:
    long, other = opening("08:00", cells=24), opening("08:00", op="op2", provider="dr2")
    same_provider, later = opening("09:30", op="op3", cells=6), opening("10:00")
    offered = [OfferedTime.of(each) for each in (opening("08:00"), opening("09:00"), long)]
    crowd = Crowd(offered)
    assert [crowd.count(each) for each in (long, other, same_provider, later)] == [2, 0, 2, 0]


@given(offers(), offers())
def test_the_count_is_what_counting_cell_by_cell_gives(openings: list[Opening], offered: list[Opening]) -> None:
    def cells(each: Opening) -> set[tuple[str, int]]:
        return set(held_cells(each.start, each.pattern, each.operatory_id, each.provider_id))

    crowd = Counter(cell for each in offered for cell in cells(each))
    counted = Crowd(OfferedTime.of(each) for each in offered)
    for each in openings:
        assert counted.count(each) == min(MOST_UNANSWERED, max(crowd[cell] for cell in cells(each)))


def test_offers_of_one_time_may_come_counted() -> None:
    late = opening("23:30", cells=12)
    assert Crowd([OfferedTime.of(late)._replace(offers=2)]).count(late) == 2
    assert Crowd([OfferedTime.of(late)._replace(offers=9)]).count(late) == MOST_UNANSWERED


@given(offers(), HOWS, st.integers(0, 5))
def test_never_two_that_overlap_never_too_many_always_in_order(openings: list[Opening], how: How, wanted: int) -> None:
    chosen = rank(openings, how, BOISE, wanted)
    assert len(chosen) <= wanted
    assert {o.key for o in chosen} <= {o.key for o in openings}
    assert all(before.stop <= after.start for before, after in pairwise(chosen))
    assert all(o.reasons for o in chosen)


@given(offers(), HOWS, st.integers(1, 5))
def test_something_is_offered_when_there_is_something(openings: list[Opening], how: How, wanted: int) -> None:
    assert bool(rank(openings, how, BOISE, wanted)) == bool(openings)


@given(offers(), st.integers(1, 5))
def test_soonest_leaves_no_earlier_choice_out(openings: list[Opening], wanted: int) -> None:
    chosen = rank(openings, "soonest", BOISE, wanted)
    for left in openings:
        free = all(left.stop <= o.start or o.stop <= left.start for o in chosen)
        if free:
            assert len(chosen) == wanted
            assert left.start > chosen[-1].start


@given(offers(), st.integers(1, 5))
def test_spread_uses_as_many_days_as_there_are(openings: list[Opening], wanted: int) -> None:
    def days(some: list[Opening]) -> set[date]:
        return {o.start.astimezone(ZoneInfo(BOISE)).date() for o in some}

    assert len(days(rank(openings, "spread", BOISE, wanted))) == min(wanted, len(days(openings)))


@given(offers(), HOWS, st.integers(1, 5), st.permutations(range(25)))
def test_the_same_whatever_the_order_of_different_starts(
    openings: list[Opening], how: How, wanted: int, order: list[int]
) -> None:
    distinct = list({o.start: o for o in openings}.values())
    shuffled = [distinct[at] for at in order if at < len(distinct)]
    assert rank(distinct, how, BOISE, wanted) == rank(shuffled, how, BOISE, wanted)


@given(offers(), HOWS, st.dictionaries(st.integers(0, 24), st.integers(0, 6)))
def test_none_stands_in_more_than_three_unanswered_offers(
    openings: list[Opening], how: How, crowd: dict[int, int]
) -> None:
    counts = {openings[at].key: n for at, n in crowd.items() if at < len(openings)}
    for chosen in rank(openings, how, BOISE, 3, unanswered=lambda each: counts.get(each.key, 0)):
        assert counts.get(chosen.key, 0) + 1 <= MOST_UNANSWERED
