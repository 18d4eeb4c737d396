"""What `chairtime rules` prints for people."""

from collections.abc import Iterable
from typing import Any

from domain.money import format_usd
from domain.route import Route
from rules.checks import Report
from rules.contact import ContactDecision
from rules.errors import RuleError
from rules.paths import Found
from rules.simulate import Simulation, Totals

_NAMED = 8
"""Cases named behind a number on the screen; ``--json`` names all."""


def as_rows(errors: Iterable[RuleError], found: Found) -> list[dict[str, Any]]:
    """Mistakes as JSON rows, with the file's own path."""
    return [
        {
            "file": found.sources.get(error.file, error.file),
            "line": error.line,
            "column": error.column,
            "message": error.message,
            "hint": error.hint,
        }
        for error in errors
    ]


def line_of(row: dict[str, Any], kind: str) -> str:
    """``file:line:column: error: what (what to write)``."""
    hint = f" ({row['hint']})" if row["hint"] else ""
    return f"{row['file']}:{row['line']}:{row['column']}: {kind}: {row['message']}{hint}"


def summary_of(report: Report) -> str:
    if not report.ok:
        return f"{counted(len(report.errors), 'mistake')}, {counted(len(report.warnings), 'warning')}"
    counts = f"no mistakes, {len(report.warnings)} warnings, {report.examples} examples hold"
    return f"{counts}; tiers {', '.join(report.tiers)}; version {report.version}"


def route_text(route: Route) -> str:
    """One line a value, with its reason and place."""
    lines = [
        f"{route.tier}, {route.path.value}: {route.minutes} min with a {route.provider_type}, "
        f"deposit {format_usd(route.deposit_cents)}, first offer within {route.first_offer_minutes} min"
    ]
    lines += [f"  {reason.value}: {reason.text}{_place(reason.file, reason.line)}" for reason in route.reasons]
    return "\n".join([*lines, f"rules version {route.rule_version}"])


def _place(file: str, line: int) -> str:
    return f" ({file}:{line})" if line else ""


def decision_text(decision: ContactDecision) -> str:
    if decision.allowed:
        return f"may be texted at {decision.local_time}: {decision.rule}"
    later = decision.next_allowed.isoformat() if decision.next_allowed else "never"
    return f"not at {decision.local_time}: {decision.rule}; next: {later}"


def simulation_text(result: Simulation) -> str:
    """The numbers, each with the cases behind it."""
    lines = [f"{result.cases} cases, {len(result.changed)} would have been handled differently"]
    lines += [f"  {each.old} → {each.new}: {len(each.cases)} ({_cases(each.cases)})" for each in result.tiers_moved]
    deposit = result.deposit_cents
    lines.append(_row("deposits", format_usd(int(deposit.old)), format_usd(int(deposit.new)), deposit))
    for name, totals in (
        ("unasked texts", result.texts),
        ("texts per patient and week", result.texts_per_patient_week),
        ("most texts to one patient in a week", result.most_texts_in_a_week),
        ("cases that match no tier", result.defaulted),
        *((f"tasks for {owner}", totals) for owner, totals in result.tasks.items()),
    ):
        lines.append(_row(name, f"{totals.old:g}", f"{totals.new:g}", totals))
    for change in result.changed[:_NAMED]:
        lines.append(f"  {change.case_id}: {'; '.join(change.changes)}")
    return "\n".join(lines)


def _row(name: str, old: str, new: str, totals: Totals) -> str:
    behind = f" ({_cases(totals.cases)})" if totals.cases else ""
    return f"  {name}: {old} → {new}{behind}"


def _cases(ids: tuple[str, ...]) -> str:
    more = f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else ""
    return ", ".join(ids[:_NAMED]) + more


def counted(number: int, noun: str) -> str:
    """``1 mistake``, ``2 mistakes``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
