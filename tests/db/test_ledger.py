from db.session import Database
from db.stores.ledger import LedgerStore
from tests.db.samples import MINUTE, NOON


def test_a_reference_is_asked_for_once(database: Database) -> None:
    ledger = LedgerStore(database)
    asked = [
        ledger.add("dep_1", "payment", {"amount_cents": amount}, case_id="c", location="north", at=NOON)
        for amount in (10_000, 20_000)
    ]
    assert asked == [True, False]
    entry = ledger.get("dep_1")
    assert entry is not None
    assert entry.payload == {"amount_cents": 10_000}
    assert [row.reference for row in ledger.of_case("c")] == ["dep_1"]


def test_entries_wait_until_the_pms_has_them(database: Database) -> None:
    ledger = LedgerStore(database)
    for number in range(3):
        ledger.add(f"dep_{number}", "payment", {}, case_id="c", location="north", at=NOON + MINUTE * number)
    ledger.failed("dep_0", "the PMS is down")
    ledger.done("dep_1", "pay-77", NOON)
    assert [(row.reference, row.attempts) for row in ledger.waiting()] == [("dep_2", 0), ("dep_0", 1)]
    ledger.failed("dep_1", "late answer")
    done = ledger.get("dep_1")
    assert done is not None
    assert (done.state, done.pms_id, done.done_at, done.error) == ("done", "pay-77", NOON, "")
