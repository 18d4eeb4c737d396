"""One patient's whole way in a real browser: the text on the phone, the booking page, the pay page, the schedule."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Page, ViewportSize, async_playwright, expect

from tests.browser.served import CHROMIUM
from tests.stack import Stack
from tests.story import Story

pytestmark = pytest.mark.browser
PHONE: ViewportSize = {"width": 360, "height": 740}


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = await browser.new_context(viewport=PHONE)
        yield await context.new_page()
        await browser.close()


async def open_the_text(stack: Stack, story: Story, page: Page) -> None:
    """On the phone: the newest thread, and the link in it."""
    await stack.move(stack.now + timedelta(seconds=30))
    digits = story.row.phone.removeprefix("+")
    await page.goto(f"{stack.practice.url}/phone/{digits}")
    link = page.locator("li.in a, li.out a").last
    await expect(link).to_be_visible()
    await page.goto(await link.get_attribute("href") or "")


async def say_who(story: Story, page: Page) -> None:
    born = story.row.birthdate
    assert born is not None
    await page.fill("#month", str(born.month))
    await page.fill("#day", str(born.day))
    await page.fill("#year", str(born.year))
    await page.locator("form[action*='/who'] button").click()


async def test_from_the_text_to_the_schedule(stack: Stack, page: Page) -> None:
    story = await stack.accept(stack.plan("implant"))
    await open_the_text(stack, story, page)
    await expect(page.locator("ul.openings li")).to_have_count(3)
    await page.locator("ul.openings a").first.click()
    await say_who(story, page)
    await page.locator("input[name=accept]").check()
    await page.locator("form[action*='/choose'] button").click()
    await page.wait_for_url(re.compile(r"/stripe/pay/"))
    await page.fill("#card_number", "4000 0000 0000 0002")
    await page.fill("#expiry", "12 / 34")
    await page.fill("#cvc", "123")
    await page.fill("#email", "sandbox@example.com")
    await page.fill("#name", "Sandbox Payer")
    await page.click("#submit")
    await expect(page.locator(".error")).to_be_visible()
    await page.fill("#card_number", "4242 4242 4242 4242")
    await page.fill("#expiry", "12 / 34")
    await page.fill("#cvc", "123")
    await page.click("#submit")
    await page.wait_for_url(re.compile(r"/b/[\w-]+/paid"))
    await stack.deliver()
    await story.end()
    await page.wait_for_url(re.compile(r"/b/[\w-]+$"))  # the page that waits for the news looks again by itself
    booked = story.row
    assert booked.booked_start is not None
    local = booked.booked_start.astimezone(ZoneInfo("America/Boise"))
    await expect(page.locator("main")).to_contain_text(f"{local.hour % 12 or 12}:{local.minute:02d}")
    appointments = [a for a in await story.appointments() if a["status"] == "Scheduled"]
    assert [str(a["AptNum"]) for a in appointments] == [booked.appointment_id]
    day = local.date().isoformat()
    await page.goto(f"{stack.practice.url}/practice/1/schedule?day={day}")
    await expect(page.locator("body")).to_contain_text(booked.last_name)


async def test_without_a_deposit_choosing_books(stack: Stack, page: Page) -> None:
    story = await stack.accept(stack.plan("fillings"))
    await open_the_text(stack, story, page)
    await page.locator("ul.openings a").nth(1).click()
    await page.locator("form[action*='/choose'] button").click()
    await expect(page.locator("h1")).to_be_visible()
    await story.end()
    assert story.state == "booked"
