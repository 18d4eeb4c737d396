"""What a rule set must satisfy as a whole: names, matches, amounts, deadlines and owners that hold."""

from collections.abc import Collection, Iterable

from rules.code_checks import check_codes
from rules.contact_checks import check_contact
from rules.deadline_checks import check_deadlines, spoken
from rules.errors import Place, Problems, nearest
from rules.language import ROLES
from rules.model import RuleSet, Tier
from rules.openings_checks import check_openings
from rules.shadowing import check_matches
from rules.template_lint import lint

_NOBODY = frozenset({"nobody", "none", "no_one", "system"})


def examine(rule_set: RuleSet, below: RuleSet | None, problems: Problems, fee_codes: Collection[str] | None) -> None:
    """Every check on a rule set that was read; ``below`` is the same without its top layer."""
    _check_default(rule_set, problems)
    for tier in rule_set.tiers:
        _check_names(tier, rule_set, problems)
        _check_owners(tier, problems)
        _check_visit(tier, problems)
        _check_deposit(tier, problems)
        _check_steps(tier, problems)
        check_openings(tier, problems)
    check_codes(rule_set, fee_codes, problems)
    check_matches(rule_set, fee_codes, problems)
    check_contact(rule_set.contact, below.contact if below else None, problems)
    check_deadlines(rule_set, problems)
    lint(rule_set, problems)


def _check_default(rule_set: RuleSet, problems: Problems) -> None:
    names = [tier.name for tier in rule_set.tiers]
    if not names and problems.errors:
        return  # a file that cannot be read says enough
    if not names:
        problems.add(rule_set.default_tier_at, "there is no tier", "write at least one under tiers:")
    elif not rule_set.default_tier:
        problems.add(rule_set.default_tier_at, "no tier takes the cases that match none", "write default_tier: NAME")
    elif rule_set.default_tier not in names:
        message = f"the default tier `{rule_set.default_tier}` does not exist"
        problems.add(rule_set.default_tier_at, message, nearest(rule_set.default_tier, names))


def _check_names(tier: Tier, rule_set: RuleSet, problems: Problems) -> None:
    if tier.refund_policy not in rule_set.policies:
        message = f"the policy `{tier.refund_policy}` does not exist"
        problems.add(tier.place("refund_policy"), message, nearest(tier.refund_policy, list(rule_set.policies)))
    templates = rule_set.templates.by_key
    for step, at in zip(tier.steps, _item_places(tier, "follow_up"), strict=True):
        if step.channel == "call":
            if step.template:
                problems.add(at, f"the step {step.name} is a call and sends no text", "leave out template")
        elif not step.template:
            problems.add(at, f"the step {step.name} is a text without a template", "write template: NAME, or by: call")
        elif step.template not in templates:
            message = f"the step {step.name} sends the template `{step.template}`, which does not exist"
            problems.add(at, message, nearest(step.template, list(templates)))


def _item_places(tier: Tier, key: str) -> Iterable[Place]:
    return tier.item_places.get(key, ())


def _check_owners(tier: Tier, problems: Problems) -> None:
    at = tier.place("escalate.owners")
    if not tier.owners:
        place = at if at.line else tier.place("escalate") if tier.place("escalate").line else tier.place("tier")
        problems.add(place, f"the escalation of {tier.name} ends with nobody", "name at least one owner")
    waited = -1
    for step, place in zip(tier.owners, _item_places(tier, "owners"), strict=True):
        _check_owner(step.owner, place, f"the escalation of {tier.name}", problems)
        if step.after_open_minutes <= waited:
            problems.add(
                place, f"{step.owner} is reached no later than the owner before", "give each rung a later time"
            )
        waited = step.after_open_minutes
    for rule in tier.approvals:
        _check_owner(rule.approval.owner, rule.when.at, f"the approval {rule.approval.name}", problems)


def _check_owner(owner: str, at: Place, where: str, problems: Problems) -> None:
    if owner in _NOBODY:
        problems.add(
            at, f"{where} ends with nobody: `{owner}` is no person", f"a person's key or one of {', '.join(ROLES)}"
        )
    close = nearest(owner, ROLES)
    if owner not in ROLES and close.startswith("did you mean"):
        problems.add(at, f"`{owner}` in {where} is no role", close)


def _check_visit(tier: Tier, problems: Problems) -> None:
    if tier.visit_at_most is not None and tier.visit_at_most < tier.visit_at_least:
        problems.add(tier.place("visit.at_most"), "the longest visit is shorter than the shortest", "raise at_most")
    for key, minutes in (("visit.at_least", tier.visit_at_least), ("visit.when_unknown", tier.visit_when_unknown)):
        if minutes % 5:
            problems.add(
                tier.place(key), f"{minutes} min does not fit the 5-minute grid", f"write {minutes // 5 * 5 + 5} min"
            )
    if not 1 <= tier.priority <= 5:
        problems.add(tier.place("priority"), f"the priority {tier.priority} does not exist", "write 1 (first) to 5")


def _check_deposit(tier: Tier, problems: Problems) -> None:
    rule = tier.deposit
    at = tier.place("deposit")
    if rule.fixed_cents is not None and rule.percent is not None:
        problems.add(at, "a deposit is fixed or a percentage, not both", "keep fixed or percent")
    if rule.percent is not None and rule.percent > 100:
        problems.add(
            tier.place("deposit.percent"), f"a deposit of {rule.percent}% is above the plan", "100% is all of it"
        )
    if rule.at_most_cents is not None and rule.at_most_cents < max(rule.at_least_cents, rule.fixed_cents or 0):
        problems.add(tier.place("deposit.at_most"), "the deposit's ceiling is below its floor", "raise at_most")
    if rule.percent is None and (rule.at_least_cents or rule.at_most_cents is not None) and rule.fixed_cents is None:
        problems.add(at, "at_least and at_most need a percent", "write percent: 10%, or fixed: $500 alone")
    key = "deposit.fixed" if rule.fixed_cents is not None else "deposit.at_least"
    wanted = rule.fixed_cents if rule.fixed_cents is not None else rule.at_least_cents
    lowest = _lowest_value(tier)
    if wanted > lowest:
        message = (
            f"the deposit of ${wanted / 100:,.2f} is above the plan: cases of {tier.name} start at ${lowest / 100:,.2f}"
        )
        hint = f'lower it, or waive it: waived_when: [{{why: small case, value: "under ${wanted // 100:,}"}}]'
        problems.add(tier.place(key), message, hint)


def _lowest_value(tier: Tier) -> int:
    """The smallest value that pays a deposit: what the conditions or a waiver leave, else the typical value."""
    bounds = [waiver.condition.value for waiver in tier.deposit.waivers]
    waived = [each.high + 1 for each in bounds if each and each.low is None and each.high is not None]
    floors = [condition.value.low if condition.value and condition.value.low else 0 for condition in tier.match]
    stated = max([min(floors, default=0), *waived])
    typical = tier.typical_value.low if tier.typical_value and tier.typical_value.low else 0
    return stated or typical or 0


def _check_steps(tier: Tier, problems: Problems) -> None:
    names: set[str] = set()
    for step, at in zip(tier.steps, _item_places(tier, "follow_up"), strict=True):
        if step.name in names:
            problems.add(at, f"two steps of {tier.name} are called {step.name}", "give each its own name")
        names.add(step.name)
        if step.after_minutes >= tier.escalate_after_minutes:
            message = f"the step {step.name} comes after the case has gone to a person"
            problems.add(at, message, f"bring it before {spoken(tier.escalate_after_minutes)}")
