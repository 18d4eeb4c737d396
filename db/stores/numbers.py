"""The numbers managers ask for: how acceptances turn into bookings, and how that was before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta, tzinfo
from statistics import median

import sqlalchemy
from sqlmodel import col, select

from db.rows import put, table_of
from db.session import Database
from db.tables.cases import CaseRow
from db.tables.metrics import BaselineRow
from domain.case import CaseState


@dataclass(frozen=True, slots=True)
class CaseTimes:
    """What the numbers need of one case."""

    location: str
    provider_id: str
    state: str
    value_cents: int
    accepted_at: datetime
    first_offer_due_at: datetime | None
    first_offered_at: datetime | None
    booked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Funnel:
    """Cases accepted in a period. ``same_day``: booked on the day of the acceptance in the location's zone.

    ``in_time``: first offer made before its deadline; ``booked_elsewhere`` (by phone, at the desk) is not in
    ``booked``. Medians are None when there is nothing to take them of.
    """

    location: str
    provider_id: str
    accepted: int
    offered: int
    in_time: int
    booked: int
    same_day: int
    booked_elsewhere: int
    accepted_cents: int
    booked_cents: int
    median_to_offer: timedelta | None
    median_to_book: timedelta | None


class NumberStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    def by_location(self, since: datetime, until: datetime, zones: Mapping[str, tzinfo]) -> Sequence[Funnel]:
        """One funnel a location for cases accepted in [since, until); ``zones`` has each location's zone.

        The days of a location that has none there (its file was taken away) are those of UTC.
        """
        groups: dict[tuple[str, str], list[CaseTimes]] = {}
        for case in self._cases(since, until):
            groups.setdefault((case.location, ""), []).append(case)
        return _funnels(groups, zones)

    def by_provider(self, since: datetime, until: datetime, zones: Mapping[str, tzinfo]) -> Sequence[Funnel]:
        """As ``by_location``, one a location and provider of the planned visit."""
        groups: dict[tuple[str, str], list[CaseTimes]] = {}
        for case in self._cases(since, until):
            groups.setdefault((case.location, case.provider_id), []).append(case)
        return _funnels(groups, zones)

    def put_baseline(
        self, location: str, at: datetime, accepted: int, unscheduled: int, value_cents: int, unscheduled_cents: int
    ) -> None:
        """What stood accepted, and what of it without an appointment, when we looked."""
        row = {
            "location": location,
            "at": at,
            "accepted": accepted,
            "unscheduled": unscheduled,
            "value_cents": value_cents,
            "unscheduled_value_cents": unscheduled_cents,
        }
        with self._database.write() as session:
            put(session, BaselineRow, [row])

    def baselines(self) -> Sequence[BaselineRow]:
        """By location, oldest first."""
        with self._database.read() as session:
            return session.exec(select(BaselineRow).order_by(col(BaselineRow.location), col(BaselineRow.at))).all()

    def _cases(self, since: datetime, until: datetime) -> list[CaseTimes]:
        cases = table_of(CaseRow).c
        inside = sqlalchemy.select(*(cases[field.name] for field in fields(CaseTimes))).where(
            cases.accepted_at >= since, cases.accepted_at < until, cases.baseline.is_(False)
        )
        with self._database.read() as session:
            return [CaseTimes(*row) for row in session.connection().execute(inside)]


def _funnels(groups: Mapping[tuple[str, str], list[CaseTimes]], zones: Mapping[str, tzinfo]) -> list[Funnel]:
    return [
        _funnel(location, provider, cases, zones.get(location, UTC))
        for (location, provider), cases in sorted(groups.items())
    ]


def _funnel(location: str, provider_id: str, cases: Sequence[CaseTimes], zone: tzinfo) -> Funnel:
    to_offer = [case.first_offered_at - case.accepted_at for case in cases if case.first_offered_at]
    to_book = [case.booked_at - case.accepted_at for case in cases if case.booked_at]
    return Funnel(
        location=location,
        provider_id=provider_id,
        accepted=len(cases),
        offered=len(to_offer),
        in_time=sum(_in_time(case) for case in cases),
        booked=len(to_book),
        same_day=sum(_same_day(case, zone) for case in cases),
        booked_elsewhere=sum(case.state == CaseState.BOOKED_ELSEWHERE for case in cases),
        accepted_cents=sum(case.value_cents for case in cases),
        booked_cents=sum(case.value_cents for case in cases if case.booked_at),
        median_to_offer=_median(to_offer),
        median_to_book=_median(to_book),
    )


def _median(times: Sequence[timedelta]) -> timedelta | None:
    return timedelta(seconds=median(time.total_seconds() for time in times)) if times else None


def _in_time(case: CaseTimes) -> bool:
    offered, due = case.first_offered_at, case.first_offer_due_at
    return offered is not None and due is not None and offered <= due


def _same_day(case: CaseTimes, zone: tzinfo) -> bool:
    if case.booked_at is None:
        return False
    return case.booked_at.astimezone(zone).date() == case.accepted_at.astimezone(zone).date()
