"""The page of one case."""

import re
from datetime import timedelta

import httpx

from domain.case import CaseState
from domain.records import DepositState, HoldRecord
from domain.route import Reason
from tests.web.console.day import an_opening
from tests.web.console.practice import HOUR, MINUTE, NOW, Practice, a_case, case_id

CASE = "/console/cases/boise/opendental/{}/s1/1"


async def test_a_case_shows_everything_about_it(page: httpx.AsyncClient) -> None:
    text = re.sub(r"<[^>]+>", "", (await page.get(CASE.format(1))).text)
    for expected in (
        "Dana Whitfield",
        "with a person",
        "Asked for a morning.",
        "D6010",
        "surgical: D6010 is one of its codes",
        "base/tiers.yaml:11",
        "No booking 72 hours after the acceptance",
        "Reply STOP to opt out",
        "understood as question",
        "contact.yaml hours 08:00-20:00",
        "the soonest opening that fits",
        "Dr Jonas Feld",
        "PMS read 12 s ago",
    ):
        assert expected in text, expected


async def test_what_a_patient_wrote_is_shown_as_words_not_as_markup(page: httpx.AsyncClient) -> None:
    text = (await page.get(CASE.format(1))).text
    assert "&lt;b&gt;early&lt;/b&gt;" in text
    assert "<b>early</b>" not in text


async def test_the_address_may_carry_the_whole_id(page: httpx.AsyncClient) -> None:
    assert (await page.get(f"/console/cases/{case_id(1)}")).status_code == 200


async def test_an_unknown_case_is_said_in_words(page: httpx.AsyncClient) -> None:
    answer = await page.get(CASE.format(12345))
    assert answer.status_code == 404
    assert "There is no case" in answer.text


async def test_an_ended_case_says_its_end_and_takes_no_commands(page: httpx.AsyncClient) -> None:
    text = (await page.get(CASE.format(5))).text
    assert "Thu Nov 26, 10:20 AM MST" in text
    assert "$130 paid" in text
    assert "What became of it?" not in text
    assert "/book" not in text


async def test_the_visits_of_a_plan_name_and_link_each_other(page: httpx.AsyncClient, practice: Practice) -> None:
    first = practice.cases.get(case_id(5))
    number = {"case_id": f"{first.case_id[:-1]}2", "visit_number": 2, "plan_visits": 3, "follows": first.case_id}
    still = {"state": CaseState.OFFERING, "ended_at": None, "booked_start": None, "appointment_id": ""}
    practice.cases.add(first.model_copy(update={**number, **still}))
    practice.cases.update(first.case_id, {"followed": "visit 2 followed"})
    before = (await page.get(CASE.format(5))).text
    after = (await page.get(f"{CASE.format(5)[:-1]}2")).text
    assert "visit 2 followed" in before
    assert f'href="{CASE.format(5)[:-1]}2">visit 2</a>' in before
    assert "visit 2 of the plan" in after
    assert "which has 3" in after
    assert f'href="{CASE.format(5)}">visit 1</a> <span class="quiet">booked, Thu Nov 26' in after


async def test_times_that_fit_are_the_finders_and_local(page: httpx.AsyncClient) -> None:
    text = (await page.get(CASE.format(1))).text
    assert text.count('name="opening"') == 20
    assert "Tue Nov 24" in text
    spokane = (await page.get("/console/cases/spokane/opendental/7/s1/1")).text
    assert "Times are local (PST)" in spokane


async def test_why_not_names_what_stands_in_the_way(page: httpx.AsyncClient) -> None:
    busy = (await page.get(CASE.format(1), params={"day": "2026-11-24", "time": "11:30"})).text
    assert "An appointment has the chair, Tue Nov 24, 11:00 AM to 12:30 PM." in busy
    free = (await page.get(CASE.format(1), params={"day": "2026-11-25", "time": "08:00"})).text
    assert "Offered: the chair is free for all 120 minutes" in free
    other = (await page.get(CASE.format(1), params={"day": "2026-11-25", "time": "08:00", "provider": "11"})).text
    assert "<h3>Wed Nov 25, 8:00 AM MST</h3>" in other
    assert "Offered: the chair" not in other, "a dentist does not do the surgeon's visit"


