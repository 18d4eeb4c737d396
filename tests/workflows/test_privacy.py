"""Nothing about health, and nobody's name, where it does not belong: texts, card processor, log lines, ids."""

import base64
import io
import logging
import re
from collections.abc import Iterator
from urllib.parse import unquote_plus

import pytest
import structlog

from domain.case import CaseState, Outcome
from runtime.logging import set_up_logging
from tests.stack import Stack
from tests.story import Story

HEALTH = ("implant", "crown", "filling", "extraction", "surg", "tooth", "teeth", "canal", "bone", "dds", "diagnos")
"""Words that would tell what a visit is for."""


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Every line that any logger writes, as a worker would."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    set_up_logging("DEBUG", as_json=True)
    written = io.StringIO()
    handler = root.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(written)
    yield written
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()


async def life(stack: Stack) -> list[Story]:
    """A deposit, a reply, a question, a stop, a hand-over."""
    paid = await stack.accept(stack.plan("implant"))
    await paid.choose()
    await paid.pay()
    await stack.deliver()
    asked = await stack.accept(stack.plan("crown"))
    await asked.reply("what is this for?")
    stopped = await stack.accept(stack.plan("fillings"))
    await stopped.reply("stop texting me")
    declined = await stack.accept(stack.plan("wisdom_teeth"))
    await declined.choose()
    await declined.pay()
    await declined.reply("1")
    await stack.advance(hours=73)
    await asked.resolve(Outcome.OTHER, note="called")
    assert paid.state == CaseState.BOOKED
    return [paid, asked, stopped, declined]


def secrets(story: Story) -> set[str]:
    """What nobody outside the practice may read about a patient, apart from the phone that is texted."""
    row = story.row
    words = {row.last_name.lower(), row.patient_id + '"'} if row.last_name else set()
    codes = {p.code.lower() for p in row.procedures} | {p.description.lower() for p in row.procedures}
    born = {str(row.birthdate)} if row.birthdate else set()
    return {word for word in words | codes | born if len(word) > 3}


async def test_nothing_about_health_leaves(stack: Stack, log: io.StringIO) -> None:
    stories = await life(stack)

    texts = " ".join(m["text"] for m in await stack.practice.texts()).lower()
    assert texts.count("cedar ridge") >= 6
    assert [word for word in HEALTH if word in texts.replace("cedar ridge dental", "")] == []
    for story in stories:
        assert [word for word in secrets(story) if word in texts] == []

    for request in await stack.practice.requests("stripe"):
        said = unquote_plus(f"{request['path']} {request['query']} {request['body']}").lower()
        assert [word for word in HEALTH if word in said] == [], said
        for story in stories:
            hidden = secrets(story) | {story.row.first_name.lower(), story.row.phone}
            assert [word for word in hidden if word in said.split() or f"={word}" in said] == [], said

    lines = log.getvalue().lower()
    assert lines, "the log was read"
    for story in stories:
        row = story.row
        born = str(row.birthdate)
        for word in (
            row.last_name.lower(),
            row.phone,
            row.phone[2:],
            born,
            *(p.description.lower() for p in row.procedures),
        ):
            assert word not in lines, next(line for line in lines.splitlines() if word in line)

    for story in stories:
        assert not any(word in story.case_id.lower() for word in (*HEALTH, story.row.last_name.lower()))


async def test_what_temporal_keeps_is_encrypted(stack: Stack) -> None:
    """Reads the history as it lies in the server: the SDK's own markers are plain, no payload of ours is."""
    story = await stack.accept(stack.plan("implant"))
    await story.reply("is this about my implant?")
    history = (await stack.handle(story.case_id).fetch_history()).to_json()
    kept = " ".join([history, *(_decoded(data) for data in re.findall(r'"data": "([^"]+)"', history))])
    assert "YmluYXJ5L2VuY3J5cHRlZA==" in kept, "binary/encrypted"
    assert "route_case" in kept, "plain words are found where there are any"
    row = story.row
    for word in (row.last_name, row.phone, str(row.birthdate), "D6010", "surgical", "my implant"):
        assert word not in kept


def _decoded(data: str) -> str:
    return base64.b64decode(data).decode("utf-8", "replace")
