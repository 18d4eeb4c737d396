"""Webhooks out: retried on the practice's clock, spoilt on demand, never forgotten."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sandbox.faults import FaultSpec
from sandbox.settings import SandboxSettings
from sandbox.state import SandboxState, open_state
from tests.sandbox.opendental.receiver import Receiver, receiving

START = datetime(2026, 11, 23, 17, tzinfo=UTC)


@pytest.fixture
async def state(tmp_path: Path) -> AsyncIterator[SandboxState]:
    made = open_state(SandboxSettings(home=tmp_path, manual_clock=True, at=START))
    yield made
    await made.delivery.close()
    made.store.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


def _send(state: SandboxState, receiver: Receiver, number: int, retries: tuple[float, ...] = ()) -> None:
    state.delivery.enqueue("stripe", receiver.url, str(number).encode(), {"X": "1"}, retry_after_seconds=retries)


async def _settle(state: SandboxState) -> None:
    await state.delivery.run_due(state.clock.now())


def _bodies(receiver: Receiver) -> list[int]:
    return [body for _, body in receiver.got]


async def test_sent_once_in_order_with_the_vendors_signature(state: SandboxState, receiver: Receiver) -> None:
    state.delivery.sign_with("stripe", lambda url, body: {"Signed": f"{len(url)}/{body.decode()}"})
    for number in (1, 2, 3):
        _send(state, receiver, number)
    await _settle(state)
    assert _bodies(receiver) == [1, 2, 3]
    assert receiver.got[0][0]["signed"] == f"{len(receiver.url)}/1"
    assert state.delivery.pending() == 0


async def test_retries_follow_the_clock_and_end(state: SandboxState, receiver: Receiver) -> None:
    receiver.status = 500
    _send(state, receiver, 1, retries=(10, 60))
    await _settle(state)
    await _settle(state)
    assert _bodies(receiver) == [1]
    for seconds, attempts in ((9, 1), (1, 2), (59, 2), (1, 3), (1000, 3)):
        state.clock.advance(seconds)
        await _settle(state)
        assert len(receiver.got) == attempts
    assert state.delivery.pending() == 0


async def test_a_receiver_that_is_away_gets_it_later(state: SandboxState, receiver: Receiver) -> None:
    state.delivery.enqueue("stripe", "http://127.0.0.1:9/", b"7", {}, retry_after_seconds=(5,))
    await _settle(state)
    assert state.delivery.pending() == 1
    state.store.execute("UPDATE deliveries SET url = ?", (receiver.url,))
    state.clock.advance(5)
    await _settle(state)
    assert _bodies(receiver) == [7]


async def test_duplicated_dropped_and_reordered(state: SandboxState, receiver: Receiver) -> None:
    for kind, skip in (("duplicate", 0), ("drop", 0), ("reorder", 0)):
        state.faults.add(FaultSpec.model_validate({"vendor": "stripe", "kind": kind, "count": 1, "skip": skip}))
    for number in (1, 2, 3, 4):
        _send(state, receiver, number)
    await _settle(state)
    assert _bodies(receiver) == [1, 1, 4, 3]


async def test_one_held_back_goes_out_even_when_nothing_follows(state: SandboxState, receiver: Receiver) -> None:
    state.faults.add(FaultSpec(vendor="stripe", kind="reorder", count=1))
    _send(state, receiver, 1)
    await _settle(state)
    assert receiver.got == []
    state.clock.advance(3)
    await _settle(state)
    assert _bodies(receiver) == [1]


async def test_what_is_not_sent_survives_the_process(tmp_path: Path, receiver: Receiver) -> None:
    settings = SandboxSettings(home=tmp_path / "kept", manual_clock=True, at=START)
    first = open_state(settings)
    _send(first, receiver, 5)
    first.store.close()
    second = open_state(settings)
    await _settle(second)
    assert _bodies(receiver) == [5]
    await second.delivery.close()
    second.store.close()
