"""Deadlines that the contact rules leave possible: a first offer comes before the case goes to a person, everywhere."""

from collections.abc import Sequence
from itertools import pairwise

from rules.errors import Place, Problems
from rules.model import CapsRule, ContactRules, Hours, HoursRule, RuleSet, Tier
from rules.quantities import Window

_DAY_MINUTES = 1440
_WEEK_MINUTES = 7 * _DAY_MINUTES
_LAYERS = ("base", "organisation", "locations")


def check_deadlines(rule_set: RuleSet, problems: Problems) -> None:
    """A first offer must be possible before the case goes to a person, in every state.

    A state whose hours never open is one mistake; the tiers are then judged by the states that do open.
    """
    contact = rule_set.contact
    if not any(contact.default_hours.days):
        said = contact.default_hours.places[0]
        at = said if said.line else rule_set.default_tier_at
        problems.add(at, "no text may ever be sent: there are no contact hours", "write contact: default_hours:")
        return
    for cap, word in ((contact.caps.per_day, "per_day"), (contact.caps.per_week, "per_week")):
        if cap == 0:
            message = f"{word}: 0 forbids every text, so no first offer can be made"
            problems.add(contact.caps.at, message, "write 1 or more")
    _check_closed(contact, problems)
    _check_escalations(rule_set.tiers, contact, problems)
    _check_first_offers(rule_set.tiers, contact, problems)
    for tier in rule_set.tiers:
        _check_caps(tier, contact.caps, problems)


def spoken(minutes: int) -> str:
    """``10 min``, ``64 h`` or ``64 h 15 min``."""
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours} h"] if hours else []
    return " ".join(parts + ([f"{rest} min"] if rest or not hours else []))


def _check_closed(contact: ContactRules, problems: Problems) -> None:
    """The states whose hours and the default hours have no minute in common, drawn together by the line to change."""
    closed: dict[Place, list[str]] = {}
    for rule in contact.state_hours.values():
        if not any(_open_days(contact, rule)):
            closed.setdefault(_closing_place(contact, rule), []).append(rule.name)
    for at, states in closed.items():
        message = f"in {', '.join(sorted(states))} contact hours never open, so no first offer can be made there"
        hint = "give that state some hours" if len(states) == 1 else "give those states some hours"
        problems.add(at, message, f"{hint} that lie inside the default hours")


def _check_escalations(tiers: Sequence[Tier], contact: ContactRules, problems: Problems) -> None:
    """The case must not go to a person before contact hours let the first offer out."""
    where = max(_open_rules(contact), key=lambda rule: _longest_silence(contact, rule))
    silence = _longest_silence(contact, where)
    late = [tier for tier in tiers if tier.first_offer_minutes + silence >= tier.escalate_after_minutes]
    for tier in tiers:
        own = tier.place("escalate.after") if tier.place("escalate.after").line else tier.place("tier")
        after, offer = spoken(tier.escalate_after_minutes), spoken(tier.first_offer_minutes)
        if tier.first_offer_minutes >= tier.escalate_after_minutes:
            message = f"{tier.name} goes to a person after {after}, before its first offer, due within {offer}"
            problems.add(own, message, f"make it longer than {offer}, or shorten first_offer")
        if tier in late:
            message = (
                f"{tier.name} goes to a person after {after}, but contact hours ({where.name}) can be closed for "
                f"{spoken(silence)} before the first offer is possible"
            )
            at = _changed(own, _closing_place(contact, where), late, tiers)
            problems.add(at, message, f"make it longer than {spoken(silence + tier.first_offer_minutes)}")


def _check_first_offers(tiers: Sequence[Tier], contact: ContactRules, problems: Problems) -> None:
    where, day, shortest = min(
        (
            (rule, day, window[1] - window[0])
            for rule in _open_rules(contact)
            for day, window in enumerate(_open_days(contact, rule))
            if window is not None
        ),
        key=lambda found: found[2],
    )
    late = [tier for tier in tiers if tier.first_offer_minutes > shortest]
    for tier in late:
        own = tier.place("first_offer") if tier.place("first_offer").line else tier.place("tier")
        message = f"the first offer of {tier.name} may take longer than the shortest contact window, {spoken(shortest)}"
        at = _changed(own, where.places[day], late, tiers)
        problems.add(at, f"{message} ({where.name})", "contact hours make this deadline impossible; shorten it")


