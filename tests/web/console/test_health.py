"""The health page says what is stale, late, stuck or failed, and where."""

from datetime import timedelta

import httpx

from domain.case import CaseState
from tests.web.console.day import a_text
from tests.web.console.practice import HOUR, MINUTE, NOW, Practice, a_case
from web.console.health import beats, feeds


async def test_each_location_says_how_old_its_feeds_are(page: httpx.AsyncClient) -> None:
    text = (await page.get("/console/health")).text
    cedar, river = text.index("Cedar Dental"), text.index("River Street Dental")
    assert "look here" in text[cedar:river]
    assert "read 40 min ago" in text[cedar:river]
    assert "read never" in text[cedar:river]
    assert "all well" in text[river:]
    assert "read 12 s ago" in text[river:]


async def test_silent_loops_stuck_webhooks_and_failed_texts_are_listed(page: httpx.AsyncClient) -> None:
    text = (await page.get("/console/health")).text
    assert '<dt>loop tasks</dt><dd class="bad">15 min ago</dd>' in text
    assert '<dt>worker</dt><dd class="">4 s ago</dd>' in text
    assert "20 attempts" in text
    assert "no such case" in text
    assert "undelivered 30003" in text
    assert "<dt>void</dt>" not in text


async def test_queues_say_their_length_and_age(page: httpx.AsyncClient, practice: Practice) -> None:
    assert '<dt>texts to send</dt><dd class="">empty</dd>' in (await page.get("/console/health")).text
    practice.outbox.add(a_text(2, "nudge_2", NOW - 20 * MINUTE, "Hello", state="queued", sent_at=None))
    text = (await page.get("/console/health")).text
    assert '<dt>texts to send</dt><dd class="bad">1, oldest 20 min</dd>' in text


async def test_cases_past_their_deadline_are_named(page: httpx.AsyncClient, practice: Practice) -> None:
    practice.cases.add(a_case(40, first_name="Over", last_name="Due", next_at=NOW - HOUR, state=CaseState.OFFERING))
    text = (await page.get("/console/health")).text
    river = text[text.index("River Street Dental") :]
    assert "Over Due" in river
    assert "all well" not in river


def test_a_feed_is_stale_after_its_own_time() -> None:
    fresh = {"changes": NOW - timedelta(minutes=6), "schedule": NOW - timedelta(minutes=6), "other": NOW}
    found = {feed.name: feed.stale for feed in feeds(fresh, NOW)}
    assert found["appointments and patients, changes"]
    assert not found["schedule and blockouts"]
    assert found["providers, chairs, codes"], "a feed that was never read is stale"
    assert not found["other"]


def test_processes_come_before_loops() -> None:
    every = {"loop:detect:opendental:boise": (NOW, {}), "worker": (NOW, {}), "void": (NOW, {"void": 0})}
    assert [beat.name for beat in beats(every, NOW)] == ["worker", "loop detect boise"]
