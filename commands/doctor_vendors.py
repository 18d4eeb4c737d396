"""``chairtime doctor``, the vendors of each location: do they answer, know our people and codes, tell our time."""

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

from commands import rules_text
from commands.doctor_files import ROLES, Sites, blocks_of
from commands.findings import Finding, Status, note, ok, wrong
from connectors.base import KnowsStaff, Pacer, Pms
from connectors.errors import (
    AuthFailed,
    ConnectorError,
    InvalidRequest,
    NotFound,
    PermissionDenied,
    RateLimited,
    Unavailable,
    Unsupported,
)
from connectors.registry import ConnectorRegistry, Role
from connectors.secrets import ConfigurationError
from domain.location import Location, VendorBlock
from rules.errors import RuleErrors
from rules.loading import completed, parse_rules
from rules.paths import Found
from runtime.locations import LocationBook
from wiring import intervals

_CLOCK_LOOK_BACK = timedelta(hours=6)
_CLOCK_MAY_DIFFER = timedelta(minutes=2)


class OwnPace:
    """The rate budget of this process alone, while the shared one in the database cannot be used."""

    def __init__(self, book: LocationBook) -> None:
        self._intervals = intervals(book)
        self._next: dict[str, float] = {}
        self._lock = threading.Lock()

    def wait(self, account: str) -> None:
        with self._lock:
            now = time.monotonic()
            turn = max(self._next.get(account, 0.0), now)
            self._next[account] = turn + self._intervals.get(account, 0.0)
        time.sleep(turn - now)


def check_vendors(sites: Sites, pacer: Pacer, saved_rules: Found | None, now: datetime) -> list[Finding]:
    """Asks every vendor of every location, several locations at a time."""
    vendors = ConnectorRegistry(sites.book, pacer, os.environ)

    def of_one(location: Location) -> list[Finding]:
        return list(_check_location(location, sites.files[location.key], vendors, saved_rules, now))

    with ThreadPoolExecutor(max_workers=8) as threads:
        return [finding for found in threads.map(of_one, sites.book.all()) for finding in found]


def check_answers(sites: Sites, vendors: ConnectorRegistry) -> list[Finding]:
    """Only whether each vendor answers with our key."""

    def of_one(location: Location) -> list[Finding]:
        return list(_answers(location, sites.files[location.key], vendors).values())

    with ThreadPoolExecutor(max_workers=8) as threads:
        return [finding for found in threads.map(of_one, sites.book.all()) for finding in found]


def _answers(location: Location, path: Path, vendors: ConnectorRegistry) -> dict[Role, Finding]:
    asks: Mapping[Role, Callable[[], str]] = {
        "pms": lambda: vendors.pms(location.key).check(),
        "messaging": lambda: vendors.texting(location.key).check(),
        "payments": lambda: vendors.payments(location.key).check(),
    }
    return {role: _answer(location, role, path, asks[role]) for role in ROLES}


def _check_location(
    location: Location, path: Path, vendors: ConnectorRegistry, rules: Found | None, now: datetime
) -> Iterator[Finding]:
    found = _answers(location, path, vendors)
    yield from found.values()
    if found["pms"].status is not Status.OK:
        return
    pms = vendors.pms(location.key)
    for more in (
        lambda: _staff(location, path, pms),
        lambda: _codes(location, pms, rules, now),
        lambda: _clock(location, pms, now),
    ):
        yield from _safely(location, path, more)


def _answer(location: Location, role: Role, path: Path, ask: Callable[[], str]) -> Finding:
    where = f"{location.key} {role}"
    block = blocks_of(location)[role]
    try:
        return ok("vendor", where, f"{ask()} at {block.base_url}")
    except ConfigurationError as fault:
        return wrong("vendor", where, str(fault), f"It stands in {path}.")
    except ConnectorError as fault:
        return wrong("vendor", where, str(fault), how_to_mend(fault, role, block, path))


