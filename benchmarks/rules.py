"""Classifying a case beside two rule engines, on the shipped four tiers and on 500 rules.

``python -m benchmarks.rules [--json] [--cases N]`` gives every engine the same rules and cases, checks that they
agree, and prints microseconds a case and ratios. The engines answer with the tier only; ours is measured that way
too, and once more with all that it really answers (every value of the route, each with its reason, file and line). zen
is measured twice: as a chain of compiled expressions, its fastest way, and as a decision table, its usual one.
Only ratios mean something on another machine.
"""

import argparse
import gc
import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from time import perf_counter
from typing import Any

import rule_engine
import zen

from domain.route import CaseFacts, PatientFacts, ProcedureFacts
from rules.classify import classify, tier_of
from rules.codes import CodeSet
from rules.loading import completed, parse_rules
from rules.model import Condition, RuleSet
from rules.quantities import Bounds

ON = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 18, tzinfo=UTC)
ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Row:
    """Microseconds a case; ratios are the other engine's cost over ours for the same answer (above 1: we are ahead)."""

    rules: int
    ours: float
    ours_whole_route: float
    rule_engine: float
    zen_expressions: float
    zen_decision_table: float
    ratio_rule_engine: float
    ratio_zen_expressions: float
    ratio_zen_decision_table: float
    whole_route_ratio_rule_engine: float
    whole_route_ratio_zen_decision_table: float


def four_tiers() -> RuleSet:
    """The shipped rules."""
    return parse_rules(completed({}), "bench", ON)


def many_tiers(count: int) -> RuleSet:
    """``count`` tiers like those of a large group: each with codes of its own, a value and a chair time."""
    codes = sorted(code for code in four_tiers().categories if code.startswith("D"))
    lines = ["default_tier: t0", "tiers:"]
    for number in range(count):
        low = 100 + 10 * (number % 7)
        match = f'codes: [{codes[number % len(codes)]}], value: "at least ${low}", chair_time: at least 10 min'
        lines += [
            f"  t{number}:",
            f"    match: [{{{match}}}]",
            "    escalate: {after: 72 h, owners: [{owner: coordinator, after: at once}]}",
        ]
    files = completed({"base/tiers.yaml": "\n".join(lines)})
    return parse_rules(files, "bench", ON)


def cases_for(rule_set: RuleSet, count: int, seed: int = 7) -> list[CaseFacts]:
    """Cases of one to four procedures from the whole fee schedule."""
    chance = random.Random(seed)
    codes = sorted(rule_set.categories)
    return [
        CaseFacts(
            location="bench",
            procedures=tuple(_procedure(chance, codes) for _ in range(chance.randint(1, 4))),
            patient=PatientFacts(age=chance.randint(5, 90), in_office=chance.random() < 0.2),
            at=AT,
        )
        for _ in range(count)
    ]


def _procedure(chance: random.Random, codes: Sequence[str]) -> ProcedureFacts:
    return ProcedureFacts(
        code=chance.choice(codes),
        fee_cents=chance.randint(80, 6_000) * 100,
        minutes=chance.choice((10, 20, 30, 60, 90, 120)),
        provider_type=chance.choice(("dentist", "surgeon", "hygienist", "injector")),
    )


def plain(facts: CaseFacts, categories: Mapping[str, str]) -> dict[str, Any]:
    """The case as the engines want it, made ahead of the measurement."""
    rows = facts.procedures
    return {
        "codes": [row.code for row in rows],
        "categories": [categories.get(row.code, "") for row in rows],
        "providers": [row.provider_type for row in rows],
        "attributes": [],
        "value": sum(row.fee_cents for row in rows),
        "minutes": sum(row.minutes for row in rows),
    }


def _listed(codes: CodeSet, known: Sequence[str]) -> str:
    """Codes spelled out, because the engines know no ranges of codes."""
    return "[" + ", ".join(f"'{code}'" for code in known if codes.holds(code)) + "]"


def _bounds(name: str, bounds: Bounds | None) -> list[str]:
    if bounds is None:
        return []
    low = [f"{name} >= {bounds.low}"] if bounds.low is not None else []
    return low + ([f"{name} <= {bounds.high}"] if bounds.high is not None else [])


def expression(want: Condition, known: Sequence[str], any_of: str, none_of: str) -> str:
    """One condition in an engine's language; ``any_of`` and ``none_of`` are its idioms for two lists."""
    parts = [*_bounds("value", want.value), *_bounds("minutes", want.chair_time)]
    for name, words in (("providers", want.provider), ("categories", want.categories), ("attributes", want.attributes)):
        if words:
            parts.append(any_of.format(name, "[" + ", ".join(f"'{word}'" for word in sorted(words)) + "]"))
    if want.codes is not None:
        parts.append(any_of.format("codes", _listed(want.codes, known)))
    if want.without_codes is not None:
        parts.append(none_of.format("codes", _listed(want.without_codes, known)))
    return " and ".join(parts)


