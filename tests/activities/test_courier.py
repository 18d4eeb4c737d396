"""One text a step, whatever is asked again; and why a text does not go."""

import asyncio
from datetime import timedelta

import pytest

from activities.courier import Sent, TextDraft, text_id_of
from connectors.errors import ConnectorError
from domain.case import CaseState
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


async def queued(stack: Stack, draft: TextDraft) -> None:
    """The vendor asked to wait: the row is there, the text is not."""
    await stack.practice.fault(vendor="twilio", method="POST", path="/Messages", kind="status", status=429)
    with pytest.raises(ConnectorError):
        await asyncio.to_thread(stack.parts.courier.send, draft)
    await stack.practice.recover()


def campaign(stack: Stack, number: int) -> TextDraft:
    return draft_of(stack, number).model_copy(update={"answer": False})


async def test_a_text_that_waited_is_judged_again_when_it_leaves(idle: Stack) -> None:
    drafts = [campaign(idle, number) for number in range(4)]
    for draft in drafts:
        await queued(idle, draft)
    stopped, ended, late, fine = drafts
    idle.stores.suppressions.suppress(stopped.to, "asked", "reply", idle.now)
    idle.stores.cases.update(ended.case_id, {"ended_at": idle.now, "state": CaseState.DECLINED})
    idle.stores.switch.stop("boise", "person_will_call", "filtered")
    idle.stores.switch.lift("boise", idle.now, "person_will_call")
    await idle.move(idle.now + timedelta(minutes=1))
    await idle.step("outbox")
    rows = [idle.stores.outbox.get(text_id_of(draft)) for draft in (stopped, ended)]
    assert [(row.state, row.why) for row in rows if row] == [
        (TextState.LAPSED, "the phone has opted out"),
        (TextState.LAPSED, "its case has ended"),
    ]
    assert [len(await idle.practice.texts(draft.to)) for draft in drafts] == [0, 0, 1, 1]
    assert late.to != fine.to


async def test_nothing_queued_leaves_a_location_that_was_halted(idle: Stack) -> None:
    draft = draft_of(idle, 1)
    await queued(idle, draft)
    idle.stores.switch.halt("boise", "the carrier refuses this sender (code 30034)")
    await idle.move(idle.now + timedelta(minutes=1))
    await idle.step("outbox")
    row = idle.stores.outbox.get(text_id_of(draft))
    assert row is not None
    assert (row.state, row.why) == (TextState.LAPSED, "the carrier refuses this sender (code 30034)")
    assert row.told_at is not None
    assert await idle.practice.texts(draft.to) == []
    [task] = [t for t in idle.stores.tasks.of_case(draft.case_id) if t.kind == "text"]
    assert "30034" in task.text


async def test_two_people_on_one_phone_get_one_unasked_text_a_day(idle: Stack) -> None:
    ann = campaign(idle, 1)
    family = [ann, *(campaign(idle, number).model_copy(update={"to": ann.to}) for number in range(2, 6))]
    sends = (asyncio.to_thread(idle.parts.courier.send, draft) for draft in family)
    results = await asyncio.gather(*sends)
    assert sorted(result.sent for result in results) == [Sent.DEFERRED] * 4 + [Sent.SENT]
    assert len(await idle.practice.texts(ann.to)) == 1


async def test_a_queued_text_counts_for_the_cap(idle: Stack) -> None:
    ann, ben = campaign(idle, 1), campaign(idle, 2)
    await queued(idle, ann)
    assert (await asyncio.to_thread(idle.parts.courier.send, ben.model_copy(update={"to": ann.to}))).sent == "deferred"


async def test_a_text_that_could_not_leave_before_the_hours_end_waits_for_the_next_ones(idle: Stack) -> None:
    evening = idle.now.replace(hour=2, minute=59, second=30) + timedelta(days=1)  # 19:59:30 in Boise
    await idle.move(evening)
    result = await asyncio.to_thread(idle.parts.courier.send, campaign(idle, 1))
    assert (result.sent, result.until) == (Sent.DEFERRED, evening.replace(hour=17, minute=0, second=0)), (
        "nine in every zone of 208"
    )
    assert await idle.practice.texts() == []


async def test_a_text_leaves_its_vendor_before_the_window_closes(idle: Stack) -> None:
    await idle.move(idle.now.replace(hour=2, minute=58, second=0) + timedelta(days=1))
    assert (await asyncio.to_thread(idle.parts.courier.send, campaign(idle, 1))).sent is Sent.SENT
    [text] = await idle.practice.texts()
    assert text["validity_seconds"] == 120


async def test_hidden_bodies_are_never_taken_for_an_absent_text(idle: Stack) -> None:
    draft = draft_of(idle, 1)
    await idle.practice.fault(vendor="twilio", kind="drop")
    await idle.practice.fault(vendor="twilio", method="POST", path="/Messages", kind="lost_response", count=1)
    await asyncio.to_thread(idle.parts.courier.send, draft)
    [text] = await idle.practice.texts(draft.to)
    await idle.move(idle.now + timedelta(seconds=20))
    await _redact(idle, text["sid"])
    for _ in range(8):
        await idle.move(idle.now + timedelta(seconds=45))
        await idle.step("outbox")
    row = idle.stores.outbox.get(text_id_of(draft))
    assert row is not None
    assert (row.state, len(await idle.practice.texts(draft.to))) == (TextState.PERSON, 1)
    assert [t.kind for t in idle.stores.tasks.of_case(draft.case_id)] == ["text"], "somebody really has it"


async def test_where_bodies_are_redacted_a_text_is_not_sent_again(idle: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = draft_of(idle, 1)
    texting = idle.parts.vendors.texting("boise")
    hidden = texting._options.model_copy(update={"body_redacted": True})  # type: ignore[attr-defined]  # Twilio's own
    monkeypatch.setattr(texting, "_options", hidden)
    await idle.practice.fault(vendor="twilio", method="POST", path="/Messages", kind="status", status=503, count=1)
    await asyncio.to_thread(idle.parts.courier.send, draft)
    for _ in range(8):
        await idle.move(idle.now + timedelta(seconds=45))
        await idle.step("outbox")
    row = idle.stores.outbox.get(text_id_of(draft))
    assert row is not None
    assert (row.state, await idle.practice.texts(draft.to)) == (TextState.PERSON, [])


async def _redact(stack: Stack, sid: str) -> None:
    options = stack.parts.locations.get("boise").messaging
    account, token = options.option("account_sid"), options.option("auth_token")
    path = f"/twilio/2010-04-01/Accounts/{account}/Messages/{sid}.json"
    (await stack.practice.http.post(path, data={"Body": ""}, auth=(account, token))).raise_for_status()
