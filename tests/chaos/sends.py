"""``python -m tests.chaos.sends --count 1000``: many texts while answers are lost, callbacks are lost, doubled and
reordered, and the sending process dies at every step. Judged on the carrier's records alone: each text arrives exactly
once or is in a person's hands, and none twice.
"""

import argparse
import asyncio
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from activities.courier import TextDraft, text_id_of
from connectors.errors import ConnectorError
from domain.records import CaseRecord, TextState
from rules.messages import MessageFields
from runtime.ending import end_process
from tests.stack import Stack, make_template, running

IN_HANDS = frozenset({TextState.PERSON, TextState.LAPSED, TextState.FAILED, TextState.UNDELIVERED})
AREAS = (208, 503, 602, 480, 971, 541, 623, 775, 801, 385)
"""With these, the numbers that nobody has are enough for a thousand phones."""

_ROUNDS = 40


class Died(BaseException):
    """The process is gone: nothing after this line runs."""


@dataclass(frozen=True)
class Verdict:
    """``missing``: neither arrived nor with a person; ``doubled``: arrived more than once; both have to be empty."""

    sent: int
    arrived: int
    in_hands: int
    missing: tuple[str, ...]
    doubled: tuple[str, ...]
    unsettled: tuple[str, ...]

    @property
    def good(self) -> bool:
        return not (self.missing or self.doubled or self.unsettled)


async def send_many(stack: Stack, count: int, seed: int = 1) -> Verdict:
    """Send ``count`` answers to as many phones through everything that can go wrong, then let the dust settle."""
    dice = random.Random(seed)
    await _spoil(stack)
    drafts = [draft_of(stack, number) for number in range(count)]
    for draft in drafts:
        await asyncio.to_thread(_send_and_die, stack, draft, dice)
        if dice.random() < 0.1:
            await _some_time(stack, dice.uniform(1, 40))
    for _ in range(_ROUNDS):
        await _some_time(stack, 45)
    await stack.practice.recover()
    for _ in range(_ROUNDS):
        await _some_time(stack, 60)
    return await _judge(stack, drafts)


async def _spoil(stack: Stack) -> None:
    sends = {"vendor": "twilio", "method": "POST", "path": "/Messages"}
    for fault in (
        {**sends, "kind": "lost_response", "probability": 0.15},
        {**sends, "kind": "lost_response", "probability": 0.05, "status": 500},
        {**sends, "kind": "status", "probability": 0.05, "status": 503},
        {**sends, "kind": "status", "probability": 0.05, "status": 429, "retry_after": 1},
        {"vendor": "twilio", "method": "GET", "kind": "status", "probability": 0.1, "status": 500},
        {"vendor": "twilio", "kind": "duplicate", "probability": 0.1},
        {"vendor": "twilio", "kind": "reorder", "probability": 0.1},
        {"vendor": "twilio", "kind": "drop", "probability": 0.15},
    ):
        await stack.practice.fault(**fault)


def _send_and_die(stack: Stack, draft: TextDraft, dice: random.Random) -> None:
    """One in five dies: before the call, or after the carrier had it, or before the row was settled."""
    courier = stack.parts.courier
    outbox = courier._outbox
    where = dice.choice(["begin", "settle", "call"]) if dice.random() < 0.2 else ""
    try:
        courier._outbox = _dying(outbox, where) if where in ("begin", "settle") else outbox
        if where == "call":
            courier._vendors = _dying_vendors(stack)
        courier.send(draft)
    except (Died, ConnectorError):
        return
    finally:
        courier._outbox = outbox
        courier._vendors = stack.parts.vendors


def _dying(store: Any, name: str) -> Any:
    """The store, but the process dies right after (begin) or right before (settle) this call."""

    class Dying:
        def __getattr__(self, asked: str) -> Any:
            real: Callable[..., Any] = getattr(store, asked)
            if asked != name:
                return real

            def die(*arguments: Any, **named: Any) -> None:
                if name == "begin":
                    real(*arguments, **named)
                raise Died

            return die

    return Dying()


def _dying_vendors(stack: Stack) -> Any:
    """The carrier takes the text, and the process dies before it hears so."""

    class Vendors:
        def texting(self, location: str) -> Any:
            real = stack.parts.vendors.texting(location)

            class Texting:
                def send(self, text: Any) -> None:
                    real.send(text)
                    raise Died

            return Texting()

    return Vendors()


async def _some_time(stack: Stack, seconds: float) -> None:
    await stack.move(stack.now + timedelta(seconds=seconds))
    await stack.step("inbox")
    await stack.step("outbox")


def draft_of(stack: Stack, number: int) -> TextDraft:
    """Each to a phone of its own, of a case without a workflow: what is tested is the way of the text."""
    case_id = f"case/boise/chaos/{number}/a/1"
    phone = f"+1{AREAS[number // 100]}55501{number % 100:02}"
    now = stack.now
    stack.stores.cases.add(
        CaseRecord(
            case_id=case_id,
            location="boise",
            source="chaos",
            account="opendental:boise",
            plan_id=str(number),
            patient_id="1",
            acceptance="a",
            accepted_at=now,
            detected_at=now,
            phone=phone,
            next_at=now + timedelta(days=30),
            next_what="chaos",
            workflow_started=True,
        )
    )
    fields = MessageFields(practice="Cedar Ridge Boise", phone="+12085550100")
    return TextDraft(
        case_id=case_id,
        location="boise",
        to=phone,
        step="person_will_call",
        template="person_will_call",
        language="en",
        fields=fields,
        answer=True,
    )


async def _judge(stack: Stack, drafts: list[TextDraft]) -> Verdict:
    at_the_carrier = Counter(m["recipient"] for m in await stack.practice.texts() if m["status"] != "failed")
    missing, doubled, unsettled, in_hands = [], [], [], 0
    for draft in drafts:
        row = stack.stores.outbox.get(text_id_of(draft))
        state = row.state if row else None
        in_hands += state in IN_HANDS
        if at_the_carrier[draft.to] > 1:
            doubled.append(draft.to)
        if at_the_carrier[draft.to] == 0 and state not in IN_HANDS and row is not None:
            missing.append(f"{draft.to} {state}")
        if state in (TextState.QUEUED, TextState.SENDING, TextState.UNKNOWN):
            unsettled.append(f"{draft.to} {state}")
    return Verdict(
        sent=len(drafts),
        arrived=sum(1 for draft in drafts if at_the_carrier[draft.to] == 1),
        in_hands=in_hands,
        missing=tuple(missing),
        doubled=tuple(doubled),
        unsettled=tuple(unsettled),
    )


async def main(count: int, seed: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        template = await make_template(Path(folder) / "template")
        async with running(template, Path(folder) / "home", worker=False) as stack:
            verdict = await send_many(stack, count, seed)
    print(verdict)
    return 0 if verdict.good else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.sends", description=__doc__)
    parser.add_argument("--count", type=int, default=1000, choices=range(1, 1001), metavar="1..1000")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(sys.argv[1:])
    end_process(asyncio.run(main(given.count, given.seed)))
