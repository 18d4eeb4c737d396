"""The held time, the way to the Checkout, and back."""

from datetime import timedelta

import httpx

from domain.case import CaseState
from domain.records import DepositState
from tests.web.booking.office import NOW, PAY_URL, Office, command_in, say_birth_date


async def test_the_held_time_shows_how_long_it_stays_and_keeps_itself_up_to_date(
    office: Office, web: httpx.AsyncClient
) -> None:
    case, _hold = office.awaiting_deposit()
    token = office.link(case)
    office.clock.set(NOW + timedelta(minutes=9, seconds=20))
    page = await web.get(f"/b/{token}")
    assert "25 minutes left" in page.text
    assert "Held until 10:35 AM. It is 10:09 AM now." in page.text
    assert page.headers["refresh"] == f"60; url=/b/{token}"
    assert "$" not in page.text

    still = await web.get(f"/b/{token}?still=1")
    assert "refresh" not in still.headers

    office.clock.set(NOW + timedelta(minutes=34, seconds=40))
    nearly = await web.get(f"/b/{token}")
    assert "Less than a minute left" in nearly.text
    assert nearly.headers["refresh"].startswith("22;")


async def test_paying_goes_on_to_the_open_checkout_once_known_and_agreed(
    office: Office, web: httpx.AsyncClient
) -> None:
    case, _hold = office.awaiting_deposit(policy_accepted_from="203.0.113.9", policy_accepted_at=NOW)
    token = office.link(case)
    first = await web.get(f"/b/{token}/pay")
    assert first.headers["location"] == f"/b/{token}/who?then=pay"
    known = await say_birth_date(web, token, then="pay")
    assert known.headers["location"] == f"/b/{token}/pay"
    answer = await web.get(f"/b/{token}/pay")
    assert (answer.status_code, answer.headers["location"]) == (303, PAY_URL)


async def test_who_chose_by_text_accepts_the_policy_before_paying(office: Office, web: httpx.AsyncClient) -> None:
    case, _hold = office.awaiting_deposit(policy_accepted_from="reply", policy_accepted_at=NOW)
    token = office.link(case)
    await say_birth_date(web, token)
    office.clock.set(NOW + timedelta(minutes=2))
    page = await web.get(f"/b/{token}/pay")
    assert page.status_code == 200
    for words in ("$150", "Monday, November 23", "8:00 AM", "Held until 10:35 AM"):
        assert words in page.text

    refused = await web.post(f"/b/{token}/pay", data={"command": command_in(page.text)})
    assert refused.status_code == 400
    answer = await web.post(f"/b/{token}/pay", data={"command": command_in(page.text), "accept": "yes"})
    assert (answer.status_code, answer.headers["location"]) == (303, PAY_URL)
    deposit = office.deposits.get("dep_1")
    assert deposit is not None
    assert deposit.state is DepositState.REQUESTED
    assert (deposit.policy_accepted_from, deposit.policy_accepted_at) == ("127.0.0.1", NOW + timedelta(minutes=2))


async def test_a_lapsed_hold_leads_to_no_checkout(office: Office, web: httpx.AsyncClient) -> None:
    case, _hold = office.awaiting_deposit(policy_accepted_from="203.0.113.9")
    token = office.link(case)
    await say_birth_date(web, token)
    office.clock.set(NOW + timedelta(minutes=35))
    answer = await web.get(f"/b/{token}/pay")
    assert answer.headers["location"] == f"/b/{token}"
    home = await web.get(f"/b/{token}")
    assert "One moment, please" in home.text
    office.clock.set(NOW + timedelta(minutes=50))
    assert "One moment, please" not in (await web.get(f"/b/{token}")).text, "times to choose, not a wait without end"


async def test_the_checkout_of_an_older_hold_is_never_opened(office: Office, web: httpx.AsyncClient) -> None:
    case, hold = office.awaiting_deposit()
    office.deposit(case, hold.id, state=DepositState.EXPIRED)
    office.deposit(case, "hd_old", id="dep_2", attempt=2)
    token = office.link(case)
    await say_birth_date(web, token)
    assert (await web.get(f"/b/{token}/pay")).headers["location"] == f"/b/{token}"


async def test_back_from_paying_the_page_waits_until_the_visit_is_written(
    office: Office, web: httpx.AsyncClient
) -> None:
    case, _hold = office.awaiting_deposit()
    token = office.link(case)
    page = await web.get(f"/b/{token}/paid")
    assert "Thank you" in page.text
    assert "booked" not in page.text.lower()
    assert page.headers["refresh"] == f"3; url=/b/{token}/paid?looked=1"
    patient = await web.get(f"/b/{token}/paid?looked=40")
    assert "refresh" not in patient.headers
    assert "takes longer than usual" in patient.text

    office.cases.update(case.case_id, {"state": CaseState.BOOKED, "booked_start": NOW + timedelta(days=3)})
    assert (await web.get(f"/b/{token}/paid")).headers["location"] == f"/b/{token}"


async def test_paid_but_the_time_had_gone_leads_to_new_times(office: Office, web: httpx.AsyncClient) -> None:
    case, hold = office.awaiting_deposit()
    office.holds.release(hold.id)
    office.deposits.settle("dep_1", DepositState.PAID, {"payment_id": "pi_1"})
    office.cases.update(case.case_id, {"state": CaseState.OFFERING})
    token = office.link(case)
    back = await web.get(f"/b/{token}/paid", follow_redirects=True)
    assert "Your deposit is safe" in back.text
    assert "/confirm?o=" in back.text
