"""The chain of owners of a task: who has which rung today, and when the next one is asked."""

from collections.abc import Sequence
from datetime import datetime

from activities.ports import RuleBook
from domain.calendar import add_open_minutes
from domain.location import Location, StaffMember
from domain.route import OwnerStep
from rules.owners import owner_of

LAST_RUNG_MINUTES = 240
"""The last owner is asked again after this many open minutes, for as long as nobody acts."""


def owner_on(location: Location, chain: Sequence[OwnerStep], level: int, now: datetime) -> StaffMember:
    """Who stands on this rung today; without a chain the location's default owner. Deputies stand in."""
    rung = chain[min(level, len(chain) - 1)] if chain else OwnerStep(owner=location.default_owner)
    return owner_of(rung, location, now.astimezone(location.tz).date())


def climbs_at(rules: RuleBook, location: Location, chain: Sequence[OwnerStep], level: int, now: datetime) -> datetime:
    """The next rung's time, counted in the location's open minutes from now."""
    upcoming = chain[level + 1] if level + 1 < len(chain) else None
    waited = chain[level].after_open_minutes if 0 < level < len(chain) else 0
    minutes = upcoming.after_open_minutes - waited if upcoming else LAST_RUNG_MINUTES
    local = now.astimezone(location.tz)
    days = rules.holidays(location.key, local.year) | rules.holidays(location.key, local.year + 1)
    return add_open_minutes(now, max(minutes, 1), location.open_hours, location.zone, days)
