"""``python -m tests.browser.screenshots FOLDER``: the pages of patients and staff, at phone and desktop width."""

import asyncio
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

from runtime.ending import end_process
from tests.browser.served import CHROMIUM
from tests.browser.test_whole_way import open_the_text, say_who
from tests.stack import Stack, make_template, running
from tests.story import Story
from tests.workflows.plan_office import a_plan

WIDTHS = {"phone": 360, "desktop": 1280}
STAFF = {"list": "/console", "tasks": "/console/tasks", "numbers": "/console/numbers", "health": "/console/health"}
STAFF |= {"rules": "/console/rules", "absences": "/console/absences"}


async def main(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        template = await make_template(Path(scratch) / "template")
        async with running(template, Path(scratch) / "home") as stack, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            story = await _some_cases(stack)
            for name, width in WIDTHS.items():
                await _patient(stack, story, browser, folder, name, width)
                await _staff(stack, story, browser, folder, name, width)
                await _plan(stack, browser, folder, name, width)
            await _booked(stack, story, browser, folder)
            await browser.close()


async def _some_cases(stack: Stack) -> Story:
    """A morning's work: some offered, one nudged, one with a person."""
    for kind in ("crown", "fillings", "bridge", "wisdom_teeth", "implant_graft", "two_crowns"):
        await stack.accept(stack.plan(kind))
    await stack.advance(days=1, hours=2)
    await stack.accept(stack.plan("root_canal_crown"))
    return await stack.accept(stack.plan("implant"))


async def _patient(stack: Stack, story: Story, browser: Browser, folder: Path, name: str, width: int) -> None:
    context = await browser.new_context(viewport={"width": width, "height": 800})
    page = await context.new_page()
    await open_the_text(stack, story, page)
    await _shoot(page, folder / f"patient-choose-{name}.png")
    await page.goto(page.url.split("?")[0] + "?lang=es")
    await _shoot(page, folder / f"patient-choose-es-{name}.png")
    await page.goto(page.url.split("?")[0] + "?lang=en")
    home = page.url.split("?")[0]
    await page.goto(f"{home}/times")
    await _shoot(page, folder / f"patient-times-{name}.png")
    await page.goto(home)
    await page.locator("ul.openings a").first.click()
    await _shoot(page, folder / f"patient-who-{name}.png")
    await say_who(story, page)
    await _shoot(page, folder / f"patient-confirm-{name}.png")
    await page.goto(f"{home}/not-now")
    await _shoot(page, folder / f"patient-not-now-{name}.png")
    await page.goto(f"{home}/cost")
    await _shoot(page, folder / f"patient-cost-{name}.png")
    await context.close()


async def _staff(stack: Stack, story: Story, browser: Browser, folder: Path, name: str, width: int) -> None:
    page = await browser.new_page(viewport={"width": width, "height": 800})
    for what, path in {**STAFF, "case": f"/console/cases/{story.case_id.removeprefix('case/')}"}.items():
        await page.goto(f"{stack.parts.settings.url}{path}")
        await _shoot(page, folder / f"console-{what}-{name}.png")
    await page.close()


async def _plan(stack: Stack, browser: Browser, folder: Path, name: str, width: int) -> None:
    """The plan window of staff, and what is signed, as it stands on their tablet."""
    plan = await a_plan(stack, number_of_payments=6)
    page = await browser.new_page(viewport={"width": width, "height": 800})
    await page.goto(f"{stack.parts.settings.url}/console/plans/{plan.plan_id}")
    await _shoot(page, folder / f"console-plan-{name}.png")
    await page.click("text=Offer version 1")
    await page.click("text=Sign here on a tablet")
    await _shoot(page, folder / f"patient-plan-{name}.png")
    await page.close()


async def _booked(stack: Stack, story: Story, browser: Browser, folder: Path) -> None:
    await story.choose()
    await _home(stack, story, browser, folder, "held")
    await story.pay()
    await stack.deliver()
    await stack.advance(seconds=30)
    await _home(stack, story, browser, folder, "booked")
    page = await browser.new_page(viewport={"width": WIDTHS["phone"], "height": 800})
    digits = story.row.phone.removeprefix("+")
    await page.goto(f"{stack.practice.url}/phone/{digits}")
    await _shoot(page, folder / "sandbox-phone.png")
    await page.close()


async def _home(stack: Stack, story: Story, browser: Browser, folder: Path, what: str) -> None:
    """What the link opens now."""
    for name, width in WIDTHS.items():
        page = await browser.new_page(viewport={"width": width, "height": 800})
        await open_the_text(stack, story, page)
        await _shoot(page, folder / f"patient-{what}-{name}.png")
        await page.close()


async def _shoot(page: Page, path: Path) -> None:
    await page.screenshot(path=path, full_page=True)


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(target))
    end_process(0)