RULE_ENGINE = ("[x for x in {0} if x in {1}]", "not [x for x in {0} if x in {1}]")
ZEN = ("some({0}, # in {1})", "none({0}, # in {1})")

Pairs = list[tuple[str, str]]


def _pairs(rule_set: RuleSet, idioms: tuple[str, str]) -> Pairs:
    known = sorted(rule_set.categories)
    return [(tier.name, expression(each, known, *idioms)) for tier in rule_set.tiers for each in tier.match]


def first_of(compiled: Sequence[tuple[str, Callable[[Any], Any]]], default: str) -> Callable[[Any], str]:
    """Expressions one after the other: what an engine without an index does."""

    def answer(case: Any) -> str:
        return next((name for name, test in compiled if test(case)), default)

    return answer


def decision_table(rule_set: RuleSet) -> Callable[[Any], str]:
    """The same rules as a zen decision table with the first-hit policy."""
    pairs = enumerate(_pairs(rule_set, ZEN))
    rows = [{"_id": f"r{number}", "in": text, "out": f"'{name}'"} for number, (name, text) in pairs]
    rows.append({"_id": "default", "in": "", "out": f"'{rule_set.default_tier}'"})
    table = {
        "hitPolicy": "first",
        "inputs": [{"id": "in", "name": "case"}],
        "outputs": [{"id": "out", "name": "tier", "field": "tier"}],
        "rules": rows,
    }
    kinds: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("a", "inputNode", {}),
        ("t", "decisionTableNode", table),
        ("z", "outputNode", {}),
    )
    nodes = [
        {"id": name, "name": name, "type": kind, "content": content, "position": {"x": 0, "y": 0}}
        for name, kind, content in kinds
    ]
    edges = [{"id": a + b, "sourceId": a, "targetId": b, "type": "edge"} for a, b in ("at", "tz")]
    decision = zen.ZenEngine().create_decision(json.dumps({"nodes": nodes, "edges": edges}))
    return lambda case: str(decision.evaluate(case)["result"]["tier"])


def measure(rule_set: RuleSet, cases: Sequence[CaseFacts]) -> Row:
    """One row; raises AssertionError when an engine disagrees with us, because then the comparison means nothing."""
    inputs = [plain(case, rule_set.categories) for case in cases]
    default = rule_set.default_tier
    pairs, zen_pairs = _pairs(rule_set, RULE_ENGINE), _pairs(rule_set, ZEN)
    with_rule_engine = first_of([(name, rule_engine.Rule(text).matches) for name, text in pairs], default)
    with_zen = first_of([(name, zen.compile_expression(text).evaluate) for name, text in zen_pairs], default)
    table = decision_table(rule_set)
    few = max(20, len(cases) // 50)
    for case, given in zip(cases[:few], inputs, strict=False):
        ours = tier_of(rule_set, case)
        assert ours == with_rule_engine(given) == with_zen(given) == table(given), given
    tier = timed(lambda case: tier_of(rule_set, case), cases)
    whole = timed(lambda case: classify(rule_set, case), cases)
    theirs = timed(with_rule_engine, inputs[:few])
    expressions = timed(with_zen, inputs[:few])
    decision = timed(table, inputs[:few])
    return Row(
        rules=len(rule_set.tiers),
        ours=tier,
        ours_whole_route=whole,
        rule_engine=theirs,
        zen_expressions=expressions,
        zen_decision_table=decision,
        ratio_rule_engine=round(theirs / tier, 1),
        ratio_zen_expressions=round(expressions / tier, 1),
        ratio_zen_decision_table=round(decision / tier, 1),
        whole_route_ratio_rule_engine=round(theirs / whole, 1),
        whole_route_ratio_zen_decision_table=round(decision / whole, 1),
    )


def timed(answer: Callable[[Any], object], cases: Sequence[Any]) -> float:
    """Microseconds a case, the best of some rounds; rules and caches are warm, as in a running worker."""
    best = float("inf")
    for case in cases:
        answer(case)
    gc.disable()
    for _ in range(ROUNDS):
        start = perf_counter()
        for case in cases:
            answer(case)
        best = min(best, perf_counter() - start)
    gc.enable()
    return round(best / len(cases) * 1e6, 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--cases", type=int, default=2_000)
    given = parser.parse_args()
    rows = [measure(rule_set, cases_for(rule_set, given.cases)) for rule_set in (four_tiers(), many_tiers(500))]
    growth = {"rules": rows[1].rules / rows[0].rules} | {
        name: round(getattr(rows[1], name) / getattr(rows[0], name), 1)
        for name in ("ours", "ours_whole_route", "rule_engine", "zen_expressions", "zen_decision_table")
    }
    if given.json:
        print(json.dumps({"rows": [asdict(row) for row in rows], "growth": growth}))
        return
    for row in rows:
        print(f"{row.rules} rules")
        for name, value in asdict(row).items():
            print(f"  {name}: {value}")
    print("cost at 500 rules over cost at 4:", growth)


if __name__ == "__main__":
    main()
