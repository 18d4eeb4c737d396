"""One text a step, whatever is asked again; and why a text does not go."""

import asyncio
from datetime import timedelta

import pytest

from activities.courier import Sent, text_id_of
from connectors.errors import ConnectorError
from domain.people import TextConsent
from domain.records import TextState
from tests.chaos.sends import draft_of
from tests.stack import Stack


async def test_the_same_step_asked_five_times_is_one_text(idle: Stack) -> None:
    draft = draft_of(idle, 1)
    results = [await asyncio.to_thread(idle.parts.courier.send, draft) for _ in range(5)]
    assert {result.sent for result in results} == {Sent.SENT}
    assert len(await idle.practice.texts(draft.to)) == 1


async def test_five_workers_at_once_send_one_text(idle: Stack) -> None:
    draft = draft_of(idle, 1)
    await asyncio.gather(*(asyncio.to_thread(idle.parts.courier.send, draft) for _ in range(5)))
    assert len(await idle.practice.texts(draft.to)) == 1


async def test_a_lost_answer_is_unsure_and_never_simply_sent_again(idle: Stack) -> None:
    await idle.practice.fault(vendor="twilio", method="POST", path="/Messages", kind="lost_response", count=1)
    draft = draft_of(idle, 1)
    first = await asyncio.to_thread(idle.parts.courier.send, draft)
    again = await asyncio.to_thread(idle.parts.courier.send, draft)
    assert (first.sent, again.sent) == (Sent.UNSURE, Sent.UNSURE)
    assert len(await idle.practice.texts(draft.to)) == 1
    await idle.move(idle.now + timedelta(minutes=1))
    await idle.step("outbox")
    row = idle.stores.outbox.get(text_id_of(draft))
    assert row is not None
    assert row.state in (TextState.SENT, TextState.DELIVERED)


async def test_a_vendor_that_asks_to_wait_leaves_the_text_to_be_sent_and_says_so(idle: Stack) -> None:
    await idle.practice.fault(vendor="twilio", method="POST", path="/Messages", kind="status", status=429, count=1)
    draft = draft_of(idle, 1)
    with pytest.raises(ConnectorError):
        await asyncio.to_thread(idle.parts.courier.send, draft)
    assert (await asyncio.to_thread(idle.parts.courier.send, draft)).sent is Sent.SENT
    assert len(await idle.practice.texts(draft.to)) == 1


async def test_who_opted_out_gets_not_even_an_answer(idle: Stack) -> None:
    draft = draft_of(idle, 1)
    idle.stores.suppressions.suppress(draft.to, "asked", "reply", idle.now)
    assert (await asyncio.to_thread(idle.parts.courier.send, draft)).sent is Sent.BLOCKED
    assert await idle.practice.texts(draft.to) == []


async def test_an_unasked_text_at_night_waits_and_is_explained(idle: Stack) -> None:
    await idle.move(idle.now + timedelta(hours=12))
    draft = draft_of(idle, 1).model_copy(update={"answer": False})
    result = await asyncio.to_thread(idle.parts.courier.send, draft)
    assert result.sent is Sent.DEFERRED
    assert result.until is not None
    assert result.until > idle.now
    [decision] = idle.stores.outbox.decisions_of_case(draft.case_id)
    assert not decision.allowed
    assert decision.rule
    assert decision.local_time


async def test_without_consent_nothing_unasked_goes(idle: Stack) -> None:
    draft = draft_of(idle, 1).model_copy(update={"answer": False, "consent": TextConsent.UNKNOWN})
    assert (await asyncio.to_thread(idle.parts.courier.send, draft)).sent is Sent.BLOCKED


async def test_a_text_whose_time_is_over_is_not_sent(idle: Stack) -> None:
    await idle.practice.fault(vendor="twilio", method="POST", path="/Messages", kind="status", status=429)
    draft = draft_of(idle, 1)
    with pytest.raises(ConnectorError):
        await asyncio.to_thread(idle.parts.courier.send, draft)
    await idle.practice.recover()
    await idle.move(idle.now + timedelta(hours=11))
    await idle.step("outbox")
    row = idle.stores.outbox.get(text_id_of(draft))
    assert row is not None
    assert row.state is TextState.LAPSED
    assert await idle.practice.texts(draft.to) == []
