import pytest

from db.session import Database
from db.stores.rulebook import RuleStore
from tests.db.samples import HOUR, MINUTE, NOON
from tests.db.test_running import FixedClock


def test_without_saved_rules_nothing_is_in_force(database: Database) -> None:
    rules = RuleStore(database, FixedClock(NOON))
    assert rules.active_files() is None
    assert rules.active_version() == ""


def test_a_version_counts_from_its_activation_and_an_older_one_can_come_back(database: Database) -> None:
    clock = FixedClock(NOON)
    rules = RuleStore(database, clock)
    assert rules.save("a", {"tiers.yaml": "one"}, "max", "first")
    assert rules.save("b", {"tiers.yaml": "two"}, "max", "second")
    assert not rules.save("a", {"tiers.yaml": "one"}, "dana", "again")
    assert rules.active_files() is None
    rules.activate("a", "max")
    rules.activate("b", "max", active_from=NOON + HOUR)
    assert rules.active_files() == {"tiers.yaml": "one"}
    clock.at = NOON + HOUR
    assert rules.active_files() == {"tiers.yaml": "two"}
    clock.at += MINUTE
    rules.activate("a", "dana", "two was wrong")
    assert rules.active_version() == "a"
    assert [row.author for row in rules.activations()] == ["dana", "max", "max"]
    assert {row.version: row.note for row in rules.versions()} == {"a": "first", "b": "second"}


def test_an_unknown_version_cannot_be_put_in_force(database: Database) -> None:
    with pytest.raises(KeyError, match="zz"):
        RuleStore(database, FixedClock(NOON)).activate("zz", "max")
