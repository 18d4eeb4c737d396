"""Trying changes out: simulation over past cases, comparison in words, the preview of re-routing."""

from collections.abc import Mapping

import pytest

from rules.classify import classify
from rules.comparing import diff, route_changes
from rules.loading import parse_rules
from rules.model import RuleSet
from rules.plan_export import past_cases
from rules.schema import json_schema
from rules.simulate import reroute_preview, simulate
from tests.rules.conftest import TODAY, case, procedure

EXPORT = """plan_id,accepted_at,code,fee,minutes,provider_type,patient,age,booked_at
p1,2026-10-05T15:00:00-06:00,D6010,"2,380.00",120,surgeon,ann,44,
p1,2026-10-05T15:00:00-06:00,D6058,1600,60,dentist,ann,44,
p2,2026-10-06T10:00:00-06:00,D2740,1280,90,dentist,bob,60,2026-10-06T10:05:00-06:00
p3,2026-10-07T10:00:00-06:00,X3,700,40,dentist,ann,44,2026-10-09T16:00:00-06:00
"""


def changed(files: Mapping[str, str], text: str) -> dict[str, str]:
    return {**files, "organisation/own.yaml": text}


def test_an_export_becomes_cases() -> None:
    cases = past_cases(EXPORT, "boise")
    assert [found.case_id for found in cases] == ["p1", "p2", "p3"]
    assert [row.code for row in cases[0].facts.procedures] == ["D6010", "D6058"]
    assert cases[0].facts.procedures[0].fee_cents == 238_000
    assert cases[0].ended_at is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("plan_id,code\np1,D6010\n", "line 1: the column accepted_at is missing"),
        ("plan_id,accepted_at,code,fees\n", "line 1: `fees` is not a column .did you mean fee"),
        ("plan_id,accepted_at,code,fee\np1,2026-10-05,D6010,lots\n", "line 2: 'lots' is not an amount"),
        ("plan_id,accepted_at,code\np1,yesterday,D6010\n", "line 2: Invalid isoformat"),
        ("plan_id,accepted_at,code\n,2026-10-05,D6010\n", "line 2: plan_id is empty"),
    ],
)
def test_a_wrong_export_says_where(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        past_cases(text, "boise")


def test_a_changed_rule_set_over_past_cases(shipped: RuleSet, shipped_files: dict[str, str]) -> None:
    text = """
default_tier: add-on
tiers:
  surgical: {deposit: {at_least: $700}, follow_up: [{name: call, after: 20 h, by: call}]}
"""
    after = parse_rules(changed(shipped_files, text), "boise", TODAY)
    result = simulate(shipped, after, past_cases(EXPORT, "boise"))
    assert result.cases == 3
    assert [(each.old, each.new, each.cases) for each in result.tiers_moved] == [("restorative", "add-on", ("p3",))]
    assert (result.deposit_cents.old, result.deposit_cents.new, result.deposit_cents.cases) == (50_000, 70_000, ("p1",))
    assert (result.texts.old, result.texts.new) == (7, 4)
    assert (result.texts_per_patient_week.old, result.most_texts_in_a_week.old) == (3.5, 6)
    assert (result.tasks["coordinator"].old, result.tasks["coordinator"].new) == (2, 2)
    assert [change.case_id for change in result.changed] == ["p1", "p3"]


def test_the_same_rules_change_nothing(shipped: RuleSet) -> None:
    result = simulate(shipped, shipped, past_cases(EXPORT, "boise"))
    assert (result.changed, result.tiers_moved) == ((), ())


def test_a_difference_is_said_in_words(shipped_files: dict[str, str]) -> None:
    text = """
tiers:
  surgical:
    deposit: {at_least: $700}
    match: [{codes: [D6010]}]
    follow_up: [{name: nudge_1, after: 30 h, by: text, template: nudge_1}]
contact:
  holidays: [New Year's Day, Christmas Day, Juneteenth National Independence Day]
  note: why
"""
    said = diff(shipped_files, changed(shipped_files, text), "boise", TODAY)
    assert "tiers › surgical › deposit › at_least: was $500, now $700 (organisation/own.yaml:4)" in said
    assert "tiers › surgical › follow_up: removed nudge_2, call" in said
    assert "tiers › surgical › follow_up › nudge_1 › after: was 25 h, now 30 h (organisation/own.yaml:6)" in said
    assert any(line.startswith("contact › holidays: added Juneteenth") for line in said)
    assert diff(shipped_files, shipped_files, "boise", TODAY) == []


def test_re_routing_shows_what_would_change_first(shipped: RuleSet, shipped_files: dict[str, str]) -> None:
    implant, crown = case(procedure("D6010", 2_500, 120)), case(procedure("D2740", 1_280, 90))
    after = parse_rules(changed(shipped_files, "tiers: {surgical: {first_offer: 10 min}}"), "boise", TODAY)
    open_cases = [("case/1", implant, classify(shipped, implant)), ("case/2", crown, classify(shipped, crown))]
    preview = reroute_preview(after, open_cases)
    assert [(each.case_id, each.changes) for each in preview] == [("case/1", ("first offer, minutes: 15 → 10",))]
    assert route_changes(open_cases[0][2], open_cases[0][2]) == []


def test_the_schema_knows_every_key_with_a_description() -> None:
    tier = json_schema()["properties"]["tiers"]["additionalProperties"]
    assert set(tier["properties"]) >= {"match", "visit", "deposit", "follow_up", "escalate", "approvals"}
    assert all(each["description"] for each in tier["properties"].values())
    assert tier["additionalProperties"] is False
