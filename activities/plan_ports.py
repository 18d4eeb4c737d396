"""What the activities of payment plans need from the world, as Protocols."""

from collections.abc import Collection as Some
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from activities.ports import Clock, Locations
from connectors.base import Vendors
from domain.money import Cents
from domain.plan_agreement import Agreement
from domain.plan_catalogue import PlanCatalogue
from domain.plan_life import Step
from domain.plan_records import (
    Collection,
    CollectionState,
    DuePage,
    Moved,
    NearPage,
    Place,
    PlanDay,
    PlanDifference,
    PlanEvent,
    PlanRecord,
    PlanVersion,
)

__all__ = [
    "AgreementPrinter",
    "Catalogue",
    "Clock",
    "CollectionStore",
    "Locations",
    "PlanDayStore",
    "PlanPostingStore",
    "PlanStore",
    "Vendors",
]


class PlanStore(Protocol):
    def add(self, plan: PlanRecord, events: Sequence[PlanEvent]) -> bool:
        """False when this id is known; PlanRefusedError for production of another plan."""
        ...

    def save(
        self,
        plan: PlanRecord,
        events: Sequence[PlanEvent],
        *,
        owed: Sequence[tuple[date, Cents]] = (),
        version: PlanVersion | None = None,
        moved: Moved | None = None,
    ) -> PlanRecord:
        """All or nothing. Raises PlanChangedError, CollectionMovedError or PlanRefusedError."""
        ...

    def get(self, plan_id: str) -> PlanRecord: ...
    def find(self, plan_id: str) -> PlanRecord | None: ...
    def readable(self, plan_id: str) -> PlanRecord | None:
        """None also when the row holds no plan any more."""
        ...

    def of_case(self, case_id: str) -> Sequence[PlanRecord]: ...
    def of_deposit(self, deposit_id: str) -> Sequence[PlanRecord]: ...
    def item_plan(self, account: str, item_id: str) -> str: ...
    def charging(self, payment_method_id: str) -> Sequence[str]: ...
    def with_released_cards(self, location: str, limit: int = 20) -> Sequence[PlanRecord]: ...
    def version(self, plan_id: str, number: int) -> PlanVersion | None: ...
    def mark(self, plan_id: str, changes: Mapping[str, Any]) -> None: ...
    def log(self, plan_id: str, events: Sequence[PlanEvent]) -> None: ...


class CollectionStore(Protocol):
    def get(self, collection_id: str) -> Collection | None: ...
    def of_plan(self, plan_id: str) -> Sequence[Collection]: ...
    def by_payment(self, payment_id: str) -> Collection | None: ...
    def move(
        self,
        collection_id: str,
        before: Some[CollectionState],
        after: CollectionState,
        changes: Mapping[str, Any] | None = None,
        expected: Mapping[str, Any] | None = None,
    ) -> bool: ...
    def open_page(self, plan_id: str, location: str, day: date, cents: Cents, code: str) -> Collection:
        """A new collection whose payer is on a page; no workflow asks for its money."""
        ...

    def mark_started(self, ids: Sequence[str]) -> None: ...
    def set(self, collection_id: str, changes: Mapping[str, Any]) -> None: ...


class PlanPostingStore(Protocol):
    """Satisfied by ``db.stores.plan_posting``: a day's posting, a page of plans a transaction."""

    def due_page(self, location: str, day: date, limit: int) -> DuePage: ...
    def save_posted(self, steps: Sequence[Step]) -> frozenset[str]:
        """Ids of the plans that somebody else saved since they were read; the others are kept."""
        ...

    def put_aside(self, plan_id: str, until: date, event: PlanEvent) -> None: ...
    def near_page(self, location: str, first: date, last: date, after: Place | None, limit: int) -> NearPage:
        """Plans in force charged next within these days, from the place `after` on."""
        ...

    def cards_ending(self, location: str, first: date, last: date, after: Place | None, limit: int) -> NearPage:
        """Those whose card's month ends by the last day."""
        ...


class PlanDayStore(Protocol):
    def done(self, day: PlanDay) -> None: ...
    def last(self, location: str) -> PlanDay | None: ...
    def replace_differences(self, plan_id: str, found: Sequence[PlanDifference]) -> None: ...


class AgreementPrinter(Protocol):
    def __call__(self, agreement: Agreement) -> bytes:
        """The paper as a PDF; the same agreement gives the same bytes."""
        ...


class Catalogue(Protocol):
    def __call__(self, location: str) -> PlanCatalogue:
        """What the office has prepared."""
        ...
