"""Who may see a price: the date of birth, five tries, and a cookie that is good for one link only."""

import re
from datetime import date, timedelta

import httpx

from domain.case import CaseState
from tests.web.booking.office import BORN, NOW, Office, command_in, say_birth_date, send
from web.booking.deps import Limits

WRONG = date(1986, 4, 27)


async def test_five_wrong_dates_close_the_link_and_tell_a_person(office: Office, web: httpx.AsyncClient) -> None:
    case = office.case(deposit_cents=15_000)
    token = office.link(case)
    for left in (4, 3, 2, 1):
        answer = await say_birth_date(web, token, WRONG)
        assert answer.status_code == 400
        assert f"Tries left: {left}." in answer.text
    last = await say_birth_date(web, token, WRONG)

    assert last.status_code == 410
    assert office.link_row(token).closed_at == NOW
    [needed] = office.gateway.told
    assert needed.kind == "link_closed"
    for path in ("", "/times", "/who", "/calendar.ics", "/pay"):
        assert (await web.get(f"/b/{token}{path}")).status_code == 410
    assert (await web.post(f"/b/{token}/who", data={})).status_code == 410
    other = office.link(case)
    assert (await web.get(f"/b/{other}")).status_code == 200


async def test_wrong_dates_count_over_all_links_of_a_case(office: Office, web: httpx.AsyncClient) -> None:
    """Or whoever asks for new links has as many tries as they like."""
    case = office.case(deposit_cents=15_000)
    ran_out = office.link(case, minutes=0)
    links = [office.link(case) for _ in range(5)]
    answers = [await say_birth_date(web, token, WRONG) for token in links]

    assert [answer.status_code for answer in answers] == [400, 400, 400, 400, 410]
    for token in (*links, ran_out):
        assert (await web.get(f"/b/{token}")).status_code == 410
    assert (await web.post(f"/b/{ran_out}/new-link", data={"command": "x"})).status_code in (400, 410)
    assert office.gateway.new_links == []


async def test_slips_before_the_right_date_do_not_add_up_over_the_weeks(office: Office, web: httpx.AsyncClient) -> None:
    case = office.case(deposit_cents=15_000)
    for _ in range(3):
        token = office.link(case)
        for _ in range(2):
            assert (await say_birth_date(web, token, WRONG)).status_code == 400
        assert (await say_birth_date(web, token)).status_code == 303


async def test_a_year_beyond_any_calendar_is_a_wrong_date(office: Office, web: httpx.AsyncClient) -> None:
    token = office.link(office.case())
    answer = await send(web, f"/b/{token}/who", f"/b/{token}/who", month="4", day="28", year="19860428198604281986")
    assert answer.status_code == 400


async def test_the_right_date_after_the_link_closed_opens_nothing(office: Office, web: httpx.AsyncClient) -> None:
    case = office.case(deposit_cents=15_000)
    token = office.link(case)
    page = await web.get(f"/b/{token}/who")
    for _ in range(5):
        await say_birth_date(web, token, WRONG)
    right = {"month": "4", "day": "28", "year": "1986"}
    answer = await web.post(f"/b/{token}/who", data={"command": command_in(page.text), **right})
    assert answer.status_code == 410
    assert "set-cookie" not in answer.headers


async def test_a_date_that_is_none_counts_as_wrong(office: Office, web: httpx.AsyncClient) -> None:
    token = office.link(office.case())
    answer = await send(web, f"/b/{token}/who", f"/b/{token}/who", month="2", day="30", year="abc")
    assert answer.status_code == 400
    assert office.link_row(token).failures == 1


async def test_being_known_is_for_this_link_this_birth_date_and_a_day(office: Office, web: httpx.AsyncClient) -> None:
    case = office.case(deposit_cents=15_000)
    token, other = office.link(case), office.link(case)
    opening = office.openings(case)[0]

    async def is_known(of: str) -> bool:
        return (await web.get(f"/b/{of}/confirm?o={opening.key}")).status_code == 200

    answer = await say_birth_date(web, token)
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "Secure" in cookie
    assert f"Path=/b/{token}" in cookie
    assert await is_known(token)

    web.cookies.set("who", web.cookies["who"], path=f"/b/{other}")
    assert not await is_known(other)

    office.clock.set(NOW + timedelta(hours=25))
    assert not await is_known(token)
    await say_birth_date(web, token)
    assert await is_known(token)
    office.cases.update(case.case_id, {"birthdate": WRONG})
    assert not await is_known(token)


async def test_a_made_up_cookie_opens_nothing(office: Office, web: httpx.AsyncClient) -> None:
    case = office.case(deposit_cents=15_000)
    token, opening = office.link(case), office.openings(case)[0]
    for made_up in ("99999999999", "99999999999.0" * 2, "x.y", ".", "99999999999." + "a" * 32):
        web.cookies.set("who", made_up, path=f"/b/{token}")
        assert (await web.get(f"/b/{token}/confirm?o={opening.key}")).status_code == 303


async def test_without_a_birth_date_in_the_chart_the_step_is_done_by_phone(
    office: Office, web: httpx.AsyncClient
) -> None:
    token = office.link(office.case(birthdate=None, deposit_cents=15_000))
    page = await web.get(f"/b/{token}/who")
    assert "Please call us to go on" in page.text
    assert 'name="month"' not in page.text


async def test_dates_cannot_be_tried_faster_than_a_person_types(office: Office) -> None:
    office = Office(office.cases._database, Limits(birth_dates=2))
    token = office.link(office.case())
    async with office.browser() as web:
        answers = [await say_birth_date(web, token, WRONG) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [400, 400, 429]
    assert office.link_row(token).failures == 2


async def test_nothing_but_the_first_name_stands_on_a_page_before_the_birth_date(
    office: Office, web: httpx.AsyncClient
) -> None:
    case = office.case(deposit_cents=15_000, value_cents=238_000, plan_id="4711", patient_id="8812")
    token, opening = office.link(case), office.openings(case)[0]
    paths = ("", "/times", f"/confirm?o={opening.key}", "/who", "/question", "/call-me", "/not-now", "/decline")
    for path in (*paths, "/wrong-number"):
        page = await web.get(f"/b/{token}{path}", follow_redirects=True)
        assert page.status_code == 200
        shown = re.sub(r'name="command" value="[^"]+"|/static/[\w.-]+', "", page.text).replace(token, "")
        for secret in ("Carver", "$", "150", "2,380", "4711", "8812", "555-0142", "5550142", "April", "restorative"):
            assert secret not in shown, f"{path} shows {secret}"


async def test_the_deposit_of_a_booked_visit_is_shown_to_somebody_known_only(
    office: Office, web: httpx.AsyncClient
) -> None:
    case = office.booked()
    office.paid(case)
    token = office.link(case)
    assert "$150" not in (await web.get(f"/b/{token}")).text
    await say_birth_date(web, token, BORN)
    assert "$150 paid" in (await web.get(f"/b/{token}")).text


async def test_where_the_question_leads_on_to_is_ours_to_say(office: Office, web: httpx.AsyncClient) -> None:
    case = office.case(state=CaseState.OFFERING)
    token = office.link(case)
    for then in ("//evil.example", "https://evil.example", "/../x", ""):
        answer = await say_birth_date(web, token, BORN, then=then)
        assert answer.headers["location"] == f"/b/{token}"
