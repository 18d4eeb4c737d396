"""Which tier has a case: the first one, in the order of the rules, with a condition that holds.

The conditions are indexed once by what they ask for (codes, else categories, attributes, provider), so a case looks
only at conditions that its own procedures call up, however many rules there are.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from domain.route import CaseFacts, ProcedureFacts
from rules.model import Condition, Tier


@dataclass(frozen=True, slots=True)
class Alternative:
    """One condition of one tier; ``rank`` is its place in the order of all of them."""

    rank: int
    tier: Tier
    condition: Condition


@dataclass(frozen=True, slots=True)
class Measured:
    """What conditions look at, computed once a case. ``minutes`` is the chair time before floors, 0 when unknown."""

    facts: CaseFacts
    value_cents: int
    minutes: int
    categories: tuple[str, ...]


def measure(facts: CaseFacts, categories: Mapping[str, str]) -> Measured:
    """``categories`` fills in the fee-schedule category of a code that comes without one."""
    value = minutes = 0
    groups = []
    for procedure in facts.procedures:
        value += procedure.fee_cents
        minutes += procedure.minutes
        groups.append(procedure.category or categories.get(procedure.code, ""))
    return Measured(facts, value, facts.visit_minutes or minutes, tuple(groups))


def holds(condition: Condition, case: Measured) -> bool:
    """Whether every part of the condition holds."""
    return _procedures_fit(condition, case) and _case_fits(condition, case)


def _procedures_fit(want: Condition, case: Measured) -> bool:
    rows = case.facts.procedures
    return (
        (want.codes is None or any(want.codes.holds(row.code) for row in rows))
        and (want.without_codes is None or not any(want.without_codes.holds(row.code) for row in rows))
        and (not want.categories or not want.categories.isdisjoint(case.categories))
        and (not want.attributes or any(not want.attributes.isdisjoint(row.attributes) for row in rows))
        and (not want.provider or any(row.provider_type in want.provider for row in rows))
    )


def _case_fits(want: Condition, case: Measured) -> bool:
    facts = case.facts
    age = facts.patient.age
    return (
        (want.value is None or want.value.holds(case.value_cents))
        and (want.chair_time is None or want.chair_time.holds(case.minutes))
        and (want.age is None or (age is not None and want.age.holds(age)))
        and (not want.language or facts.patient.language in want.language)
        and (want.in_office is None or facts.patient.in_office is want.in_office)
        and (not want.insurance or facts.insurance in want.insurance)
    )


_REMEMBERED = 20_000
"""Codes whose alternatives are kept at hand; a fee schedule has some 700."""


class Index:
    """Finds the alternatives that a case could satisfy."""

    def __init__(self, tiers: Iterable[Tier]) -> None:
        pairs = [(tier, each) for tier in tiers for each in tier.match]
        self._all = tuple(Alternative(rank, tier, each) for rank, (tier, each) in enumerate(pairs))
        self._coded: dict[str, list[Alternative]] = {}
        self._ranged: list[Alternative] = []
        self._worded: dict[tuple[str, str], list[Alternative]] = {}
        self._always: list[Alternative] = []
        for alternative in self._all:
            self._file(alternative)
        self._by_code: dict[str, tuple[Alternative, ...]] = {}

    def _file(self, alternative: Alternative) -> None:
        want = alternative.condition
        if want.codes is not None:
            for code in want.codes.singles:
                self._coded.setdefault(code, []).append(alternative)
            if want.codes.ranges:
                self._ranged.append(alternative)
            return
        for kind in ("categories", "attributes", "provider"):
            words: frozenset[str] = getattr(want, kind)
            if words:
                for word in words:
                    self._worded.setdefault((kind, word), []).append(alternative)
                return
        self._always.append(alternative)

    def first(self, case: Measured) -> Alternative | None:
        """The first alternative that holds, None when none does."""
        for alternative in self._candidates(case):
            if holds(alternative.condition, case):
                return alternative
        return None

    def _candidates(self, case: Measured) -> Iterable[Alternative]:
        rows = case.facts.procedures
        if len(rows) == 1 and not self._worded and not self._always:
            return self._of_code(rows[0].code)
        found = {each.rank: each for row in rows for each in self._of_code(row.code)}
        if self._worded:
            found |= {each.rank: each for key in _words_of(case) for each in self._worded.get(key, ())}
        for each in self._always:
            found[each.rank] = each
        return [found[rank] for rank in sorted(found)]

    def _of_code(self, code: str) -> tuple[Alternative, ...]:
        known = self._by_code.get(code)
        if known is not None:
            return known
        ranged = [each for each in self._ranged if each.condition.codes and each.condition.codes.holds(code)]
        found = {each.rank: each for each in (*self._coded.get(code, ()), *ranged)}
        result = tuple(found[rank] for rank in sorted(found))
        if len(self._by_code) < _REMEMBERED:
            self._by_code[code] = result
        return result


def _words_of(case: Measured) -> Iterable[tuple[str, str]]:
    for row, category in zip(case.facts.procedures, case.categories, strict=True):
        yield "categories", category
        yield "provider", row.provider_type
        for word in row.attributes:
            yield "attributes", word


def why(condition: Condition, case: Measured) -> str:
    """The decisive fact in words: the code when codes were asked for, else what else was."""
    rows = case.facts.procedures
    if condition.codes is not None:
        return next(f"{row.code} is one of its codes" for row in rows if condition.codes.holds(row.code))
    if condition.categories:
        return f"a procedure is of the category {_first(condition.categories, case.categories)}"
    if condition.attributes:
        carried = [word for row in rows for word in row.attributes]
        return f"a procedure is marked {_first(condition.attributes, carried)}"
    if condition.provider:
        return f"a procedure is planned with a {_first(condition.provider, [row.provider_type for row in rows])}"
    return "value, time and patient fit its conditions"


def _first(wanted: frozenset[str], found: Iterable[str]) -> str:
    return next(word for word in found if word in wanted)


def kind_of_provider(rows: tuple[ProcedureFacts, ...]) -> str:
    """The kind of provider with the most minutes of the visit; the first named one when it is even, "" when none is."""
    if len(rows) == 1:
        return rows[0].provider_type
    shares: dict[str, int] = {}
    for row in rows:
        if row.provider_type:
            shares[row.provider_type] = shares.get(row.provider_type, 0) + row.minutes
    return max(shares, key=lambda kind: shares[kind]) if shares else ""
