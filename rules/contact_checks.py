"""Contact rules that can work, and deadlines that they leave possible."""

from collections.abc import Iterator
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rules.errors import Place, Problems, nearest
from rules.holiday_calendar import HOLIDAY_NAMES
from rules.model import CapsRule, ContactRules, Hours, HoursRule, RuleSet, Tier
from rules.quantities import Window
from rules.us_zones import US_ZONES, ZONES_OF_STATE

_WEEK_MINUTES = 7 * 1440


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


def check_deadlines(rule_set: RuleSet, problems: Problems) -> None:
    """A first offer must be possible before the case goes to a person, in every state."""
    contact = rule_set.contact
    if not any(contact.default_hours.days):
        said = contact.default_hours.places[0]
        at = said if said.line else rule_set.default_tier_at
        problems.add(at, "no text may ever be sent: there are no contact hours", "write contact: default_hours:")
        return
    for cap, word in ((contact.caps.per_day, "per_day"), (contact.caps.per_week, "per_week")):
        if cap == 0:
            problems.add(
                contact.caps.at, f"{word}: 0 forbids every text, so no first offer can be made", "write 1 or more"
            )
    longest, where = max(
        ((_longest_silence(contact, rule), rule) for rule in _all_hours(contact)), key=lambda pair: pair[0]
    )
    shortest = min(_shortest_window(_together(contact.default_hours.days, rule.days)) for rule in _all_hours(contact))
    if longest >= _WEEK_MINUTES:
        message = f"in {where.name} contact hours never open, so no first offer can be made there"
        problems.add(where.places[0], message, "give that state some hours")
    for tier in rule_set.tiers:
        if longest < _WEEK_MINUTES:
            _check_escalation(tier, longest, where, problems)
        _check_first_offer(tier, shortest, problems)
        _check_caps(tier, contact.caps, problems)


def _check_escalation(tier: Tier, silence: int, where: HoursRule, problems: Problems) -> None:
    """The case must not go to a person before contact hours let the first offer out."""
    at = tier.place("escalate.after") if tier.place("escalate.after").line else tier.place("tier")
    if tier.first_offer_minutes + silence >= tier.escalate_after_minutes:
        message = (
            f"{tier.name} goes to a person after {tier.escalate_after_minutes // 60} h, but contact hours "
            f"({where.name}) can be closed for {silence // 60} h before the first offer is possible"
        )
        problems.add(at, message, f"make it longer than {(silence + tier.first_offer_minutes) // 60} h")


def _check_first_offer(tier: Tier, shortest: int, problems: Problems) -> None:
    if shortest and tier.first_offer_minutes > shortest:
        message = f"the first offer of {tier.name} may take longer than the shortest contact window, {shortest} min"
        problems.add(tier.place("first_offer"), message, "contact hours make this deadline impossible; shorten it")


def _check_caps(tier: Tier, caps: CapsRule, problems: Problems) -> None:
    """The offer and the steps must fit under the caps, or steps would silently be skipped."""
    times = [0, *(step.after_minutes for step in tier.steps if step.channel == "text")]
    for limit, span, word in ((caps.per_day, 1440, "24 hours"), (caps.per_week, _WEEK_MINUTES, "7 days")):
        if limit and any(sum(start <= each < start + span for each in times) > limit for start in times):
            message = f"{tier.name} wants more than {limit} texts in {word}, so the caps would drop some"
            problems.warn(tier.place("follow_up"), message, "space the steps out, or make one a call")


def _all_hours(contact: ContactRules) -> list[HoursRule]:
    return [contact.default_hours, *contact.state_hours.values()]


def _together(default: Hours, own: Hours) -> Hours:
    return tuple(_overlap(a, b) for a, b in zip(default, own, strict=True))


def _overlap(a: Window | None, b: Window | None) -> Window | None:
    if a is None or b is None:
        return None
    start, stop = max(a[0], b[0]), min(a[1], b[1])
    return (start, stop) if start < stop else None


def _shortest_window(days: Hours) -> int:
    return min((window[1] - window[0] for window in days if window is not None), default=0)


def _longest_silence(contact: ContactRules, own: HoursRule) -> int:
    """Most minutes in a row without contact hours in an ordinary week."""
    days = _together(contact.default_hours.days, own.days)
    spans = [
        (day * 1440 + window[0], day * 1440 + window[1]) for day in range(14) if (window := days[day % 7]) is not None
    ]
    return max((later[0] - earlier[1] for earlier, later in pairwise(spans)), default=_WEEK_MINUTES)
