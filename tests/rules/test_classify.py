"""Classification: exactly one tier for every case, each value with its reason."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.route import CaseFacts, Path, PatientFacts, ProcedureFacts, Route
from rules.classify import classify, tier_of
from rules.language import INSURANCE, PROVIDERS
from rules.matching import Index, Measured, holds
from rules.model import RuleSet
from tests.rules.conftest import NOON, case, procedure

VALUES_WITH_REASONS = {
    "tier", "path", "deposit_cents", "minutes", "provider_type", "first_offer_minutes", "steps", "escalate_after_hours",
    "owners", "refund_policy", "other_provider",
}  # fmt: skip


@pytest.mark.parametrize(
    ("procedures", "tier", "deposit_cents", "minutes", "first_offer"),
    [
        ([procedure("D6010", 2_380, 120, "surgeon")], "surgical", 50_000, 120, 15),
        ([procedure("D6010", 4_200, 60, "surgeon")], "surgical", 50_000, 90, 15),
        ([procedure("D6114", 30_000, 180, "surgeon")], "surgical", 200_000, 180, 15),
        ([procedure("D6010", 2_380, 90, "surgeon"), procedure("D6058", 1_600, 60)], "surgical", 50_000, 150, 15),
        ([procedure("D7240", 450, 60, "surgeon")], "surgical", 0, 90, 15),
        ([procedure("D2740", 1_280, 90, "dentist")], "restorative", 0, 90, 30),
        ([procedure("D6750", 4_000, 120, "dentist")], "restorative", 40_000, 120, 30),
        ([procedure("D2740", 9_000, 240, "dentist")], "restorative", 50_000, 240, 30),
        ([procedure("BOTOX", 600, 30, "injector")], "aesthetic", 9_000, 30, 30),
        ([procedure("HOUSE-BRAND", 1_500, 45, "injector")], "aesthetic", 20_000, 45, 30),
        ([procedure("D1351", 180, 20, "hygienist")], "add-on", 0, 20, 60),
        ([procedure("X1", 200, 20)], "add-on", 0, 20, 60),
        ([procedure("X2", 9_000, 120)], "surgical", 90_000, 120, 15),
        ([procedure("X3", 700, 40)], "restorative", 0, 60, 30),
    ],
)
def test_the_four_tiers(
    shipped: RuleSet, procedures: list[ProcedureFacts], tier: str, deposit_cents: int, minutes: int, first_offer: int
) -> None:
    route = classify(shipped, case(*procedures))
    assert (route.tier, route.deposit_cents, route.minutes, route.first_offer_minutes) == (
        tier,
        deposit_cents,
        minutes,
        first_offer,
    )
    assert route.escalate_after_hours == 72


def test_a_case_that_matches_nothing_goes_to_the_named_default_and_is_counted(shipped: RuleSet) -> None:
    route = classify(shipped, case(procedure("X3", 700, 40)))
    assert (route.tier, route.defaulted) == ("restorative", True)
    assert "default" in route.reasons[0].text
    assert not classify(shipped, case(procedure("D2740", 700, 40))).defaulted


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"patient": PatientFacts(in_office=True)}, Path.SAME_VISIT),
        ({}, Path.LINK),
        ({"patient": PatientFacts(textable=False, why_not_textable="landline")}, Path.CALLBACK),
        ({"patient": PatientFacts(language="vi")}, Path.CALLBACK),
        ({"patient": PatientFacts(language="es")}, Path.LINK),
        ({"unsure": "two providers"}, Path.CALLBACK),
        ({"visit_minutes": 600}, Path.CALLBACK),
    ],
)
def test_the_path(shipped: RuleSet, more: dict[str, Any], path: Path) -> None:
    route = classify(shipped, case(procedure("D2740", 1_280, 90, "dentist"), **more))
    assert route.path is path
    assert route.fallback_path is Path.CALLBACK


def test_a_deposit_is_never_above_the_patient_s_part(shipped: RuleSet) -> None:
    implant = procedure("D6010", 2_380, 120, "surgeon")
    assert classify(shipped, case(implant, patient_cents=30_000)).deposit_cents == 30_000
    assert classify(shipped, case(implant, patient_cents=0)).deposit_cents == 0
    assert classify(shipped, case(implant, insurance="medicaid")).deposit_cents == 0


def test_approvals_are_asked_for_above_a_value_and_before_insurance_agrees(shipped: RuleSet) -> None:
    dear = classify(shipped, case(procedure("D6114", 24_000, 180, "surgeon")))
    assert [(each.name, each.owner) for each in dear.approvals] == [("senior dentist", "dentist")]
    assert dear.approvals[0].otherwise == "callback"
    waiting = classify(shipped, case(procedure("D2740", 1_280, 90), insurance="preauth_needed"))
    assert [each.name for each in waiting.approvals] == ["insurance pre-authorisation"]
    assert classify(shipped, case(procedure("D6010", 2_380, 120))).approvals == ()


def test_the_provider_is_the_one_with_most_of_the_time(shipped: RuleSet) -> None:
    rows = (procedure("D2740", 1_280, 30, "hygienist"), procedure("D2950", 300, 60, "dentist"))
    assert classify(shipped, case(*rows)).provider_type == "dentist"
    assert classify(shipped, case(procedure("D6010", 2_380, 120))).provider_type == "surgeon"


def test_the_chain_of_owners_never_ends_with_nobody(shipped: RuleSet) -> None:
    for tier in shipped.tiers:
        assert [step.owner for step in tier.owners] == ["coordinator", "manager"]


facts = st.builds(
    CaseFacts,
    location=st.just("boise"),
    procedures=st.lists(
        st.builds(
            ProcedureFacts,
            code=st.sampled_from(["D6010", "D2740", "D1351", "BOTOX", "D7240", "D6058", "", "X9", "d6010", "D99999"]),
            fee_cents=st.integers(0, 5_000_000),
            minutes=st.integers(0, 600),
            provider_type=st.sampled_from(["", "wizard", *PROVIDERS]),
            category=st.sampled_from(["", "implants", "skin", "?"]),
            attributes=st.lists(st.sampled_from(["aesthetic", "x"]), max_size=2).map(tuple),
        ),
        max_size=4,
    ).map(tuple),
    patient=st.builds(PatientFacts, in_office=st.booleans(), age=st.none() | st.integers(0, 110)),
    at=st.just(NOON),
    patient_cents=st.none() | st.integers(0, 5_000_000),
    insurance=st.sampled_from([*INSURANCE, "unheard of"]),
    visit_minutes=st.none() | st.integers(0, 600),
    unsure=st.sampled_from(["", "two providers"]),
)


@given(facts)
def test_every_case_has_exactly_one_tier_and_a_reason_for_every_value(shipped: RuleSet, given_facts: CaseFacts) -> None:
    route = classify(shipped, given_facts)
    assert route.tier in [tier.name for tier in shipped.tiers]
    assert route.tier == tier_of(shipped, given_facts)
    value = sum(row.fee_cents for row in given_facts.procedures)
    portion = value if given_facts.patient_cents is None else given_facts.patient_cents
    assert 0 <= route.deposit_cents <= min(value, portion)
    assert route.minutes % 5 == 0
    assert route.minutes >= shipped.tier(route.tier).visit_at_least
    assert {reason.value for reason in route.reasons} >= VALUES_WITH_REASONS
    assert all(reason.line for reason in route.reasons)
    assert Route.model_validate(route.model_dump()) == route


@given(facts)
def test_the_index_finds_what_trying_every_line_finds(shipped: RuleSet, given_facts: CaseFacts) -> None:
    measured = Measured(given_facts, shipped.categories)
    plain = next(
        (tier.name for tier in shipped.tiers for each in tier.match if holds(each, measured)), shipped.default_tier
    )
    found = Index(shipped.tiers).first(measured)
    assert (found.tier.name if found else shipped.default_tier) == plain
