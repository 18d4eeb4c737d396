"""The slot adapter reads the spellings a case may use, and every answer can be wrong."""

from typing import Any

import pytest

from tests.conformance.runner import Verdict, run_case
from tests.conformance.slots import OPERATIONS, kind_of

HALF_HOUR = {"increment_minutes": 10, "pattern_5min": "//XX//"}


def verdict(inputs: dict[str, Any], expected: dict[str, Any]) -> Verdict:
    return run_case({"inputs": {**HALF_HOUR, **inputs}, "expected": expected}, OPERATIONS, {}).verdict


@pytest.mark.parametrize(
    ("inputs", "starts"),
    [
        ({"operatory_schedules": [["09:00", "10:00"]]}, ["09:00", "09:30"]),
        ({"operatory_schedules": ["09:00", "10:00"]}, ["09:00", "09:30"]),
        ({"operatory_schedules": [{"start": "09:00", "end": "10:00"}]}, ["09:00", "09:30"]),
        ({"operatory_schedules": [["09:00", "10:00"]], "blockouts": [["09:00", "09:30"]]}, ["09:30"]),
        ({"operatory_schedules": [["09:00", "10:00"]], "appointments": [["09:00", "09:30"]]}, ["09:30"]),
        (
            {
                "operatory_schedules": [["09:00", "10:00"]],
                "appointments": [{"start": "09:00", "pattern_5min": "/XX/XX"}],
            },
            ["09:30"],
        ),
        ({"operatory_schedules": [["09:00", "10:00"]], "appointments": [["09:00", "/XX/XX"]]}, ["09:30"]),
        ({"operatory_schedules": [["09:00", "10:00"]], "patient_clinic_matches_only_this_operatory": False}, []),
        (
            {
                "operatory_schedules": [["09:00", "10:00"]],
                "blockouts": [{"start": "09:00", "stop": "09:30", "type": "emergency"}],
                "allowed_blockout_types": ["emergency"],
            },
            ["09:00", "09:30"],
        ),
        ({"operatory_schedules": [["09:00", "10:00"]], "restrict_to_blockouts": []}, []),
        (
            {
                "operatory_schedules": [["08:00", "09:00"]],
                "same_provider_other_operatory_appointments": [{"start": "08:00", "pattern_5min": "XXXX//XXXX//"}],
                "double_booking_allowed": True,
            },
            ["08:00", "08:30"],
        ),
        ({"operatory_schedules": [["09:00", "10:00"]], "now": "09:10"}, ["09:30"]),
    ],
)  # fmt: skip
def test_reads_each_spelling(inputs: dict[str, Any], starts: list[str]) -> None:
    slots = OPERATIONS["slots"]({**HALF_HOUR, **inputs})["slots"]
    assert [pair[0] for pair, _ in slots] == starts


def test_days_are_named_by_the_key() -> None:
    inputs = {
        "operatory_schedules_day1_and_day2": [["09:00", "09:30"]],
        "appointments_day1": [["09:00", "09:10"]],
    }
    assert verdict(inputs, {"slots": [{"day": 2, "start": "09:00", "stop": "09:30"}]}) is Verdict.PASSED
    assert verdict(inputs, {"slots": [{"day": 1, "start": "09:00", "stop": "09:30"}]}) is Verdict.FAILED


def test_a_taken_first_chair_leaves_the_next() -> None:
    rooms = [
        {"id": "A", "item_order": 0, "schedule": ["09:00", "09:30"], "appointments": [["09:00", "09:30"]]},
        {"id": "B", "item_order": 1, "schedule": ["09:00", "09:30"]},
    ]
    assert verdict({"operatories": rooms}, {"count": 1, "first": {"start": "09:00", "op": "B"}}) is Verdict.PASSED
    assert verdict({"operatories": rooms}, {"first": {"start": "09:00", "op": "A"}}) is Verdict.FAILED


@pytest.mark.parametrize(
    "expected",
    [
        {"count": 3},
        {"slots": [["09:00", "09:30"]]},
        {"asserted_upstream": {"1": ["09:40", "10:10"]}},
        {"distinct_start_times": 1},
        {"something_else": 1},
    ],
)
def test_a_wrong_expectation_fails(expected: dict[str, Any]) -> None:
    assert verdict({"operatory_schedules": [["09:00", "10:00"]]}, expected) is Verdict.FAILED


def test_a_case_without_kind_is_told_by_its_inputs() -> None:
    assert kind_of({"inputs": HALF_HOUR}) == "slots"
    assert kind_of({"kind": "apr", "inputs": HALF_HOUR}) == "apr"
    assert kind_of({"inputs": {"principal": 1}}) is None
