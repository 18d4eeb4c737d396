"""`chairtime rules`: check, explain, try out and compare the routing rules.

Every command takes ``--json``: one JSON object on standard output, messages on standard error.
Exit codes: 0 right, 1 the rules have mistakes, 2 the question itself cannot be read.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer

from commands import rules_text
from commands.rules_input import case_facts, contact_person, instant, known_zone
from domain.people import TextConsent
from domain.route import Route
from rules.checks import check as check_files
from rules.classify import classify
from rules.comparing import diff as diff_files
from rules.contact import decide
from rules.errors import RuleErrors
from rules.loading import completed, parse_rules
from rules.messages import render
from rules.model import RuleSet
from rules.paths import SHIPPED, Found, find_files
from rules.plan_export import past_cases
from rules.schema import json_schema
from rules.simulate import PastCase
from rules.simulate import simulate as simulate_cases
from rules.template_lint import SAMPLE
from runtime.locations import LocationBook, LocationFileError, read_locations
from runtime.settings import read_settings

_T = TypeVar("_T")

app = typer.Typer(name="rules", help="Routing rules: check, explain, simulate, compare.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]
Folder = Annotated[Path | None, typer.Option("--rules", help="Rules folder; CHAIRTIME_RULES, else the shipped rules.")]
LocationKey = Annotated[str, typer.Option("--location", help="Location whose layer counts.")]
Codes = Annotated[Path | None, typer.Option("--codes", help="The fee schedule's codes, one a line.")]

EXPLAINED = (
    "tier", "path", "deposit_cents", "minutes", "provider_type", "first_offer_minutes", "steps", "escalate_after_hours",
    "owners", "approvals", "other_provider", "other_locations", "earliest", "start_at", "reasons", "rule_version",
)  # fmt: skip
"""The keys of ``rules explain --json``, a stable contract."""


@app.command()
def check(
    path: Annotated[Path | None, typer.Argument(help="Rules folder or file; default: the rules in use.")] = None,
    as_json: Json = False,
    codes: Codes = None,
) -> None:
    """Find every mistake at once, each with file, line, column, what is wrong and what to write."""
    try:
        found = find_files(path or _folder(None))
        report = check_files(found.texts, _today(), _codes(codes), _sites())
    except RuleErrors as wrong:
        _print_errors(wrong, as_json)
    errors, warnings = (rules_text.as_rows(rows, found) for rows in (report.errors, report.warnings))
    if as_json:
        summary = {"tiers": list(report.tiers), "version": report.version, "examples": report.examples}
        typer.echo(json.dumps({"ok": report.ok, "errors": errors, "warnings": warnings, **summary}))
    for row in (*errors, *warnings):
        typer.echo(rules_text.line_of(row, "warning" if row in warnings else "error"), err=True)
    if not as_json:
        typer.echo(rules_text.summary_of(report))
    raise typer.Exit(0 if report.ok else 1)


@app.command()
def explain(
    case: Annotated[Path, typer.Argument(help="JSON file with the case, - for standard input.")],
    as_json: Json = False,
    folder: Folder = None,
) -> None:
    """Say how a case is handled and which file and line says so."""
    facts = _asked(lambda: case_facts(case, datetime.now(UTC), _zones()))
    rule_set = _rule_set(folder, facts.location, facts.at.date(), as_json)
    route = classify(rule_set, facts)
    typer.echo(json.dumps(_explained(route)) if as_json else rules_text.route_text(route))


@app.command()
def contact(
    at: Annotated[str, typer.Option(help="Instant, ISO 8601; without a zone it is local time there.")],
    zone: Annotated[list[str] | None, typer.Option(help="IANA zone of the patient; may be given twice.")] = None,
    phone: Annotated[str, typer.Option(help="The patient's number.")] = "",
    state: Annotated[str, typer.Option(help="Two-letter state of the patient's address.")] = "",
    sent: Annotated[list[str] | None, typer.Option(help="When an unasked text went to this phone.")] = None,
    consent: Annotated[TextConsent, typer.Option(help="Consent on record.")] = TextConsent.YES,
    opted_out: Annotated[bool, typer.Option("--opted-out", help="The phone has opted out.")] = False,
    answer: Annotated[bool, typer.Option("--answer", help="The direct answer to what the patient just did.")] = False,
    as_json: Json = False,
    folder: Folder = None,
    location: LocationKey = "",
) -> None:
    """Say whether a text may go to this phone at this instant, and if not, when."""
    zones = _asked(lambda: tuple(known_zone(name) for name in zone or ()))
    person = _asked(lambda: contact_person(zones, phone, state, consent, opted_out, answer))
    now = _asked(lambda: instant(at, person.zones))
    history = _asked(lambda: [instant(text, person.zones) for text in sent or ()])
    rule_set = _rule_set(folder, location, now.date(), as_json)
    decision = decide(rule_set.contact, person, history, now)
    found = decision.model_dump(mode="json", include={"allowed", "next_allowed", "rule", "local_time"})
    typer.echo(json.dumps(found) if as_json else rules_text.decision_text(decision))


@app.command()
def simulate(
    new: Annotated[Path, typer.Argument(help="The changed rules: a folder or a file.")],
    plans: Annotated[
        Path | None, typer.Option("--csv", help="CSV export of accepted plans; default: the cases in our database.")
    ] = None,
    old: Annotated[Path | None, typer.Option("--old", help="The rules to compare with; default: those in use.")] = None,
    location: LocationKey = "",
    as_json: Json = False,
) -> None:
    """Run changed rules over past cases and show what would have been different, with the cases behind each number."""
    cases = _asked(lambda: past_cases(_text(plans), location)) if plans else _stored_cases(location)
    before = _rule_set(old, location, _today(), as_json)
    after = _rule_set(new, location, _today(), as_json)
    result = simulate_cases(before, after, cases)
    typer.echo(result.model_dump_json() if as_json else rules_text.simulation_text(result))


def _stored_cases(location: str) -> Sequence[PastCase]:
    """The classified cases of our own database, of one location or of all."""
    # Imported here: explaining one case must not wait for the whole product to load.
    parts = import_module("wiring").build_parts(read_settings())
    stored = import_module("web.console.past_cases").StoredCases
    keys = [location] if location else [each.key for each in parts.locations.all()]
    return [case for key in keys for case in stored(parts.stores.work, parts.stores.mirror, key).past_cases()]


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(help="Rules folder or file.")],
    new: Annotated[Path, typer.Argument(help="Rules folder or file.")],
    location: LocationKey = "",
    as_json: Json = False,
) -> None:
    """Say in words what differs between two versions of the rules."""
    try:
        before, after = (completed(find_files(path).texts) for path in (old, new))
    except RuleErrors as wrong:
        _print_errors(wrong, as_json)
    changes = diff_files(before, after, location, _today())
    typer.echo(json.dumps({"changes": changes}) if as_json else "\n".join(changes) or "no difference")


@app.command()
def schema(as_json: Json = False) -> None:
    """Print the JSON Schema of a rule file, for editors that complete while one types."""
    typer.echo(json.dumps(json_schema(), indent=None if as_json else 2))


@app.command()
def preview(
    template: Annotated[str, typer.Argument(help="Template; default: all of them.")] = "",
    language: Annotated[str, typer.Option(help="en or es.")] = "en",
    tier: Annotated[str, typer.Option(help="In a tier's own words.")] = "",
    as_json: Json = False,
    folder: Folder = None,
    location: LocationKey = "",
) -> None:
    """Show texts as an invented patient would get them, with their segments."""
    rule_set = _rule_set(folder, location, _today(), as_json)
    keys = [template] if template else list(rule_set.templates.by_key)
    shown = _asked(lambda: {key: render(rule_set.templates, key, language, SAMPLE, tier).model_dump() for key in keys})
    if as_json:
        typer.echo(json.dumps({"texts": shown}))
        return
    for key, text in shown.items():
        typer.echo(f"{key} ({text['segments']} segments, {text['encoding']})\n{text['body']}\n")


def _explained(route: Route) -> dict[str, Any]:
    values = route.model_dump(mode="json")
    return {key: values[key] for key in EXPLAINED}


def _folder(given: Path | None) -> Path:
    """The folder asked for, else the practice's own, else the shipped one."""
    own = read_settings().rules_folder
    return given or (own if own.exists() else SHIPPED)


