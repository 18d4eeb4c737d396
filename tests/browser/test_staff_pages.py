"""The staff pages in a real browser: no barrier found, nothing cut off, and the editor that checks as one types.

With ``CHAIRTIME_SCREENSHOTS`` set to a folder, a picture of every page is put there.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect

from db.session import Database
from tests.browser.served import served
from tests.web.console.day import fill
from tests.web.console.desk_day import BOOKED, HIT, LATE, fill_desk
from tests.web.console.practice import Practice
from web.console.room import router
from web.site import SecurityHeaders

pytestmark = pytest.mark.browser

PHONE, DESK = 360, 1280
CASE = "/console/cases/boise/opendental/1/s1/1"
PAGES = {
    "list": "/console",
    "location": "/console?location=boise",
    "front-desk": "/console/front-desk?still=1",
    "tasks": "/console/tasks",
    "case": CASE,
    "why-not": CASE + "?day=2026-11-24&time=11:30",
    "ended": "/console/cases/boise/opendental/5/s1/1",
    "late-cancelled": f"/console/cases/boise/opendental/{LATE}/s1/1",
    "give-back": f"/console/cases/boise/opendental/{BOOKED}/s1/1/deposits/dep_{BOOKED}?do=refund",
    "keep": f"/console/cases/boise/opendental/{LATE}/s1/1/deposits/dep_{LATE}?do=forfeit",
    "booked": f"/console/cases/boise/opendental/{BOOKED}/s1/1",
    "move-visit": f"/console/cases/boise/opendental/{BOOKED}/s1/1/move",
    "cancel-visit": f"/console/cases/boise/opendental/{BOOKED}/s1/1/cancel",
    "displaced": f"/console/cases/boise/opendental/{HIT}/s1/1",
    "absences": "/console/absences",
    "numbers": "/console/numbers",
    "number-rows": "/console/numbers/rows?number=booked",
    "health": "/console/health",
    "rules": "/console/rules",
    "new-rule-file": "/console/rules?new=1",
    "reroute": "/console/rules/reroute",
    "compare": "/console/rules/compare?old=folder",
}


@pytest.fixture(scope="module")
def practice(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    path = tmp_path_factory.mktemp("staff") / "staff.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}")
    made = Practice(database)
    fill(made)
    fill_desk(made)
    yield made
    database.close()


@pytest.fixture(scope="module")
def address(practice: Practice) -> Iterator[str]:
    app = FastAPI()
    app.add_middleware(SecurityHeaders)
    app.include_router(router(practice.deps()))
    with served(app) as where:
        yield where


@pytest.fixture(params=[PHONE, DESK])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": request.param, "height": 900})
    opened = context.new_page()
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda fault: said.append(str(fault)))
    yield opened
    context.close()
    assert said == [], "the browser had something to complain about"


@pytest.mark.parametrize("name", PAGES)
def test_no_barriers_and_nothing_cut_off(page: Page, address: str, name: str) -> None:
    page.goto(address + PAGES[name])
    width = page.viewport_size["width"] if page.viewport_size else 0
    if folder := os.environ.get("CHAIRTIME_SCREENSHOTS"):
        page.screenshot(path=f"{folder}/staff-{name}-{width}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []


def test_the_editor_marks_mistakes_as_one_types_and_leads_to_them(page: Page, address: str, practice: Practice) -> None:
    page.goto(address + "/console/rules?file=base/tiers.yaml")
    expect(page.locator("#status")).to_contain_text("No mistakes")
    text = practice.folder["base/tiers.yaml"]
    page.fill("#text", text.replace("follow_up:", "folow_up:", 1))
    expect(page.locator("#errors")).to_contain_text("did you mean follow_up?")
    page.locator("#errors button").first.click()
    selected = page.evaluate("(() => { const t = document.activeElement;"
                             " return t.value.slice(t.selectionStart, t.selectionEnd); })()")  # fmt: skip
    assert selected == "folow_up:"
    wrong_line = text[: text.index("follow_up:")].count("\n") + 1
    assert page.locator("#gutter .wrong").all_inner_texts() == [str(wrong_line)]


def test_the_dry_run_appears_beside_the_text(page: Page, address: str, practice: Practice) -> None:
    page.goto(address + "/console/rules?file=base/tiers.yaml")
    text = practice.folder["base/tiers.yaml"].replace("at_least: $500", "at_least: $700")
    page.fill("#text", text.replace("deposit: $500", "deposit: $700"))
    expect(page.locator("#trial")).to_contain_text("7 cases would differ")
    expect(page.locator("#trial")).to_contain_text("was $500, now $700")


def test_without_script_the_button_checks(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + "/console/rules?file=base/policies.yaml")
    page.fill("#text", "policies: 7\n")
    page.get_by_role("button", name="Check and try out").click()
    assert page.input_value("#text") == "policies: 7\n"
    expect(page.locator("#errors li").first).to_contain_text("Line 1")
    context.close()
