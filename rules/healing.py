"""When something has to heal first: no opening before it, and until when the case can sleep."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from domain.route import CaseFacts, DoneProcedure, ProcedureFacts
from rules.model import HealingRule, Tier


class Gap(NamedTuple):
    """``ends`` is the first office-local day on which the visit may be, because of ``done`` by ``rule``."""

    ends: date
    rule: HealingRule
    done: DoneProcedure

    @property
    def text(self) -> str:
        days = self.rule.wait_minutes // 1440
        return (
            f"no opening before {said_day(self.ends)}: {days} days after {self.done.code} of {said_day(self.done.day)}"
        )


def healing_gap(tier: Tier, facts: CaseFacts) -> Gap | None:
    """The gap that ends last, None when nothing has to heal any more when the plan is accepted."""
    gap = max(_gaps(tier, facts), key=lambda each: each.ends, default=None)
    return gap if gap is not None and midnight(gap.ends, facts.zone) > facts.at else None


def start_of_search(gap: Gap, facts: CaseFacts, look_ahead_days: int) -> datetime | None:
    """When the days after the gap come within ``look_ahead_days``; None when they are there already."""
    starts = midnight(gap.ends - timedelta(days=look_ahead_days), facts.zone)
    return starts if starts > facts.at else None


def midnight(day: date, zone: str) -> datetime:
    """The instant at which a local day begins, in UTC."""
    return datetime.combine(day, time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def said_day(day: date) -> str:
    return f"{day:%b} {day.day}, {day.year}"


def _gaps(tier: Tier, facts: CaseFacts) -> Iterator[Gap]:
    for rule in tier.healing:
        rows = [row for row in facts.procedures if rule.before is None or rule.before.holds(row.code)]
        for done in facts.done:
            if rule.after.holds(done.code) and any(_same_place(row, done) for row in rows):
                yield Gap(done.day + timedelta(minutes=rule.wait_minutes), rule, done)


def _same_place(row: ProcedureFacts, done: DoneProcedure) -> bool:
    """Only what names another tooth is surely elsewhere."""
    return not row.tooth or not done.tooth or row.tooth == done.tooth
