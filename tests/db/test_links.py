from sqlmodel import select

from db.session import Database
from db.stores.links import LinkStore, hash_of
from db.tables.links import LinkRow
from tests.db.samples import ANN, DAY, HOUR, NOON


def test_a_token_is_long_opaque_and_stored_hashed_only(database: Database) -> None:
    links = LinkStore(database)
    token = links.issue("c", ANN, NOON, NOON + DAY)
    assert len(token) >= 22
    with database.read() as session:
        row = session.exec(select(LinkRow)).one()
    assert token not in str(row.model_dump())
    assert row.token_hash == hash_of(token)
    found = links.find(token)
    assert found is not None
    assert (found.case_id, found.phone, found.expires_at) == ("c", ANN, NOON + DAY)
    assert links.find("never-issued") is None


def test_failures_are_counted_over_the_links_of_a_case_that_are_not_closed(database: Database) -> None:
    links = LinkStore(database)
    token, other = (hash_of(links.issue("c", ANN, NOON, NOON + DAY)) for _ in range(2))
    foreign = hash_of(links.issue("d", ANN, NOON, NOON + DAY))
    assert [links.count_failure(token) for _ in range(3)] == [1, 2, 3]
    assert links.count_failure(other) == 4
    assert links.count_failure(foreign) == 1
    links.close(token, "five failures", NOON)
    assert links.count_failure(other) == 2
    links.forget_failures("c")
    assert links.count_failure(other) == 1
    assert links.count_failure(foreign) == 2


def test_a_closed_link_keeps_its_first_reason(database: Database) -> None:
    links = LinkStore(database)
    token = links.issue("c", ANN, NOON, NOON + DAY)
    links.close(hash_of(token), "five failures", NOON)
    links.close_all("c", "booked", NOON + HOUR)
    found = links.find(token)
    assert found is not None
    assert (found.closed_at, found.close_reason) == (NOON, "five failures")


def test_closing_by_case_and_by_phone_leaves_the_others(database: Database) -> None:
    links = LinkStore(database)
    mine = links.issue("c1", ANN, NOON, NOON + DAY)
    sister = links.issue("c2", ANN, NOON, NOON + DAY)
    stranger = links.issue("c3", "+12085550143", NOON, NOON + DAY)
    links.close_all("c1", "booked", NOON)
    assert [link.close_reason for token in (mine, sister) if (link := links.find(token))] == ["booked", ""]
    links.close_for_phone(ANN, "wrong number", NOON)
    reasons = [link.close_reason for token in (mine, sister, stranger) if (link := links.find(token))]
    assert reasons == ["booked", "wrong number", ""]
    assert len(links.of_case("c1")) == 1
