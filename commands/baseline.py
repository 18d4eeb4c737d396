"""`chairtime baseline`: what a practice had accepted before us, and how much of it nobody had booked.

Read from the PMS within its rate budget, counted, never texted. It is what the numbers are compared with later.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Annotated, NoReturn

import typer
from sqlmodel import col, select

from connectors.base import Pms
from db.session import Database
from db.stores.numbers import NumberStore
from db.tables.cases import CaseRow
from domain.case import Acceptance
from domain.location import Location
from domain.money import format_usd
from domain.treatment_plan import ProcedureStatus, TreatmentPlan
from runtime.settings import read_settings
from wiring import Parts, build_parts

_BEGUN = frozenset({ProcedureStatus.SCHEDULED, ProcedureStatus.COMPLETED})
_PROGRESS_EVERY = 25


@dataclass(frozen=True, slots=True)
class Count:
    """Accepted plans, those of them of which nothing was ever booked, and what both are worth in cents.

    A plan counts for the provider of most of its fees; "" when its procedures name none.
    """

    location: str
    provider_id: str
    provider: str
    accepted: int
    unscheduled: int
    value_cents: int
    unscheduled_cents: int


def baseline(
    location: Annotated[str, typer.Option(help="Key of one location; default: all.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Count the plans that stood accepted before go-live, and keep the counts; texts nobody."""
    parts = build_parts(read_settings())
    counts = [count for site in _asked(parts, location) for count in count_location(parts, site)]
    if as_json:
        typer.echo(json.dumps({"baseline": [asdict(count) for count in counts]}))
        return
    for count in counts:
        typer.echo(_line(count))


def count_location(parts: Parts, site: Location) -> Iterator[Count]:
    """The location's total, which is stored, then its providers by value."""
    pms = parts.vendors.pms(site.key)
    at = parts.clock.now()
    ours = worked(parts.stores.database, site.key)
    accepted = [each for each in pms.accepted_since("").acceptances if each.key().case_id not in ours]
    plans = list(_read(pms, accepted, site.key))
    total = _count(site.key, "", "all providers", plans)
    NumberStore(parts.stores.database).put_baseline(
        site.key, at, total.accepted, total.unscheduled, total.value_cents, total.unscheduled_cents
    )
    yield total
    names = {provider.id: provider.name for provider in pms.providers()}
    yield from sorted(_by_provider(site.key, plans, names), key=lambda count: -count.value_cents)


def worked(database: Database, location: str) -> set[str]:
    """Cases that we took on: accepted since go-live, so no part of the baseline."""
    mine = select(CaseRow.case_id).where(CaseRow.location == location, col(CaseRow.baseline).is_(False))
    with database.read() as session:
        return set(session.exec(mine).all())


def _read(pms: Pms, accepted: Sequence[Acceptance], location: str) -> Iterator[TreatmentPlan]:
    """Each plan as it stands now; a few requests each, so a slow PMS gets a line of progress."""
    for number, each in enumerate(accepted):
        if number % _PROGRESS_EVERY == 0:
            print(f"{location}: {number} of {len(accepted)} accepted plans read", file=sys.stderr)
        yield pms.plan(each.plan_id, each.patient_id)


def _by_provider(location: str, plans: Sequence[TreatmentPlan], names: dict[str, str]) -> Iterator[Count]:
    groups: dict[str, list[TreatmentPlan]] = {}
    for plan in plans:
        groups.setdefault(main_provider(plan), []).append(plan)
    for provider, its_plans in groups.items():
        yield _count(location, provider, names.get(provider, provider or "none named"), its_plans)


def main_provider(plan: TreatmentPlan) -> str:
    """The provider of most of the plan's fees."""
    fees: Counter[str] = Counter()
    for procedure in plan.procedures:
        fees[procedure.provider_id] += procedure.fee_cents
    return max(sorted(fees), key=lambda provider: fees[provider], default="")


def is_unscheduled(plan: TreatmentPlan) -> bool:
    """Something is to be booked, and nothing of the plan was ever booked or done."""
    return bool(plan.open_procedures()) and not any(p.status in _BEGUN or p.appointment_id for p in plan.procedures)


def _count(location: str, provider_id: str, provider: str, plans: Sequence[TreatmentPlan]) -> Count:
    idle = [plan for plan in plans if is_unscheduled(plan)]
    return Count(location, provider_id, provider, len(plans), len(idle), _worth(plans), _worth(idle))


def _worth(plans: Iterable[TreatmentPlan]) -> int:
    return sum(procedure.fee_cents for plan in plans for procedure in plan.procedures)


def _asked(parts: Parts, location: str) -> Sequence[Location]:
    if not location:
        return parts.locations.all()
    try:
        return [parts.locations.get(location)]
    except KeyError as unknown:
        _refuse(str(unknown.args[0]))


def _line(count: Count) -> str:
    idle = f"{count.unscheduled} of them unscheduled ({format_usd(count.unscheduled_cents)})"
    whole = f"{count.accepted} accepted plans ({format_usd(count.value_cents)})"
    return f"{count.location:<12} {count.provider:<28} {whole}, {idle}"


def _refuse(message: str) -> NoReturn:
    typer.echo(f"chairtime: {message}", err=True)
    raise typer.Exit(2)
