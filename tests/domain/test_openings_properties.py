"""What holds for every office, day and request; and agreement with a plain minute-by-minute walk."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.openings import OpeningRequest, find_openings
from domain.openings_days import explain_days
from domain.openings_explain import explain_opening, is_open
from domain.slots import Appointment, AppointmentStatus, BlockKind, Opening, ScheduleBlock, held_cells
from tests.domain.openings_office import CHAIRS, MINUTE, PROVIDERS, at, naive_openings, searches

Search = tuple[OpeningRequest, list[ScheduleBlock], list[Appointment]]
SITTING = (AppointmentStatus.SCHEDULED, AppointmentStatus.COMPLETE)


def overlap(opening: Opening, start: datetime, stop: datetime) -> bool:
    return max(opening.start, start) < min(opening.stop, stop)


def provider_minutes(start: datetime, pattern: str) -> Iterable[datetime]:
    return (start + (5 * n + m) * MINUTE for n, mark in enumerate(pattern) if mark == "X" for m in range(5))


@settings(max_examples=300)
@given(searches())
def test_finds_what_the_minute_walk_finds(search: Search) -> None:
    found = [(o.start, o.operatory_id, o.provider_id) for o in find_openings(*search)]
    assert found == naive_openings(*search)


@given(searches())
def test_no_opening_overlaps_an_appointment_blockout_or_hold(search: Search) -> None:
    request, schedule, appointments = search
    free = {label.casefold() for label in request.allowed_blockouts + request.restrict_to_blockouts}
    for opening in find_openings(*search):
        for block in schedule:
            if block.kind is BlockKind.BLOCKOUT and block.label.casefold() not in free:
                here = not block.operatories or opening.operatory_id in block.operatories
                assert not (here and overlap(opening, block.start, block.stop))
        for one in appointments:
            if one.status in SITTING and one.operatory_id == opening.operatory_id:
                assert not overlap(opening, one.start, one.stop)
        cells = held_cells(opening.start, opening.pattern, opening.operatory_id, opening.provider_id)
        assert not set(cells) & set(request.taken)


@given(searches())
def test_the_provider_works_and_is_free_whenever_the_visit_needs_them(search: Search) -> None:
    request, schedule, appointments = search
    for opening in find_openings(*search):
        needed = set(provider_minutes(opening.start, opening.pattern))
        hours = [b for b in schedule if b.kind is BlockKind.WORK and b.provider_id == opening.provider_id]
        assert any(b.start <= opening.start and opening.stop <= b.stop for b in hours)
        if request.allow_double_booking:
            continue
        for one in appointments:
            if one.status in SITTING and one.busy_provider_id == opening.provider_id:
                assert not needed & set(provider_minutes(one.start, one.pattern))


@given(searches())
def test_starts_are_on_the_grid_in_range_and_in_order(search: Search) -> None:
    request = search[0]
    found = find_openings(*search)
    orders = {chair.id: (chair.order, chair.id) for chair in request.operatories}
    assert [o.key for o in found] == [o.key for o in sorted(found, key=lambda o: (o.start, orders[o.operatory_id]))]
    assert len({(o.start, o.provider_id) for o in found}) == len(found)
    for opening in found:
        local = opening.start.astimezone(request.tz)
        assert request.not_before <= opening.start
        assert request.first <= local.date() <= request.last
        assert local.minute % (request.increment_minutes if request.snap else 5) == 0
        assert not next(chair for chair in request.operatories if chair.id == opening.operatory_id).hidden


@given(searches())
def test_the_order_of_the_input_does_not_matter(search: Search) -> None:
    request, schedule, appointments = search
    assert find_openings(*search) == find_openings(request, schedule[::-1], appointments[::-1])


@given(searches(), st.integers(0, 26 * 12), st.sampled_from(CHAIRS), st.sampled_from(PROVIDERS))
def test_explanations_agree_with_the_finder(search: Search, cell: int, chair: str, provider: str) -> None:
    request = search[0]
    start = at("00:00", request.first) + 5 * cell * MINUTE
    place = Opening(start=start, pattern=request.pattern, operatory_id=chair, provider_id=provider)
    words = explain_opening(*search, start, chair, provider)
    offered = any(found.key == place.key for found in find_openings(*search))
    assert words
    assert words[0].startswith("Offered") == offered
    assert is_open(*search, place) == words[0].startswith(("Offered", "Free"))


@given(searches())
def test_every_offered_opening_is_open_and_stays_so_until_taken(search: Search) -> None:
    request, schedule, appointments = search
    for opening in find_openings(*search)[:3]:
        assert is_open(*search, opening)
        rival = Appointment(
            id="rival",
            patient_id="p2",
            status=AppointmentStatus.SCHEDULED,
            start=opening.start,
            pattern="X",
            operatory_id=opening.operatory_id,
            provider_id=opening.provider_id,
        )
        assert not is_open(request, schedule, [*appointments, rival], opening)


@given(searches())
def test_every_day_has_openings_or_a_reason(search: Search) -> None:
    request = search[0]
    reports = explain_days(*search)
    assert len(reports) == (request.last - request.first).days + 1
    assert sum(report.openings for report in reports) == len(find_openings(*search))
    for report in reports:
        assert bool(report.reason) == (report.openings == 0)


@given(searches(), st.integers(0, 900))
def test_a_longer_lead_time_only_cuts_the_list(search: Search, minutes: int) -> None:
    request, schedule, appointments = search
    later = replace(request, not_before=request.not_before + minutes * MINUTE)
    assert find_openings(later, schedule, appointments) == [
        opening for opening in find_openings(*search) if opening.start >= later.not_before
    ]
