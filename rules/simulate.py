"""A changed rule set over past cases: what would have been different, with the cases behind each number."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from domain.route import CaseFacts, Path, Route
from rules.cadence import due_steps, escalate_at
from rules.classify import classify
from rules.comparing import route_changes
from rules.model import RuleSet


class PastCase(BaseModel):
    """A case that was: ``ended_at`` is when it booked or ended, None when it never did."""

    model_config = ConfigDict(frozen=True)

    case_id: str
    patient: str
    facts: CaseFacts
    ended_at: datetime | None = None


class PastCases(Protocol):
    """Where past cases come from: our database, or a CSV export."""

    def past_cases(self) -> Sequence[PastCase]: ...


class Change(BaseModel):
    """One case under both rule sets; ``changes`` are sentences."""

    model_config = ConfigDict(frozen=True)

    case_id: str
    changes: tuple[str, ...]


class Moved(BaseModel):
    model_config = ConfigDict(frozen=True)

    old: str
    new: str
    cases: tuple[str, ...]


class Totals(BaseModel):
    """One number under the old and the new rules, and the cases that make the difference."""

    model_config = ConfigDict(frozen=True)

    old: float
    new: float
    cases: tuple[str, ...] = ()


class Simulation(BaseModel):
    """``texts_per_patient_week``: planned unasked texts per patient and week with any; ``tasks`` by owner."""

    model_config = ConfigDict(frozen=True)

    cases: int
    defaulted: Totals
    tiers_moved: tuple[Moved, ...]
    deposit_cents: Totals
    texts: Totals
    texts_per_patient_week: Totals
    most_texts_in_a_week: Totals
    tasks: dict[str, Totals]
    changed: tuple[Change, ...]


def simulate(old: RuleSet, new: RuleSet, cases: Iterable[PastCase]) -> Simulation:
    """Runs both rule sets over the cases. Follow-up counts until a case ended; contact hours and caps are left out."""
    rows = [(case, classify(old, case.facts), classify(new, case.facts)) for case in cases]
    texts = [(case, _texts(case, before), _texts(case, after)) for case, before, after in rows]
    weeks = [[len(each) for each in _by_patient_week(texts, side)] for side in (1, 2)]
    changed = [Change(case_id=case.case_id, changes=tuple(route_changes(a, b))) for case, a, b in rows]
    return Simulation(
        cases=len(rows),
        defaulted=_totals((case.case_id, a.defaulted, b.defaulted) for case, a, b in rows),
        tiers_moved=_moved(rows),
        deposit_cents=_totals((case.case_id, a.deposit_cents, b.deposit_cents) for case, a, b in rows),
        texts=_totals((case.case_id, len(a), len(b)) for case, a, b in texts),
        texts_per_patient_week=Totals(old=_mean(weeks[0]), new=_mean(weeks[1])),
        most_texts_in_a_week=Totals(old=max(weeks[0], default=0), new=max(weeks[1], default=0)),
        tasks=_tasks(rows),
        changed=tuple(change for change in changed if change.changes),
    )


def reroute_preview(rule_set: RuleSet, open_cases: Iterable[tuple[str, CaseFacts, Route]]) -> list[Change]:
    """What re-routing open cases (id, facts, present route) would change; cases that stay as they are are left out."""
    found = (
        Change(case_id=case_id, changes=tuple(route_changes(route, classify(rule_set, facts))))
        for case_id, facts, route in open_cases
    )
    return [change for change in found if change.changes]


def _totals(rows: Iterable[tuple[str, float, float]]) -> Totals:
    listed = list(rows)
    return Totals(
        old=sum(a for _, a, _ in listed),
        new=sum(b for _, _, b in listed),
        cases=tuple(case_id for case_id, a, b in listed if a != b),
    )


def _moved(rows: Sequence[tuple[PastCase, Route, Route]]) -> tuple[Moved, ...]:
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for case, before, after in rows:
        if before.tier != after.tier:
            groups[(before.tier, after.tier)].append(case.case_id)
    return tuple(Moved(old=old, new=new, cases=tuple(ids)) for (old, new), ids in sorted(groups.items()))


def _texts(case: PastCase, route: Route) -> list[datetime]:
    """When unasked texts were due: the offer, then the steps until the case ended."""
    if route.path is Path.CALLBACK:
        return []
    start = case.facts.at
    end = case.ended_at or escalate_at(route, start)
    steps = (each.due_at for each in due_steps(route, start) if each.step.channel == "text")
    return [start, *(at for at in steps if at < end)]


def _by_patient_week(
    rows: Sequence[tuple[PastCase, list[datetime], list[datetime]]], side: int
) -> list[list[datetime]]:
    """Texts grouped by patient and calendar week (Monday to Sunday, UTC)."""
    groups: dict[tuple[str, datetime], list[datetime]] = defaultdict(list)
    for row in rows:
        for at in row[1] if side == 1 else row[2]:
            monday = (at - timedelta(days=at.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
            groups[(row[0].patient, monday)].append(at)
    return list(groups.values())


def _mean(counts: Sequence[int]) -> float:
    return round(sum(counts) / len(counts), 2) if counts else 0.0


def _tasks(rows: Sequence[tuple[PastCase, Route, Route]]) -> dict[str, Totals]:
    counted: dict[str, list[tuple[str, float, float]]] = defaultdict(list)
    for case, before, after in rows:
        old, new = _tasks_of(case, before), _tasks_of(case, after)
        for owner in {*old, *new}:
            counted[owner].append((case.case_id, old.count(owner), new.count(owner)))
    return {owner: _totals(listed) for owner, listed in sorted(counted.items())}


def _tasks_of(case: PastCase, route: Route) -> list[str]:
    """Owners who would have got a task: approvals, a callback at once, call steps, the escalation."""
    start = case.facts.at
    first = route.owners[0].owner if route.owners else "nobody"
    owners = [approval.owner for approval in route.approvals]
    if route.path is Path.CALLBACK:
        return [*owners, first]
    end = case.ended_at or datetime.max.replace(tzinfo=start.tzinfo)
    owners += [first for each in due_steps(route, start) if each.step.channel == "call" and each.due_at < end]
    return [*owners, first] if escalate_at(route, start) < end else owners
