"""US holidays by name, from the ``holidays`` library (its only user): pure data, no clock."""

from datetime import date
from functools import lru_cache

import holidays

HOLIDAY_NAMES = tuple(sorted(set(holidays.country_holidays("US", years=2026, observed=False).values())))
"""The federal holidays that rules may name."""


@lru_cache(maxsize=64)
def _named(year: int, observed: bool) -> dict[date, str]:
    return dict(holidays.country_holidays("US", years=year, observed=observed))


@lru_cache(maxsize=256)
def holiday_dates(year: int, names: frozenset[str], observed: bool = False) -> frozenset[date]:
    """The days of ``year`` that bear one of the names.

    ``observed`` adds the weekday on which a weekend's holiday is kept, as offices do; texts keep the day itself.
    """
    found = _named(year, observed)
    return frozenset(day for day, name in found.items() if name.removesuffix(" (observed)") in names)
