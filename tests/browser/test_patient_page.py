"""The patient's pages in a real browser: no barrier found, nothing from elsewhere, nothing cut off, no script needed.

With ``CHAIRTIME_SCREENSHOTS`` set to a folder, a picture of every page is put there.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from playwright.sync_api import Browser, Page

from db.session import Database
from domain.case import CaseState
from domain.records import CaseRecord
from tests.browser.served import served
from tests.web.booking import office as made
from tests.web.booking.office import BORN, NOW, Office
from workflows.contracts import case as wire

pytestmark = pytest.mark.browser

PHONE, DESK, NARROW = 360, 1280, 320
_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
_SMALLEST_TARGET = 44


@dataclass(frozen=True)
class Shown:
    """One page to look at; ``known``: after the date of birth was given."""

    name: str
    state: str
    path: str
    known: bool = False


PAGES = (
    Shown("choose", "offering", ""),
    Shown("times", "offering", "/times"),
    Shown("who", "offering", "/who"),
    Shown("confirm", "offering", "/confirm?o={opening}", known=True),
    Shown("question", "offering", "/question"),
    Shown("call-me", "offering", "/call-me"),
    Shown("not-now", "offering", "/not-now"),
    Shown("decline", "offering", "/decline"),
    Shown("wrong-number", "offering", "/wrong-number"),
    Shown("held", "awaiting", ""),
    Shown("pay", "awaiting", "/pay", known=True),
    Shown("paid", "awaiting", "/paid"),
    Shown("booked", "booked", "", known=True),
    Shown("move", "booked", "/reschedule", known=True),
    Shown("cancel", "booked", "/cancel", known=True),
    Shown("expired", "expired", ""),
    Shown("unknown", "unknown", ""),
)


def _offering(office: Office) -> CaseRecord:
    return office.case(deposit_cents=15_000)


def _awaiting(office: Office) -> CaseRecord:
    case, _hold = office.awaiting_deposit()
    office.clock.set(NOW + timedelta(minutes=9))
    return case


def _booked(office: Office) -> CaseRecord:
    case = office.booked()
    office.paid(case)
    return case


STATES: Mapping[str, Callable[[Office], CaseRecord]] = {
    "offering": _offering,
    "expired": _offering,
    "unknown": _offering,
    "awaiting": _awaiting,
    "booked": _booked,
}


@pytest.fixture
def office(sqlite_database: Database) -> Office:
    return Office(sqlite_database)


@pytest.fixture
def site(office: Office) -> Iterator[str]:
    with served(office.app()) as address:
        yield address


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("shown", PAGES, ids=lambda shown: shown.name)
def test_no_barrier_is_found_and_nothing_is_cut_off(
    office: Office, site: str, browser: Browser, shown: Shown, language: str
) -> None:
    case = STATES[shown.state](office)
    link = f"{site}/b/{_token(office, case, shown)}"
    opening = office.openings(case)[0].key if shown.state == "offering" else ""
    path = shown.path.format(opening=opening)
    page = browser.new_context(viewport={"width": PHONE, "height": 740}).new_page()
    try:
        if shown.known:
            _say_birth_date(page, link)
        page.goto(f"{link}{path}{'&' if '?' in path else '?'}lang={language}")
        for width in (PHONE, DESK, NARROW):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"cut off at {width} px"
            _picture(page, f"{shown.name}-{language}-{width}")
            if width == PHONE or (width == DESK and language == "en"):
                found = Axe().run(page, options=_RULES)
                assert found.violations_count == 0, found.generate_report()
        assert page.evaluate(_SMALL_TARGETS, _SMALLEST_TARGET) == []
    finally:
        page.context.close()


def test_a_time_is_chosen_and_paid_for_without_any_script_and_nothing_is_loaded_from_elsewhere(
    office: Office, site: str, browser: Browser
) -> None:
    case = _offering(office)
    link = f"{site}/b/{office.link(case)}"
    pay_page = f"{site}/static/paypage"
    office.gateway.outcome = wire.ChoiceOutcome(kind=wire.ChoiceKind.PAY, pay_url=pay_page)
    page = browser.new_context(java_script_enabled=False, viewport={"width": PHONE, "height": 740}).new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.goto(link)
    page.get_by_role("link", name="Tuesday, November 24").click()
    for part, value in (("Month", "04"), ("Day", "28"), ("Year", str(BORN.year))):
        page.get_by_label(part).fill(value)
    page.get_by_role("button", name="Continue").click()
    page.get_by_text("Deposit: $150").wait_for()
    page.get_by_label("Wheelchair access").check()
    page.get_by_label("I have read this and I agree.").check()
    page.get_by_role("button", name="Go to payment").click()
    page.wait_for_url(pay_page)

    [choice] = office.gateway.told
    assert choice.needs == ("wheelchair",)
    assert choice.policy_from == "127.0.0.1"
    assert {address[: len(site)] for address in asked} == {site}
    page.context.close()


def test_the_way_to_the_card_processor_is_open_and_no_other(
    office: Office, site: str, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chromium checks the policy of the page when the answer to a form leads on to another origin."""
    case = office.case()
    opening = office.openings(case)[0]
    page = browser.new_context(viewport={"width": PHONE, "height": 740}).new_page()
    with served(_till()) as till:
        payments = made.LOCATION.payments.model_copy(update={"base_url": till})
        monkeypatch.setattr(made, "LOCATION", made.LOCATION.model_copy(update={"payments": payments}))
        elsewhere = till.replace("127.0.0.1", "localhost")
        for address, reached in ((f"{till}/pay", True), (f"{elsewhere}/pay", False)):
            office.gateway.outcome = wire.ChoiceOutcome(kind=wire.ChoiceKind.PAY, pay_url=address)
            page.goto(f"{site}/b/{office.link(case)}/confirm?o={opening.key}")
            page.get_by_role("button", name="Book this time").click()
            page.wait_for_timeout(500)
            assert (page.url == address) is reached
    assert len(office.gateway.told) == 2
    page.context.close()


