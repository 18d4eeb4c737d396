"""What `chairtime cases` prints for people. Instants are shown in the location's zone."""

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from textwrap import indent
from typing import Any

from domain.money import format_usd
from domain.records import CaseEvent, CaseRecord, TaskRecord, TextRecord

Zone = Callable[[str], tzinfo]
"""From a location's key to its zone."""


def case_line(case: CaseRecord, zone: tzinfo) -> str:
    """One case of the list, without the patient's name: lists end up in logs and tickets."""
    due = f"{case.next_what} {local(case.next_at, zone)}" if case.next_at else case.end_reason or "-"
    value = format_usd(case.value_cents)
    owner = f"  owner {case.owner}" if case.owner else ""
    return f"{case.state:<17} {case.tier or '-':<12} {value:>11}  {case.case_id}  {due}{owner}"


def whole_case(
    case: CaseRecord,
    events: Sequence[CaseEvent],
    texts: Sequence[TextRecord],
    tasks: Sequence[TaskRecord],
    zone: tzinfo,
) -> str:
    """The row, then what happened, in order."""
    parts = [
        "\n".join(_facts(case, zone)),
        _section("timeline", [f"{local(e.at, zone)}  {e.kind:<14} {e.text} ({e.actor})" for e in events]),
        _section("texts", [_text_line(text, zone) for text in texts]),
        _section("tasks", [_task_line(task, zone) for task in tasks]),
    ]
    return "\n\n".join(parts)


def snapshot_text(snapshot: dict[str, Any]) -> str:
    return _section("workflow, asked just now", [f"{name}: {value}" for name, value in snapshot.items()])


def local(at: datetime | None, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M %Z}" if at else "-"


def _facts(case: CaseRecord, zone: tzinfo) -> list[str]:
    booked = f"{local(case.booked_start, zone)}, appointment {case.appointment_id}" if case.booked_at else "-"
    facts = {
        "case": case.case_id,
        "state": f"{case.state}{f' ({case.end_reason})' if case.end_reason else ''}",
        "patient": f"{case.first_name} {case.last_name} (id {case.patient_id}), {case.phone or 'no number'}",
        "plan": f"{case.plan_id}, accepted {local(case.accepted_at, zone)}",
        "visit": _visit(case),
        "worth": f"{format_usd(case.value_cents)}, deposit {format_usd(case.deposit_cents)}",
        "tier": f"{case.tier or '-'}, path {case.path or '-'}, rules {case.rule_version[:12] or '-'}",
        "first offer": f"due {local(case.first_offer_due_at, zone)}, made {local(case.first_offered_at, zone)}",
        "booked": booked,
        "next": f"{case.next_what or '-'} {local(case.next_at, zone)}",
        "owner": case.owner or "-",
    }
    return [f"{name:<12}{value}" for name, value in facts.items()]


def _visit(case: CaseRecord) -> str:
    which = f"{case.visit_number} of {case.plan_visits}" if case.plan_visits else str(case.visit_number)
    codes = ", ".join(p.code for p in case.procedures) or "-"
    after = f", after {case.follows}" if case.follows else ""
    return f"{which}: {codes} ({case.visit_why or '-'}){after}{f'; then: {case.followed}' if case.followed else ''}"


def _text_line(text: TextRecord, zone: tzinfo) -> str:
    sent = local(text.sent_at, zone) if text.sent_at else "not sent"
    error = f", error {text.error_code}" if text.error_code else ""
    return f"{sent}  {text.step:<14} {text.state}{error}  {text.to}\n{indent(text.body, '      ')}"


def _task_line(task: TaskRecord, zone: tzinfo) -> str:
    done = f"done {local(task.done_at, zone)} by {task.done_by}: {task.outcome}" if task.done_at else "open"
    there = f", {task.pms_task_id} in the PMS" if task.pms_task_id else ""
    return f"{task.id}  {task.kind}, owner {task.owner}, {done}{there}"


def _section(title: str, lines: Sequence[str]) -> str:
    return "\n".join([title, *(f"  {line}" for line in lines or ["none"])])
