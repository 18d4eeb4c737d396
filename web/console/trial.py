"""A changed rule file before it is saved: its mistakes, the change in words, and what it would have done."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import unified_diff

from domain.records import CaseRecord
from rules.checks import Report, check
from rules.comparing import diff
from rules.errors import RuleErrors
from rules.loading import parse_rules
from rules.simulate import Simulation, Totals, simulate
from web.console.desk import Desk
from web.console.past_cases import StoredCases

_MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Number:
    """One number under the rules in force and under the changed ones; ``cases`` make the difference."""

    name: str
    old: str
    new: str
    cases: Sequence[str]

    @property
    def moved(self) -> bool:
        return self.old != self.new


@dataclass(frozen=True, slots=True)
class Trial:
    """``words``: what changes for ``location``; ``past`` is None when no dry run could be made (``why`` says why)."""

    report: Report
    location: str
    words: Sequence[str] = ()
    past: Simulation | None = None
    why: str = ""
    cases: Mapping[str, CaseRecord] | None = None

    @property
    def numbers(self) -> list[Number]:
        if self.past is None:
            return []
        past = self.past
        counted = [
            ("Cases that no tier matched", past.defaulted),
            ("Texts planned", past.texts),
            ("Texts a patient gets in a week with any", past.texts_per_patient_week),
            ("Most texts to one patient in a week", past.most_texts_in_a_week),
            *((f"Tasks for {owner}", totals) for owner, totals in past.tasks.items()),
        ]
        deposits = past.deposit_cents
        money = Number("Deposits asked", _dollars(deposits.old), _dollars(deposits.new), deposits.cases[:_MOST_SHOWN])
        return [money, *(_number(name, totals) for name, totals in counted)]


def check_rules(at: Desk, files: Mapping[str, str]) -> Report:
    """Everything that is wrong with these files; codes are looked up in the fee schedules of the mirror."""
    sites = {place.key: place.budget for place in at.locations}
    return check(files, today(at), fee_codes(at), sites or None)


def try_out(at: Desk, old: Mapping[str, str], new: Mapping[str, str], location: str) -> Trial:
    """Check, and when there is no mistake compare and run over the location's past cases."""
    report = check_rules(at, new)
    if not report.ok:
        return Trial(report, location)
    on = today(at)
    words = diff(old, new, location, on)
    if not words:
        return Trial(report, location)
    try:
        before, after = (parse_rules(files, location, on) for files in (old, new))
    except RuleErrors as wrong:
        return Trial(report, location, words, why=f"The rules in force have a mistake themselves: {wrong.errors[0]}")
    past = simulate(before, after, StoredCases(at.deps.work, at.deps.mirror, location).past_cases())
    shown = [change.case_id for change in past.changed[:_MOST_SHOWN]] + [
        case_id for moved in past.tiers_moved for case_id in moved.cases[:_MOST_SHOWN]
    ]
    return Trial(report, location, words, past, cases=at.deps.work.named(shown))


def line_changes(old: Mapping[str, str], new: Mapping[str, str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """File -> (mark, line) of what changed with two lines around it; mark is " ", "+", "-" or "@"."""
    changed = [name for name in sorted({*old, *new}) if old.get(name) != new.get(name)]
    return [(name, _lines(old.get(name, ""), new.get(name, ""))) for name in changed]


def today(at: Desk) -> date:
    """The day on which the rules are looked at: where the first location is."""
    zone = at.locations[0].tz if at.locations else None
    return at.now.astimezone(zone).date() if zone else at.now.date()


def fee_codes(at: Desk) -> Collection[str] | None:
    """Every code of the mirrored fee schedules; None when none was read yet, so that nothing is called unknown."""
    accounts = {place.account for place in at.locations}
    return {code for account in accounts for code in at.deps.mirror.codes(account)} or None


def _lines(old: str, new: str) -> list[tuple[str, str]]:
    changes = list(unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=2))[2:]
    return [(line[:1], line if line.startswith("@") else line[1:]) for line in changes]


def _number(name: str, totals: Totals) -> Number:
    return Number(name, f"{totals.old:g}", f"{totals.new:g}", totals.cases[:_MOST_SHOWN])


def _dollars(cents: float) -> str:
    return f"${cents / 100:,.0f}"
