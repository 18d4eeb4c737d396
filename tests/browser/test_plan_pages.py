"""Payment plans in a real browser: typed terms, a drawn signature, nothing that a screen reader trips over."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.browser.served import CHROMIUM
from tests.stack import Stack
from tests.workflows.plan_office import a_plan

pytestmark = pytest.mark.browser

_AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")


@pytest.fixture
async def chrome() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        await running.close()


async def problems(page: Page) -> list[tuple[str, Any]]:
    """What axe finds, by rule, and how far the page is wider than its window."""
    await page.evaluate(_AXE)
    found = await page.evaluate("axe.run()")
    over = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    wide = [("wider than the window", over)] if over > 0 else []
    return [(each["id"], [node["target"] for node in each["nodes"]]) for each in found["violations"]] + wide


@pytest.mark.parametrize("width", [360, 1280])
async def test_terms_are_typed_and_the_agreement_is_drawn_on_a_tablet(
    stack: Stack, chrome: Browser, width: int
) -> None:
    plan = await a_plan(stack, number_of_payments=6)
    window = f"{stack.parts.settings.url}/console/plans/{plan.plan_id}"
    # axe is put in from outside, which our own policy forbids; the second page below runs under it.
    page = await (await chrome.new_context(bypass_csp=True, viewport={"width": width, "height": 800})).new_page()
    await page.goto(window)
    assert await problems(page) == []
    await page.fill("[name=number_of_payments]", "3")
    await expect(page.locator("#figures .projected")).to_have_count(3)
    hidden = "(() => { const e = document.querySelector('#figures .scroll'); return e.scrollWidth - e.clientWidth })()"
    assert await page.evaluate(hidden) <= 0, "no column of the schedule is cut"
    await page.goto(window)
    await page.click("text=Offer version 1")
    await page.click("text=Sign here on a tablet")
    assert await problems(page) == []
    offer = page.url
    await page.goto(f"{offer}?lang=es")
    assert await problems(page) == []
    await page.goto(f"{offer}?lang=en")
    await page.check("[name=read]")
    await page.check("[name=agree]")
    await page.fill("#name", "Ann Example")
    await page.locator("#canvas").scroll_into_view_if_needed()
    box = await page.locator("#canvas").bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + 30, box["y"] + 30)
    await page.mouse.down()
    await page.mouse.move(box["x"] + 120, box["y"] + 50, steps=8)
    await page.mouse.up()
    await page.click("text=Sign the agreement")
    assert await problems(page) == []
    version = stack.parts.plans.plans.version(plan.plan_id, 1)
    assert version is not None
    assert version.signature is not None
    assert version.signature.how == "drawn"
    await page.goto(f"{stack.parts.settings.url}/console/plans")
    assert await problems(page) == []


async def test_both_scripts_run_under_our_own_policy(stack: Stack, chrome: Browser) -> None:
    plan = await a_plan(stack, number_of_payments=6)
    page = await chrome.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    await page.goto(f"{stack.parts.settings.url}/console/plans/{plan.plan_id}")
    await page.fill("[name=number_of_payments]", "2")
    await expect(page.locator("#figures .projected")).to_have_count(2)
    before = await page.locator("#principal").inner_text()
    await page.locator("[name^=override_]").first.fill("1.25")
    await expect(page.locator("#principal")).not_to_have_text(before)
    await expect(page.locator(".terms .principal")).to_have_text(await page.locator("#principal").inner_text())
    await page.goto(f"{stack.parts.settings.url}/console/plans/{plan.plan_id}")
    await page.click("text=Offer version 1")
    await page.click("text=Sign here on a tablet")
    await expect(page.locator("#canvas")).to_be_visible()
    assert wrong == []