async def test_why_not_without_a_time_explains_the_days_around(page: httpx.AsyncClient) -> None:
    text = (await page.get(CASE.format(1), params={"day": "2026-11-28"})).text
    assert "No provider who does this visit works that day." in text


async def test_a_day_before_something_has_healed_names_the_rule(page: httpx.AsyncClient, practice: Practice) -> None:
    case = practice.cases.get(case_id(1))
    assert case.route is not None
    gap = Reason(value="earliest", text="no opening before Dec 7, 2026: 14 days after D7140", file="own.yaml", line=7)
    healing = {"earliest": NOW + timedelta(days=14), "reasons": (*case.route.reasons, gap)}
    practice.cases.update(case.case_id, {"route": case.route.model_copy(update=healing)})
    early = (await page.get(CASE.format(1), params={"day": "2026-11-25", "time": "08:00"})).text
    assert "Something has to heal first: no opening before Dec 7, 2026: 14 days after D7140 (own.yaml:7)." in early
    later = (await page.get(CASE.format(1), params={"day": "2026-12-09", "time": "08:00"})).text
    assert "Something has to heal first" not in later


async def test_an_office_that_the_rule_does_not_name_is_not_looked_at(page: httpx.AsyncClient) -> None:
    text = (await page.get(CASE.format(1), params={"day": "2026-11-25", "office": "spokane"})).text
    assert "The rule of this case does not look at that office" in text


async def test_a_question_that_cannot_be_read_says_how_to_ask(page: httpx.AsyncClient) -> None:
    text = (await page.get(CASE.format(1), params={"day": "tomorrow"})).text
    assert "Give the day like 2026-11-24" in text


async def test_a_case_without_a_known_length_offers_nothing_and_says_so(
    page: httpx.AsyncClient, practice: Practice
) -> None:
    practice.cases.add(a_case(20, pattern="", provider_id="", state=CaseState.ESCALATED))
    answer = await page.get(CASE.format(20), params={"day": "2026-11-24"})
    assert "The length of this visit is not known" in answer.text
    assert 'name="opening"' not in answer.text


async def test_a_fresh_case_without_a_route_can_be_shown(page: httpx.AsyncClient, practice: Practice) -> None:
    bare = a_case(21, state=CaseState.DETECTED, route=None, tier="", path="", phone="", procedures=(), pattern="")
    practice.cases.add(bare.model_copy(update={"first_offer_due_at": None, "deposit_cents": 0}))
    answer = await page.get(CASE.format(21))
    assert answer.status_code == 200
    assert "Patient 121" in answer.text
    assert "no deadline yet" in answer.text


async def test_a_held_time_and_its_deposit_are_shown(page: httpx.AsyncClient, practice: Practice) -> None:
    hold = HoldRecord(
        id="hd_2",
        case_id=case_id(2),
        account="opendental:boise",
        opening=an_opening(pattern="X" * 18, operatory_id="1", provider_id="11"),
        created_at=NOW,
        expires_at=NOW + 35 * MINUTE,
    )
    assert practice.holds.take(hold, NOW)
    text = (await page.get(CASE.format(2))).text
    assert "Tue Nov 24, 10:20 AM MST</b> is held until 10:55 AM" in text


async def test_a_paid_deposit_is_not_asked_again(page: httpx.AsyncClient, practice: Practice) -> None:
    assert "Waive the deposit" in (await page.get(CASE.format(1))).text
    paid = practice.deposits.of_case(case_id(5))[0].model_copy(update={"id": "dep_1", "case_id": case_id(1)})
    practice.deposits.put(paid.model_copy(update={"state": DepositState.PAID}))
    assert "Waive the deposit" not in (await page.get(CASE.format(1))).text


async def test_an_opted_out_phone_is_marked(page: httpx.AsyncClient, practice: Practice) -> None:
    practice.suppressions.suppress("+12085550101", "STOP", "reply", NOW - HOUR)
    assert "opted out of texts" in (await page.get(CASE.format(1))).text
