"""``chairtime doctor``, the practice's files: locations and rules, each mistake of each file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from commands import rules_text
from commands.findings import Finding, note, ok, wrong
from connectors.registry import Role
from domain.location import Location, VendorBlock
from rules.checks import check as check_files
from rules.errors import RuleErrors
from rules.loading import completed, parse_rules
from rules.paths import SHIPPED, Found, find_files
from runtime.locations import LocationBook, LocationFileError, read_location
from runtime.settings import Settings

ROLES: Sequence[Role] = ("pms", "messaging", "payments")


@dataclass(frozen=True, slots=True)
class Sites:
    """The location files that can be used, and where each stands."""

    book: LocationBook
    files: Mapping[str, Path]

    def of_secrets(self) -> set[str]:
        """Names of the environment that the files refer to."""
        blocks = (block for location in self.book.all() for block in blocks_of(location).values())
        values = (str(value) for block in blocks for value in (block.model_extra or {}).values())
        return {value.removeprefix("env:") for value in values if value.startswith("env:")}

    def vendor_urls(self) -> list[str]:
        return [block.base_url for location in self.book.all() for block in blocks_of(location).values()]


def read_sites(settings: Settings) -> tuple[Sites, list[Finding]]:
    """Every file on its own, so that a bad one hides nothing of the others."""
    folder = settings.locations_folder
    paths = sorted(folder.glob("*.yaml")) if folder.is_dir() else []
    if not paths:
        return Sites(LocationBook([]), {}), [_no_locations(settings, folder)]
    good: list[Location] = []
    files: dict[str, Path] = {}
    findings: list[Finding] = []
    for path in paths:
        try:
            location = read_location(path)
        except LocationFileError as fault:
            findings += [wrong("location", path.name, line) for line in str(fault).splitlines()]
            continue
        if location.key in files:
            says = f"{path} has the key {location.key!r}, as {files[location.key]} has"
            findings.append(wrong("location", path.name, says, "Give each location a key of its own."))
            continue
        good.append(location)
        files[location.key] = path
        findings.append(_texting(location, path))
    return Sites(LocationBook(good), files), findings


def _no_locations(settings: Settings, folder: Path) -> Finding:
    mend = "Put one YAML file a location there; deploy/locations holds examples."
    if settings.locations is None:
        mend = (
            "`make run` puts the sandbox's five there; "
            "for a practice of your own set CHAIRTIME_LOCATIONS (deploy/locations holds examples)."
        )
    return wrong("location", str(folder), "there is no location file", mend)


def _texting(location: Location, path: Path) -> Finding:
    if location.texting == "registered":
        return ok("location", location.key, f"{path}, texting is registered")
    says = f"texting is {location.texting}: no text goes out, every case becomes a call"
    return note("location", location.key, says, f"Set `texting: registered` in {path} when the carriers have said yes.")


def check_rules(settings: Settings, sites: Sites, saved: Mapping[str, str] | None, today: datetime) -> list[Finding]:
    """Every mistake of every rule file; and that each location has a whole rule set today."""
    try:
        found, where = rule_texts(settings, saved)
    except RuleErrors as fault:
        return [wrong("rules", str(settings.rules_folder), str(error)) for error in fault.errors]
    report = check_files(found.texts, today.date(), sites=sites.book.records() or None)
    findings = [_rule_finding(row, wrong) for row in rules_text.as_rows(report.errors, found)]
    findings += [_rule_finding(row, note) for row in rules_text.as_rows(report.warnings, found)]
    if report.ok:
        tiers = ", ".join(report.tiers)
        findings.insert(
            0, ok("rules", where, f"version {report.version[:12]}, {report.examples} examples hold: {tiers}")
        )
        findings += [f for location in sites.book.all() for f in _rules_of(found, location, today)]
    return findings


def rule_texts(settings: Settings, saved: Mapping[str, str] | None) -> tuple[Found, str]:
    """The rules in force and their place, in the order of runtime/rulebook.py."""
    if saved:
        return Found(dict(saved), {}), "saved by the console"
    folder = settings.rules_folder if settings.rules_folder.exists() else SHIPPED
    return find_files(folder), "shipped with the product" if folder == SHIPPED else str(folder)


def _rule_finding(row: dict[str, object], made: Callable[[str, str, str, str], Finding]) -> Finding:
    place = f"{row['file']}:{row['line']}:{row['column']}"
    return made("rules", place, str(row["message"]), str(row["hint"] or ""))


def _rules_of(found: Found, location: Location, today: datetime) -> list[Finding]:
    try:
        parse_rules(completed(found.texts), location.key, today.astimezone(location.tz).date())
    except RuleErrors as fault:
        return [wrong("rules", location.key, str(error)) for error in fault.errors]
    return []


def blocks_of(location: Location) -> Mapping[Role, VendorBlock]:
    return {"pms": location.pms, "messaging": location.messaging, "payments": location.payments}
