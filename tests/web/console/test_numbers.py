"""The numbers agree with their rows."""

import re

import httpx

from domain.case import CaseState
from tests.web.console.practice import DAY, HOUR, NOW, Practice, a_case


def line(text: str, title: str) -> list[str]:
    row = text[text.index(f'<th scope="row">{title}') :]
    return re.findall(r'<td class="num">(?:<a [^>]+>)?([^<]*)', row[: row.index("</tr>")])


async def test_the_funnel_of_a_location(page: httpx.AsyncClient) -> None:
    text = (await page.get("/console/numbers")).text
    assert line(text, "River Street Dental") == ["6", "3", "3", "1", "1", "1", "1 h", "$6,220"]
    assert line(text, "Cedar Dental") == ["1", "1", "1", "0", "0", "0", "–", "$1,280"]


async def test_the_funnel_of_a_provider(page: httpx.AsyncClient) -> None:
    text = (await page.get("/console/numbers", params={"location": "boise"})).text
    assert line(text, "Dr Jonas Feld") == ["2", "1", "1", "0", "0", "0", "–", "$4,760"]
    assert "Cedar Dental</th>" not in text


async def test_every_number_is_the_count_of_its_rows(page: httpx.AsyncClient) -> None:
    text = (await page.get("/console/numbers")).text
    links = re.findall(r'<a href="(/console/numbers/rows[^"]+)">(\d+)</a>', text)
    assert len(links) == 6 * 6
    for address, count in links:
        rows = (await page.get(address.replace("&amp;", "&"))).text
        assert re.search(rf"<h1>[^<]+: {count}</h1>", rows), address


async def test_unscheduled_value_is_the_sum_of_its_rows(page: httpx.AsyncClient) -> None:
    address = "/console/numbers/rows?days=30&location=boise&number=unscheduled"
    text = (await page.get(address)).text
    counted = text[: text.index("Left out")]
    values = re.findall(r'<td class="num">\$([\d,]+)</td>', counted)
    assert sum(int(value.replace(",", "")) for value in values) == 6220


async def test_what_is_left_out_says_why(page: httpx.AsyncClient, practice: Practice) -> None:
    late = a_case(30, first_name="Late", last_name="Booker", state=CaseState.BOOKED, accepted_at=NOW - 3 * DAY,
                  booked_at=NOW - DAY, ended_at=NOW - DAY, first_offered_at=NOW - 3 * DAY + 2 * HOUR)  # fmt: skip
    practice.cases.add(late)
    same_day = (await page.get("/console/numbers/rows?number=same_day")).text
    assert "booked Sun Nov 22, a later day" in same_day
    in_time = (await page.get("/console/numbers/rows?number=in_time")).text
    assert "1 h 30 min late" in in_time


async def test_baseline_definitions_and_freshness_are_there(page: httpx.AsyncClient) -> None:
    text = (await page.get("/console/numbers")).text
    assert "412" in text
    assert "$402,100" in text
    assert "What each number means" in text
    assert 'Cedar Dental <span class="bad">40 min ago</span>' in text


async def test_an_unknown_number_is_refused_in_words(page: httpx.AsyncClient) -> None:
    assert (await page.get("/console/numbers/rows?number=profit")).status_code == 404
    assert (await page.get("/console/numbers/rows?days=31")).status_code == 404


async def test_a_location_whose_file_was_taken_away_is_shown_by_its_key(
    page: httpx.AsyncClient, practice: Practice
) -> None:
    booked = {"state": CaseState.BOOKED, "booked_at": NOW - HOUR, "ended_at": NOW - HOUR}
    left = {"case_id": "case/north/opendental/1/s1/1", "location": "north", "account": "opendental:north"}
    practice.cases.add(a_case(1).model_copy(update={**left, **booked}))
    text = (await page.get("/console/numbers")).text
    assert line(text, "north (its file was taken away)")[0] == "1"
    for address in ("/console/numbers?location=north", "/console/numbers/rows?location=north", "/console"):
        assert (await page.get(address)).status_code == 200