def _till() -> FastAPI:
    """A pay page of somebody else."""
    till = FastAPI()
    till.add_api_route("/pay", lambda: "pay here")
    return till


def test_the_confirmation_prints_on_one_sheet_without_buttons(office: Office, site: str, browser: Browser) -> None:
    link = f"{site}/b/{office.link(_booked(office))}"
    page = browser.new_context(viewport={"width": DESK, "height": 900}).new_page()
    page.goto(link)
    page.emulate_media(media="print")
    assert page.get_by_role("link", name="Save to my calendar").is_hidden()
    assert page.get_by_text("120 River Street").first.is_visible()
    assert page.pdf(format="Letter").count(b"/Type /Page\n") == 1
    page.context.close()


def test_the_held_page_looks_again_by_itself_and_finds_the_booking(office: Office, site: str, browser: Browser) -> None:
    case = _awaiting(office)
    page = browser.new_context(java_script_enabled=False, viewport={"width": PHONE, "height": 740}).new_page()
    page.goto(f"{site}/b/{office.link(case)}/paid")
    office.cases.update(
        case.case_id, {"state": CaseState.BOOKED, "appointment_id": "91", "booked_start": NOW + timedelta(days=3)}
    )
    page.get_by_role("heading", name="You’re booked").wait_for(timeout=15_000)
    page.context.close()


_SMALL_TARGETS = """least => [...document.querySelectorAll('main a, main button, header a, label.choice')]
  .filter(each => each.closest('p') === null || each.matches('.button, .plain'))
  .filter(each => each.offsetParent !== null && each.getBoundingClientRect().height < least)
  .map(each => each.textContent.trim())"""


def _token(office: Office, case: CaseRecord, shown: Shown) -> str:
    if shown.state == "unknown":
        return "never-issued"
    return office.link(case, minutes=0) if shown.state == "expired" else office.link(case)


def _say_birth_date(page: Page, link: str) -> None:
    page.goto(f"{link}/who")
    for part, value in (("month", BORN.month), ("day", BORN.day), ("year", BORN.year)):
        page.fill(f"#{part}", str(value))
    page.click("button")


def _picture(page: Page, name: str) -> None:
    folder = os.environ.get("CHAIRTIME_SCREENSHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