def _today() -> date:
    return datetime.now(UTC).astimezone().date()


def _rule_set(path: Path | None, location: str, on: date, as_json: bool) -> RuleSet:
    try:
        return parse_rules(completed(find_files(_folder(path)).texts), location, on)
    except RuleErrors as wrong:
        _print_errors(wrong, as_json)


def _sites() -> Mapping[str, str] | None:
    """Whose patient records each location keeps; None where no location is set up."""
    return _locations().records() or None


def _zones() -> Mapping[str, str]:
    return {location.key: location.zone for location in _locations().all()}


def _locations() -> LocationBook:
    """Empty where no location is set up or a file cannot be read, which ``doctor`` says."""
    try:
        return read_locations(read_settings().locations_folder)
    except LocationFileError:
        return LocationBook([])


def _codes(path: Path | None) -> frozenset[str] | None:
    return frozenset(_text(path).split()) if path else None


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as wrong:
        _refuse(f"cannot read {path}: {wrong}")


def _asked(read: Callable[[], _T]) -> _T:
    """What the question says; a mistake in it ends the command with the reason."""
    try:
        return read()
    except (ValueError, KeyError, OSError) as wrong:
        _refuse(str(wrong.args[0]) if isinstance(wrong, KeyError) else str(wrong))


def _print_errors(wrong: RuleErrors, as_json: bool) -> NoReturn:
    rows = rules_text.as_rows(wrong.errors, Found({}, {}))
    if as_json:
        typer.echo(json.dumps({"ok": False, "errors": rows, "warnings": [], "tiers": [], "version": ""}))
    for row in rows:
        typer.echo(rules_text.line_of(row, "error"), err=True)
    raise typer.Exit(1)


def _refuse(message: str) -> NoReturn:
    typer.echo(f"error: {message}", err=True)
    raise typer.Exit(2)
