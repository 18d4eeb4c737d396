"""Codes and categories that rules name must be in the fee schedule."""

from collections.abc import Collection, Iterable

from rules.codes import CodeSet
from rules.errors import Problems, nearest
from rules.model import Condition, RuleSet, Tier


def check_codes(rule_set: RuleSet, fee_codes: Collection[str] | None, problems: Problems) -> None:
    """Reports codes that do not exist and ranges that hold none.

    The shipped list always counts; a practice's own schedule (``fee_codes``) decides about codes its own layers name.
    """
    shipped = frozenset(rule_set.categories)
    own = frozenset(fee_codes) if fee_codes is not None else shipped
    for condition in (each for tier in rule_set.tiers for each in conditions_of(tier)):
        for codes in (condition.codes, condition.without_codes):
            if codes is not None:
                _check_set(codes, shipped, own, problems)
        for word in sorted(condition.categories - frozenset(rule_set.categories.values())):
            known = sorted(set(rule_set.categories.values()))
            problems.add(condition.at, f"the fee schedule has no category `{word}`", nearest(word, known))
    for tier in rule_set.tiers:
        _check_healing(tier, shipped, own, problems)


def _check_healing(tier: Tier, shipped: frozenset[str], own: frozenset[str], problems: Problems) -> None:
    for rule in tier.healing:
        for codes in (rule.after, rule.before):
            if codes is not None:
                _check_set(codes, shipped, own, problems)


def conditions_of(tier: Tier) -> Iterable[Condition]:
    """Every condition a tier writes."""
    yield from tier.match
    yield from tier.call_when
    yield from (waiver.condition for waiver in tier.deposit.waivers)
    yield from (rule.when for rule in tier.approvals)


def _check_set(codes: CodeSet, shipped: frozenset[str], own: frozenset[str], problems: Problems) -> None:
    for code, at in codes.singles.items():
        known = shipped | own if at.file.startswith("base/") else own
        if code not in known:
            problems.add(at, f"the code {code} is not in the fee schedule", nearest(code, sorted(known)))
    for each in codes.ranges:
        if each.low > each.high:
            problems.add(each.at, f"the range {each.text} runs backwards", "write the lower code first")
        elif not any(each.holds(code) for code in shipped | own):
            problems.add(each.at, f"the fee schedule has no code in the range {each.text}", "check both ends")
