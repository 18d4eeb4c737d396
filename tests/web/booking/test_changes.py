"""The booked visit: what the confirmation says, its calendar file, moving and cancelling under the policy."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from domain.case import CaseState
from tests.web.booking.office import NOW, Office, say_birth_date, send
from workflows.contracts import case as wire


async def test_the_confirmation_says_when_and_where(office: Office, web: httpx.AsyncClient) -> None:
    token = office.link(office.booked(datetime(2026, 11, 25, 16, 30, tzinfo=UTC)))
    page = await web.get(f"/b/{token}")
    for words in ("You’re booked", "Wednesday, November 25", "9:30 AM", "MST", "120 River Street", "(208) 555-0100"):
        assert words in page.text


async def test_where_no_other_time_is_free_the_visit_stays_and_a_person_calls(
    office: Office, web: httpx.AsyncClient
) -> None:
    case = office.booked()
    token = office.link(case)
    await say_birth_date(web, token, then="move")
    office.take_every_day()
    office.gateway.gone = True
    for _ in range(2):
        page = await web.get(f"/b/{token}/reschedule")
        assert "Your old time stays yours" in page.text
    [task] = office.tasks.open_of_case(case.case_id)
    assert (task.kind, task.owner) == ("call", "kim")


async def test_the_calendar_file_is_right_and_says_nothing_of_the_treatment(
    office: Office, web: httpx.AsyncClient
) -> None:
    token = office.link(office.booked(datetime(2026, 11, 25, 16, 30, tzinfo=UTC)))
    answer = await web.get(f"/b/{token}/calendar.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    lines = answer.content.decode().split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert "DTSTART:20261125T163000Z" in lines
    assert "DTEND:20261125T173000Z" in lines
    assert "SUMMARY:River Street Dental" in lines
    assert "LOCATION:120 River Street\\, Boise\\, ID 83702" in lines
    assert all(len(line.encode()) <= 75 for line in lines)
    assert "Ann" not in answer.text
    assert token not in answer.text


async def test_long_lines_of_the_calendar_file_are_folded_between_letters(
    office: Office, web: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.web.booking import office as made

    name = "Clínica Ñandú " * 9
    monkeypatch.setattr(made, "LOCATION", made.LOCATION.model_copy(update={"name": name}))
    token = office.link(office.booked())
    answer = await web.get(f"/b/{token}/calendar.ics")
    lines = answer.content.decode().split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    assert f"SUMMARY:{name}" in answer.content.decode().replace("\r\n ", "")


async def test_without_a_booking_there_is_no_calendar_file(office: Office, web: httpx.AsyncClient) -> None:
    token = office.link(office.case())
    assert (await web.get(f"/b/{token}/calendar.ics")).headers["location"] == f"/b/{token}"


async def test_moving_needs_the_birth_date_and_books_the_new_time(office: Office, web: httpx.AsyncClient) -> None:
    case = office.booked()
    token = office.link(case)
    assert (await web.get(f"/b/{token}/reschedule")).headers["location"] == f"/b/{token}/who?then=move"
    assert (await say_birth_date(web, token, then="move")).headers["location"] == f"/b/{token}/reschedule"
    opening = office.openings(case)[2]
    times = await web.get(f"/b/{token}/reschedule")
    assert f"/reschedule?o={opening.key}" in times.text
    assert "/times?move=yes" in times.text
    more = await web.get(f"/b/{token}/times?move=yes")
    assert "/reschedule?o=" in more.text

    page = f"/b/{token}/reschedule?o={opening.key}"
    answer = await send(web, f"/b/{token}/reschedule", page, o=opening.key)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/b/{token}")
    [(what, moved_to)] = office.gateway.told
    assert (what, moved_to.key) == ("move", opening.key)


async def test_moving_to_a_time_that_has_gone_keeps_the_old_one(office: Office, web: httpx.AsyncClient) -> None:
    case = office.booked()
    token = office.link(case)
    await say_birth_date(web, token)
    opening = office.openings(case)[0]
    page = await web.get(f"/b/{token}/reschedule?o={opening.key}")
    assert page.status_code == 200
    office.take(opening)
    answer = await send(web, f"/b/{token}/reschedule", f"/b/{token}/cancel", o=opening.key)
    assert answer.status_code == 409
    assert "stays yours until you pick a new one" in answer.text
    office.gateway.outcome = wire.ChoiceOutcome(kind=wire.ChoiceKind.LOST)
    other = office.openings(case)[0]
    lost = await send(web, f"/b/{token}/reschedule", f"/b/{token}/cancel", o=other.key)
    assert lost.status_code == 409


@pytest.mark.parametrize("path", ["cancel", "reschedule"])
async def test_a_change_that_the_pms_refuses_is_not_said_to_be_done(
    office: Office, web: httpx.AsyncClient, path: str
) -> None:
    case = office.booked()
    token = office.link(case)
    await say_birth_date(web, token)
    office.gateway.cancelled = "refused"
    office.gateway.outcome = wire.ChoiceOutcome(kind=wire.ChoiceKind.REFUSED, why="the PMS refuses it (Refused)")
    sent = await send(web, f"/b/{token}/{path}", f"/b/{token}/cancel", o=office.openings(case)[0].key)
    assert (sent.status_code, len(office.gateway.told)) == (503, 1)
    assert "canceled" not in sent.text
    assert "(208) 555-0100" in sent.text


async def test_cancelling_in_time_says_what_becomes_of_the_deposit(office: Office, web: httpx.AsyncClient) -> None:
    case = office.booked()
    office.paid(case)
    token = office.link(case)
    await say_birth_date(web, token, then="cancel")
    page = await web.get(f"/b/{token}/cancel")
    assert "Your deposit goes back to your card in full." in page.text
    answer = await send(web, f"/b/{token}/cancel", f"/b/{token}/cancel")
    assert "Your visit is canceled" in answer.text
    assert office.gateway.told == [("cancel", "patient")]


async def test_a_visit_that_was_cancelled_is_not_said_to_be_booked(office: Office, web: httpx.AsyncClient) -> None:
    token = office.link(office.booked(appointment_id=""))
    page = await web.get(f"/b/{token}")
    assert "Your visit is canceled" in page.text
    assert "You’re booked" not in page.text
    for path in ("calendar.ics", "cancel", "reschedule", "times?move=yes"):
        assert (await web.get(f"/b/{token}/{path}")).headers["location"] == f"/b/{token}"


@pytest.mark.parametrize("path", ["cancel", "reschedule"])
async def test_too_late_for_the_page_it_is_done_by_phone(office: Office, web: httpx.AsyncClient, path: str) -> None:
    token = office.link(office.booked(NOW + timedelta(hours=23, minutes=59)))
    home = await web.get(f"/b/{token}")
    assert f"/{path}" not in home.text
    assert "Your visit is soon" in home.text
    page = await web.get(f"/b/{token}/{path}")
    assert "To change it, please call (208) 555-0100" in page.text
    await say_birth_date(web, token)
    sent = await send(web, f"/b/{token}/{path}", f"/b/{token}/question")
    assert "please call" in sent.text
    assert office.gateway.told == []


async def test_a_case_that_was_not_booked_cannot_be_cancelled(office: Office, web: httpx.AsyncClient) -> None:
    token = office.link(office.case(state=CaseState.OFFERING))
    answer = await send(web, f"/b/{token}/cancel", f"/b/{token}/question")
    assert answer.headers["location"] == f"/b/{token}"
    assert office.gateway.told == []
