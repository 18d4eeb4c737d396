"""Staff see the card; nothing of it is kept: not in the database, not in a log line, not in a Temporal payload."""

import io
import re
import sqlite3
from pathlib import Path

import httpx

from domain.deposit_decisions import DecisionKind
from tests.stack import PLAIN, Stack, running
from tests.story import Story
from tests.workflows.test_after_booking import booked_with_deposit
from tests.workflows.test_deposit_decision import decide, late_cancelled
from tests.workflows.test_privacy import log

__all__ = ["log"]

LAST4 = re.compile(rb"(?<![0-9a-zA-Z])4242(?![0-9a-zA-Z])|4242424242424242")
"""The test card's last four on their own, or all of it."""
BRAND = re.compile(rb"(?i)\bvisa\b")


async def page_of(stack: Stack, story: Story, rest: str = "") -> httpx.Response:
    """The console as the web app serves it, over HTTP."""
    async with httpx.AsyncClient(base_url=stack.parts.settings.url, timeout=30) as browser:
        return await browser.get(f"/console/cases/{story.case_id.removeprefix('case/')}{rest}")


def everything_in(folder: Path) -> dict[str, bytes]:
    """Every file of ours, the database with its journal too; what the practice in the box keeps is its own."""
    found = (path for path in folder.rglob("*") if path.is_file() and "sandbox" not in path.parts)
    return {str(path): path.read_bytes() for path in found}


async def payloads(stack: Stack, *workflow_ids: str) -> bytes:
    """Every event of these histories, decoded as a worker would."""
    text = bytearray()
    for workflow_id in workflow_ids:
        history = await stack.client.get_workflow_handle(workflow_id).fetch_history()
        for event in history.events:
            text += event.SerializeToString()
    return bytes(text)


async def test_staff_see_the_card_and_nothing_of_it_is_kept(template: object, tmp_path: Path, log: io.StringIO) -> None:
    assert PLAIN
    async with running(template, tmp_path / "home", encrypted=False) as stack:  # type: ignore[arg-type]  # the fixture's
        story = await late_cancelled(stack)
        shown = (await page_of(stack, story)).text
        assert "Visa ending 4242" in shown
        deposit = story.deposits()[0]
        for kind in ("refund", "forfeit"):
            assert "Visa ending 4242" in (await page_of(stack, story, f"/deposits/{deposit.id}?do={kind}")).text
        await decide(story, DecisionKind.REFUND)
        assert "$500 given back" in (await page_of(stack, story)).text
        stack.stores.database.close()
        with sqlite3.connect(next((tmp_path / "home").glob("*.db"))) as connection:
            kept = "\n".join(connection.iterdump()).encode()
        said = await payloads(stack, story.case_id, f"deposit/{deposit.id}")
        assert deposit.id.encode() in said, "the payloads can be read here"
        assert deposit.payment_id.encode() in kept, "the database was read"
        for where, text in {"database": kept, "log": log.getvalue().encode(), "payloads": said}.items():
            assert text, where
            for what in (LAST4, BRAND):
                found = what.search(text)
                assert found is None, (where, text[max(0, found.start() - 300) : found.end() + 60])
        for where, text in everything_in(tmp_path / "home").items():
            assert not BRAND.search(text), where
            assert b"4242424242424242" not in text, where


async def test_without_stripe_the_page_comes_and_says_so(stack: Stack) -> None:
    """How briefly a silent Stripe is waited for: tests/connectors/test_registry.py."""
    story = await booked_with_deposit(stack)
    await stack.practice.fault(vendor="stripe", method="GET", path="payment_intents", kind="status", status=503)
    before = len(await stack.practice.requests("stripe"))
    answer = await page_of(stack, story)
    assert answer.status_code == 200
    assert "Stripe does not answer now" in answer.text
    assert "$500 paid" in answer.text
    asked = (await stack.practice.requests("stripe"))[before:]
    assert [each["method"] for each in asked] == ["GET"], "asked once, and not again while the page is waited for"
