"""The runner itself, our own cases, and the reference cases where they lie beside the checkout."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.__main__ import main, operations
from tests.conformance.compare import AnyOf, differences
from tests.conformance.runner import Verdict, run_case

CASES = Path(__file__).parent / "cases"
REFERENCE = Path(__file__).parents[3] / "shared" / "reference"


def _files() -> list[Path]:
    return [*sorted(CASES.glob("*.json")), *sorted(REFERENCE.glob("*_cases.json"))]


@pytest.mark.parametrize("path", _files(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_case_passes(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = main([str(path)])
    printed = capsys.readouterr().out.splitlines()
    assert printed[-1].endswith(" passed, 0 failed")
    assert (status, int(printed[-1].split()[0])) == (0, len(json.loads(path.read_text(encoding="utf-8"))))


def _case(**change: Any) -> dict[str, Any]:
    return {
        "name": "a case",
        "kind": "period_payment",
        "inputs": {
            "amount_financed_after_down_payment": 100,
            "apr_percent": 0,
            "frequency": "monthly",
            "number_of_payments": 3,
        },
        "expected": {"payment_amount": 33.34},
    } | change


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"expected": {"payment_amount": 33.33}}, "payment_amount: expected 33.33, got 33.34"),
        ({"kind": "tarot"}, "unknown kind 'tarot'"),
        ({"expected": {"payment_amount": 33.34, "mood": 1}}, "mood: expected 1"),
        ({"inputs": {}}, "the inputs lack 'amount_financed_after_down_payment'"),
        ({"inputs": None}, "lacks inputs"),
        ({"expected": 33.34}, "lacks expected"),
        ({"kind": ["period_payment"]}, "unknown kind"),
        ({"kind": "principal_remaining", "inputs": {"principal": 1, "steps": 10**12}}, "is too many"),
    ],
)
def test_a_wrong_or_unknown_case_fails(
    change: dict[str, Any], line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "cases.json"
    file.write_text(json.dumps([_case(), _case(**change)]), encoding="utf-8")
    assert main([str(file)]) == 1
    printed = capsys.readouterr().out.splitlines()
    assert line in printed[0]
    assert printed[-1] == "1 passed, 1 failed"


def test_an_input_that_nothing_reads_is_named_with_the_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inputs = _case()["inputs"] | {"moon_phase": "full", "frequency": "monthly"}
    file = tmp_path / "cases.json"
    file.write_text(json.dumps([_case(inputs=inputs, expected={"payment_amount": 1})]), encoding="utf-8")
    assert main([str(file)]) == 1
    assert "nobody reads moon_phase" in capsys.readouterr().out


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "none.json")]) == 2
    assert "cannot read the cases" in capsys.readouterr().err


def test_a_disputed_case_counts_as_neither() -> None:
    wrong = _case(expected={"payment_amount": 1})
    assert run_case(wrong, operations(), {"a case": "record 0000"}).verdict is Verdict.DISPUTED
    assert run_case(_case(), operations(), {"a case": "record 0000"}).verdict is Verdict.PASSED


TIE = {
    "kind": "schedule",
    "inputs": {
        "plan_type": "dynamic",
        "today": "2027-01-01",
        "principal": 76.2,
        "apr_percent": 10,
        "frequency": "monthly",
        "payment_amount": 80,
        "first_payment": "2027-02-01",
    },
    "expected": {"total_interest": 0.63},
}


def test_a_cent_is_allowed_only_where_the_case_says_so_and_an_interest_is_exactly_half_a_cent() -> None:
    documented = {"notes": "binary-floating artefact; allow one cent"}
    assert run_case(TIE | documented, operations(), {}).verdict is Verdict.WITHIN_A_CENT
    assert run_case(TIE, operations(), {}).verdict is Verdict.FAILED
    no_tie = TIE | documented | {"inputs": TIE["inputs"] | {"principal": 77}, "expected": {"total_interest": 0.65}}  # type: ignore[operator]  # a plain dict
    assert run_case(no_tie, operations(), {}).verdict is Verdict.FAILED


@pytest.mark.parametrize(
    ("expected", "actual", "same"),
    [
        (1, Decimal("1.00"), True),
        (1.1, Decimal("1.11"), False),
        (True, 1, False),
        (None, "x", False),
        ([1, 2], [Decimal(1)], False),
        ({"a": 1}, {"a": 1, "b": 2}, True),
        ({"total_greater_than": 5}, {"total": 6}, True),
        ({"total_greater_than": 5}, {"total": 5}, False),
        ([{"a": 1}], AnyOf(([1], [{"a": 1}])), True),
        ([{"a": 2}], AnyOf(([1], [{"a": 1}])), False),
        ({"a": 1}, [1], False),
    ],
)
def test_comparison(expected: object, actual: object, same: bool) -> None:
    assert (not differences(expected, actual)) is same


def test_a_refusal_is_the_answer_to_a_case_that_asks_for_one_and_nothing_else() -> None:
    inputs = _case()["inputs"] | {"number_of_payments": 0}
    asked = _case(inputs=inputs, expected={"refused": True})
    assert run_case(asked, operations(), {}).verdict is Verdict.PASSED
    assert run_case(asked | {"expected": {"refused": False}}, operations(), {}).verdict is Verdict.FAILED
    assert run_case(asked | {"expected": {"payment_amount": 1}}, operations(), {}).verdict is Verdict.FAILED


def test_a_case_that_is_no_case_does_not_keep_the_others_from_running(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(json.dumps(["text", 5, None, {}, _case()]), encoding="utf-8-sig")
    bad.write_text("{", encoding="utf-8")
    assert main([str(bad), str(good)]) == 2
    said = capsys.readouterr()
    assert said.out.splitlines()[-1] == "1 passed, 4 failed"
    assert str(bad) in said.err
