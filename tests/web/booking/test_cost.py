"""Held back by the cost: the ways to pay, the lender's page, and what came of it."""

from typing import Any

import httpx
import pytest

from domain.case import CaseState
from domain.location import Financing
from domain.records import LOOKING_AT_COST
from tests.web.booking import office as practice
from tests.web.booking.office import Office, a_route, send
from workflows.contracts import case as wire

LENDER = Financing(name="Sample Lender", apply_url="https://lender.example/apply")


@pytest.fixture
def lender(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(practice, "LOCATION", practice.LOCATION.model_copy(update={"financing": LENDER}))


def with_plan(office: Office, **fields: Any) -> str:
    return office.link(office.case(route=a_route(payment_plan=True), **fields))


async def test_only_the_ways_that_there_are_are_offered(office: Office, web: httpx.AsyncClient) -> None:
    token = office.link(office.case())
    page = (await web.get(f"/b/{token}/cost")).text
    assert "Please call me about it" in page
    assert "See a payment plan" not in page
    assert "Apply with" not in page
    assert "Ways to pay" not in (await web.get(f"/b/{token}")).text


async def test_a_payment_plan_pauses_the_case_and_leads_to_the_plan(office: Office, web: httpx.AsyncClient) -> None:
    token = with_plan(office)
    assert "Ways to pay" in (await web.get(f"/b/{token}")).text
    answer = await send(web, f"/b/{token}/cost", f"/b/{token}/cost", way="plan")
    assert answer.headers["location"] == f"/p/case/{token}?lang=en"
    assert office.gateway.told == [wire.LooksAtCost(way="plan")]


@pytest.mark.usefixtures("lender")
async def test_financing_leads_to_the_lender_and_asks_what_came_of_it(office: Office, web: httpx.AsyncClient) -> None:
    token = with_plan(office)
    answer = await send(web, f"/b/{token}/cost", f"/b/{token}/cost", way="financing")
    assert answer.headers["location"] == f"/b/{token}/financing"
    page = (await web.get(f"/b/{token}/financing")).text
    assert 'href="https://lender.example/apply" target="_blank" rel="noopener noreferrer"' in page

    waiting = await send(web, f"/b/{token}/financing", f"/b/{token}/financing", result="waiting")
    assert "No hurry" in waiting.text
    assert office.gateway.told == [wire.LooksAtCost(way="financing")]

    approved = await send(web, f"/b/{token}/financing", f"/b/{token}/financing", result="approved")
    assert "We are texting you open times now" in approved.text
    assert office.gateway.told[1] == wire.CostSettled(result="financing_approved")
    [case_id] = {link.case_id for link in [office.link_row(token)]}
    assert [e.text for e in office.cases.events(case_id)] == ["financing with Sample Lender: approved"]


@pytest.mark.usefixtures("lender")
async def test_who_is_refused_sees_the_other_ways(office: Office, web: httpx.AsyncClient) -> None:
    token = with_plan(office)
    refused = await send(web, f"/b/{token}/financing", f"/b/{token}/financing", result="refused")
    assert office.gateway.told == [wire.CostSettled(result="financing_refused")]
    assert "See a payment plan" in refused.text
    assert "Please call me about it" in refused.text
    assert "Apply with" not in refused.text


@pytest.mark.usefixtures("lender")
async def test_no_result_is_asked_for_again(office: Office, web: httpx.AsyncClient) -> None:
    token = with_plan(office)
    answer = await send(web, f"/b/{token}/financing", f"/b/{token}/financing")
    assert answer.status_code == 400
    assert "Please tell us what the answer was" in answer.text
    assert office.gateway.told == []


async def test_without_a_lender_its_page_leads_to_the_ways(office: Office, web: httpx.AsyncClient) -> None:
    token = office.link(office.case())
    assert (await web.get(f"/b/{token}/financing")).headers["location"] == f"/b/{token}/cost"
    answer = await send(web, f"/b/{token}/cost", f"/b/{token}/cost", way="financing")
    assert "A person from our team will answer you" in answer.text


@pytest.mark.usefixtures("lender")
@pytest.mark.parametrize("path", ["cost", "financing"])
async def test_an_ended_case_has_no_ways(office: Office, web: httpx.AsyncClient, path: str) -> None:
    token = office.link(office.booked())
    assert (await web.get(f"/b/{token}/{path}")).headers["location"] == f"/b/{token}"


@pytest.mark.usefixtures("lender")
async def test_who_looks_at_financing_is_asked_for_the_result_and_promised_no_call(
    office: Office, web: httpx.AsyncClient
) -> None:
    token = with_plan(office, state=CaseState.PAUSED, next_what=LOOKING_AT_COST["financing"])
    page = (await web.get(f"/b/{token}")).text
    assert "Did you hear from Sample Lender?" in page
    assert "will call you" not in page


async def test_who_waits_for_a_person_is_told_of_the_call(office: Office, web: httpx.AsyncClient) -> None:
    token = office.link(office.case(state=CaseState.PAUSED, owner="kim", next_what="task of Kim Ortega"))
    assert "Someone from our team will call you" in (await web.get(f"/b/{token}")).text
