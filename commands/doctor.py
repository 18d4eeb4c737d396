"""``chairtime doctor``: looks at everything that can be wrong before work begins; changes nothing."""

import asyncio
import json
import os
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from commands.doctor_files import Sites, check_rules, read_sites, rule_texts
from commands.doctor_machine import (
    check_database,
    check_halts,
    check_home,
    check_ports,
    check_processes,
    check_public_url,
    check_settings,
    settings_table,
)
from commands.doctor_temporal import check_temporal
from commands.doctor_vendors import OwnPace, check_vendors
from commands.findings import Finding, Status, all_well, wrong
from connectors.base import Pacer
from db.session import Database
from db.stores.rulebook import RuleStore
from db.stores.running import BudgetStore
from rules.paths import Found
from runtime.clock import WallClock
from runtime.settings import Settings, SettingsError, read_settings
from wiring import intervals

_COLOURS = {Status.OK: "green", Status.NOTE: "yellow", Status.WRONG: "red"}


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Check settings, files, keys, vendors, Temporal and the database; exit 1 when something is wrong."""
    try:
        settings = read_settings()
    except SettingsError as fault:
        findings = [wrong("settings", "environment", line.strip()) for line in str(fault).splitlines()[1:]]
        table: list[dict[str, Any]] = []
    else:
        findings = asyncio.run(examine(settings))
        table = settings_table(settings)
    _print(findings, table, as_json)
    raise typer.Exit(0 if all_well(findings) else 1)


async def examine(settings: Settings) -> list[Finding]:
    """Every finding, in the order in which one would mend them."""
    now = datetime.now(UTC)
    sites, about_files = read_sites(settings)
    about_home = check_home(settings.home)
    about_database, usable = check_database(settings)
    findings = [
        *check_settings(settings, os.environ, sites.of_secrets()),
        *check_public_url(settings, sites.vendor_urls()),
        about_home,
        about_database,
        *await asyncio.to_thread(lambda: list(check_ports(settings))),
        *await check_temporal(settings),
        *about_files,
    ]
    database = Database(settings.database) if usable else None
    findings += await asyncio.to_thread(_practice, settings, sites, database, now)
    if database:
        findings += check_halts(database, [location.key for location in sites.book.all()])
        findings += check_processes(database, now)
        database.close()
    return findings


def _practice(settings: Settings, sites: Sites, database: Database | None, now: datetime) -> list[Finding]:
    saved = RuleStore(database, WallClock()).active_files() if database else None
    pacer: Pacer = OwnPace(sites.book)
    if database:
        pacer = BudgetStore(database, intervals(sites.book), WallClock())
    about_rules = check_rules(settings, sites, saved, now)
    rules: Found | None = None
    if all_well(about_rules):
        rules, _ = rule_texts(settings, saved)
    return [*about_rules, *check_vendors(sites, pacer, rules, now)]


def _print(findings: list[Finding], table: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        rows = [finding.model_dump(mode="json") for finding in findings]
        typer.echo(json.dumps({"ok": all_well(findings), "findings": rows, "settings": table}))
        return
    out = Console(highlight=False, soft_wrap=True)
    for finding in findings:
        colour = _COLOURS[finding.status]
        status = f"[{colour}]{finding.status.value:<6}[/{colour}]"
        out.print(f"{status}{finding.area:<10}{escape(finding.where)}: {escape(finding.line)}")
    counts = [sum(f.status is status for f in findings) for status in (Status.WRONG, Status.NOTE)]
    out.print(f"\n{counts[0]} wrong, {counts[1]} to note, {len(findings)} looked at\n")
    for row in table:
        value = escape(row["value"]) or "[dim]not set[/dim]"
        out.print(f"{row['name']:<38}{value}  [dim]{escape(row['meaning'])}[/dim]")
