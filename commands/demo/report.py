"""What the demo says at its end: one JSON object, or the same as a table for people."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from statistics import mean
from typing import Any

from rich.console import Console
from rich.table import Table
from temporalio.client import Client

from commands.demo.evidence import Evidence
from domain.case import END_STATES
from runtime.billing import billed_actions

Report = dict[str, Any]


async def report(client: Client, seen: Evidence, violations: Mapping[str, Sequence[str]], seed: int) -> Report:
    """The object of the contract; money in cents, latencies in real milliseconds.

    ``ends``, ``bookings`` and the open cases count plans, by the case of their first visit; ``next_visits`` counts the
    cases that followed.
    """
    first = [case for case in seen.cases if case.visit == 1]
    ends = Counter(case.state for case in first if case.ended)
    latencies = sorted(seen.story.latencies)
    return {
        "plans": len(seen.story.patients),
        "seed": seed,
        "ends": {str(state): ends.get(state, 0) for state in sorted(END_STATES)},
        "open_cases": sum(not case.ended for case in first),
        "open_with_a_person": sum(not case.ended and case.with_person for case in first),
        "next_visits": _next_visits(seen),
        "void_cases": len(violations["no void"]),
        "texts": len(seen.texts),
        "duplicate_texts": len(violations["no text twice"]),
        "bookings": len(_bookings(seen, first=True)),
        "double_bookings": len(violations["one winner"]),
        "deposits": len(seen.paid),
        "deposit_cents": sum(session["amount_total"] for session in seen.paid),
        "refunds": len(seen.stripe["refunds"]),
        "tasks": len(seen.records["tasks"]),
        "accept_to_offer_ms": {
            "p50": _percentile(latencies, 50),
            "p99": _percentile(latencies, 99),
            "count": len(latencies),
        },
        "billed_actions_per_case": await _billed(client, seen),
        "hours_played": round((seen.story.ended - seen.story.began).total_seconds() / 3600, 1),
        "steps": seen.story.steps,
        "seconds": round(seen.story.seconds, 1),
        "invariants": {name: list(found) or "ok" for name, found in violations.items()},
    }


def _next_visits(seen: Evidence) -> Report:
    later = [case for case in seen.cases if case.visit > 1]
    ends = Counter(case.state for case in later if case.ended)
    return {
        "cases": len(later),
        "open": sum(not case.ended for case in later),
        "ends": dict(sorted(ends.items())),
        "bookings": len(_bookings(seen, first=False)),
    }


def _bookings(seen: Evidence, *, first: bool) -> list[Any]:
    """Live appointments of ours, for a first visit of a plan or for a later one."""
    later = {case.appointment_id for case in seen.cases if case.visit > 1 and case.appointment_id}
    return [each for each in seen.bookings if (str(each["AptNum"]) in later) is not first]


def _percentile(ordered: Sequence[float], percent: int) -> float | None:
    """Nearest rank; None without values."""
    if not ordered:
        return None
    rank = max(1, -(-len(ordered) * percent // 100))
    return round(ordered[rank - 1], 1)


async def _billed(client: Client, seen: Evidence) -> Report:
    found: dict[str, list[int]] = defaultdict(list)
    for case in (each for each in seen.cases if each.visit == 1 or each.ended):
        history = await client.get_workflow_handle(case.case_id).fetch_history()
        found[case.state if case.ended else "open"].append(billed_actions(history.events).total())
        await asyncio.sleep(0)
    every = [count for counts in found.values() for count in counts]
    return {
        "mean": round(mean(every), 1) if every else 0,
        "max": max(every, default=0),
        "by_end": {end: round(mean(counts), 1) for end, counts in sorted(found.items())},
    }


def show(said: Report, out: Console) -> None:
    """For people."""
    table = Table(title=f"{said['plans']} accepted plans, {said['hours_played']} hours, seed {said['seed']}")
    table.add_column("what")
    table.add_column("how many", justify="right")
    for end, count in said["ends"].items():
        table.add_row(f"ended {end}", str(count))
    for key in ("open_cases", "open_with_a_person", "void_cases", "texts", "duplicate_texts", "bookings"):
        table.add_row(key.replace("_", " "), str(said[key]))
    for key in ("double_bookings", "deposits", "refunds", "tasks"):
        table.add_row(key.replace("_", " "), str(said[key]))
    table.add_row("visits that followed", str(said["next_visits"]["cases"]))
    offer = said["accept_to_offer_ms"]
    table.add_row("accepted to offered, p50 / p99", f"{offer['p50']} / {offer['p99']} ms")
    billed = said["billed_actions_per_case"]
    table.add_row("billed actions a case, mean / max", f"{billed['mean']} / {billed['max']}")
    table.add_row("played in", f"{said['seconds']} s")
    out.print(table)
    for name, found in said["invariants"].items():
        mark = "[green]holds[/green]" if found == "ok" else f"[red]broken, {len(found)} times[/red]"
        out.print(f"  {mark}  {name}")
