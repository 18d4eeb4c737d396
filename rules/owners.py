"""Who owns an escalated case: the chain of the rules, seen through a location's staff, absences and deputies.

The chain never ends with nobody: the location's default owner is always behind the last rung.
"""

from collections.abc import Sequence
from datetime import date

from domain.location import Location, StaffMember
from domain.route import OwnerStep, Route
from rules.language import ROLES
from rules.model import RuleSet


def owner_of(step: OwnerStep, location: Location, on: date) -> StaffMember:
    """The person who has this rung on that day: the named one, or the first of the role who is there.

    Whoever is away is stood in for by the deputy, then the deputy's deputy. Nobody there: the default owner.
    """
    for person in _candidates(step, location):
        present = _present(person, location, on)
        if present is not None:
            return present
    default = location.member(location.default_owner)
    return _present(default, location, on) or default


def chain_of(route: Route, location: Location, on: date) -> tuple[StaffMember, ...]:
    """Every rung's person on that day, each person once."""
    people = (owner_of(step, location, on) for step in route.owners)
    return tuple(dict.fromkeys(people)) or (location.member(location.default_owner),)


def is_away(person: StaffMember, on: date) -> bool:
    """Whether the day lies in one of the person's absences (first and last day included)."""
    return any(first <= on.isoformat() <= last for first, last in person.away)


def rules_naming(person: str, rule_set: RuleSet) -> tuple[str, ...]:
    """Where the rules name this person, so that nobody is removed while owning rules: ``tier surgical, escalation``."""
    found = []
    for tier in rule_set.tiers:
        if any(step.owner == person for step in tier.owners):
            found.append(f"tier {tier.name}, escalation")
        if any(rule.approval.owner == person for rule in tier.approvals):
            found.append(f"tier {tier.name}, approvals")
    return tuple(found)


def strangers(location: Location, rule_set: RuleSet, task_owners: Sequence[str]) -> tuple[str, ...]:
    """Who owns tasks or rules here but is no longer among the staff, and what they own: ``nina: 3 open tasks``."""
    known = {person.key for person in location.staff} | {person.role for person in location.staff} | set(ROLES)
    named = {step.owner for tier in rule_set.tiers for step in tier.owners}
    named |= {rule.approval.owner for tier in rule_set.tiers for rule in tier.approvals}
    found = []
    for person in sorted((named | set(task_owners)) - known):
        reasons = why_not_removable(person, location, [rule_set], task_owners.count(person))
        found.append(f"{person}: {', '.join(reasons)}")
    return tuple(found)


def why_not_removable(
    person: str, location: Location, rule_sets: Sequence[RuleSet], open_tasks: int
) -> tuple[str, ...]:
    """What must be handed over before a person can leave; empty when nothing is."""
    reasons = [f"{open_tasks} open tasks"] if open_tasks else []
    reasons += [place for rule_set in rule_sets for place in rules_naming(person, rule_set)]
    if location.default_owner == person:
        reasons.append(f"default owner of {location.key}")
    reasons += [f"deputy of {other.key}" for other in location.staff if other.deputy == person]
    return tuple(dict.fromkeys(reasons))


def _candidates(step: OwnerStep, location: Location) -> list[StaffMember]:
    named = [person for person in location.staff if person.key == step.owner]
    return named or [person for person in location.staff if person.role == (step.role or step.owner)]


def _present(person: StaffMember, location: Location, on: date) -> StaffMember | None:
    """The person or the first deputy in line who is there; None when the line ends or turns in a circle."""
    by_key = {each.key: each for each in location.staff}
    seen: set[str] = set()
    current: StaffMember | None = person
    while current is not None and current.key not in seen:
        if not is_away(current, on):
            return current
        seen.add(current.key)
        current = by_key.get(current.deputy)
    return None
