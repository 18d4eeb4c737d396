"""Contact rules: hours, caps, holidays, zones, consent; and a year of sends against an independent oracle."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.people import TextConsent
from rules.contact import ContactDecision, ContactPerson, decide, next_allowed_at_or_after, window_end
from rules.model import RuleSet
from rules.us_zones import US_ZONES, ZONES_OF_STATE
from tests.rules.sends import ZONES, simulate

BOISE = "America/Boise"


def local(text: str, zone: str = BOISE) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def person(**more: Any) -> ContactPerson:
    return ContactPerson(**{"zones": (BOISE,), "consent": TextConsent.YES, **more})


def ask(shipped: RuleSet, who: ContactPerson, at: datetime, sent: Sequence[datetime] = ()) -> ContactDecision:
    return decide(shipped.contact, who, sent, at)


@pytest.mark.parametrize(
    ("at", "state", "allowed", "later"),
    [
        ("2026-11-23T08:59:59", "ID", False, "2026-11-23T09:00:00"),
        ("2026-11-23T09:00:00", "ID", True, None),
        ("2026-11-23T19:59:59", "ID", True, None),
        ("2026-11-23T20:00:00", "ID", False, "2026-11-24T09:00:00"),
        ("2026-11-22T11:30:00", "ID", False, "2026-11-22T12:00:00"),
        ("2026-11-21T20:30:00", "ID", False, "2026-11-22T12:00:00"),
        ("2026-11-26T12:00:00", "ID", False, "2026-11-27T09:00:00"),
        ("2026-12-25T12:00:00", "ID", False, "2026-12-26T09:00:00"),
        ("2026-11-23T18:00:00", "RI", False, "2026-11-24T09:00:00"),
        ("2026-11-28T17:30:00", "RI", False, "2026-11-29T12:00:00"),
        ("2026-11-28T12:00:00", "ME", False, "2026-11-30T09:00:00"),
        ("2026-11-23T09:30:00", "KY", False, "2026-11-23T10:00:00"),
        ("2026-11-23T20:30:00", "TX", False, "2026-11-24T09:00:00"),
    ],
)
def test_hours_by_state_and_weekday(shipped: RuleSet, at: str, state: str, allowed: bool, later: str | None) -> None:
    decision = ask(shipped, person(state=state), local(at))
    assert decision.allowed is allowed
    assert decision.next_allowed == local(later or at)


def test_the_decision_names_the_rule_its_line_and_the_local_time(shipped: RuleSet) -> None:
    decision = ask(shipped, person(state="RI"), local("2026-11-23T18:30:00"))
    assert decision.rule.startswith("RI hours, Monday: 09:00-18:00 (base/contact.yaml:")
    assert decision.local_time == "2026-11-23T18:30:00-07:00"


def test_when_address_and_number_disagree_both_must_permit(shipped: RuleSet) -> None:
    both = person(zones=("America/New_York", "America/Los_Angeles"))
    early = datetime(2026, 11, 23, 15, tzinfo=UTC)
    decision = ask(shipped, both, early)
    assert decision.next_allowed == local("2026-11-23T09:00", "America/Los_Angeles")
    assert decision.local_time.endswith("-08:00")
    late = local("2026-11-23T20:00", "America/New_York")
    assert ask(shipped, both, late).next_allowed == local("2026-11-24T09:00", "America/Los_Angeles")


def test_the_number_s_state_counts_too(shipped: RuleSet) -> None:
    assert not ask(shipped, person(state="ID", number_state="ME"), local("2026-11-28T12:00")).allowed


def test_nobody_knows_where_means_everywhere(shipped: RuleSet) -> None:
    nowhere = person(zones=())
    assert not ask(shipped, nowhere, local("2026-11-23T10:00", "America/New_York")).allowed
    assert ask(shipped, nowhere, local("2026-11-23T15:00", "America/New_York")).allowed


def test_one_text_in_24_hours_and_three_in_7_days(shipped: RuleSet) -> None:
    first = local("2026-11-09T10:00")
    assert ask(shipped, person(), first + timedelta(hours=23), [first]).next_allowed == first + timedelta(hours=24)
    sent = [first, first + timedelta(days=1), first + timedelta(days=2)]
    decision = ask(shipped, person(), first + timedelta(days=4), sent)
    assert "3 in 7 days" in decision.rule
    assert decision.next_allowed == first + timedelta(days=7)


def test_a_text_that_waits_for_hours_counts_the_caps_at_the_new_time(shipped: RuleSet) -> None:
    yesterday = local("2026-11-22T19:30")
    decision = ask(shipped, person(), local("2026-11-23T07:00"), [yesterday])
    assert decision.next_allowed == local("2026-11-23T19:30")


@pytest.mark.parametrize("at", ["2026-11-23T03:00", "2026-11-26T12:00"])
def test_an_answer_goes_at_once_outside_hours_and_caps(shipped: RuleSet, at: str) -> None:
    decision = ask(shipped, person(kind="answer"), local(at), [local(at) - timedelta(minutes=1)] * 5)
    assert decision.allowed


@pytest.mark.parametrize("kind", ["campaign", "answer"])
def test_an_opt_out_holds_for_everything(shipped: RuleSet, kind: str) -> None:
    for who in (person(kind=kind, opted_out=True), person(kind=kind, consent=TextConsent.NO)):
        decision = ask(shipped, who, local("2026-11-23T12:00"))
        assert (decision.allowed, decision.next_allowed, decision.blocked) == (False, None, True)


def test_without_recorded_consent_only_answers_go(shipped: RuleSet) -> None:
    unknown = person(consent=TextConsent.UNKNOWN)
    assert ask(shipped, unknown, local("2026-11-23T12:00")).blocked
    assert ask(shipped, unknown.model_copy(update={"kind": "answer"}), local("2026-11-23T12:00")).allowed


def test_the_window_ends_when_the_first_zone_closes(shipped: RuleSet) -> None:
    both = person(zones=("America/New_York", "America/Denver"))
    at = local("2026-11-23T12:00", "America/Denver")
    assert window_end(shipped.contact, both, at) == local("2026-11-23T20:00", "America/New_York")
    night = local("2026-11-23T23:00")
    assert window_end(shipped.contact, person(), night) == night


@pytest.mark.parametrize("day", ["2026-03-07", "2026-03-08", "2026-10-31", "2026-11-01"])
def test_clock_changes_move_no_window(shipped: RuleSet, day: str) -> None:
    night = local(f"{day}T23:30")
    later = next_allowed_at_or_after(shipped.contact, person(), [], night)
    assert later is not None
    assert later.astimezone(ZoneInfo(BOISE)).hour in (9, 12)


def test_zones_without_a_common_hour_never_permit(shipped: RuleSet) -> None:
    apart = person(zones=("America/New_York", "Pacific/Guam"), state="ME")
    decision = ask(shipped, apart, local("2026-07-15T12:00"))
    assert (decision.allowed, decision.next_allowed, decision.blocked) == (False, None, True)


def test_every_state_has_its_zones() -> None:
    assert len(ZONES_OF_STATE) == 56
    assert all(ZoneInfo(zone) for zone in US_ZONES)


@given(
    st.integers(0, 366 * 86_400 - 1),
    st.lists(st.sampled_from(ZONES), min_size=1, max_size=2, unique=True),
    st.sampled_from(["", *ZONES_OF_STATE]),
    st.lists(st.integers(0, 8 * 86_400), max_size=6),
)
def test_the_next_allowed_time_is_allowed_and_none_is_sooner(
    shipped: RuleSet, second: int, zones: list[str], state: str, ago: list[int]
) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
    who = person(zones=tuple(zones), state=state)
    sent = [now - timedelta(seconds=each) for each in ago]
    later = next_allowed_at_or_after(shipped.contact, who, sent, now)
    if later is None:
        return
    assert decide(shipped.contact, who, sent, later).allowed
    if later > now:
        assert not decide(shipped.contact, who, sent, later - timedelta(seconds=1)).allowed
        assert not decide(shipped.contact, who, sent, now).allowed
        halfway = now + (later - now) / 2
        assert not decide(shipped.contact, who, sent, halfway).allowed


def test_no_unasked_text_leaves_outside_hours_or_above_caps(shipped: RuleSet) -> None:
    """The short form; ``python -m tests.rules.million`` runs it over a million sends."""
    tally = simulate(shipped.contact, 20_000, seed=7)
    assert tally.faults == []
    assert tally.sends >= 20_000
    assert len(tally.zones) == len(ZONES)
    assert len(tally.months) == 12
    assert tally.deferred > 1_000
