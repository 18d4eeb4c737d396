"""The finder on days that can be checked by eye."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain.openings import OpeningRequest, find_openings
from domain.slots import Appointment, AppointmentStatus, Opening, ScheduleBlock, held_cells
from tests.domain.openings_office import BOISE, DAY, asking, at, blockout, chair, visit, work

HOUR = "X" * 12


def clocks(openings: list[Opening]) -> list[str]:
    """Local start times."""
    return [f"{opening.start.astimezone(ZoneInfo(BOISE)):%H:%M}" for opening in openings]


def starts(*blocks: ScheduleBlock, booked: tuple[Appointment, ...] = (), pattern: str = HOUR, **more: Any) -> list[str]:
    return clocks(find_openings(asking(pattern, **more), blocks, booked))


def test_steps_of_the_visits_length_through_each_shift() -> None:
    assert starts(work("09:00", "11:30"), work("12:00", "14:00"), pattern="X" * 8) == [
        "09:00", "09:40", "10:20", "12:00", "12:40", "13:20",
    ]  # fmt: skip


def test_a_shift_that_begins_off_the_grid_is_rounded_up() -> None:
    assert starts(work("09:05", "11:15")) == ["09:10", "10:10"]


def test_returns_to_the_even_steps_after_an_odd_appointment() -> None:
    """Open Dental 24.3: after an opening at 10:10 the next is looked for at 11:00, not 11:10."""
    odd = (visit("09:55", "/X/"), visit("14:45", "/XX/"))
    assert starts(work("08:00", "18:00"), booked=odd, increment_minutes=5) == [
        "08:00", "10:10", "11:00", "12:00", "13:00", "15:05", "16:00", "17:00",
    ]  # fmt: skip


def test_after_an_off_grid_end_a_start_moves_up_to_the_office_grid() -> None:
    odd = (visit("09:00", "X" * 5),)
    assert starts(work("09:00", "11:00"), booked=odd) == ["09:30", "10:00"]
    assert starts(work("09:00", "11:00"), booked=odd, snap=False) == ["09:25", "10:00"]


def test_a_visit_may_start_when_another_ends_and_end_when_another_starts() -> None:
    around = (visit("08:00", HOUR), visit("10:00", HOUR))
    assert starts(work("08:00", "11:00"), booked=around) == ["09:00"]


def test_only_provider_cells_collide_across_chairs() -> None:
    elsewhere = (visit("08:00", "XXXX//XXXX//", op="op2"),)
    assert starts(work("08:00", "09:00"), booked=elsewhere, pattern="//XX//") == ["08:10"]
    assert starts(work("08:00", "09:00"), booked=elsewhere, pattern=HOUR) == []
    assert starts(work("08:00", "09:00"), booked=elsewhere, pattern=HOUR, allow_double_booking=True) == ["08:00"]


def test_hygiene_time_is_the_hygienists() -> None:
    cleaning = (visit("08:00", HOUR, op="op2", hygienist_id="hyg", hygiene=True),)
    assert starts(work("08:00", "09:00"), booked=cleaning) == ["08:00"]
    hygienist = work("08:00", "09:00", provider="hyg")
    assert starts(hygienist, booked=cleaning, providers=("hyg",)) == []


def test_a_secondary_pattern_takes_the_other_providers_time() -> None:
    exam = (visit("08:00", HOUR, op="op2", hygienist_id="hyg", hygiene=True, secondary_pattern="/" * 9 + "XXX"),)
    assert starts(work("08:00", "09:00"), booked=exam, pattern=HOUR) == []
    assert starts(work("08:00", "09:00"), booked=exam, pattern="XXX///") == ["08:00", "08:30"]
    assert starts(work("08:00", "09:00"), booked=exam, pattern="///XXX") == ["08:00"]


@pytest.mark.parametrize("status", [s for s in AppointmentStatus if s not in ("scheduled", "complete")])
def test_appointments_that_sit_in_no_chair_take_no_time(status: AppointmentStatus) -> None:
    assert starts(work("08:00", "09:00"), booked=(visit("08:00", HOUR, status=status),)) == ["08:00"]


def test_allowed_blockouts_are_free_by_name_whatever_the_case() -> None:
    shift, emergency = work("08:00", "10:00"), blockout("08:00", "09:00", "Emergency ")
    assert starts(shift, emergency) == ["09:00"]
    assert starts(shift, emergency, allowed_blockouts=("emergency",)) == ["08:00", "09:00"]


def test_a_visit_restricted_to_a_blockout_must_lie_whole_in_one() -> None:
    shift = work("08:00", "16:00")
    exact, short = blockout("11:00", "12:00", "Surgery"), blockout("14:00", "14:55", "Surgery")
    assert starts(shift, exact, short, restrict_to_blockouts=("surgery",)) == ["11:00"]
    halves = blockout("11:00", "11:30", "Surgery"), blockout("11:30", "12:00", "Surgery")
    assert starts(shift, *halves, restrict_to_blockouts=("surgery",)) == []
    assert starts(shift, exact) == ["08:00", "09:00", "10:00", "12:00", "13:00", "14:00", "15:00"]


def test_a_shift_without_chairs_counts_in_the_providers_usual_ones() -> None:
    shift = work("08:00", "09:00", chairs=())
    rooms = (chair("op1"), chair("op2", order=1, providers=("dr",)))
    assert [o.operatory_id for o in find_openings(asking(HOUR, operatories=rooms), [shift], [])] == ["op2"]


def test_one_start_and_provider_is_listed_once_in_the_offices_first_chair() -> None:
    both = work("08:00", "09:00", chairs=("a", "b"))
    rooms = (chair("a", order=1), chair("b", order=0))
    found = find_openings(asking(HOUR, operatories=rooms), [both], [])
    assert [(o.operatory_id, o.provider_id) for o in found] == [("b", "dr")]
    second = work("08:00", "09:00", provider="dr2", chairs=("a", "b"))
    found = find_openings(asking(HOUR, operatories=rooms, providers=("dr", "dr2")), [both, second], [])
    assert [(o.operatory_id, o.provider_id) for o in found] == [("b", "dr"), ("b", "dr2")]


def test_when_the_first_chair_is_taken_the_next_one_is_offered() -> None:
    both = work("08:00", "09:00", chairs=("op1", "op2"))
    rooms = (chair("op1"), chair("op2", order=1))
    assistant_only = (visit("08:00", "/" * 12, op="op1"),)
    found = find_openings(asking(HOUR, operatories=rooms), [both], assistant_only)
    assert [o.operatory_id for o in found] == ["op2"]


def test_what_others_hold_is_not_offered_even_where_double_booking_is_allowed() -> None:
    shift = work("08:00", "10:00")
    held = held_cells(at("08:00"), HOUR, "op9", "dr")
    assert starts(shift, taken=held, allow_double_booking=True) == ["09:00"]
    assert starts(shift, taken=[("op:op1", cell) for _, cell in held_cells(at("09:00"), HOUR, "op1", "")]) == ["08:00"]


def test_lead_time_and_days_bound_the_search() -> None:
    days = [work("08:00", "10:00", day=DAY + timedelta(days=n)) for n in range(4)]
    found = find_openings(
        asking(HOUR, first=DAY + timedelta(days=1), last=DAY + timedelta(days=2), not_before=at("08:01")), days, []
    )
    assert [o.start for o in found] == [at(c, DAY + timedelta(days=n)) for n in (1, 2) for c in ("08:00", "09:00")]
    assert starts(work("08:00", "10:00"), not_before=at("08:01")) == ["09:00"]
    assert starts(work("08:00", "10:00"), not_before=at("08:00")) == ["08:00", "09:00"]


def test_the_lead_time_does_not_move_the_steps() -> None:
    shift, meeting = work("08:00", "12:00"), blockout("08:00", "08:30")
    assert starts(shift, meeting) == ["08:30", "09:00", "10:00", "11:00"]
    assert starts(shift, meeting, not_before=at("08:30")) == ["08:30", "09:00", "10:00", "11:00"]
    assert starts(shift, meeting, not_before=at("08:31")) == ["09:00", "10:00", "11:00"]


def test_an_appointment_that_starts_inside_a_cell_takes_the_cells_on_both_sides() -> None:
    late = visit("08:00", HOUR).model_copy(update={"start": at("08:03")})
    assert starts(work("07:00", "10:10"), booked=(late,), increment_minutes=5) == ["07:00", "09:05"]


@pytest.mark.parametrize(
    ("day", "local", "gap_hours"),
    [
        (date(2026, 3, 8), ["00:00", "01:00", "03:00", "04:00"], 4),
        (date(2026, 11, 1), ["00:00", "01:00", "01:00", "02:00", "03:00", "04:00"], 6),
    ],
)
def test_the_night_clocks_change_has_its_real_length(day: date, local: list[str], gap_hours: int) -> None:
    found = find_openings(asking(HOUR, first=day), [work("00:00", "05:00", day=day)], [])
    assert clocks(found) == local
    assert found[-1].stop - found[0].start == timedelta(hours=gap_hours)
    assert len({o.start for o in found}) == len(found)


def test_what_began_the_day_before_still_takes_its_time() -> None:
    before = DAY - timedelta(days=1)
    night = work("22:00", "22:00", day=before).model_copy(update={"stop": at("03:00")})
    late = visit("23:30", HOUR, day=before)
    assert starts(night, booked=(late,)) == ["00:30", "01:00", "02:00"]


def test_rows_without_time_are_passed_over() -> None:
    note, wrong = work("00:00", "00:00"), blockout("10:00", "09:00")
    assert starts(note, wrong, work("08:02", "08:04"), work("09:00", "10:00")) == ["09:00"]


def test_half_a_second_of_lead_time_counts() -> None:
    assert starts(work("08:00", "10:00"), not_before=at("08:00") + timedelta(milliseconds=500)) == ["09:00"]


def test_hidden_chairs_and_other_providers_are_out() -> None:
    assert starts(work("08:00", "09:00"), operatories=(chair(hidden=True),)) == []
    assert starts(work("08:00", "09:00"), providers=("somebody",)) == []


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"pattern": ""}, "X or /"),
        ({"pattern": "XO"}, "X or /"),
        ({"pattern": "X" * 109}, "9 hours"),
        ({"increment_minutes": 7}, "5, 10, 15"),
        ({"increment_minutes": 0}, "5, 10, 15"),
        ({"not_before": at("08:00").replace(tzinfo=None)}, "aware"),
    ],
)
def test_refuses_a_request_that_cannot_be_meant(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        asking(**{"pattern": HOUR, **wrong})


def test_a_request_reads_its_holds_once() -> None:
    request: OpeningRequest = asking(HOUR, taken=(cell for cell in [("op:op1", 1)]))
    assert list(request.taken) == list(request.taken) == [("op:op1", 1)]
