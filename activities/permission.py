"""May this text go to this phone now? Asked when a text is written, and again when one that waited is to leave."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from activities.ports import CaseStore, Locations, PhoneBook, RuleBook, SuppressionStore, TextingSwitch
from domain.people import TextConsent
from domain.records import TextRecord
from rules.contact import ContactDecision, ContactPerson, decide, next_allowed_at_or_after, window_end

CAP_WINDOW = timedelta(days=8)
LEAST_STAY = timedelta(minutes=1)
"""A text that would have less time than this in the vendor's queue before the hours end waits for the next ones."""
_LONGEST_STAY = timedelta(hours=10)
"""Twilio keeps a queued text at most 36,000 seconds."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who would get which text. ``state`` is the address's, "" for the location's own."""

    location: str
    to: str
    template: str
    answer: bool
    state: str = ""
    consent: TextConsent = TextConsent.YES


@dataclass(frozen=True, slots=True)
class Permission:
    """``lapses_at``: when the text has to have left the vendor."""

    decision: ContactDecision
    lapses_at: datetime


class Permissions:
    def __init__(
        self,
        suppressions: SuppressionStore,
        switch: TextingSwitch,
        locations: Locations,
        rules: RuleBook,
        phones: PhoneBook,
        cases: CaseStore,
    ) -> None:
        self._suppressions = suppressions
        self._switch = switch
        self._locations = locations
        self._rules = rules
        self._phones = phones
        self._cases = cases

    def stopped(self, who: Recipient) -> str:
        """Why nothing of the kind leaves this location; "" when it may. A filtered template stops unasked texts only:
        whoever just wrote gets their answer."""
        texting = self._locations.get(who.location).texting
        if texting != "registered":
            return f"texting is {texting} for this location"
        if halted := self._switch.halted(who.location):
            return halted
        return "" if who.answer else self._switch.stopped(who.location).get(who.template, "")

    def person(self, who: Recipient) -> ContactPerson:
        home = self._locations.get(who.location)
        return ContactPerson(
            zones=tuple(dict.fromkeys((home.zone, *self._phones.zones_of(who.to)))),
            state=who.state or home.state,
            number_state=self._phones.state_of(who.to),
            consent=who.consent,
            opted_out=self._suppressions.is_suppressed(who.to),
            kind="answer" if who.answer else "campaign",
        )

    def judge(self, who: Recipient, person: ContactPerson, sent: Sequence[datetime], now: datetime) -> Permission:
        """``sent``: the unasked texts to this phone that count for the caps. Pure, but for the rules in force."""
        rules = self._rules.contact_rules(who.location)
        decision = decide(rules, person, sent, now)
        if who.answer or not decision.allowed:
            return Permission(decision, now + _LONGEST_STAY)
        closes = window_end(rules, person, now)
        if closes - now >= LEAST_STAY:
            return Permission(decision, min(now + _LONGEST_STAY, closes))
        later = next_allowed_at_or_after(rules, person, sent, closes)
        rule = f"the permitted time ends within a minute ({decision.rule})"
        late = {"allowed": False, "next_allowed": later, "rule": rule, "blocked": later is None}
        return Permission(decision.model_copy(update=late), closes)

    def of_text(self, text: TextRecord) -> Recipient:
        """Whom a text that is written already goes to."""
        case = self._cases.find(text.case_id)
        state = case.patient_state if case else ""
        return Recipient(text.location, text.to, text.template, text.kind == "answer", state)

    def outlived(self, text: TextRecord) -> str:
        """Why an unasked text has nothing to say any more: its case ended after it was written."""
        case = self._cases.find(text.case_id) if text.kind == "campaign" else None
        ended = case is not None and case.ended_at is not None and case.ended_at >= text.created_at
        return "its case has ended" if ended else ""
