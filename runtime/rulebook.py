"""The rules in force: the version saved in the database, else the practice's folder, else the shipped ones.

A saved version is picked up without a restart: the book looks for a new one every few seconds.
"""

import threading
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Protocol

from domain.route import CaseFacts, Route
from rules.classify import classify
from rules.holiday_calendar import holiday_dates
from rules.loading import completed, content_hash, parse_rules, read_files
from rules.model import ContactRules, RuleSet, Templates
from runtime.clock import Clock
from runtime.locations import LocationBook

_LOOK_EVERY = timedelta(seconds=3)


class SavedRules(Protocol):
    """The rule files saved by the console, newest active version; None when nobody saved any."""

    def active_files(self) -> Mapping[str, str] | None: ...


class RuleBook:
    """Satisfies ``activities.ports.RuleBook``. Raises rules.errors.RuleErrors when the rules have mistakes."""

    def __init__(self, folder: Path, saved: SavedRules, locations: LocationBook, clock: Clock) -> None:
        self._folder = folder
        self._saved = saved
        self._locations = locations
        self._clock = clock
        self._lock = threading.Lock()
        self._files: Mapping[str, str] = {}
        self._version = ""
        self._looked_at: datetime | None = None
        self._sets: dict[tuple[str, str, date], RuleSet] = {}

    def rule_set(self, location: str) -> RuleSet:
        """The rules of a location on its own calendar day."""
        files, version = self._current()
        today = self._clock.now().astimezone(self._locations.get(location).tz).date()
        key = (version, location, today)
        if key not in self._sets:
            self._sets = {k: v for k, v in self._sets.items() if k[0] == version and k[2] == today}
            self._sets[key] = parse_rules(files, location, today)
        return self._sets[key]

    def route(self, facts: CaseFacts) -> Route:
        return classify(self.rule_set(facts.location), facts)

    def contact_rules(self, location: str) -> ContactRules:
        return self.rule_set(location).contact

    def templates(self, location: str) -> Templates:
        return self.rule_set(location).templates

    def holidays(self, location: str, year: int) -> frozenset[date]:
        """The days the office is closed for: the rules' holidays, as offices keep them."""
        return holiday_dates(year, self.contact_rules(location).holidays, observed=True)

    def _current(self) -> tuple[Mapping[str, str], str]:
        now = self._clock.now()
        with self._lock:
            if self._looked_at is None or not timedelta(0) <= now - self._looked_at < _LOOK_EVERY:
                self._files = self._saved.active_files() or self.folder_files()
                self._version = content_hash(self._files)
                self._looked_at = now
            return self._files, self._version

    def folder_files(self) -> Mapping[str, str]:
        """Without a folder of its own the practice uses the shipped rules."""
        return read_files(self._folder) if self._folder.exists() else completed({})
