"""Words for staff: why a time was or was not offered, and why a day has none."""

from datetime import timedelta
from typing import Any

import pytest

from domain.openings_days import explain_days
from domain.openings_explain import explain_opening
from domain.slots import Appointment, ScheduleBlock, held_cells
from tests.domain.openings_office import DAY, asking, at, blockout, chair, visit, work

HOUR = "X" * 12
SHIFT = work("08:00", "12:00")


def why(clock: str, *blocks: ScheduleBlock, booked: tuple[Appointment, ...] = (), **more: Any) -> str:
    place = {"op": more.pop("op", "op1"), "dr": more.pop("dr", "dr")}
    words = explain_opening(asking(HOUR, **more), blocks, booked, at(clock), place["op"], place["dr"])
    return " ".join(words)


def test_an_offered_start_says_so() -> None:
    assert why("09:00", SHIFT).startswith("Offered: the chair is free for all 60 minutes")


@pytest.mark.parametrize(
    ("clock", "more", "words"),
    [
        ("09:00", {"op": "op9"}, "Chair op9 may not be used"),
        ("09:00", {"dr": "other"}, "Provider other does not do this visit"),
        ("09:00", {"first": DAY + timedelta(days=1)}, "The search covers Mar 11 to Mar 11 only."),
        ("09:00", {"not_before": at("09:01")}, "lead time and healing gap the first start is Tue Mar 10, 9:01 AM"),
        ("09:05", {}, "Off the grid: the office starts visits every 10 minutes."),
        ("11:30", {}, "no working hours in OP1 that cover Tue Mar 10, 11:30 AM to 12:30 PM"),
        ("09:00", {"restrict_to_blockouts": ("Surgery",)}, "must lie in one blockout of type Surgery; none covers it"),
        ("09:00", {"taken": held_cells(at("09:30"), HOUR, "op1", "x")}, "Another patient is choosing this chair"),
        ("09:00", {"taken": held_cells(at("09:30"), HOUR, "x", "dr")}, "Another patient is choosing this provider"),
    ],
)  # fmt: skip
def test_each_obstacle_is_named(clock: str, more: dict[str, Any], words: str) -> None:
    assert words in why(clock, SHIFT, **more)


def test_what_stands_in_the_chair_is_named_with_its_time() -> None:
    said = why("09:00", SHIFT, blockout("09:30", "10:00", "Staff meeting"), booked=(visit("08:30", "X" * 8),))
    assert said == (
        "Blockout Staff meeting, Tue Mar 10, 9:30 AM to 10:00 AM. "
        "An appointment has the chair, Tue Mar 10, 8:30 AM to 9:10 AM."
    )


def test_a_provider_needed_elsewhere_is_named_with_the_chair() -> None:
    rooms = (chair("op1"), chair("op2", order=1))
    said = why("09:00", SHIFT, booked=(visit("09:00", "/X", op="op2"),), operatories=rooms)
    assert said == "The provider is needed in OP2 during the appointment of Tue Mar 10, 9:00 AM to 9:10 AM."


def test_provider_time_that_begins_inside_a_cell_reaches_into_the_next() -> None:
    elsewhere = visit("08:00", "X", op="op2").model_copy(update={"start": at("08:03")})
    request = asking("X", increment_minutes=5)
    (words,) = explain_opening(request, [SHIFT], [elsewhere], at("08:05"), "op1", "dr")
    assert words.startswith("The provider is needed in chair op2")


def test_no_health_or_name_of_another_patient_is_said() -> None:
    private = visit("09:00", HOUR, note="root canal, Ann").model_copy(update={"patient_id": "p77"})
    said = why("09:00", SHIFT, booked=(private,))
    assert "Ann" not in said
    assert "p77" not in said


def test_free_but_not_listed_names_the_nearest_listed_start() -> None:
    assert why("08:30", SHIFT).endswith("the nearest is Tue Mar 10, 8:00 AM.")


def test_free_but_listed_in_another_chair() -> None:
    rooms = (chair("op1"), chair("op2", order=1))
    shift = work("08:00", "12:00", chairs=("op1", "op2"))
    assert why("08:00", shift, op="op2", operatories=rooms).startswith("Free, but offered in OP1")


def reason(*blocks: ScheduleBlock, booked: tuple[Appointment, ...] = (), pattern: str = HOUR, **more: Any) -> str:
    (report,) = explain_days(asking(pattern, **more), blocks, booked)
    assert report.day == DAY
    return report.reason


@pytest.mark.parametrize(
    ("blocks", "more", "words"),
    [
        ((), {}, "No provider who does this visit works that day."),
        ((work("08:00", "12:00", provider="x"),), {}, "No provider who does this visit works that day."),
        ((work("08:00", "12:00", chairs=("op9",)),), {}, "work in other chairs that day"),
        ((work("08:00", "08:50"),), {}, "No shift is as long as the visit (60 minutes)."),
        ((SHIFT,), {"not_before": at("13:00")}, "Too soon"),
        ((SHIFT, blockout("08:50", "11:10")), {}, "Blockouts leave no stretch of 60 minutes."),
        ((SHIFT,), {"restrict_to_blockouts": ("Surgery",)}, "No blockout for this kind of visit"),
        ((SHIFT,), {"booked": (visit("08:40", "/" * 30),)}, "longest free stretch is 50 minutes, the visit needs 60"),
        ((SHIFT,), {"booked": (visit("08:00", "X" * 48, op="op2"),)}, "the provider is needed elsewhere"),
        ((SHIFT,), {"taken": held_cells(at("08:00"), "/" * 48, "op1", "dr")}, "being chosen by other patients"),
        ((work("08:05", "09:05"),), {}, "does not begin on the office's 10-minute grid"),
        ((SHIFT,), {}, ""),
    ],
)  # fmt: skip
def test_a_day_without_openings_says_what_took_the_last(
    blocks: tuple[ScheduleBlock, ...], more: dict[str, Any], words: str
) -> None:
    said = reason(*blocks, **more)
    assert words in said
    assert bool(said) == bool(words)


def test_days_are_reported_one_by_one() -> None:
    thursday = DAY + timedelta(days=2)
    reports = explain_days(asking(HOUR, last=thursday), [SHIFT, work("08:00", "09:00", day=thursday)], [])
    assert [(r.day, r.openings, bool(r.reason)) for r in reports] == [
        (DAY, 4, False), (DAY + timedelta(days=1), 0, True), (thursday, 1, False),
    ]  # fmt: skip
