"""Stored cases become the facts that they were classified by."""

from datetime import date

import pytest

from domain.case import CaseState
from domain.people import ProviderKind
from domain.records import CaseRecord
from domain.route import PatientFacts, Route
from domain.treatment_plan import PlannedProcedure
from rules.classify import classify
from rules.loading import parse_rules
from rules.simulate import simulate
from tests.web.console.practice import CROWN, HOUR, IMPLANT, NOW, RULE_FILES, SEALANT, Practice, a_case, rules_of
from web.console.past_cases import StoredCases, past_case

KINDS = {"11": ProviderKind.DENTIST, "12": ProviderKind.SURGEON, "13": ProviderKind.HYGIENIST}
RULES = rules_of("boise")


def rerouted(row: CaseRecord) -> Route:
    return classify(RULES, past_case(row, KINDS).facts)


@pytest.mark.parametrize("procedure", [CROWN, IMPLANT, SEALANT])
@pytest.mark.parametrize("path", ["link", "same_visit"])
def test_the_same_rules_route_a_stored_case_as_before(procedure: PlannedProcedure, path: str) -> None:
    row = a_case(1, procedure, path=path, birthdate=date(1980, 5, 5))
    assert row.route is not None
    again = rerouted(row)
    assert again.model_dump(exclude={"reasons"}) == row.route.model_dump(exclude={"reasons"})
    assert past_case(row, KINDS).facts.patient.age == 46


def test_the_facts_that_a_case_kept_are_taken_as_they_are() -> None:
    told = past_case(a_case(1), KINDS).facts.model_copy(update={"insurance": "preauth_approved", "patient_cents": 4})
    assert past_case(a_case(1).model_copy(update={"facts": told}), KINDS).facts == told


def test_why_no_text_could_go_is_kept() -> None:
    facts = past_case(a_case(1), KINDS).facts
    mute = facts.model_copy(update={"patient": PatientFacts(textable=False, why_not_textable="no mobile number")})
    route = classify(RULES, mute)
    row = a_case(1, path="callback").model_copy(update={"route": route})
    patient = past_case(row, KINDS).facts.patient
    assert (patient.textable, patient.why_not_textable) == (False, "no mobile number")
    assert rerouted(row).path == "callback"


@pytest.mark.parametrize(
    "fields", [{"language": "vi"}, {"planned_appointment_id": "9", "pattern": "X" * 80}], ids=["language", "length"]
)
def test_a_call_that_a_rule_asked_for_is_the_rules_own(fields: dict[str, str]) -> None:
    fresh = a_case(1).model_copy(update=fields)
    route = classify(RULES, past_case(fresh, KINDS).facts)
    assert route.path == "callback"
    row = fresh.model_copy(update={"route": route, "path": "callback"})
    assert past_case(row, KINDS).facts.patient.textable


def test_a_tier_that_asks_for_a_call_is_no_trait_of_the_patient() -> None:
    asks = RULE_FILES["base/tiers.yaml"].replace(
        "    path: {in_office: same_visit,", "    call_when: [{value: over $1}]\n    path: {in_office: same_visit,", 1
    )
    rules = parse_rules({**RULE_FILES, "base/tiers.yaml": asks}, "boise", NOW.date())
    fresh = a_case(1, IMPLANT)
    route = classify(rules, past_case(fresh, KINDS).facts)
    assert route.path == "callback"
    row = fresh.model_copy(update={"route": route, "path": "callback"})
    assert past_case(row, KINDS).facts.patient.textable


def test_a_plan_that_named_nobody_stays_unsure() -> None:
    row = a_case(1, provider_id="", visit_why="the first-priority procedures name no provider")
    assert past_case(row, KINDS).facts.unsure == "the first-priority procedures name no provider"


def test_the_adapter_reads_the_classified_cases_of_one_location(practice: Practice) -> None:
    source = StoredCases(practice.work, practice.mirror, "boise")
    found = source.past_cases()
    assert len(found) == 6
    assert {case.facts.location for case in found} == {"boise"}
    assert sum(case.ended_at is not None for case in found) == 2
    assert simulate(RULES, RULES, found).changed == ()


def test_cases_that_were_never_classified_are_left_out(practice: Practice) -> None:
    fresh = a_case(50, state=CaseState.DETECTED, route=None, tier="", accepted_at=NOW - HOUR)
    practice.cases.add(fresh)
    assert len(StoredCases(practice.work, practice.mirror, "boise").past_cases()) == 6
