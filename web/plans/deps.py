"""What the pages of payment plans need from the world; ``web/app.py`` gives it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from domain.location import Location
from domain.money import Cents
from domain.payment_plan.plan import PaymentPlan
from domain.payment_plan.production import ProductionItem
from domain.plan_catalogue import PlanCatalogue
from domain.plan_law import Shown
from domain.plan_life import By, Step
from domain.plan_records import (
    Collection,
    PlanDifference,
    PlanEvent,
    PlanMoneyDifference,
    PlanRecord,
    PlanState,
    PlanTermDifference,
    PlanVersion,
    Proposal,
    Signature,
)
from domain.records import LinkRecord, TextingStop
from web.booking.deps import Limits
from web.site import RateLimiter


class Clock(Protocol):
    def now(self) -> datetime: ...


class Locations(Protocol):
    def get(self, key: str) -> Location: ...
    def all(self) -> Sequence[Location]: ...


class Links(Protocol):
    def find(self, token: str) -> LinkRecord | None: ...
    def count_failure(self, token_hash: str) -> int: ...
    def forget_failures(self, case_id: str) -> None: ...
    def close_all(self, case_id: str, reason: str, at: datetime) -> None: ...


class PageLinks(Protocol):
    def address(self, plan: PlanRecord, path: str = "") -> str:
        """A new link of this plan for its payer."""
        ...


class Plans(Protocol):
    def find(self, plan_id: str) -> PlanRecord | None: ...
    def readable(self, plan_id: str) -> PlanRecord | None: ...
    def get(self, plan_id: str) -> PlanRecord: ...
    def of_case(self, case_id: str) -> Sequence[PlanRecord]: ...
    def of_location(
        self, location: str = "", state: PlanState | None = None, name: str = "", limit: int = 200
    ) -> Sequence[PlanRecord]: ...
    def open_of_location(self, location: str) -> Sequence[PlanRecord]: ...
    def events(self, plan_id: str) -> Sequence[PlanEvent]: ...
    def version(self, plan_id: str, number: int) -> PlanVersion | None: ...
    def versions(self, plan_id: str) -> Sequence[PlanVersion]: ...
    def begin_act(self, plan_id: str, command_id: str, now: datetime) -> bool: ...
    def forget_act(self, command_id: str) -> None: ...


class Collections(Protocol):
    def open_page(self, plan_id: str, location: str, day: date, cents: Cents, code: str) -> Collection:
        """A new collection that only its payer's page takes."""
        ...

    def get(self, collection_id: str) -> Collection | None: ...
    def of_plan(self, plan_id: str) -> Sequence[Collection]: ...


class Days(Protocol):
    def differences(self, location: str = "", plan_id: str = "", limit: int = 500) -> Sequence[PlanDifference]: ...
    def money_differences(
        self, location: str = "", plan_id: str = "", limit: int = 500
    ) -> Sequence[PlanMoneyDifference]: ...
    def term_differences(
        self, location: str = "", plan_id: str = "", limit: int = 500
    ) -> Sequence[PlanTermDifference]: ...


class PreviewOf(Protocol):
    @property
    def plan(self) -> PaymentPlan: ...
    @property
    def figures(self) -> Shown: ...


class Desk(Protocol):
    """Satisfied by ``activities.plan_desk.PlanDesk``; each may raise PlanRefusedError."""

    def catalogue(self, location: str) -> PlanCatalogue: ...
    def from_case(self, case_id: str, by: str, template: str = "") -> PlanRecord: ...
    def from_treatment_plan(
        self, location: str, patient_id: str, treatment_plan_id: str, by: str, command_id: str
    ) -> PlanRecord: ...
    def available(self, plan_id: str) -> tuple[ProductionItem, ...]: ...
    def preview(self, plan_id: str, proposal: Proposal) -> Any:
        """PreviewOf."""
        ...

    def propose(self, plan_id: str, proposal: Proposal, by: str) -> PlanRecord: ...
    def describe(
        self, plan_id: str, by: str, *, seen: str = "", guarantor_id: str = "", **changes: object
    ) -> PlanRecord: ...
    def offer(self, plan_id: str, by: str) -> PlanVersion: ...
    def offer_in(self, plan_id: str, language: str) -> PlanVersion: ...
    def sign(self, plan_id: str, number: int, agreement_sha256: str, signature: Signature) -> PlanRecord: ...
    def activate(self, plan_id: str, by: str = "chairtime") -> PlanRecord: ...
    def close(self, plan_id: str, by: str) -> PlanRecord: ...
    def reopen(self, plan_id: str, by: str) -> PlanRecord: ...
    def delete(self, plan_id: str, by: str) -> PlanRecord: ...


class Money(Protocol):
    """Satisfied by ``activities.plan_money.PlanMoney``."""

    def card_page(self, plan_id: str, back: str) -> str: ...
    def keep_card(self, plan_id: str) -> PlanRecord: ...
    def pay_page(self, collection_id: str, back: str) -> str: ...
    def payoff_page(self, plan_id: str, back: str) -> str: ...
    def take_payment(self, collection_id: str) -> bool: ...
    def end_page(self, row: Collection) -> None: ...
    def record_payment(
        self, plan_id: str, cents: Cents, note: str, by: str, *, on_principal: bool = False
    ) -> PlanRecord: ...
    def refund(self, collection_id: str, cents: Cents, by: str) -> Collection: ...
    def pause(self, plan_id: str, why: str, by: str = "chairtime") -> None: ...


class Steps(Protocol):
    """Satisfied by ``activities.plan_steps.PlanSteps``."""

    def take(self, plan_id: str, work: Callable[[PlanRecord, By], Step], actor: str = "chairtime") -> PlanRecord: ...
    def today(self, location: str) -> date: ...


class Door(Protocol):
    """Satisfied by ``workflows.plan_gateway.PlanGateway``."""

    async def look_again(self, row: Collection, why: str) -> None: ...


@dataclass(frozen=True, slots=True)
class PlanPagesDeps:
    """`send_offer` texts the payer a link to the offer of a plan and says how that went. `settle_case` tells the
    plan's case, if it has one, that no deposit is asked for any more. `offer_case` gives the address of the plan that a
    case may take by its rule, offered in this language ("": the payer's); PlanRefusedError when it may not. `providers`
    gives the names of an account's providers by their ids. `texting_stops` are texts that carriers refuse; every staff
    page says so."""

    plans: Plans
    collections: Collections
    days: Days
    desk: Desk
    money: Money
    steps: Steps
    links: Links
    page_links: PageLinks
    door: Door
    locations: Locations
    clock: Clock
    public_url: str
    signing_key: bytes
    send_offer: Callable[[str], str]
    offer_case: Callable[[str, str], str]
    settle_case: Callable[[PlanRecord], Awaitable[None]]
    providers: Callable[[str], Mapping[str, str]]
    texting_stops: Callable[[], Sequence[TextingStop]]
    limits: Limits = field(default_factory=Limits)
    limiter: RateLimiter = field(default_factory=RateLimiter)
