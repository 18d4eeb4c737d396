"""Layers, effective dates, versions, places, and what YAML must not guess."""

from datetime import date
from pathlib import Path

import pytest

from rules.classify import classify
from rules.errors import RuleErrors
from rules.loading import completed, content_hash, load_rules, parse_rules, read_files
from rules.paths import SHIPPED
from tests.rules.conftest import TODAY, case, procedure

IMPLANT = case(procedure("D6010", 2_500, 120, "surgeon"))


def with_layer(files: dict[str, str], **layers: str) -> dict[str, str]:
    return {**files, **{name.replace("__", "/") + ".yaml": text for name, text in layers.items()}}


def test_the_shipped_rules_have_the_four_tiers() -> None:
    rule_set = load_rules(SHIPPED, "boise", TODAY)
    assert [tier.name for tier in rule_set.tiers] == ["surgical", "aesthetic", "restorative", "add-on"]


def test_a_location_overrides_one_value_and_keeps_the_rest(shipped_files: dict[str, str]) -> None:
    text = "tiers:\n  surgical:\n    deposit:\n      at_least: $700\n"
    files = with_layer(shipped_files, locations__boise__own=text)
    route = classify(parse_rules(files, "boise", TODAY), IMPLANT)
    assert (route.deposit_cents, route.first_offer_minutes) == (70_000, 15)
    assert classify(parse_rules(files, "nampa", TODAY), IMPLANT).deposit_cents == 50_000


def test_location_lies_over_organisation_over_base(shipped_files: dict[str, str]) -> None:
    files = with_layer(
        shipped_files,
        organisation__own="tiers: {surgical: {first_offer: 20 min, priority: 2}}",
        locations__boise__own="tiers: {surgical: {first_offer: 25 min}}",
    )
    route = classify(parse_rules(files, "boise", TODAY), IMPLANT)
    assert (route.first_offer_minutes, route.priority) == (25, 2)


def test_each_reason_names_the_file_and_line_that_said_it(shipped_files: dict[str, str]) -> None:
    text = "# ours\ntiers:\n  surgical:\n    first_offer: 20 min\n"
    route = classify(parse_rules(with_layer(shipped_files, locations__boise__own=text), "boise", TODAY), IMPLANT)
    reasons = {reason.value: reason for reason in route.reasons}
    assert (reasons["first_offer_minutes"].file, reasons["first_offer_minutes"].line) == ("locations/boise/own.yaml", 4)
    tiers = shipped_files["base/tiers.yaml"].split("\n")
    assert "D6010-D6055" in tiers[reasons["tier"].line - 1]
    assert "after: 72 h" in tiers[reasons["escalate_after_hours"].line - 1]


def test_a_location_s_own_tier_is_tried_first(shipped_files: dict[str, str]) -> None:
    text = """
tiers:
  teeth-in-a-day:
    match: [{codes: [D6114]}]
    escalate: {after: 72 h, owners: [{owner: manager, after: at once}]}
"""
    rule_set = parse_rules(with_layer(shipped_files, locations__boise__own=text), "boise", TODAY)
    assert rule_set.tiers[0].name == "teeth-in-a-day"
    assert classify(rule_set, case(procedure("D6114", 24_000, 180))).tier == "teeth-in-a-day"


def test_a_tier_can_be_switched_off(shipped_files: dict[str, str]) -> None:
    files = with_layer(shipped_files, organisation__own="tiers: {aesthetic: {off: yes}}")
    assert "aesthetic" not in [tier.name for tier in parse_rules(files, "boise", TODAY).tiers]


def test_a_file_counts_only_on_its_days(shipped_files: dict[str, str]) -> None:
    text = "effective_from: 2026-12-01\neffective_until: 2026-12-31\ntiers: {surgical: {first_offer: 20 min}}\n"
    files = with_layer(shipped_files, organisation__december=text)
    expected = {"2026-11-30": 15, "2026-12-01": 20, "2026-12-31": 20, "2027-01-01": 15}
    sets = {day: parse_rules(files, "x", date.fromisoformat(day)) for day in expected}
    assert {day: found.tier("surgical").first_offer_minutes for day, found in sets.items()} == expected


def test_the_version_is_the_content_that_counts(shipped_files: dict[str, str]) -> None:
    plain = parse_rules(shipped_files, "boise", TODAY).version
    assert parse_rules(dict(reversed(shipped_files.items())), "nampa", TODAY).version == plain
    other = with_layer(shipped_files, locations__boise__own="tiers: {surgical: {priority: 2}}")
    assert parse_rules(other, "nampa", TODAY).version == plain
    assert parse_rules(other, "boise", TODAY).version != plain
    assert len(content_hash(shipped_files)) == 16


def test_the_same_thing_is_said_once_in_a_layer(shipped_files: dict[str, str]) -> None:
    files = with_layer(shipped_files, organisation__a="default_tier: add-on", organisation__b="default_tier: surgical")
    with pytest.raises(RuleErrors, match="said twice in one layer"):
        parse_rules(files, "boise", TODAY)


def test_every_mistake_is_raised_at_once(shipped_files: dict[str, str]) -> None:
    text = "tiers:\n  surgical:\n    frist_offer: 20 min\n    priority: 9\n    refund_policy: standart\n"
    with pytest.raises(RuleErrors) as raised:
        parse_rules(with_layer(shipped_files, organisation__own=text), "boise", TODAY)
    found = {(error.line, error.column): error for error in raised.value.errors}
    assert found[(3, 5)].hint == "did you mean first_offer?"
    assert "priority 9" in found[(4, 15)].message
    assert found[(5, 20)].hint == "did you mean standard?"


def test_yaml_guesses_nothing(shipped_files: dict[str, str]) -> None:
    text = "contact:\n  state_hours:\n    NO: {mon: 09:00-10:00}\n"
    with pytest.raises(RuleErrors) as raised:
        parse_rules(with_layer(shipped_files, organisation__own=text), "boise", TODAY)
    assert any("`NO` is no state" in error.message for error in raised.value.errors)


def test_a_file_that_is_not_yaml_is_said_with_its_place(shipped_files: dict[str, str]) -> None:
    with pytest.raises(RuleErrors) as raised:
        parse_rules(with_layer(shipped_files, organisation__own="tiers:\n\tsurgical: {}\n"), "boise", TODAY)
    error = raised.value.errors[0]
    assert (error.file, error.line) == ("organisation/own.yaml", 2)


def test_what_a_folder_leaves_out_is_filled_in_from_the_shipped_base() -> None:
    own = "default_tier: all\ntiers: {all: {escalate: {after: 72 h, owners: [{owner: manager, after: at once}]}}}"
    rule_set = parse_rules(completed({"base/mine.yaml": own}), "x", TODAY)
    assert [tier.name for tier in rule_set.tiers] == ["all"]
    assert "offer" in rule_set.templates.by_key


def test_a_missing_folder_means_the_shipped_rules(tmp_path: Path) -> None:
    assert read_files(tmp_path / "none") == read_files(SHIPPED)


def test_the_practice_s_own_fee_schedule_decides_about_its_own_codes(shipped_files: dict[str, str]) -> None:
    files = with_layer(shipped_files, organisation__own="tiers: {add-on: {match: [{codes: [D1351]}]}}")
    parse_rules(files, "boise", TODAY, fee_codes={"D1351"})
    with pytest.raises(RuleErrors, match="D1351 is not in the fee schedule"):
        parse_rules(files, "boise", TODAY, fee_codes={"D2740"})
