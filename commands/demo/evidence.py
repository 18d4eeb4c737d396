"""What the judge looks at: the sandbox's own records, and three keys of ours that say what belongs to which case."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import select

from commands.demo import watching
from commands.demo.stack import Stack
from commands.demo.story import Story
from commands.demo.watching import CaseLine
from db.session import Database
from db.tables.money import DepositRow
from db.tables.texts import TextRow

Record = Mapping[str, Any]

_LIVE = frozenset({"Scheduled", "Complete"})
_NOT_ON_THE_PHONE = frozenset({"failed", "undelivered", "canceled"})


@dataclass(frozen=True, slots=True)
class Evidence:
    """``records`` and everything else named after a vendor are the sandbox's. Ours: ``case_of_text`` (message id ->
    case), ``case_of_deposit`` (deposit id -> case), ``cases`` and ``void``."""

    story: Story
    records: Mapping[str, Sequence[Record]]
    conflicts: Sequence[Record]
    messages: Sequence[Record]
    opt_outs: Sequence[Record]
    stripe: Mapping[str, Sequence[Record]]
    stripe_requests: Sequence[Record]
    patients: Mapping[int, Record]
    zones: Mapping[str, ZoneInfo]
    cases: Sequence[CaseLine]
    void: Sequence[str]
    case_of_text: Mapping[str, str]
    case_of_deposit: Mapping[str, str]

    @property
    def texts(self) -> list[Record]:
        """What the practice sent and a phone got, or may still get."""
        out = (m for m in self.messages if m["direction"].startswith("outbound"))
        return [m for m in out if m["status"] not in _NOT_ON_THE_PHONE]

    @property
    def bookings(self) -> list[Record]:
        """Live appointments that bear a case's mark."""
        return [a for a in self.records["appointments"] if a["status"] in _LIVE and "[CT-" in a["note"]]

    @property
    def paid(self) -> list[Record]:
        """Checkout sessions whose money came."""
        return [s for s in self.stripe["sessions"] if s["payment_status"] == "paid"]

    def refunded_cents(self, session: Record) -> int:
        refunds = (r for r in self.stripe["refunds"] if r["payment_intent"] == session["payment_intent"])
        return sum(r["amount"] for r in refunds if r["status"] in ("succeeded", "pending"))

    def appointment_of(self, case: CaseLine) -> Record | None:
        """The live appointment that our case says it booked."""
        mine = (a for a in self.records["appointments"] if str(a["AptNum"]) == case.appointment_id)
        return next((a for a in mine if a["status"] in _LIVE), None)


async def gather(stack: Stack, story: Story) -> Evidence:
    """Ask the sandbox for everything it knows."""
    texts = await stack.ask("/_sandbox/twilio/messages")
    places = await stack.ask("/_sandbox/locations")
    database = stack.parts.stores.database
    case_of_text, case_of_deposit = await asyncio.to_thread(_keys, database)
    void = await asyncio.to_thread(stack.parts.stores.board.void, stack.now, timedelta())
    return Evidence(
        story=story,
        records=await stack.ask("/_sandbox/records", new="true"),
        conflicts=await stack.ask("/_sandbox/conflicts"),
        messages=texts["messages"],
        opt_outs=texts["opt_outs"],
        stripe=await stack.ask("/_sandbox/stripe/records"),
        stripe_requests=await stack.ask("/_sandbox/requests", vendor="stripe"),
        patients={row["PatNum"]: row for row in await stack.ask("/_sandbox/patients")},
        zones=_zones(stack, places),
        cases=await asyncio.to_thread(watching.cases, database),
        void=[case.case_id for case in void],
        case_of_text=case_of_text,
        case_of_deposit=case_of_deposit,
    )


def _zones(stack: Stack, places: Sequence[Record]) -> dict[str, ZoneInfo]:
    """The number that a location texts from -> the zone that the sandbox has for the office."""
    zones = {place["customer_key"]: ZoneInfo(place["zone"]) for place in places}
    vendors, locations = stack.parts.vendors, stack.parts.locations.all()
    keys = {each.messaging.option("from_number"): vendors.secret(each.key, "pms", "customer_key") for each in locations}
    return {number: zones[key] for number, key in keys.items()}


def _keys(database: Database) -> tuple[dict[str, str], dict[str, str]]:
    with database.read() as session:
        texts = session.exec(select(TextRow.sid, TextRow.case_id).where(TextRow.sid != "")).all()
        deposits = session.exec(select(DepositRow.id, DepositRow.case_id)).all()
    return dict(texts), dict(deposits)


def moment(text: str) -> datetime:
    """An instant as the sandbox writes it, in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)
