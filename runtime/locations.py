"""Location files: one YAML file an office, read and checked at start."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from domain.location import Location


class LocationFileError(Exception):
    """A location file cannot be used; the message names file, key and the mend, one line a mistake."""


class LocationBook:
    """The locations of this installation by key."""

    def __init__(self, locations: Sequence[Location]) -> None:
        self._by_key = {location.key: location for location in locations}

    def get(self, key: str) -> Location:
        """Raises KeyError naming the known keys."""
        if key not in self._by_key:
            raise KeyError(f"no location {key!r}; known: {', '.join(sorted(self._by_key)) or 'none'}")
        return self._by_key[key]

    def all(self) -> Sequence[Location]:
        return tuple(self._by_key.values())

    def records(self) -> Mapping[str, str]:
        """Key -> whose patient records the location keeps; offices with the same ones may offer each other's chairs."""
        return {location.key: location.budget for location in self._by_key.values()}

    def sisters(self, key: str) -> Sequence[Location]:
        """The other offices with the same patient records."""
        own = self.get(key)
        return tuple(each for each in self._by_key.values() if each.budget == own.budget and each.key != key)

    def of_account(self, account: str) -> Sequence[Location]:
        return tuple(location for location in self._by_key.values() if location.account == account)


def read_locations(folder: Path) -> LocationBook:
    """Every ``*.yaml`` of the folder. Raises LocationFileError with every mistake of every file."""
    if not folder.is_dir():
        raise LocationFileError(
            f"{folder}: no such folder; put one YAML file a location there, or set CHAIRTIME_LOCATIONS to the folder "
            "that has them (deploy/locations holds examples)"
        )
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise LocationFileError(f"{folder}: no location file (*.yaml); deploy/locations holds examples")
    mistakes: list[str] = []
    found: list[Location] = []
    for path in files:
        try:
            found.append(read_location(path))
        except LocationFileError as wrong:
            mistakes.append(str(wrong))
    mistakes += _doubles(found)
    if mistakes:
        raise LocationFileError("\n".join(mistakes))
    return LocationBook(found)


def read_location(path: Path) -> Location:
    try:
        data = YAML(typ="safe").load(path.read_text("utf-8"))
    except MarkedYAMLError as wrong:
        mark = wrong.problem_mark
        where = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        raise LocationFileError(f"{where}: this is not YAML: {wrong.problem}") from wrong
    if not isinstance(data, dict):
        raise LocationFileError(f"{path}: a location file is a list of keys and values; see deploy/locations")
    try:
        location = Location.model_validate(data)
    except ValidationError as wrong:
        raise LocationFileError("\n".join(_mistakes(path, wrong))) from wrong
    return _checked(path, location)


def _checked(path: Path, location: Location) -> Location:
    known = {person.key for person in location.staff}
    wanted = {location.default_owner} | {person.deputy for person in location.staff if person.deputy}
    if missing := sorted(wanted - known):
        names = ", ".join(missing)
        raise LocationFileError(
            f"{path}: default_owner or deputy names {names}, who is not among the staff ({', '.join(sorted(known))})"
        )
    return location


def _mistakes(path: Path, wrong: ValidationError) -> list[str]:
    lines = []
    for error in wrong.errors():
        key = ".".join(str(part) for part in error["loc"])
        if error["type"] == "missing":
            lines.append(f"{path}: the key {key} is missing; add it")
        elif error["type"] == "extra_forbidden":
            lines.append(f"{path}: unknown key {key}; known keys: {', '.join(sorted(Location.model_fields))}")
        else:
            lines.append(f"{path}: {key}: {error['msg']} (it is {error['input']!r})")
    return lines


def _doubles(found: Sequence[Location]) -> list[str]:
    keys = [location.key for location in found]
    doubles = [f"two location files have the key {key!r}" for key in sorted({k for k in keys if keys.count(k) > 1})]
    parts = [(each.budget, each.pms.option("clinic_num")) for each in found if each.pms.option("account")]
    doubles += [
        f"two locations read the same part of account {budget}: give each its own pms.clinic_num (both have {clinic!r})"
        for budget, clinic in sorted({part for part in parts if parts.count(part) > 1})
    ]
    return doubles
