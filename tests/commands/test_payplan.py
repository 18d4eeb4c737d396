"""`chairtime payplan schedule` as a person and a program use it."""

import json
from pathlib import Path

import pytest
from pypdf import PdfReader
from typer.testing import CliRunner

from commands.payplan import app

TERMS = {"principal": 1_200, "first_payment": "2027-01-31", "number_of_payments": 6, "apr_percent": 9.9}
TODAY = {"today": "2027-01-02"}


@pytest.fixture
def terms(tmp_path: Path) -> Path:
    path = tmp_path / "terms.json"
    path.write_text(json.dumps(TERMS | TODAY), encoding="utf-8")
    return path


def _run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["schedule", *arguments])
    return result.exit_code, result.stdout, result.stderr


def test_json_is_one_object_that_adds_up(terms: Path) -> None:
    status, out, err = _run(str(terms), "--json")
    data = json.loads(out)
    assert (status, err) == (0, "")
    assert sum(row["principal_cents"] for row in data["rows"]) == 120_000
    assert [row["date"] for row in data["rows"]][:3] == ["2027-01-31", "2027-02-28", "2027-03-31"]
    assert data["truth_in_lending"]["finance_charge_cents"] == data["totals"]["total_interest_cents"]


def test_table_and_csv(terms: Path) -> None:
    assert "Total Cost of Loan" in _run(str(terms))[1]
    lines = _run(str(terms), "--csv")[1].splitlines()
    assert (lines[0].split(",")[0], len(lines)) == ("date", 7)


def test_pdf_holds_the_schedule_and_is_the_same_each_time(terms: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "one.pdf", tmp_path / "two.pdf"
    assert _run(str(terms), "--pdf", "--out", str(first))[0] == 0
    assert _run(str(terms), "--pdf", "--out", str(second))[0] == 0
    text = "".join(page.extract_text() for page in PdfReader(first).pages)
    assert "ANNUAL PERCENTAGE RATE" in text
    assert all(day in text for day in ("2027-01-31", "2027-02-28", "2027-06-30"))
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "line 1: not JSON"),
        ("[]", "give one JSON object"),
        ('{"principal": 5}', "first_payment is missing"),
        ('{"principal": 5, "first_payment": "2027-13-01"}', "is not a date"),
        ('{"principal": 900, "first_payment": "2027-01-15", "number_of_payments": 4, "apr": "1e400"}', "apr: 1e400"),
        ('{"principal": 900, "first_payment": "2027-01-15", "number_of_payments": 4, "apr": 1e400}', "apr: inf"),
        ('{"principal": 900, "first_payment": "9999-12-15", "number_of_payments": 4}', "first_payment: 9999-12-15"),
        ('{"principal": 900, "first_payment": "2027-01-15", "today": "9999-12-31"}', "today: 9999-12-31"),
        ("[" * 100_000, "nested too deep"),
        (
            '{"principal": 900, "production": [{"amount": 100}], "first_payment": "2027-01-15", "payments": 4}',
            "principal and production are both given",
        ),
        (
            '{"principal": 900, "principal": 90, "first_payment": "2027-01-15", "payments": 4}',
            "principal is given twice",
        ),
        (
            '{"principal": 900, "first_payment": "2027-01-15", "payments": 4, "frequency": "daily"}',
            "write one of weekly, every_other_week, ordinal_weekday, monthly, quarterly",
        ),
        (
            '{"principal": 900, "first_payment": "2027-01-15", "payments": 4, "cash_price": 901}',
            "cash_price: $901.00 must be above the down payment of $0.00 and at most $900.00",
        ),
        (
            '{"principal": 1200, "first_payment": "2027-01-15", "payment_amount": 10, "apr": 24}',
            "the payment of $10.00 does not cover the interest of $24.00 due 2027-01-15",
        ),
        (
            '{"principal": 9e29, "first_payment": "2027-01-15", "payments": 4}',
            "principal: 9e+29 is too large for a payment plan",
        ),
        (
            '{"principal": 900, "first_payment": "2027-01-15", "payments": 1e12}',
            "number_of_payments: 1000000000000.0 is too large",
        ),
        ('{"principal": 900, "first_payment": "2027-01-15junk", "payments": 4}', "'2027-01-15junk' is not a date"),
        ('{"principal": 900, "first_payment": 20270115, "payments": 4}', "20270115 is not a date"),
        (
            '{"principal": 900, "first_payment": "2027-01-15", "payments": 4, "frequency": ["weekly"]}',
            "frequency: ['weekly'] is not known",
        ),
    ],
)
def test_bad_input_says_what_and_where_and_exits_2(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "bad.json"
    path.write_text(content, encoding="utf-8")
    status, out, err = _run(str(path))
    assert (status, out) == (2, "")
    assert message in err
    assert str(path) in err


def test_a_missing_file_and_two_forms_at_once_are_refused(terms: Path, tmp_path: Path) -> None:
    assert _run(str(tmp_path / "none.json"))[0] == 2
    assert _run(str(terms), "--json", "--csv")[0] == 2


def test_a_pdf_that_cannot_be_written_and_a_file_that_is_no_text_are_refused(terms: Path, tmp_path: Path) -> None:
    target = tmp_path / "nowhere" / "plan.pdf"
    status, _, err = _run(str(terms), "--pdf", "--out", str(target))
    assert status == 2
    assert f"cannot write {target}" in err
    binary = tmp_path / "binary.json"
    binary.write_bytes(b"\xff\xfe")
    status, _, err = _run(str(binary))
    assert status == 2
    assert "not UTF-8" in err


def test_words_of_the_file_break_neither_the_table_nor_a_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "odd.json"
    item = {"amount": 400, "description": "=2+2\n\u001b[31m" + "long " * 40}
    fields = {"production": [item], "apr": 12, "payments": 4, "first_payment": "2027-01-15", "today": "2027-01-01"}
    path.write_text(json.dumps(fields), encoding="utf-8")
    _, text, _ = _run(str(path))
    lines = text.splitlines()
    assert max(len(line) for line in lines[2:]) < 170
    assert "Total" in text
    assert "x 12 % / 12" in text
    assert not any(ord(sign) < 32 for line in lines for sign in line)
    _, table, _ = _run(str(path), "--csv")
    assert table.splitlines()[1].startswith("2027-01-15,'=2+2 [31m")


def test_a_first_payment_of_long_ago_is_worked_out(tmp_path: Path) -> None:
    path = tmp_path / "old.json"
    fields = {"principal": 1200, "down_payment": 100, "apr": 9.9, "payments": 12, "first_payment": "1900-01-31"}
    path.write_text(json.dumps(fields), encoding="utf-8")
    assert _run(str(path), "--json")[0] == 0
