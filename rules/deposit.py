"""The deposit of a case: by rule, never more than the patient's portion or the plan."""

from domain.money import format_usd, percent_of
from rules.matching import Measured, holds
from rules.model import DepositRule


def deposit_cents(rule: DepositRule, case: Measured) -> tuple[int, str]:
    """The amount in cents and why it is that."""
    for waiver in rule.waivers:
        if holds(waiver.condition, case):
            return 0, f"no deposit: {waiver.why}"
    wanted, why = _wanted(rule, case.value_cents)
    if not wanted:
        return 0, "this tier asks for no deposit"
    portion = case.facts.patient_cents
    limit = case.value_cents if portion is None else min(portion, case.value_cents)
    if wanted > limit:
        return max(0, limit), f"{format_usd(max(0, limit))}: never more than the patient's part"
    return wanted, why


def _wanted(rule: DepositRule, value_cents: int) -> tuple[int, str]:
    if rule.fixed_cents is not None:
        return rule.fixed_cents, f"{format_usd(rule.fixed_cents)}, a fixed amount"
    if rule.percent is None:
        return 0, ""
    share = percent_of(value_cents, rule.percent)
    share -= share % rule.round_to_cents
    text = f"{rule.percent}% of {format_usd(value_cents)}"
    if share < rule.at_least_cents:
        return rule.at_least_cents, f"{format_usd(rule.at_least_cents)}: {text}, but at least that"
    if rule.at_most_cents is not None and share > rule.at_most_cents:
        return rule.at_most_cents, f"{format_usd(rule.at_most_cents)}: {text}, but at most that"
    return share, f"{format_usd(share)}: {text}"
