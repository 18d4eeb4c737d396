"""Who is out or gone: seen in the mirrored schedule, so that nobody is booked, or left booked, with them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo

from domain.people import Provider
from domain.slots import BlockKind, ScheduleBlock, works

_REGULAR_DAYS = 2
"""A weekday that a provider works this often in the mirrored weeks is one of their days."""


def is_gone(providers: Mapping[str, Provider], provider_id: str) -> bool:
    """Hidden in the PMS or no longer there. An empty mirror says nothing of anybody."""
    known = providers.get(provider_id)
    return bool(providers) and (known is None or known.hidden)


def knows_hours(blocks: Iterable[ScheduleBlock]) -> bool:
    """Whether these weeks of a schedule say anything of who works. One without anybody's hours is no schedule: the PMS
    gave an empty answer, or the office keeps its hours elsewhere."""
    return any(block.kind is BlockKind.WORK for block in blocks)


def is_away(
    blocks: Iterable[ScheduleBlock],
    providers: Mapping[str, Provider],
    provider_id: str,
    start: datetime,
    stop: datetime,
) -> bool:
    """Whether this provider will not be there for the whole of [start, stop); who has left is as away as who is ill."""
    return is_gone(providers, provider_id) or not works(blocks, provider_id, start, stop)


def absent_days(
    blocks: Iterable[ScheduleBlock], provider_id: str, first: date, days: int, zone: tzinfo
) -> Sequence[date]:
    """Office-local days on which the office works and this provider, who usually does on that weekday, does not."""
    mine, office = set[date](), set[date]()
    for block in blocks:
        if block.kind is BlockKind.WORK:
            day = block.start.astimezone(zone).date()
            office.add(day)
            if block.provider_id == provider_id:
                mine.add(day)
    usual = Counter(day.weekday() for day in mine)
    span = (first + timedelta(days=n) for n in range(days))
    return [day for day in span if day in office and day not in mine and usual[day.weekday()] >= _REGULAR_DAYS]
