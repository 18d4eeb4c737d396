"""What patients write back: choices book, stops stop, and everything that is not plain reaches a person.

One phone is one conversation, whoever of the family it belongs to: the numbers of the open offers tell them apart.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, time, timedelta

import structlog

from domain.case import CaseState
from domain.records import COST_TASK, WRONG_NUMBER, CaseRecord, InboundText, NumberedOpening, OfferRecord
from loops.ports import Cases, Clock, InboundTexts, Links, Locations, Offers, Outbox, Sender, Suppressions
from loops.reply_tasks import ReplyTasks
from rules.messages import day_line, opening_line
from rules.replies import ReplyContext, Understanding, understand
from workflows.contracts import case as wire
from workflows.gateway import CaseGone, Gateway

ASK_AT = time(10, 0)
"""The office's time at which a patient who said "not now" is asked again."""
MOST_ANSWERS, ANSWERS_WITHIN = 8, timedelta(hours=1)
"""Answers a phone gets in this time; then a person reads what it writes, and nothing is answered."""
_START_WORDS = frozenset({"start", "unstop", "yes start", "empezar"})

_OF_ONE_CASE = frozenset({"declined", "not_now"})
"""Wishes that end or rest one visit; of a family's two it takes a person to tell which."""
_CASES_OF_A_PHONE = 20
_WROTE_AFTER = "The patient wrote after the case had ended; call them."
_TOO_MANY = "This phone writes more often than it is answered; it may be a machine. Please look at the thread."
_MEANT = "They may have meant the appointment: ask them."
_START_OF_STRANGER = (
    "This phone was said to be a wrong number and now asks for texts. Ask the patient whose it is; none are sent there."
)
_NOT_THEIRS = "They say it is a wrong number: mend it in the chart."

log = structlog.get_logger(__name__)


