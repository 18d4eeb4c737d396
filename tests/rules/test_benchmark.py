"""The benchmark compares like with like: it refuses to measure engines that give other answers."""

import pytest

from benchmarks.rules import cases_for, four_tiers, many_tiers, measure
from rules.model import RuleSet


@pytest.mark.parametrize("rule_set", [four_tiers(), many_tiers(30)], ids=["four", "thirty"])
def test_all_engines_answer_alike_and_ours_is_ahead(rule_set: RuleSet) -> None:
    row = measure(rule_set, cases_for(rule_set, 40))
    assert row.rules == len(rule_set.tiers)
    assert row.ratio_rule_engine > 1
    assert row.ratio_zen_decision_table > 1
