"""What becomes known of a text that did not arrive: obey it, tell whoever has to know, and only then note it as told.

A process may die or Temporal be away at any point: the outbox loop finds what was not told and tells it again. Hearing
it twice changes nothing for a case.
"""

import asyncio
from typing import Protocol

import structlog

from connectors.base import Trouble
from domain.case import CaseState
from domain.plan_records import PLAN_ID
from domain.records import TextRecord, TextState
from loops.ports import Alarm, Cases, Clock, Outbox
from loops.reply_tasks import ReplyTasks
from workflows.gateway import CaseGone, Gateway

STAFF_ALERT = "staff_alert"

log = structlog.get_logger(__name__)


class Refused(Protocol):
    @property
    def trouble(self) -> Trouble: ...
    @property
    def again(self) -> object | None:
        """Not None: the text is tried once more."""
        ...


class Refusals(Protocol):
    """Satisfied by ``activities.refusals.Refusals``."""

    def take(self, text: TextRecord, code: str) -> Refused: ...


class FailedTexts:
    def __init__(
        self,
        outbox: Outbox,
        cases: Cases,
        tasks: ReplyTasks,
        refusals: Refusals,
        alarm: Alarm,
        gateway: Gateway,
        clock: Clock,
    ) -> None:
        self._outbox = outbox
        self._cases = cases
        self._tasks = tasks
        self._refusals = refusals
        self._alarm = alarm
        self._gateway = gateway
        self._clock = clock

    async def tell_all(self) -> None:
        """Everything that nobody has heard of yet; one that cannot be told now does not keep the others waiting."""
        for text in await asyncio.to_thread(self._outbox.untold):
            try:
                await self.tell(text)
            except Exception as fault:
                log.warning("news of a text wait", text_id=text.id, error=type(fault).__name__)

    async def tell(self, text: TextRecord) -> None:
        """Raises whatever kept it from being told; it stays untold then."""
        again = None
        if text.error_code:
            again = (await asyncio.to_thread(self._refusals.take, text, text.error_code)).again
        if text.template == STAFF_ALERT:
            await asyncio.to_thread(self._alarm.failed, text)
        elif again is None:
            await self._tell_case(text)
        await asyncio.to_thread(self._outbox.told, text.id, self._clock.now())

    async def _tell_case(self, text: TextRecord) -> None:
        try:
            await self._gateway.texts_stopped(text.case_id, _what_happened(text))
        except CaseGone:
            await asyncio.to_thread(self._after_the_end, text)

    def _after_the_end(self, text: TextRecord) -> None:
        """No case hears it: somebody calls, unless the text has nothing to say any more."""
        case = self._cases.find(text.case_id)
        if case is None:
            wanted = text.case_id.startswith(PLAN_ID)
        else:
            ended = case.ended_at
            about_visit = ended is None or text.kind == "answer" or text.created_at > ended
            wanted = about_visit and (ended is None or case.state is CaseState.BOOKED)
        if wanted:
            self._tasks.undelivered(text, case, _what_happened(text))


def _what_happened(text: TextRecord) -> str:
    said = {
        TextState.PERSON: "it is not known whether the last text arrived",
        TextState.LAPSED: f"the last text was not sent: {text.why or 'its time was over'}",
    }
    return said.get(text.state) or f"not delivered (carrier code {text.error_code or 'none'})"
