from datetime import datetime
from threading import Thread

from db.session import Database
from db.stores.running import BudgetStore, HeartbeatStore, LeaseStore, WatermarkStore
from tests.db.samples import MINUTE, NOON


class FixedClock:
    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


def test_one_holder_has_the_lease_until_it_runs_out(database: Database) -> None:
    leases = LeaseStore(database)
    assert leases.acquire("mirror", "a", 30, NOON)
    assert not leases.acquire("mirror", "b", 30, NOON + MINUTE / 3)
    assert leases.acquire("mirror", "a", 30, NOON + MINUTE / 3)
    assert not leases.acquire("mirror", "b", 30, NOON + MINUTE * 0.8)
    assert leases.acquire("mirror", "b", 30, NOON + MINUTE)


def test_a_released_lease_is_free_at_once_but_only_its_holder_releases_it(database: Database) -> None:
    leases = LeaseStore(database)
    leases.acquire("mirror", "a", 30, NOON)
    leases.release("mirror", "b")
    assert not leases.acquire("mirror", "b", 30, NOON)
    leases.release("mirror", "a")
    assert leases.acquire("mirror", "b", 30, NOON)


def test_many_contenders_get_one_lease(database: Database) -> None:
    leases = LeaseStore(database)
    won: list[str] = []

    def contend(name: str) -> None:
        if leases.acquire("mirror", name, 30, NOON):
            won.append(name)

    threads = [Thread(target=contend, args=(str(number),)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1


def test_requests_of_one_account_are_an_interval_apart(database: Database) -> None:
    clock, slept = FixedClock(NOON), list[float]()
    budget = BudgetStore(database, {"north": 1.0}, clock, slept.append)
    for _ in range(3):
        budget.wait("north")
    assert slept == [1.0, 2.0]


def test_an_idle_account_saves_no_turns_up(database: Database) -> None:
    clock, slept = FixedClock(NOON), list[float]()
    budget = BudgetStore(database, {"north": 1.0}, clock, slept.append)
    budget.wait("north")
    clock.at = NOON + MINUTE
    budget.wait("north")
    assert slept == []
    budget.wait("north")
    assert slept == [1.0]


def test_accounts_do_not_wait_for_each_other_and_zero_means_no_pacing(database: Database) -> None:
    slept: list[float] = []
    budget = BudgetStore(database, {"north": 1.0, "south": 1.0, "fast": 0.0}, FixedClock(NOON), slept.append)
    for account in ("north", "south", "fast", "fast", "unknown", "unknown"):
        budget.wait(account)
    assert slept == []


def test_turns_taken_at_once_are_all_different(database: Database) -> None:
    budget = BudgetStore(database, {"north": 1.0}, FixedClock(NOON))
    turns: list[datetime] = []
    threads = [Thread(target=lambda: turns.append(budget.reserve("north", 1.0))) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted((turn - NOON).total_seconds() for turn in turns) == list(range(10))


def test_watermarks_are_kept_by_account_and_feed(database: Database) -> None:
    marks = WatermarkStore(database)
    assert marks.get("north", "plans") == ""
    marks.put("north", "plans", "2026-11-20")
    marks.put("north", "plans", "2026-11-21")
    marks.put("north", "patients", "5")
    assert (marks.get("north", "plans"), marks.get("south", "plans")) == ("2026-11-21", "")


def test_heartbeats_tell_the_last_sign_of_life(database: Database) -> None:
    beats = HeartbeatStore(database)
    assert beats.last("worker") is None
    beats.beat("worker", NOON)
    beats.beat("worker", NOON + MINUTE, {"queues": 2})
    assert beats.last("worker") == NOON + MINUTE
    assert beats.all() == {"worker": (NOON + MINUTE, {"queues": 2})}
