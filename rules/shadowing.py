"""Tiers that can never have a case, because a tier above takes all of theirs."""

from collections.abc import Collection, Iterator

from rules.codes import CodeSet
from rules.errors import Problems
from rules.matching import checks_of
from rules.model import Condition, RuleSet, Tier
from rules.quantities import Bounds


def check_matches(rule_set: RuleSet, fee_codes: Collection[str] | None, problems: Problems) -> None:
    """Reports conditions that cannot hold, ones that a tier above takes whole, and codes that two tiers name."""
    universe = frozenset(rule_set.categories) | frozenset(fee_codes or ())
    above: list[tuple[Tier, Condition]] = []
    for tier in rule_set.tiers:
        if not tier.match and tier.name != rule_set.default_tier:
            problems.add(
                tier.place("tier"), f"the tier {tier.name} can never match: it has no match line", "add match:"
            )
        dead = 0
        for condition in tier.match:
            fault = _fault(condition, above, universe)
            if fault:
                dead += 1
                whole = " and so the whole tier" if dead == len(tier.match) else ""
                problems.add(condition.at, f"this match line of {tier.name}{whole} can never match: {fault}", _HINT)
        _report_common_codes(tier, above, universe, problems)
        above += [(tier, condition) for condition in tier.match]


_HINT = "narrow the one above, or move this tier up"


def _fault(condition: Condition, above: list[tuple[Tier, Condition]], universe: frozenset[str]) -> str:
    if condition.codes is not None and condition.without_codes is not None:
        wanted = condition.codes.known(universe)
        if wanted and all(condition.without_codes.holds(code) for code in wanted):
            return "without_codes takes away all of its codes"
    for tier, earlier in above:
        if _covers(earlier, condition, universe):
            return f"{tier.name} above takes all of its cases (line {earlier.at.line} of {earlier.at.file})"
    return ""


def _covers(wide: Condition, narrow: Condition, universe: frozenset[str]) -> bool:
    """Whether every case of ``narrow`` is one of ``wide``."""
    return all(_parts_cover(wide, narrow, universe))


def _parts_cover(wide: Condition, narrow: Condition, universe: frozenset[str]) -> Iterator[bool]:
    yield _codes_cover(wide.codes, narrow.codes, universe)
    yield _excludes_less(wide.without_codes, narrow.without_codes, universe)
    for key in ("categories", "attributes", "provider", "language", "insurance"):
        yield _words_cover(getattr(wide, key), getattr(narrow, key))
    for key in ("value", "chair_time", "age"):
        yield _bounds_cover(getattr(wide, key), getattr(narrow, key))
    yield wide.in_office is None or wide.in_office == narrow.in_office


def _codes_cover(wide: CodeSet | None, narrow: CodeSet | None, universe: frozenset[str]) -> bool:
    if wide is None or narrow is None:
        return wide is None
    return narrow.known(universe) <= wide.known(universe)


def _excludes_less(wide: CodeSet | None, narrow: CodeSet | None, universe: frozenset[str]) -> bool:
    if wide is None or narrow is None:
        return wide is None
    return wide.known(universe) <= narrow.known(universe)


def _words_cover(wide: frozenset[str], narrow: frozenset[str]) -> bool:
    return not wide or (bool(narrow) and narrow <= wide)


def _bounds_cover(wide: Bounds | None, narrow: Bounds | None) -> bool:
    return wide is None or wide.covers(narrow or Bounds())


def _report_common_codes(
    tier: Tier, above: list[tuple[Tier, Condition]], universe: frozenset[str], problems: Problems
) -> None:
    """Codes that a tier above already takes under any circumstances: they never reach this tier.

    A higher layer may take codes away from a lower one: that is what layers are for.
    """
    taken = {
        (_layer(condition), code): other.name
        for other, condition in reversed(above)
        if other.name != tier.name and condition.codes is not None and _only_codes(condition)
        for code in condition.codes.known(universe)
    }
    for condition in tier.match:
        if condition.codes is None:
            continue
        codes, layer = condition.codes.known(universe), _layer(condition)
        common = sorted(code for code in codes if (layer, code) in taken)
        if common and len(common) < len(codes):
            other = taken[(layer, common[0])]
            names = ", ".join(common[:5]) + (f" and {len(common) - 5} more" if len(common) > 5 else "")
            message = f"{tier.name} and {other} shadow each other: {names} always goes to {other}"
            problems.add(condition.codes.place(common[0]) or condition.at, message, "name a code in one tier only")


def _layer(condition: Condition) -> str:
    return condition.at.file.partition("/")[0]


def _only_codes(condition: Condition) -> bool:
    return condition.codes is not None and not checks_of(condition, skip="codes")
