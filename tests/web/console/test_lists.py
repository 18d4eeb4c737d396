"""The work list, the front desk and the tasks."""

import re

import httpx

from domain.case import CaseState
from tests.web.console.practice import DAY, IMPLANT, NOW, Practice, a_case


def names_in_order(text: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="[^"]+">([^<]+)</a>', text)


async def test_open_cases_come_by_value_then_deadline(page: httpx.AsyncClient) -> None:
    text = (await page.get("/console")).text
    assert names_in_order(text) == [
        "Priya Raman",
        "Dana Whitfield",
        "Marco Ibarra",
        "Ruth Castellano-Featherstonehaugh",
        "June Okafor",
    ]
    assert "Tom Becker" not in text, "an ended case is no work"
    assert "Old Plan" not in text, "the baseline is counted, never worked"


async def test_each_row_says_owner_next_step_and_first_offer(page: httpx.AsyncClient) -> None:
    text = (await page.get("/console", params={"name": "raman"})).text
    assert names_in_order(text) == ["Priya Raman"]
    assert "Lee Novak" in text
    assert "end of the approval" in text
    assert "in 2 h" in text
    assert '<span class="clock late">10 min late</span>' in text
    assert "Mon Nov 23, 12:20 PM MST" in text


async def test_filters_narrow_the_list(page: httpx.AsyncClient) -> None:
    async def shown(**query: str) -> list[str]:
        return names_in_order((await page.get("/console", params=query)).text)

    assert await shown(location="spokane") == ["Ruth Castellano-Featherstonehaugh"]
    assert await shown(state="escalated") == ["Dana Whitfield"]
    assert await shown(owner="lee") == ["Priya Raman"]
    assert await shown(name="dana whit") == ["Dana Whitfield"]
    assert await shown(name="%") == []
    assert await shown(order="deadline") == [
        "June Okafor",
        "Priya Raman",
        "Dana Whitfield",
        "Marco Ibarra",
        "Ruth Castellano-Featherstonehaugh",
    ]


async def test_the_group_sees_every_location_with_its_data_age(page: httpx.AsyncClient) -> None:
    text = (await page.get("/console")).text
    assert "River Street Dental" in text
    assert "4 open · $6,220" in text
    assert "1 first offer late" in text
    assert "40 min ago" in text, "Spokane's feed is old and says so"


async def test_void_cases_are_shown_loudly(page: httpx.AsyncClient, practice: Practice) -> None:
    assert "<strong>0</strong> void" in (await page.get("/console")).text
    practice.cases.add(a_case(8, first_name="Lost", last_name="Case", state=CaseState.OFFERING, next_at=None))
    text = (await page.get("/console")).text
    assert "<strong>1</strong> void" in text
    assert 'role="alert"' in text


async def test_a_long_list_goes_on_over_pages(page: httpx.AsyncClient, practice: Practice) -> None:
    for number in range(200, 300):
        practice.cases.add(a_case(number, IMPLANT, next_at=NOW + DAY, first_name=f"N{number}"))
    first = (await page.get("/console")).text
    assert len(names_in_order(first)) == 100
    assert "page=2" in first
    second = (await page.get("/console", params={"page": "2"})).text
    assert len(names_in_order(second)) == 5
    assert not set(names_in_order(first)) & set(names_in_order(second))


async def test_the_front_desk_sees_who_is_here_with_times(page: httpx.AsyncClient) -> None:
    answer = await page.get("/console/front-desk")
    assert "June Okafor" in answer.text
    assert "Marco" not in answer.text
    assert answer.text.count('class="time"') == 3
    assert answer.headers["refresh"] == "30"
    assert "refresh" not in (await page.get("/console/front-desk", params={"still": "1"})).headers


async def test_tasks_stand_under_their_owner_with_the_next_rung(page: httpx.AsyncClient) -> None:
    text = (await page.get("/console/tasks")).text
    assert text.index("Kim Alvarez</") < text.index("Dana Whitfield")
    assert "Next owner is asked in 3 h" in text
    assert "not yet in the PMS" in text
    only_lee = (await page.get("/console/tasks", params={"owner": "lee"})).text
    assert "Priya Raman" in only_lee
    assert "Dana Whitfield" not in only_lee


async def test_pages_load_nothing_from_elsewhere(page: httpx.AsyncClient) -> None:
    answer = await page.get("/console")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert not re.search(r'(?:src|href)="(?:https?:)?//', answer.text)
    style = re.search(r'href="(/static/console-[0-9a-f]+\.css)"', answer.text)
    assert style is not None
    assert (await page.get(style[1])).headers["content-type"].startswith("text/css")
