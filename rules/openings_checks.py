"""What a tier says about openings is possible: days that are known, gaps that end, offices that know the patient."""

from collections.abc import Mapping

from domain.slots import HORIZON_DAYS
from rules.deadline_checks import spoken
from rules.errors import Problems, nearest
from rules.model import RuleSet, Tier

_DAY = 1440
_LONGEST_WAIT_DAYS = 730


def check_openings(tier: Tier, problems: Problems) -> None:
    """One tier by itself."""
    ahead, lead = tier.place("openings.look_ahead"), tier.place("openings.lead_time")
    if tier.look_ahead_minutes > HORIZON_DAYS * _DAY:
        message = f"openings are known for {HORIZON_DAYS} days, not for {tier.look_ahead_minutes // _DAY}"
        problems.add(ahead, message, f"write {HORIZON_DAYS} days or less")
    if tier.lead_minutes >= tier.look_ahead_minutes:
        message = f"{tier.name} offers nothing: it looks no further ahead than its lead time"
        problems.add(lead if lead.line else ahead, message, f"make it shorter than {spoken(tier.look_ahead_minutes)}")
    for rule in tier.healing:
        if not 1 <= rule.wait_minutes // _DAY <= _LONGEST_WAIT_DAYS:
            problems.add(rule.at, "a healing gap is 1 day to two years long", "write wait: 84 days")
        if not rule.after.singles and not rule.after.ranges:
            problems.add(rule.at, "a healing gap after no code holds for nobody", "name codes: after: [D7140]")
    seen: set[str] = set()
    for key, at in zip(tier.other_locations, tier.item_places.get("other_locations", ()), strict=True):
        if key in seen:
            problems.add(at, f"the location {key} stands twice in one list", "name each once")
        seen.add(key)


def check_sister_offices(rule_set: RuleSet, sites: Mapping[str, str], problems: Problems) -> None:
    """Another office may be offered only where the patient is known: in the same records of the same PMS.

    ``sites``: every location's key -> whose records it keeps (``Location.budget``). A list may name the office itself.
    """
    for tier in rule_set.tiers:
        for key, at in zip(tier.other_locations, tier.item_places.get("other_locations", ()), strict=True):
            if key not in sites:
                problems.add(at, f"there is no location `{key}`", nearest(key, sorted(sites)))
            elif sites[key] != sites[rule_set.location]:
                problems.add(
                    at,
                    f"{key} cannot take patients of {rule_set.location}: it keeps records of its own",
                    "name offices whose location files have the same `account` in `pms`, in "
                    f"locations/{rule_set.location}/ if others do not share them",
                )
