"""Which tier has a case: the first one, in the order of the rules, with a condition that holds.

The conditions are indexed once by what they ask for (codes, else categories, attributes, provider), so a case looks
only at conditions that its own procedures call up, however many rules there are.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from domain.route import CaseFacts, ProcedureFacts
from rules.codes import CodeSet
from rules.model import Condition, Tier
from rules.quantities import Bounds

Check = Callable[["Measured"], bool]


@dataclass(frozen=True, slots=True)
class Alternative:
    """One condition of one tier; ``rank`` is its place in the order of all of them.

    ``rest`` are the checks that its index does not answer already.
    """

    rank: int
    tier: Tier
    condition: Condition
    rest: tuple[Check, ...]

    def holds(self, case: "Measured") -> bool:
        return _all_hold(self.rest, case)


class Measured:
    """What conditions look at, computed once a case. ``minutes`` is the chair time before floors, 0 when unknown."""

    __slots__ = ("_categories", "_known", "facts", "minutes", "value_cents")

    def __init__(self, facts: CaseFacts, categories: Mapping[str, str]) -> None:
        """``categories`` maps codes to the category that the rules list them under."""
        self.facts = facts
        self._known = categories
        self._categories: tuple[str, ...] | None = None
        value = minutes = 0
        for row in facts.procedures:
            value += row.fee_cents
            minutes += row.minutes
        self.value_cents = value
        self.minutes = facts.visit_minutes or minutes

    @property
    def categories(self) -> tuple[str, ...]:
        """Categories of the procedures: as the practice's system names them, and as the rules list their codes."""
        if self._categories is None:
            rows = self.facts.procedures
            said = (row.category.lower() for row in rows if row.category)
            listed = (self._known[row.code] for row in rows if row.code in self._known)
            self._categories = tuple(dict.fromkeys((*said, *listed)))
        return self._categories


def holds(condition: Condition, case: Measured) -> bool:
    """Whether every part of the condition holds."""
    return _all_hold(checks_of(condition), case)


def _all_hold(checks: Sequence[Check], case: Measured) -> bool:
    for check in checks:  # noqa: SIM110 - a generator would double the cost of the innermost loop
        if not check(case):
            return False
    return True


@lru_cache(maxsize=8192)
def checks_of(want: Condition, skip: str = "") -> tuple[Check, ...]:
    """A check for each part that the condition writes, cheap ones first; the part ``skip`` is left out."""
    return tuple(make(want) for key, make in _CHECKS.items() if key != skip and _says(getattr(want, key)))


def _says(part: object) -> bool:
    return part is not None and part != frozenset()


def _in_office(want: Condition) -> Check:
    return lambda case: case.facts.patient.in_office is want.in_office


def _insurance(want: Condition) -> Check:
    return lambda case: case.facts.insurance in want.insurance


def _language(want: Condition) -> Check:
    return lambda case: case.facts.patient.language in want.language


def _value(want: Condition) -> Check:
    bounds = want.value or Bounds()
    return lambda case: bounds.holds(case.value_cents)


def _chair_time(want: Condition) -> Check:
    bounds = want.chair_time or Bounds()
    return lambda case: case.minutes > 0 and bounds.holds(case.minutes)


def _age(want: Condition) -> Check:
    bounds = want.age or Bounds()
    return lambda case: case.facts.patient.age is not None and bounds.holds(case.facts.patient.age)


def _provider(want: Condition) -> Check:
    return lambda case: any(row.provider_type in want.provider for row in case.facts.procedures)


def _categories(want: Condition) -> Check:
    return lambda case: not want.categories.isdisjoint(case.categories)


def _attributes(want: Condition) -> Check:
    return lambda case: any(not want.attributes.isdisjoint(row.attributes) for row in case.facts.procedures)


def _codes(want: Condition) -> Check:
    codes = want.codes or CodeSet({})
    return lambda case: any(codes.holds(row.code) for row in case.facts.procedures)


def _without_codes(want: Condition) -> Check:
    codes = want.without_codes or CodeSet({})
    return lambda case: not any(codes.holds(row.code) for row in case.facts.procedures)


_CHECKS: dict[str, Callable[[Condition], Check]] = {
    "in_office": _in_office,
    "insurance": _insurance,
    "language": _language,
    "value": _value,
    "chair_time": _chair_time,
    "age": _age,
    "provider": _provider,
    "categories": _categories,
    "attributes": _attributes,
    "codes": _codes,
    "without_codes": _without_codes,
}

_REMEMBERED = 20_000
"""Codes whose alternatives are kept at hand; a fee schedule has some 700."""

_LAST = 1 << 30


class Index:
    """Finds the first alternative that a case satisfies, looking only at those its procedures call up."""

    def __init__(self, tiers: Iterable[Tier]) -> None:
        self._coded: dict[str, list[Alternative]] = {}
        self._ranged: list[Alternative] = []
        self._worded: dict[tuple[str, str], list[Alternative]] = {}
        self._always: list[Alternative] = []
        self._by_code: dict[str, tuple[Alternative, ...]] = {}
        pairs = [(tier, each) for tier in tiers for each in tier.match]
        for rank, (tier, condition) in enumerate(pairs):
            self._file(rank, tier, condition)
        filed = [each.rank for listed in self._worded.values() for each in listed]
        self._first_word = min(filed, default=_LAST)
        self._first_always = self._always[0].rank if self._always else _LAST

    def _file(self, rank: int, tier: Tier, want: Condition) -> None:
        key = next(
            (kind for kind in ("codes", "categories", "attributes", "provider") if _says(getattr(want, kind))), ""
        )
        alternative = Alternative(rank, tier, want, checks_of(want, skip=key))
        if key == "":
            self._always.append(alternative)
        elif want.codes is not None:
            for code in want.codes.singles:
                self._coded.setdefault(code, []).append(alternative)
            if want.codes.ranges:
                self._ranged.append(alternative)
        else:
            for word in getattr(want, key):
                self._worded.setdefault((key, word), []).append(alternative)

    def first(self, case: Measured) -> Alternative | None:
        """The alternative of lowest rank that holds, None when none does."""
        best: Alternative | None = None
        rank = _LAST
        for row in case.facts.procedures:
            found = _first_of(self._by_code.get(row.code) or self._of_code(row.code), rank, case)
            if found is not None:
                best, rank = found, found.rank
        if self._first_word < rank:
            for key in _words_of(case):
                found = _first_of(self._worded.get(key, ()), rank, case)
                if found is not None:
                    best, rank = found, found.rank
        if self._first_always < rank:
            best = _first_of(self._always, rank, case) or best
        return best

    def _of_code(self, code: str) -> tuple[Alternative, ...]:
        ranged = [each for each in self._ranged if each.condition.codes and each.condition.codes.holds(code)]
        found = {each.rank: each for each in (*self._coded.get(code, ()), *ranged)}
        result = tuple(found[rank] for rank in sorted(found))
        if len(self._by_code) < _REMEMBERED:
            self._by_code[code] = result
        return result


def _first_of(listed: Sequence[Alternative], below: int, case: Measured) -> Alternative | None:
    """The first of a list in rank order that holds and comes before ``below``."""
    for alternative in listed:
        if alternative.rank >= below:
            return None
        if alternative.holds(case):
            return alternative
    return None


def _words_of(case: Measured) -> Iterable[tuple[str, str]]:
    for category in case.categories:
        yield "categories", category
    for row in case.facts.procedures:
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
