"""The rule files that staff edit: which are in force, what a version is, what a file may be called."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from rules.loading import content_hash
from web.console.deps import ConsoleDeps
from web.console.desk import Desk

FOLDER = "folder"
"""The name of the version that nobody saved: the practice's folder, or what the product ships."""
_NAME = re.compile(r"(base|organisation|locations/[a-z0-9][a-z0-9-]{0,39})/[a-z0-9][a-z0-9_-]{0,59}\.yaml")
_LAYERS = (("base/", "Base"), ("organisation/", "Organisation"), ("locations/", "Locations"))


class BadName(ValueError):
    """A file cannot be called so; the message says how."""


@dataclass(frozen=True, slots=True)
class InForce:
    """The files that count now. ``saved`` is False while they come from the folder."""

    files: Mapping[str, str]
    version: str
    saved: bool

    def with_file(self, name: str, text: str) -> dict[str, str]:
        """The files with one changed, added, or with an empty text taken away."""
        others = {each: content for each, content in self.files.items() if each != name}
        return {**others, name: text} if text.strip() else others


def in_force(deps: ConsoleDeps) -> InForce:
    version = deps.rules.active_version()
    saved = deps.rules.files(version) if version else None
    files = saved if saved is not None else deps.folder_rules()
    return InForce(dict(files), content_hash(files), saved is not None)


def files_of(deps: ConsoleDeps, version: str) -> Mapping[str, str] | None:
    """The files of a saved version, or of the folder; None when there is no such version."""
    return deps.folder_rules() if version == FOLDER else deps.rules.files(version)


def checked_name(at: Desk, name: str) -> str:
    """The name, if a rule file may be called so. Raises BadName."""
    if not _NAME.fullmatch(name):
        raise BadName(
            f"{name or 'Nothing'!r} is no name for a rule file; write for example organisation/deposits.yaml "
            "or locations/KEY/hours.yaml"
        )
    if name.startswith("locations/") and at.location(name.split("/")[1]) is None:
        known = ", ".join(each.key for each in at.locations)
        raise BadName(f"There is no location {name.split('/')[1]!r}; the locations are {known}")
    return name


def by_layer(files: Mapping[str, str]) -> list[tuple[str, list[str]]]:
    """Layer -> its files, lowest layer first; layers without files are left out."""
    layers = [(title, sorted(name for name in files if name.startswith(layer))) for layer, title in _LAYERS]
    return [(title, names) for title, names in layers if names]


def location_or_busiest(at: Desk, key: str) -> str:
    """The location to look at: the one asked for, else the one with the most open cases."""
    keys = [each.key for each in at.locations]
    if key in keys:
        return key
    counts = at.deps.work.open_counts()
    return max(keys, key=lambda each: counts.get(each, 0), default="")


def staff(at: Desk) -> list[tuple[str, str]]:
    """(Key, name) of everybody at any location, by name."""
    people = {person.key: person.name for place in at.locations for person in place.staff}
    return sorted(people.items(), key=lambda each: each[1])
