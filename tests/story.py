"""One patient's case, from the patient's side and from the practice's records."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from domain.records import CaseRecord, DepositRecord, NumberedOpening, TaskRecord
from domain.slots import Opening
from workflows.contracts import case as wire

if TYPE_CHECKING:
    from tests.stack import Stack


@dataclass(frozen=True)
class Story:
    """``row`` and ``timeline`` are ours; ``texts`` and ``appointments`` what the carrier and the practice know."""

    stack: "Stack"
    case_id: str

    @property
    def row(self) -> CaseRecord:
        return self.stack.stores.cases.get(self.case_id)

    @property
    def state(self) -> str:
        return str(self.row.state)

    @property
    def timeline(self) -> list[str]:
        return [f"{e.kind}: {e.text}" for e in self.stack.stores.cases.events(self.case_id)]

    @property
    def due(self) -> datetime:
        """The next deadline that the projection shows; an open case has one."""
        assert self.row.next_at is not None, self.timeline
        return self.row.next_at

    def openings(self) -> list[Opening]:
        return [numbered.opening for numbered in self.numbered()]

    def numbered(self) -> Sequence[NumberedOpening]:
        """The open offer's openings with the numbers that book them."""
        offer = self.stack.stores.offers.open_of_case(self.case_id)
        return offer.openings if offer else ()

    async def texts(self) -> list[dict[str, Any]]:
        """What reached this phone, by the carrier's records."""
        return await self.stack.practice.texts(self.row.phone)

    async def reply(self, body: str, *, by: str = "") -> None:
        await self.stack.practice.post("twilio/inbound", **{"from": by or self.row.phone, "body": body})
        await self.stack.deliver()

    async def choose(self, at: int = 0, *, key: str = "form-1") -> wire.ChoiceOutcome:
        """As the page does it: the update, with the form's id."""
        choice = wire.ChooseOpening(opening=self.openings()[at], command_id=key, policy_from="203.0.113.7")
        outcome = await self.stack.gateway.choose(self.case_id, choice)
        await self.stack.settle()
        return outcome

    async def respond(self, said: Any, key: str) -> wire.Answer:
        answer = await self.stack.gateway.respond(self.case_id, wire.Response(command=said), key)
        await self.stack.settle()
        return answer

    async def resolve(self, outcome: Any, **more: Any) -> wire.Answer:
        said = wire.Resolve(outcome=outcome, by="paula", **more)
        answer = await self.stack.gateway.resolve(self.case_id, said, f"resolve-{outcome}")
        await self.stack.settle()
        return answer

    async def pay(self, outcome: wire.ChoiceOutcome | None = None, *, card: str = "4242424242424242") -> dict[str, Any]:
        """Give a card on the pay page; the webhook brings the news."""
        session = self.deposits()[-1].checkout_id
        paid: dict[str, Any] = await self.stack.practice.post("stripe/pay", session=session, card=card)
        return paid

    def deposits(self) -> list[DepositRecord]:
        return list(self.stack.stores.deposits.of_case(self.case_id))

    def tasks(self) -> list[TaskRecord]:
        return list(self.stack.stores.tasks.of_case(self.case_id))

    def open_tasks(self) -> list[TaskRecord]:
        return [task for task in self.tasks() if task.done_at is None]

    async def appointments(self) -> list[dict[str, Any]]:
        return await self.stack.practice.appointments(self.row.patient_id)

    async def end(self) -> wire.CaseEnd:
        """How the workflow itself ended; it has to be over."""
        ended: wire.CaseEnd = await asyncio.wait_for(self.stack.handle(self.case_id).result(), 10)
        return ended


def textable(patient: dict[str, Any]) -> bool:
    line = patient["line"] or {}
    adult = patient["birthdate"] < "2008-01-01"
    mobile = line.get("kind") == "mobile" and line.get("carrier_state") == "reachable"
    english = patient["language"] in ("", "en", "eng")
    return adult and mobile and english and patient["consent"] == "Yes" and patient["status"] == "Patient"
