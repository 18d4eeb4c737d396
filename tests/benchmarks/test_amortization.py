"""The amortization benchmark measures the same thing three times, and prints what it should."""

import json

import pytest

from benchmarks.amortization import main, ours, with_amortization, with_numpy_financial


@pytest.mark.parametrize("count", [12, 60])
def test_the_three_repay_the_same_principal(count: int) -> None:
    mine = ours(count)
    theirs = with_numpy_financial(count)
    assert len(mine) == len(with_amortization(count)) == len(theirs) == count
    assert sum(period.principal_cents for period in mine) == 1_250_000
    assert sum(principal for _, principal in theirs) == pytest.approx(12_500)
    assert all(
        abs(period.interest_cents / 100 - interest) < 0.2 for period, (interest, _) in zip(mine, theirs, strict=True)
    )


def test_prints_ratios_and_the_cost_of_a_day(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--json", "--rounds", "1", "--plans", "600"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert [row["payments"] for row in result["schedules"]] == [12, 60, 360]
    assert all(row["ratio_to_amortization"] > 0 for row in result["schedules"])
    assert result["day_run"]["plans"] == 600
    assert result["day_run"]["charge_rows_posted"] > 0
