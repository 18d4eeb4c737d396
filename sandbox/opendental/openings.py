"""Free time as the desk sees it: enough to book somebody by phone, and to find what was booked twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.opendental.office import Office, offices
from sandbox.opendental.resource import Row, select
from sandbox.opendental.resources.scheduling import APPOINTMENTS, SCHEDULES
from sandbox.opendental.resources.setup import OPERATORIES
from sandbox.opendental.wire import DATETIME_FORMAT
from sandbox.store import Store

LIVE = "t.AptStatus IN ('Scheduled', 'Complete')"
STEP = timedelta(minutes=10)
SEARCHED_DAYS = 90


@dataclass(frozen=True, slots=True)
class Span:
    start: datetime
    stop: datetime

    def meets(self, other: Span) -> bool:
        """Half-open: one may begin when the other ends."""
        return self.start < other.stop and other.start < self.stop


def local(text: str) -> datetime:
    return datetime.strptime(text, DATETIME_FORMAT)  # noqa: DTZ007 - the office's wall clock


def whole(row: Row) -> Span:
    """The time that an appointment takes of its chair."""
    start = local(row["AptDateTime"])
    return Span(start, start + timedelta(minutes=5 * len(row["Pattern"])))


def provider_time(row: Row) -> tuple[int, list[Span]]:
    """Whose time an appointment takes, and which: the X parts; a hygienist's where it is a hygiene visit."""
    start, step = local(row["AptDateTime"]), timedelta(minutes=5)
    who = row["ProvHyg"] if row["IsHygiene"] == "true" and row["ProvHyg"] else row["ProvNum"]
    cells = (start + step * n for n, mark in enumerate(row["Pattern"]) if mark == "X")
    return who, [Span(cell, cell + step) for cell in cells]


def first(
    store: Store, office: Office, provider: int, minutes: int, now: datetime, days: int
) -> tuple[str, int] | None:
    """The first free start (office-local) and chair for a provider, from so many days ahead."""
    begin = office.local(now) + timedelta(days=days)
    for offset in range(SEARCHED_DAYS):
        day = (begin + timedelta(days=offset)).strftime("%Y-%m-%d")
        for start, chair in _of_day(store, office, provider, timedelta(minutes=minutes), day):
            return start.strftime(DATETIME_FORMAT), chair
    return None


def _of_day(store: Store, office: Office, provider: int, length: timedelta, day: str) -> Iterator[tuple[datetime, int]]:
    rows = select(store, SCHEDULES, office.number, "t.SchedDate = ?", (day,))
    booked = select(store, APPOINTMENTS, office.number, f"date(t.AptDateTime) = ? AND {LIVE}", (day,))
    mine = [whole(r) for r in booked if provider in (r["ProvNum"], r["ProvHyg"])]
    for shift in (r for r in rows if r["SchedType"] == "Provider" and r["ProvNum"] == provider):
        for chair in _chairs(store, office, shift, provider):
            taken = [whole(r) for r in booked if r["Op"] == chair] + mine
            taken += [
                _span(r) for r in rows if r["SchedType"] == "Blockout" and str(chair) in r["operatories"].split(",")
            ]
            start, end = _span(shift).start, _span(shift).stop
            while start + length <= end:
                if not any(Span(start, start + length).meets(each) for each in taken):
                    yield start, chair
                start += STEP


def _span(row: Row) -> Span:
    return Span(local(f"{row['SchedDate']} {row['StartTime']}"), local(f"{row['SchedDate']} {row['StopTime']}"))


def _chairs(store: Store, office: Office, shift: Row, provider: int) -> list[int]:
    if shift["operatories"]:
        return [int(each) for each in shift["operatories"].split(",")]
    where, given = "t.ProvDentist = ? OR t.ProvHygienist = ?", (provider, provider)
    return [r["OperatoryNum"] for r in select(store, OPERATORIES, office.number, f"({where})", given)]


def conflicts(store: Store) -> list[dict[str, object]]:
    """Every pair of live appointments that share a chair, or a provider's time, at the same moment."""
    found: list[dict[str, object]] = []
    for office in offices(store):
        rows = select(store, APPOINTMENTS, office.number, LIVE)
        by_chair: dict[tuple[str, int], list[Row]] = defaultdict(list)
        by_provider: dict[tuple[str, int], list[Row]] = defaultdict(list)
        for row in rows:
            by_chair[row["AptDateTime"][:10], row["Op"]].append(row)
            by_provider[row["AptDateTime"][:10], provider_time(row)[0]].append(row)
        for (_, chair), group in by_chair.items():
            found += [_pair(office, "chair", chair, a, b) for a, b in _pairs(group) if whole(a).meets(whole(b))]
        for (_, who), group in by_provider.items():
            found += [_pair(office, "provider", who, a, b) for a, b in _pairs(group) if _same_provider_time(a, b)]
    return found


def _pairs(rows: list[Row]) -> Iterator[tuple[Row, Row]]:
    return ((a, b) for n, a in enumerate(rows) for b in rows[n + 1 :])


def _same_provider_time(a: Row, b: Row) -> bool:
    return bool(set(provider_time(a)[1]) & set(provider_time(b)[1])) if whole(a).meets(whole(b)) else False


def _pair(office: Office, kind: str, number: int, a: Row, b: Row) -> dict[str, object]:
    return {"clinic": office.clinic_num, "kind": kind, "num": number, "apt_nums": sorted((a["AptNum"], b["AptNum"]))}