class Replies:
    def __init__(
        self,
        inbound: InboundTexts,
        cases: Cases,
        offers: Offers,
        outbox: Outbox,
        suppressions: Suppressions,
        links: Links,
        sender: Sender,
        tasks: ReplyTasks,
        locations: Locations,
        gateway: Gateway,
        clock: Clock,
    ) -> None:
        self._inbound = inbound
        self._cases = cases
        self._offers = offers
        self._outbox = outbox
        self._suppressions = suppressions
        self._links = links
        self._sender = sender
        self._tasks = tasks
        self._locations = locations
        self._gateway = gateway
        self._clock = clock

    async def take(self, location: str, text: InboundText) -> None:
        """Understand one text and do what it asks; the same message id does it once."""
        await asyncio.to_thread(self._inbound.add, text)
        cases = await asyncio.to_thread(self._cases.open_for_phone, text.sender)
        known = await asyncio.to_thread(self._offers.open_for_phone, text.sender)
        offers = [each for each in known if each.made_at <= text.received_at]  # nobody chooses what they had not seen
        numbers = tuple(each.number for offer in offers for each in offer.openings)
        understood = understand(text.body, ReplyContext(offered=numbers, lines=self._lines(location, offers)))
        about = _about(cases, offers)
        if about is not None:
            await self._note(about, f"patient wrote: {text.body}")
        await self._obey(location, text, understood, cases, offers)
        await asyncio.to_thread(
            self._inbound.handled,
            text.sid,
            self._clock.now(),
            intent=understood.intent,
            case_id=about.case_id if about else "",
            urgent=understood.urgent,
        )

    async def _obey(
        self,
        location: str,
        text: InboundText,
        understood: Understanding,
        cases: Sequence[CaseRecord],
        offers: Sequence[OfferRecord],
    ) -> None:
        if text.body.strip().lower() in _START_WORDS:
            await self._start(location, text)
        elif understood.intent == "stop":
            await self._stop(location, text, understood, cases)
        elif understood.intent == "wrong_number":
            await self._wrong_number(text, cases)
        elif understood.intent == "help" and not await self._talked_enough(text):
            await self._answer(location, text, "help_answer", cases)
        elif understood.automatic:
            log.info("a phone answered by itself", location=location)
        elif not understood.urgent and understood.intent != "choose" and await self._talked_enough(text):
            await self._silently_to_person(location, text, understood, cases)
        elif not cases:
            await self._stranger(location, text, understood)
        elif understood.courtesy:
            log.info("a courtesy asks for nothing", location=location)
        elif understood.intent == "choose" or understood.number is not None:
            await self._choose(location, text, understood, cases, offers)
        elif len(cases) > 1 and understood.intent in _OF_ONE_CASE:
            await self._to_person(location, text, understood, _about(cases, offers) or cases[-1])
        else:
            await self._other(location, text, understood, _about(cases, offers) or cases[-1])

    async def _talked_enough(self, text: InboundText) -> bool:
        """So many answers in an hour are no conversation any more, but perhaps two machines."""
        since = self._clock.now() - ANSWERS_WITHIN
        return await asyncio.to_thread(self._outbox.answers_since, text.sender, since) >= MOST_ANSWERS

    async def _silently_to_person(
        self, location: str, text: InboundText, understood: Understanding, cases: Sequence[CaseRecord]
    ) -> None:
        """One task an hour, and no answer."""
        once = f"{text.sender}-{self._clock.now():%Y%m%d%H}"
        hour = text.model_copy(update={"sid": once, "body": f"{text.body} ... {_TOO_MANY}"})
        known = await self._known(text)
        if cases:
            await self._need_person(hour, understood, cases[-1])
        elif known:
            await self._tasks.open(known[-1], hour, "reply", _TOO_MANY)
        else:
            await self._tasks.letter(location, hour)

    async def _choose(
        self,
        location: str,
        text: InboundText,
        understood: Understanding,
        cases: Sequence[CaseRecord],
        offers: Sequence[OfferRecord],
    ) -> None:
        found = _numbered(offers, understood.choice)
        if found is None:
            await self._respond(_about(cases, offers) or cases[-1], wire.MoreTimes(template="numbers_stale"), text)
            return
        offer, numbered = found
        choice = wire.ChooseOpening(opening=numbered.opening, command_id=text.sid, via="reply")
        try:
            await self._gateway.choose(offer.case_id, choice)
        except CaseGone:
            await self._tasks.open(cases[-1], text, "reply", "The patient chose a time after the case had ended.")
            await self._answer(location, text, "person_will_call", cases)

    async def _other(self, location: str, text: InboundText, understood: Understanding, case: CaseRecord) -> None:
        intent = understood.intent
        if intent == "another_time":
            await self._respond(case, wire.MoreTimes(template="other_times"), text)
        elif intent == "not_now":
            await self._not_now(location, text, understood, case)
        elif intent == "declined":
            done = await self._respond(case, wire.Declined(reason="declined by reply"), text)
            await self._answer(location, text, "declined_answer" if done else "person_will_call", [case])
        elif understood.later is not None and not understood.urgent and _rests(case):
            await self._not_now(location, text, understood, case)
        else:
            await self._to_person(location, text, understood, case)

    async def _not_now(self, location: str, text: InboundText, understood: Understanding, case: CaseRecord) -> None:
        """Asked again when they said, and told so; what names no day that is understood is for a person."""
        if understood.later is None:
            await self._to_person(location, text, understood, case)
            return
        zone = self._locations.get(case.location).tz
        day = understood.later.day(self._clock.now().astimezone(zone).date())
        later = wire.NotNow(until=datetime.combine(day, ASK_AT, zone), reason="by reply")
        done = await self._respond(case, later, text)
        template = "not_now_answer" if done else "person_will_call"
        await self._answer(location, text, template, [case], on=day_line(day, case.language))

    async def _to_person(self, location: str, text: InboundText, understood: Understanding, case: CaseRecord) -> None:
        await self._need_person(text, understood, case)
        await self._answer(location, text, "urgent_answer" if understood.urgent else "person_will_call", [case])

    async def _need_person(self, text: InboundText, understood: Understanding, case: CaseRecord) -> None:
        kind = COST_TASK if understood.cost else "question" if _asks(text.body) else "reply"
        needed = wire.PersonNeeded(
            kind="urgent" if understood.urgent else kind,
            text=f'The patient wrote: "{text.body}"',
            command_id=text.sid,
            urgent=understood.urgent,
        )
        try:
            await self._gateway.person_needed(case.case_id, needed)
        except CaseGone:
            await self._tasks.open(case, text, needed.kind, _WROTE_AFTER)

    async def _start(self, location: str, text: InboundText) -> None:
        """Texts again; but a phone that was said to be somebody else's gets them only once a person has asked."""
        standing = await asyncio.to_thread(self._suppressions.get, text.sender)
        if standing is None or standing.lifted_at is not None or standing.reason != WRONG_NUMBER:
            await asyncio.to_thread(self._suppressions.lift, text.sender, self._clock.now())
            return
        known = await self._known(text)
        if known:
            await self._tasks.open(known[-1], text, "reply", _START_OF_STRANGER)
        else:
            await self._tasks.letter(location, text)

    async def _stop(
        self, location: str, text: InboundText, understood: Understanding, cases: Sequence[CaseRecord]
    ) -> None:
        """One suppression list for every location, which the consent loop tells the PMS; the case goes to a person.

        A visit that is booked already stands: when it may have been meant, a person asks.
        """
        why = WRONG_NUMBER if understood.wrong_number else understood.why
        await asyncio.to_thread(self._suppressions.suppress, text.sender, why, "reply", self._clock.now())
        if understood.wrong_number:
            await asyncio.to_thread(self._links.close_for_phone, text.sender, WRONG_NUMBER, self._clock.now())
        known = await self._known(text)
        if understood.urgent:
            await self._cannot_wait(location, text, understood, cases or known)
        elif understood.also_task and known and not cases:
            await self._tasks.open(known[-1], text, "stop", f"No more texts are sent. {_look_why(understood)}")
        for case in cases:
            meant = f"; they wrote: {text.body}. {_look_why(understood)}" if understood.also_task else ""
            await self._stop_case(case, f"the patient asked for no more texts{meant}")

    async def _cannot_wait(
        self, location: str, text: InboundText, understood: Understanding, cases: Sequence[CaseRecord]
    ) -> None:
        """Somebody is told at once, also when nothing is known of this phone; an ended case gets a task."""
        if cases:
            await self._need_person(text, understood, cases[-1])
        else:
            await self._tasks.letter(location, text, urgent=True)

    async def _wrong_number(self, text: InboundText, cases: Sequence[CaseRecord]) -> None:
        """Every link sent there dies with it; the consent loop tells the PMS that this phone is not to be texted."""
        now = self._clock.now()
        why = "whoever has this phone says it is a wrong number; mend it in the chart"
        await asyncio.to_thread(self._suppressions.suppress, text.sender, WRONG_NUMBER, "reply", now)
        await asyncio.to_thread(self._links.close_for_phone, text.sender, WRONG_NUMBER, now)
        known = await self._known(text)
        for case in cases:
            await self._stop_case(case, why)
        if known and not cases:
            await self._tasks.open(known[-1], text, "stop", why.capitalize())

    async def _known(self, text: InboundText) -> Sequence[CaseRecord]:
        """Cases of this phone, ended ones too, the newest last."""
        newest_first = await asyncio.to_thread(self._cases.of_phone, text.sender, _CASES_OF_A_PHONE)
        return tuple(reversed(newest_first))

    async def _stop_case(self, case: CaseRecord, why: str) -> None:
        try:
            await self._gateway.texts_stopped(case.case_id, why)
        except CaseGone:
            log.info("the case had ended", case_id=case.case_id)

    async def _stranger(self, location: str, text: InboundText, understood: Understanding) -> None:
        """No open case: the newest of this phone gets a task; the patient hears that someone will call."""
        known = await self._known(text)
        if known:
            await self._note(known[-1], f"wrote after the end: {text.body}")
        if understood.courtesy:
            return
        if understood.urgent:
            await self._cannot_wait(location, text, understood, known)
            await self._answer(location, text, "urgent_answer", known)
        elif known:
            await self._tasks.open(known[-1], text, "reply", _WROTE_AFTER)
            await self._answer(location, text, "person_will_call", known)
        else:
            await self._tasks.letter(location, text)

    async def _respond(
        self,
        case: CaseRecord,
        said: wire.NotNow | wire.Declined | wire.PersonNeeded | wire.MoreTimes,
        text: InboundText,
    ) -> bool:
        """False when the case had ended, and a person was asked instead."""
        try:
            await self._gateway.respond(case.case_id, wire.Response(command=said), text.sid)
        except CaseGone:
            await self._tasks.open(case, text, "reply", _WROTE_AFTER)
            return False
        return True

    async def _answer(
        self, location: str, text: InboundText, template: str, cases: Sequence[CaseRecord], *, on: str = ""
    ) -> None:
        case = cases[-1] if cases else None
        await asyncio.to_thread(
            self._sender.answer,
            location,
            text.sender,
            f"{template}_{text.sid}",
            template,
            case.language if case else "en",
            case.case_id if case else f"phone/{location}",
            on=on,
        )

    def _lines(self, location: str, offers: Sequence[OfferRecord]) -> tuple[str, ...]:
        """The offered openings as they were texted, so that "Tuesday works" can mean the only one on a Tuesday."""
        return tuple(
            opening_line(e.number, e.opening.start, self._locations.get(e.opening.location or location).zone, "en")
            for offer in offers
            for e in offer.openings
        )

    async def _note(self, case: CaseRecord, text: str) -> None:
        await asyncio.to_thread(self._cases.note, case.case_id, "reply", text, self._clock.now(), "patient")


def _about(cases: Sequence[CaseRecord], offers: Sequence[OfferRecord]) -> CaseRecord | None:
    """Which case a text without a number is about: the one that asked last, else the newest."""
    asked = max(offers, key=lambda offer: offer.made_at, default=None)
    for case in cases:
        if asked is not None and case.case_id == asked.case_id:
            return case
    return cases[-1] if cases else None


def _asks(body: str) -> bool:
    """A question in words: a booking made meanwhile answers it not. "2?" is answered by one."""
    return bool(set("?¿") & set(body)) and len(body.split()) > 2


def _rests(case: CaseRecord) -> bool:
    """They said "not now", and were asked when."""
    return case.state is CaseState.PAUSED and case.next_what.startswith("not now")


def _look_why(understood: Understanding) -> str:
    return _NOT_THEIRS if understood.wrong_number else _MEANT


def _numbered(offers: Sequence[OfferRecord], number: int | None) -> tuple[OfferRecord, NumberedOpening] | None:
    for offer in offers:
        for each in offer.openings:
            if each.number == number:
                return offer, each
    return None
