"""Healing gaps: which of them holds, when it ends on the office's own clock, and until when the case can sleep."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.route import CaseFacts, DoneProcedure, Route
from rules.classify import classify
from rules.loading import completed, parse_rules
from rules.model import RuleSet
from tests.rules.conftest import NOON, TODAY, case, procedure

HEALS = """
tiers:
  surgical:
    openings:
      look_ahead: 30 days
      healing:
        - {after: [D7140, D7210-D7250], before: [D6010], wait: 84 days}
        - {after: [D7953], wait: 120 days}
"""
IMPLANT = procedure("D6010", 2380, 120, "surgeon")
DENVER = "America/Denver"


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return parse_rules(completed({"organisation/healing.yaml": HEALS}), "boise", TODAY)


def done(code: str, days_ago: int, tooth: str = "") -> DoneProcedure:
    return DoneProcedure(code=code, day=TODAY - timedelta(days=days_ago), tooth=tooth)


def after(rules: RuleSet, *what: DoneProcedure, facts: CaseFacts | None = None) -> Route:
    given_case = facts or case(IMPLANT, zone=DENVER)
    return classify(rules, given_case.model_copy(update={"done": what}))


def local(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=ZoneInfo(DENVER)).astimezone(UTC)


def test_an_implant_waits_for_the_socket_and_sleeps_until_that_day_is_in_reach(rules: RuleSet) -> None:
    route = after(rules, done("D7140", 20))
    assert route.earliest == local(2027, 1, 26)
    assert route.start_at == local(2026, 12, 27)
    reason = next(each for each in route.reasons if each.value == "earliest")
    assert reason.text == "no opening before Jan 26, 2027: 84 days after D7140 of Nov 3, 2026"
    assert (reason.file, reason.line) == ("organisation/healing.yaml", 7)


def test_a_gap_that_ends_within_reach_lets_the_case_start_at_once(rules: RuleSet) -> None:
    route = after(rules, done("D7220", 60))
    assert (route.earliest, route.start_at) == (local(2026, 12, 17), None)


def test_of_several_gaps_the_one_that_ends_last_counts(rules: RuleSet) -> None:
    route = after(rules, done("D7140", 5), done("D7953", 30), done("D7140", 80))
    assert route.earliest == local(2027, 2, 21)
    assert after(rules, done("D7953", 30), done("D7140", 5)).earliest == route.earliest


@pytest.mark.parametrize(
    "what",
    [
        pytest.param((), id="nothing was done"),
        pytest.param((done("D7140", 84),), id="healed by today"),
        pytest.param((done("D7140", 400),), id="long ago"),
        pytest.param((done("D1110", 1),), id="another procedure"),
    ],
)
def test_what_does_not_have_to_heal_changes_nothing(rules: RuleSet, what: tuple[DoneProcedure, ...]) -> None:
    route = after(rules, *what)
    assert (route.earliest, route.start_at) == (None, None)
    assert "earliest" not in {reason.value for reason in route.reasons}


def test_a_gap_before_certain_codes_holds_for_them_only(rules: RuleSet) -> None:
    another_extraction = case(procedure("D7210", 400, 60, "surgeon"), zone=DENVER)
    assert after(rules, done("D7140", 5), facts=another_extraction).earliest is None
    assert after(rules, done("D7953", 5), facts=another_extraction).earliest is not None


def test_another_tooth_does_not_have_to_wait(rules: RuleSet) -> None:
    at_14 = case(procedure("D6010", 2380, 120, "surgeon", tooth="14"), zone=DENVER)
    assert after(rules, done("D7140", 5, "3"), facts=at_14).earliest is None
    assert after(rules, done("D7140", 5, "14"), facts=at_14).earliest is not None
    assert after(rules, done("D7140", 5), facts=at_14).earliest is not None, "nobody knows which tooth it was"


def test_a_tier_without_healing_never_waits(shipped: RuleSet) -> None:
    assert after(shipped, done("D7140", 1)).earliest is None


@given(
    days_ago=st.integers(0, 200),
    zone=st.sampled_from(["America/Denver", "America/Phoenix", "Pacific/Honolulu", "America/New_York"]),
)
def test_the_gap_ends_at_a_local_midnight_and_the_sleep_ends_in_time(rules: RuleSet, days_ago: int, zone: str) -> None:
    route = after(rules, done("D7953", days_ago), facts=case(IMPLANT, zone=zone))
    ends = TODAY - timedelta(days=days_ago) + timedelta(days=120)
    if route.earliest is None:
        assert ends <= NOON.astimezone(ZoneInfo(zone)).date()
        return
    first = route.earliest.astimezone(ZoneInfo(zone))
    assert (first.date(), first.hour, first.minute) == (ends, 0, 0)
    wakes = (route.start_at or NOON).astimezone(ZoneInfo(zone)).date()
    assert ends <= wakes + timedelta(days=route.horizon_days), "the first day is in reach once the case starts"
    if route.start_at is not None:
        assert route.start_at > NOON
        assert wakes == ends - timedelta(days=route.horizon_days)


def test_the_day_before_clocks_change_is_a_whole_day(rules: RuleSet) -> None:
    """2027-03-14 has 23 hours in Denver; the gap still ends with its own midnight."""
    route = after(rules, DoneProcedure(code="D7953", day=date(2026, 11, 14)))
    assert route.earliest == local(2027, 3, 14)
    assert after(rules, DoneProcedure(code="D7953", day=date(2026, 11, 15))).earliest == local(2027, 3, 15)
