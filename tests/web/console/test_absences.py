"""Who is away, whose visits that hits, and what has happened to each."""

import re
from datetime import timedelta

import httpx
import pytest

from domain.people import Provider, ProviderKind
from tests.web.console.desk_day import HIT, fill_desk
from tests.web.console.practice import DAY, HOUR, NOW, Practice, a_case, case_id

PAGE = "/console/absences"


@pytest.fixture(autouse=True)
def desk(practice: Practice) -> None:
    fill_desk(practice)


def words(answer: httpx.Response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


async def test_the_visits_hit_by_time_with_what_has_happened(page: httpx.AsyncClient) -> None:
    text = words(await page.get(PAGE))
    assert "Dr Jonas Feld River Street Dental" in text
    assert "2 visits hit, 1 still there" in text
    assert text.index("Abel Moreau") < text.index("Wren Sato")
    abel, wren = text[text.index("Abel Moreau") : text.index("Wren Sato")], text[text.index("Wren Sato") :]
    assert "(208) 555-0133" in abel or "208-555-0133" in abel
    assert "told by text, first pick offered still there Lee Novak sees to it" in abel
    assert "text failed: please call moved to" in wren


async def test_absent_days_are_those_the_mirror_shows(page: httpx.AsyncClient, practice: Practice) -> None:
    account = "opendental:boise"
    blocks, _ = practice.mirror.day_sheet(account, NOW - DAY, NOW + 30 * DAY)
    out = (NOW + 8 * DAY).date()
    left = [b for b in blocks if not (b.provider_id == "11" and b.start.date() == out)]
    again = [
        b.model_copy(update={"id": b.id + "w2", "start": b.start + 14 * DAY, "stop": b.stop + 14 * DAY}) for b in left
    ]
    practice.mirror.replace_blocks(account, NOW - DAY, NOW + 60 * DAY, [*left, *again])
    text = words(await page.get(PAGE, params={"location": "boise"}))
    assert "Dr Amara Osei River Street Dental Away Tue Dec 1" in text
    assert "Mia Torres" not in text


async def test_who_has_left_is_said_to_be_gone(page: httpx.AsyncClient, practice: Practice) -> None:
    kept = [Provider(id="11", name="Dr Amara Osei", kind=ProviderKind.DENTIST)]
    practice.mirror.replace_setup("opendental:boise", kept, practice.mirror.operatories("opendental:boise"), [])
    text = words(await page.get(PAGE))
    assert "provider 12 River Street Dental Gone: hidden in the PMS" in text


async def test_a_case_closed_by_hand_and_a_cancelled_visit_are_done(
    page: httpx.AsyncClient, practice: Practice
) -> None:
    practice.cases.update(f"{case_id(HIT)}.d-1", {"ended_at": NOW, "end_reason": "other called, new time agreed"})
    assert "closed by hand: other called" in words(await page.get(PAGE))
    practice.cases.update(case_id(HIT), {"appointment_id": ""})
    text = words(await page.get(PAGE))
    assert "0 still there" in text
    assert "cancelled" in text


async def test_a_text_that_waits_for_its_hours_is_not_told_yet(page: httpx.AsyncClient, practice: Practice) -> None:
    practice.cases.add(
        a_case(
            40, first_name="Odd", last_name="Lund", state="booked", ended_at=NOW, booked_start=NOW + 2 * HOUR,
            appointment_id="940", booked_provider_id="11", displaced=True, displaced_provider_id="11",
            displaced_start=NOW + timedelta(hours=2), displaced_location="boise",
        )
    )  # fmt: skip
    assert "not told yet" in words(await page.get(PAGE))


async def test_a_visit_at_a_sister_office_is_listed_where_it_is(page: httpx.AsyncClient, practice: Practice) -> None:
    practice.cases.add(
        a_case(
            41, first_name="Odd", last_name="Lund", state="booked", ended_at=NOW, booked_start=NOW + 2 * HOUR,
            appointment_id="941", booked_provider_id="11", booked_location="spokane", displaced=True,
            displaced_provider_id="11", displaced_start=NOW + timedelta(hours=2), displaced_location="spokane",
        )
    )  # fmt: skip
    assert "Odd Lund" in words(await page.get(PAGE, params={"location": "spokane"}))
    assert "Odd Lund" not in words(await page.get(PAGE, params={"location": "boise"}))


async def test_a_visit_that_went_to_another_office_stays_listed_where_it_was(
    page: httpx.AsyncClient, practice: Practice
) -> None:
    practice.cases.update(case_id(HIT), {"booked_location": "spokane"})
    listed = words(await page.get(PAGE, params={"location": "boise"}))
    assert re.search(r"Abel Moreau.*moved to [^,]*, [^,]*, Cedar Dental", listed)
    assert "Abel Moreau" not in words(await page.get(PAGE, params={"location": "spokane"}))


async def test_it_is_linked_from_the_work_list_and_from_the_case(page: httpx.AsyncClient) -> None:
    for address in ("/console", "/console?location=boise", f"/console/cases/{case_id(HIT)}"):
        assert "/console/absences" in (await page.get(address)).text


async def test_nobody_away_is_said(page: httpx.AsyncClient) -> None:
    assert "Nobody is away at Cedar Dental" in words(await page.get(PAGE, params={"location": "spokane"}))