def _changed(own: Place, hours: Place, late: Sequence[Tier], tiers: Sequence[Tier]) -> Place:
    """Which of two lines that do not fit together was changed: the one in the higher layer.

    In one layer it is the hours' when they make more than half of the tiers impossible, else the tier's own.
    """
    if not hours.line or _layer(own) > _layer(hours):
        return own
    return hours if _layer(hours) > _layer(own) or len(late) * 2 > len(tiers) else own


def _layer(at: Place) -> int:
    folder = at.file.partition("/")[0]
    return _LAYERS.index(folder) if folder in _LAYERS else -1


def _check_caps(tier: Tier, caps: CapsRule, problems: Problems) -> None:
    """The offer and the steps must fit under the caps, or steps would silently be skipped."""
    times = [0, *(step.after_minutes for step in tier.steps if step.channel == "text")]
    for limit, span, word in ((caps.per_day, _DAY_MINUTES, "24 hours"), (caps.per_week, _WEEK_MINUTES, "7 days")):
        if limit and any(sum(start <= each < start + span for each in times) > limit for start in times):
            message = f"{tier.name} wants more than {limit} texts in {word}, so the caps would drop some"
            problems.warn(tier.place("follow_up"), message, "space the steps out, or make one a call")


def _open_rules(contact: ContactRules) -> list[HoursRule]:
    """The default hours and every state that ever opens."""
    every = [contact.default_hours, *contact.state_hours.values()]
    return [rule for rule in every if any(_open_days(contact, rule))]


def _open_days(contact: ContactRules, own: HoursRule) -> Hours:
    """What the default hours and a state's own leave of each day."""
    return tuple(_overlap(a, b) for a, b in zip(contact.default_hours.days, own.days, strict=True))


def _overlap(a: Window | None, b: Window | None) -> Window | None:
    if a is None or b is None:
        return None
    start, stop = max(a[0], b[0]), min(a[1], b[1])
    return (start, stop) if start < stop else None


def _longest_silence(contact: ContactRules, own: HoursRule) -> int:
    """Most minutes in a row without contact hours in an ordinary week."""
    days = _open_days(contact, own)
    spans = [
        (day * _DAY_MINUTES + window[0], day * _DAY_MINUTES + window[1])
        for day in range(14)
        if (window := days[day % 7]) is not None
    ]
    return max((later[0] - earlier[1] for earlier, later in pairwise(spans)), default=_WEEK_MINUTES)


def _closing_place(contact: ContactRules, rule: HoursRule) -> Place:
    """The line that closes most: hours that miss each other, else the first day without hours, else the first line."""
    default = contact.default_hours
    for day, (a, b) in enumerate(zip(default.days, rule.days, strict=True)):
        if a is not None and b is not None and _overlap(a, b) is None:
            return _missing_place(contact, rule, day)
    day = next((at for at, window in enumerate(_open_days(contact, rule)) if window is None), 0)
    said, own = default.places[day], rule.places[day]
    return said if _layer(said) > _layer(own) or rule.days[day] is not None else own


def _missing_place(contact: ContactRules, rule: HoursRule, day: int) -> Place:
    """Of a day's default hours and a state's that miss each other: the higher layer's line, else the odd one out."""
    default, own = contact.default_hours.places[day], rule.places[day]
    if _layer(default) != _layer(own):
        return max(default, own, key=_layer)
    stated = [state.days[day] for state in contact.state_hours.values() if state.days[day] is not None]
    missed = sum(_overlap(contact.default_hours.days[day], each) is None for each in stated)
    return default if missed * 2 > len(stated) else own
