"""What the patient's pages need from the world; ``web/app.py`` gives it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from domain.location import Location
from domain.records import CaseRecord, DepositRecord, DepositState, HoldRecord, LinkRecord, OfferRecord
from domain.slots import Opening
from web.site import RateLimiter
from workflows.contracts import case as wire


class Clock(Protocol):
    def now(self) -> datetime: ...


class Locations(Protocol):
    def get(self, key: str) -> Location: ...


class Links(Protocol):
    def find(self, token: str) -> LinkRecord | None:
        """The link of this token, closed and expired ones too."""
        ...

    def count_failure(self, token_hash: str) -> int: ...
    def forget_failures(self, case_id: str) -> None: ...
    def close_all(self, case_id: str, reason: str, at: datetime) -> None: ...
    def close_for_phone(self, phone: str, reason: str, at: datetime) -> None: ...


class Cases(Protocol):
    def get(self, case_id: str) -> CaseRecord: ...
    def note(self, case_id: str, kind: str, text: str, at: datetime, actor: str = "chairtime") -> None: ...
    def open_for_phone(self, phone: str) -> Sequence[CaseRecord]: ...


class Offers(Protocol):
    def open_of_case(self, case_id: str) -> OfferRecord | None: ...


class Holds(Protocol):
    def live_of_case(self, case_id: str) -> HoldRecord | None: ...


class Deposits(Protocol):
    def of_case(self, case_id: str) -> Sequence[DepositRecord]:
        """Oldest first."""
        ...

    def kept_for(self, location: str, patient_id: str) -> DepositRecord | None:
        """The paid deposit of a visit of theirs that was called off; their next booking takes it over."""
        ...

    def settle(self, deposit_id: str, state: DepositState, changes: Mapping[str, Any]) -> None:
        """Set these fields; money that came or went is never forgotten, whatever ``state`` says."""
        ...


class AskPerson(Protocol):
    """Satisfied by ``loops.reply_tasks.ReplyTasks.asked``."""

    def __call__(self, case: CaseRecord, kind: str, why: str, key: str, urgent: bool) -> None:
        """One task a key about a case that has ended; urgent ones alarm the on-call people."""
        ...


class Suppressions(Protocol):
    def suppress(self, phone: str, reason: str, source: str, at: datetime) -> None: ...


class OpeningSearch(Protocol):
    """Real openings for a case's visit; satisfied by ``activities.openings.Openings``."""

    def ranked(self, case: CaseRecord, wanted: int, now: datetime) -> Sequence[Opening]: ...
    def all_for(self, case: CaseRecord, now: datetime) -> Sequence[Opening]: ...
    def still_free(self, case: CaseRecord, opening: Opening, now: datetime) -> bool: ...


class CaseDoor(Protocol):
    """Satisfied by ``workflows.gateway.Gateway``; each may raise ``CaseGone``."""

    async def choose(self, case_id: str, choice: wire.ChooseOpening) -> wire.ChoiceOutcome: ...
    async def respond(self, case_id: str, said: wire.Response, command_id: str) -> wire.Answer: ...
    async def no_times_left(self, case_id: str) -> None: ...
    async def person_needed(self, case_id: str, needed: wire.PersonNeeded) -> None: ...


class Changes(Protocol):
    """Moving and cancelling a booked visit; the policy's time limit was checked, the deposit is the callee's."""

    async def cancel_booking(self, case_id: str, by: str, command_id: str) -> wire.Answer: ...
    async def reschedule(self, case_id: str, opening: Opening, command_id: str) -> wire.ChoiceOutcome: ...


@dataclass(frozen=True, slots=True)
class Limits:
    """Requests a minute: of one link, of one address, of birth dates tried on one link, of new links asked for."""

    link: int = 90
    address: int = 300
    birth_dates: int = 6
    new_links: int = 2


@dataclass(frozen=True, slots=True)
class BookingDeps:
    """``signing_key`` (32 random bytes, the same for all web processes) signs form ids and the birth date's cookie.

    ``send_new_link`` texts a fresh link of the case to the phone of the case, as an answer; False when none can go.
    """

    cases: Cases
    links: Links
    offers: Offers
    holds: Holds
    deposits: Deposits
    suppressions: Suppressions
    ask_person: AskPerson
    search: OpeningSearch
    gateway: CaseDoor
    changes: Changes
    locations: Locations
    clock: Clock
    public_url: str
    signing_key: bytes
    send_new_link: Callable[[str], Awaitable[bool]]
    limits: Limits = Limits()
    limiter: RateLimiter = field(default_factory=RateLimiter)
