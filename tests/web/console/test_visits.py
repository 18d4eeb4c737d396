"""A booked visit moved or cancelled by staff."""

import re

import httpx
import pytest

from tests.web.console.desk_day import BOOKED, HIT, LATE, a_deposit, fill_desk
from tests.web.console.practice import DAY, HOUR, NOW, Practice, case_id
from workflows.contracts import case as wire

CASE = "/console/cases/boise/opendental/{}/s1/1"


@pytest.fixture(autouse=True)
def desk(practice: Practice) -> None:
    fill_desk(practice)


def words(answer: httpx.Response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def command(answer: httpx.Response) -> str:
    found = re.search(r'name="command" value="([^"]+)"', answer.text)
    assert found is not None
    return found[1]


async def test_the_case_leads_to_both(page: httpx.AsyncClient) -> None:
    text = (await page.get(CASE.format(BOOKED))).text
    assert f'{CASE.format(BOOKED)}/move"' in text
    assert f'{CASE.format(BOOKED)}/cancel"' in text


async def test_cancelling_says_what_happens_to_the_deposit(page: httpx.AsyncClient, practice: Practice) -> None:
    early = words(await page.get(CASE.format(BOOKED) + "/cancel"))
    assert "The deposit of $500 goes back by itself" in early
    practice.cases.update(case_id(BOOKED), {"booked_start": NOW + 2 * HOUR})
    late = words(await page.get(CASE.format(BOOKED) + "/cancel"))
    assert "is not given back by itself" in late
    practice.cases.update(case_id(HIT), {"booked_start": NOW + 2 * HOUR})
    practice.deposits.put(a_deposit(HIT))
    assert "the provider is away" in words(await page.get(CASE.format(HIT) + "/cancel"))


@pytest.mark.parametrize(("whose", "office"), [("patient", False), ("office", True)])
async def test_cancelled_with_the_name_of_who_did_it(
    page: httpx.AsyncClient, practice: Practice, whose: str, office: bool
) -> None:
    form = {"command": command(await page.get(CASE.format(BOOKED) + "/cancel")), "by": "kim", "whose": whose}
    for _ in range(2):
        answer = await page.post(CASE.format(BOOKED) + "/cancel", data=form)
    assert practice.door.only == ("cancel", "Kim Alvarez", office)
    assert "Cancelled. Ines Okoye is told by text at a permitted hour, or you get a task to call." in words(
        await page.get(answer.headers["location"])
    )


async def test_it_is_not_cancelled_without_saying_whose_wish_it_is(page: httpx.AsyncClient, practice: Practice) -> None:
    form = {"command": command(await page.get(CASE.format(BOOKED) + "/cancel")), "by": "kim"}
    answer = await page.post(CASE.format(BOOKED) + "/cancel", data=form)
    assert (answer.status_code, practice.door.said) == (400, {})
    assert "Say who calls the visit off" in words(answer)


async def test_moved_to_a_real_time_with_the_name_of_who_did_it(page: httpx.AsyncClient, practice: Practice) -> None:
    shown = await page.get(CASE.format(BOOKED) + "/move")
    offered = re.findall(r'name="opening" value="([^"]+)"', shown.text)
    real = {each.key for each in practice.search.all_for(practice.cases.get(case_id(BOOKED)), NOW)}
    assert offered
    assert set(offered) <= real
    form = {"command": command(shown), "by": "lee", "opening": offered[0]}
    answer = await page.post(CASE.format(BOOKED) + "/move", data=form)
    assert practice.door.only == ("move", "Lee Novak", offered[0])
    assert "Moved to" in words(await page.get(answer.headers["location"]))


async def test_a_time_that_has_gone_changes_nothing(page: httpx.AsyncClient, practice: Practice) -> None:
    shown = await page.get(CASE.format(BOOKED) + "/move")
    offered = re.findall(r'name="opening" value="([^"]+)"', shown.text)
    made_up = await page.post(
        CASE.format(BOOKED) + "/move", data={"command": command(shown), "by": "lee", "opening": "1-2-3-4"}
    )
    assert (made_up.status_code, practice.door.said) == (400, {})
    practice.door.outcome = wire.ChoiceOutcome(kind=wire.ChoiceKind.LOST)
    lost = await page.post(
        CASE.format(BOOKED) + "/move", data={"command": command(shown), "by": "lee", "opening": offered[0]}
    )
    assert "That time has just gone. The visit stands where it was" in words(lost)


@pytest.mark.parametrize("kind", [wire.ChoiceKind.LOST, wire.ChoiceKind.REFUSED])
async def test_what_the_pms_says_of_a_move_is_shown(
    page: httpx.AsyncClient, practice: Practice, kind: wire.ChoiceKind
) -> None:
    shown = await page.get(CASE.format(BOOKED) + "/move")
    opening = re.findall(r'name="opening" value="([^"]+)"', shown.text)[0]
    practice.door.outcome = wire.ChoiceOutcome(kind=kind, why="the PMS refused the time (Op is closed)")
    answer = await page.post(
        CASE.format(BOOKED) + "/move", data={"command": command(shown), "by": "lee", "opening": opening}
    )
    assert "Not moved: the PMS refused the time (Op is closed). The visit stands where it was" in words(answer)
    assert "just gone" not in words(answer)


async def test_a_cancellation_that_the_pms_refuses_is_said_to_be_refused(
    page: httpx.AsyncClient, practice: Practice
) -> None:
    form = {"command": command(await page.get(CASE.format(BOOKED) + "/cancel")), "by": "kim", "whose": "office"}
    practice.door.cancelled = "refused"
    answer = await page.post(CASE.format(BOOKED) + "/cancel", data=form)
    assert "Not cancelled: the PMS refuses it." in words(answer)


@pytest.mark.parametrize("act", ["move", "cancel"])
@pytest.mark.parametrize("number", [1, LATE, 6])
async def test_nothing_ahead_nothing_to_change(page: httpx.AsyncClient, act: str, number: int) -> None:
    place = "spokane" if number == 7 else "boise"
    answer = await page.get(f"/console/cases/{place}/opendental/{number}/s1/1/{act}")
    assert answer.status_code == 409
    assert "No visit of this case lies ahead" in answer.text


async def test_a_visit_that_is_over_cannot_be_changed(page: httpx.AsyncClient, practice: Practice) -> None:
    practice.cases.update(case_id(BOOKED), {"booked_start": NOW - DAY})
    assert (await page.get(CASE.format(BOOKED) + "/cancel")).status_code == 409
