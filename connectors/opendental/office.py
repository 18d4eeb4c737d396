"""One office: its wire, its zone, and its set-up (definitions, codes, providers, chairs), read once in a while."""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from connectors.base import ProcedureCode
from connectors.errors import InvalidRequest
from connectors.opendental import mapping, values
from connectors.opendental.client import OpenDentalClient
from connectors.opendental.options import OpenDentalOptions
from connectors.opendental.values import Row, cents, ident, text, whole
from domain.people import Operatory, Provider
from domain.slots import ScheduleBlock

T = TypeVar("T")

SETUP_SECONDS = 600.0
"""How long set-up answers are kept; ``refresh`` forgets them at once."""

PAYMENT_TYPES, TREATMENT_PRIORITIES, DOCUMENT_CATEGORIES = "10", "20", "18"
BLOCKOUT_TYPES, COMMLOG_TYPES, TASK_PRIORITIES = "25", "27", "33"
"""Definition categories (Open Dental 24.3)."""

_DEFAULT_INCREMENT = 10


class Kept(Generic[T]):
    """A set-up answer, read again after ``SETUP_SECONDS``."""

    def __init__(self, read: Callable[[], T]) -> None:
        self._read = read
        self._kept: tuple[float, T] | None = None

    def get(self) -> T:
        kept = self._kept
        if kept is None or time.monotonic() - kept[0] >= SETUP_SECONDS:
            kept = self._kept = (time.monotonic(), self._read())
        return kept[1]

    def forget(self) -> None:
        self._kept = None


class Office:
    """What every part of the connector needs to know of the office."""

    def __init__(
        self,
        client: OpenDentalClient,
        tz: ZoneInfo,
        options: OpenDentalOptions,
        clinic_zones: Mapping[str, ZoneInfo],
    ) -> None:
        self.client = client
        self.tz = tz
        self.options = options
        self._clinic_zones = clinic_zones
        self._codes = Kept(self._read_codes)
        self._providers = Kept(self._read_providers)
        self._operatories = Kept(self._read_operatories)
        self._definitions: dict[str, Kept[list[Row]]] = {}

    def tz_of(self, row: Row) -> ZoneInfo:
        """The zone of the clinic a row is of: times are the wall clock there (Open Dental keeps no zones)."""
        return self._clinic_zones.get(ident(row.get("ClinicNum")), self.tz)

    def refresh(self) -> None:
        """Forget the set-up, so that the next call reads it anew."""
        for kept in (self._codes, self._providers, self._operatories):
            kept.forget()
        self._definitions.clear()

    def version(self) -> str:
        """The office's program version, "" when it does not say."""
        return self._preference("ProgramVersion")

    def procedure_codes(self) -> Sequence[ProcedureCode]:
        return tuple(self.codes_by_name().values())

    def codes_by_name(self) -> Mapping[str, ProcedureCode]:
        return self._codes.get()

    def providers(self) -> Sequence[Provider]:
        return self._providers.get()

    def operatories(self) -> Sequence[Operatory]:
        return self._operatories.get()

    def schedule(self, first: date, last: date) -> Sequence[ScheduleBlock]:
        """Provider hours and blockouts from ``first`` to ``last``, both included (office days)."""
        no_scheduling = {
            ident(row.get("DefNum"))
            for row in self.definitions(BLOCKOUT_TYPES)
            if "NS" in text(row, "ItemValue").upper()
        }
        rows = self.client.rows("/schedules", dateStart=first.isoformat(), dateEnd=last.isoformat())
        blocks = (mapping.schedule_block(row, self.tz, no_scheduling) for row in rows)
        return [block for block in blocks if block is not None and self._is_here(block)]

    def definitions(self, category: str) -> Sequence[Row]:
        kept = self._definitions.setdefault(category, Kept(lambda: self.client.rows("/definitions", Category=category)))
        return kept.get()

    def definition(self, category: str, name: str, option: str) -> str:
        """The number of a definition by its name. Raises InvalidRequest naming the option and the names there are."""
        names = {text(row, "ItemName"): ident(row.get("DefNum")) for row in self.definitions(category)}
        if name not in names:
            known = ", ".join(sorted(names)) or "none"
            raise InvalidRequest(f"Open Dental: pms.{option}: the office has no {name!r}; it has: {known}")
        return names[name]

    def priority_ranks(self) -> Mapping[str, int]:
        """Treatment priority (DefNum) -> its place in the office's own order."""
        return {ident(row.get("DefNum")): whole(row.get("ItemOrder")) for row in self.definitions(TREATMENT_PRIORITIES)}

    def _is_here(self, block: ScheduleBlock) -> bool:
        """In a database with clinics: the block names one of this clinic's chairs, or none."""
        if not self.options.clinic_num or not block.operatories:
            return True
        here = {chair.id for chair in self.operatories()}
        return any(chair in here for chair in block.operatories)

    def _read_codes(self) -> Mapping[str, ProcedureCode]:
        increment = whole(self._preference("AppointmentTimeIncrement"), _DEFAULT_INCREMENT) or _DEFAULT_INCREMENT
        fees = self._fees()
        rows = self.client.rows("/procedurecodes")
        codes = (mapping.procedure_code(row, increment, fees.get(ident(row.get("CodeNum")), 0)) for row in rows)
        return {code.code: code for code in codes}

    def _read_providers(self) -> list[Provider]:
        return [mapping.provider(row, self.options.provider_kinds) for row in self.client.rows("/providers")]

    def _read_operatories(self) -> list[Operatory]:
        rows = self.client.rows("/operatories", ClinicNum=self.options.clinic_num)
        return [mapping.operatory(row) for row in rows]

    def _fees(self) -> Mapping[str, int]:
        if not self.options.fee_schedule:
            return {}
        rows = self.client.rows("/fees", FeeSched=self.options.fee_schedule)
        return {ident(row.get("CodeNum")): cents(row.get("Amount")) for row in rows}

    def _preference(self, name: str) -> str:
        rows = self.client.rows("/preferences", PrefName=name)
        return text(rows[0], "ValueString") if rows else ""


def tagged(note: str, tag: str) -> str:
    """A text that carries our reference in brackets, so that it is found again whole."""
    return f"{note} [{tag}]".strip()


def has_tag(note: str, tag: str) -> bool:
    return f"[{tag}]" in note


def latest_mark(rows: Sequence[Row], tz: ZoneInfo, before: str) -> str:
    """The next watermark: the server's time when the first page was read; unchanged without rows."""
    moment = values.instant(rows[0].get("serverDateTime"), tz) if rows else None
    return moment.isoformat() if moment else before
