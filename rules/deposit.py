"""The deposit of a case: by rule, never more than the patient's portion or the plan."""

from domain.money import format_usd, percent_of
from rules.matching import Measured, holds
from rules.model import DepositRule

Why = tuple[str, int, int]
"""Why a deposit is what it is: kind, amount, value of the case (cents). Words are made of it only when asked for."""


def deposit_cents(rule: DepositRule, case: Measured) -> tuple[int, Why]:
    """The amount in cents and why it is that."""
    for number, waiver in enumerate(rule.waivers):
        if holds(waiver.condition, case):
            return 0, ("waived", number, 0)
    value = case.value_cents
    wanted, kind = _wanted(rule, value)
    if not wanted:
        return 0, ("none", 0, 0)
    portion = case.facts.patient_cents
    limit = max(0, value if portion is None else min(portion, value))
    if wanted > limit:
        return limit, ("limit", limit, 0)
    return wanted, (kind, wanted, value)


def _wanted(rule: DepositRule, value: int) -> tuple[int, str]:
    if rule.fixed_cents is not None:
        return rule.fixed_cents, "fixed"
    if rule.percent is None:
        return 0, "none"
    share = percent_of(value, rule.percent)
    share -= share % rule.round_to_cents
    if share < rule.at_least_cents:
        return rule.at_least_cents, "floor"
    if rule.at_most_cents is not None and share > rule.at_most_cents:
        return rule.at_most_cents, "ceiling"
    return share, "share"


def words_of(why: Why, rule: DepositRule) -> str:
    """The reason in words."""
    kind, amount, value = why
    if kind == "waived":
        return f"no deposit: {rule.waivers[amount].why}"
    share = f"{rule.percent}% of {format_usd(value)}"
    return {
        "none": "this tier asks for no deposit",
        "limit": f"{format_usd(amount)}: never more than the patient's part",
        "fixed": f"{format_usd(amount)}, a fixed amount",
        "floor": f"{format_usd(amount)}: {share}, but at least that",
        "ceiling": f"{format_usd(amount)}: {share}, but at most that",
        "share": f"{format_usd(amount)}: {share}",
    }[kind]
