"""The benchmark measures the right thing: both searches find the same, and the finder is far cheaper."""

import json

import pytest

from benchmarks import openings
from benchmarks.openings import main, measure, office
from domain.openings import find_openings
from tests.domain.openings_office import naive_openings


def test_both_searches_find_the_same_in_the_measured_office() -> None:
    case = office(days=7, chairs=3, daily=5)
    found = [(o.start, o.operatory_id, o.provider_id) for o in find_openings(*case)]
    assert found
    assert found == naive_openings(*case)


def test_the_finder_costs_a_fraction_of_the_plain_walk() -> None:
    (row,) = measure([(30, 8, 4)])
    assert row.openings > 0
    assert row.walk_ratio > 10


def test_prints_one_json_object(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(openings, "SERIES", {"days": ((5, 1, 3), (10, 1, 3))})
    monkeypatch.setattr("sys.argv", ["openings", "--json"])
    main()
    rows = json.loads(capsys.readouterr().out)["days"]
    assert [row["days"] for row in rows] == [5, 10]
    assert rows[0]["growth"] == 1.0
