"""Re-routing open cases by the rules in force now: a deliberate act, with a look at what it changes first."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Depends, Response
from temporalio.service import RPCError

from db.stores.worklist import Wanted
from domain.records import CaseRecord
from rules.loading import parse_rules
from rules.simulate import reroute_preview
from web.console import rule_files, trial
from web.console.command import SILENT
from web.console.desk import Desk, desk
from web.console.forms import fields
from web.console.past_cases import kinds_at, past_case
from web.site import PageRoute
from workflows.contracts import case as wire
from workflows.gateway import CaseGone

routes = APIRouter(route_class=PageRoute)

_ADDRESS = "/console/rules/reroute"
_MOST_SHOWN = 200
_MOST_READ = 2000


@dataclass(frozen=True, slots=True)
class Differing:
    """An open case that the rules of now would handle otherwise."""

    case: CaseRecord
    changes: Sequence[str]


@routes.get(_ADDRESS)
def preview(at: Desk = Depends(desk), location: str = "") -> Response:
    """Open cases that would be handled differently, each with what would change."""
    place = rule_files.location_or_busiest(at, location)
    found = differing(at, place)
    return at.page(
        "reroute.html",
        here="rules",
        location=place,
        rows=found[:_MOST_SHOWN],
        total=len(found),
        staff=rule_files.staff(at),
        author=at.staff_name,
    )


@routes.post(_ADDRESS)
async def reroute(at: Desk = Depends(desk), form: dict[str, str] = Depends(fields)) -> Response:
    """Re-route the chosen cases; what was sent, held or handed over already stays."""
    command_id = at.command_id("reroute", form)
    if form.get("author") not in dict(rule_files.staff(at)):
        return at.message("Who are you?", "Choose your name; each case shows who re-routed it.", 400, _ADDRESS)
    chosen = [name.removeprefix("case:") for name in form if name.startswith("case:")]
    try:
        answers = await asyncio.gather(*(_reroute(at, case_id, form["author"], command_id) for case_id in chosen))
    except RPCError:
        return at.message("The cases did not answer", SILENT, 503, _ADDRESS)
    done, gone = sum(answers), len(answers) - sum(answers)
    words = f"{done} re-routed." + (f" {gone} had ended meanwhile." if gone else "")
    return at.remembering(at.to(_ADDRESS, words, location=form.get("location", "")), form["author"])


def differing(at: Desk, location: str) -> list[Differing]:
    """Of the location's open cases those that today's rules route otherwise, by value."""
    rules = parse_rules(rule_files.in_force(at.deps).files, location, trial.today(at))
    rows = {row.case_id: row for row in at.deps.work.open_cases(Wanted(location=location), limit=_MOST_READ)}
    kinds = kinds_at(at.deps.mirror, next(iter(rows.values())).account) if rows else {}
    routed = [(row.case_id, past_case(row, kinds).facts, row.route) for row in rows.values() if row.route]
    return [Differing(rows[each.case_id], each.changes) for each in reroute_preview(rules, routed)]


async def _reroute(at: Desk, case_id: str, by: str, command_id: str) -> bool:
    """False when the case has ended."""
    try:
        await at.deps.gateway.reroute(case_id, wire.Reroute(by=by), f"{command_id}-reroute")
    except CaseGone:
        return False
    return True
