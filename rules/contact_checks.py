"""Contact rules that can work: names that exist, hours and caps no wider than the layer below without a reason."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rules.errors import Place, Problems, nearest
from rules.holiday_calendar import HOLIDAY_NAMES
from rules.model import CapsRule, ContactRules
from rules.quantities import Window
from rules.us_zones import US_ZONES, ZONES_OF_STATE


def check_contact(rules: ContactRules, below: ContactRules | None, problems: Problems) -> None:
    """Names that exist, and nothing wider than the layer below without a note that says why."""
    for name in sorted(rules.holidays - frozenset(HOLIDAY_NAMES)):
        problems.add(rules.holidays_at, f"`{name}` is no holiday that can be named", nearest(name, HOLIDAY_NAMES))
    for state, rule in rules.state_hours.items():
        if state not in ZONES_OF_STATE:
            problems.add(rule.places[0], f"`{state}` is no state", "write its two letters, like FL")
    for zone in rules.zones_when_unknown:
        if not _is_zone(zone):
            hint = nearest(zone, US_ZONES) or "write one like America/Boise"
            problems.add(rules.zones_at, f"`{zone}` is no time zone", hint)
    if below is not None and not rules.note:
        for at, what in _wider(below, rules):
            problems.add(at, f"{what} than the layer below allows", "say why in contact: note:")


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True


def _wider(below: ContactRules, above: ContactRules) -> Iterator[tuple[Place, str]]:
    pairs = [(below.default_hours, above.default_hours)]
    pairs += [(old, above.state_hours[state]) for state, old in below.state_hours.items() if state in above.state_hours]
    for old, new in pairs:
        for day in range(7):
            if _is_wider(old.days[day], new.days[day]):
                yield new.places[day], "these hours are wider"
    if _cap_is_wider(below.caps, above.caps):
        yield above.caps.at, "these caps let more texts through"
    if below.holidays - above.holidays:
        yield above.holidays_at, "fewer holidays are kept"
    if below.unknown_consent == "block" and above.unknown_consent == "allow":
        yield above.consent_at, "texts without recorded consent are more"


def _is_wider(old: Window | None, new: Window | None) -> bool:
    if new is None:
        return False
    return old is None or new[0] < old[0] or new[1] > old[1]


def _cap_is_wider(old: CapsRule, new: CapsRule) -> bool:
    pairs = ((old.per_day, new.per_day), (old.per_week, new.per_week))
    return any(a is not None and (b is None or b > a) for a, b in pairs)