def how_to_mend(fault: ConnectorError, role: Role, block: VendorBlock, path: Path) -> str:
    """What a practice's technical person does about it."""
    match fault:
        case AuthFailed():
            return f"The key is not accepted: check the keys of the {role} block in {path}, and at the vendor."
        case PermissionDenied():
            return "The key is good but may not do this: give it that right at the vendor."
        case RateLimited():
            return f"Wait {fault.retry_after:.0f} s; if it stays, another program uses this key too."
        case Unavailable():
            return f"Is that server running, and can this machine reach it? {role}.base_url stands in {path}."
        case NotFound() | Unsupported() | InvalidRequest():
            return f"Something else seems to answer at {block.base_url}: check {role}.base_url in {path}."
        case _:
            return f"See the {role} block in {path}."


def _safely(location: Location, path: Path, more: Callable[[], Iterable[Finding]]) -> list[Finding]:
    try:
        return list(more())
    except ConnectorError as fault:
        mend = how_to_mend(fault, "pms", location.pms, path)
        return [wrong("vendor", f"{location.key} pms", str(fault), mend)]


def _staff(location: Location, path: Path, pms: Pms) -> Iterator[Finding]:
    """The named people must be there, or their tasks would go nowhere."""
    if not isinstance(pms, KnowsStaff):
        yield note("staff", location.key, "this PMS does not list its users; check user_id and task_list_id by hand")
        return
    known = pms.staff_directory()
    missing = [
        f"{person.key}: {what} {given} is not in the PMS (it has {_some(there)})"
        for person in location.staff
        for what, given, there in (
            ("user_id", person.user_id, known.users),
            ("task_list_id", person.task_list_id, known.task_lists),
        )
        if given and given not in there
    ]
    yield from (wrong("staff", location.key, says, f"Mend it under staff in {path}.") for says in missing)
    owner = location.member(location.default_owner)
    if not owner.task_list_id:
        says = f"{owner.key}, who gets the cases nobody booked, has no task_list_id: tasks stay in our own list"
        yield note("staff", location.key, says, f"Give it in {path}; the PMS has {_some(known.task_lists)}.")
    elif not missing:
        yield ok("staff", location.key, f"{len(location.staff)} people, their users and task lists are in the PMS")


def _some(names: Mapping[str, str]) -> str:
    listed = ", ".join(f"{number} {name}" for number, name in list(names.items())[:8])
    return f"{listed}{' ...' if len(names) > 8 else ''}" or "none"


def _codes(location: Location, pms: Pms, rules: Found | None, now: datetime) -> Iterator[Finding]:
    codes = {code.code for code in pms.procedure_codes()}
    if not codes:
        yield wrong("codes", location.key, "the PMS lists no procedure codes", "Check the key's right to read setup.")
        return
    yield ok("codes", location.key, f"the PMS has {len(codes)} procedure codes")
    if rules is None:
        return
    try:
        parse_rules(completed(rules.texts), location.key, now.astimezone(location.tz).date(), codes)
    except RuleErrors as fault:
        for row in rules_text.as_rows(fault.errors, rules):
            place = f"{location.key} {row['file']}:{row['line']}"
            yield wrong("codes", place, str(row["message"]), str(row["hint"] or "Mend the rule or the fee schedule."))


def _clock(location: Location, pms: Pms, now: datetime) -> Iterator[Finding]:
    """A change feed's mark is the PMS's own time; without a change lately there is nothing to compare."""
    asked = (now - _CLOCK_LOOK_BACK).isoformat()
    _, mark = pms.appointments_changed_since(asked)
    theirs = _instant(mark)
    if mark == asked or theirs is None:
        return
    apart = abs(theirs - now)
    if apart <= _CLOCK_MAY_DIFFER:
        yield ok("clock", location.key, "our clock and the PMS's agree")
    else:
        says = f"our clock and the PMS's are {int(apart.total_seconds() // 60)} min apart"
        yield wrong(
            "clock", location.key, says, f"Set both machines' clocks; or zone {location.zone} is not the office's."
        )


def _instant(mark: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(mark)
    except ValueError:
        return None
    return found if found.tzinfo else None
