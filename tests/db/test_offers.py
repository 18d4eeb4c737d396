from datetime import datetime
from itertools import count
from threading import Thread
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.session import Database
from db.stores.offers import IN_MIND, OfferStore
from domain.crowd import OfferedTime
from domain.slots import Opening
from tests.db.samples import ANN, DAY, HOUR, MINUTE, NOON, a_case, an_offer

_phones = count(100)


def numbers(offers: OfferStore, case: int) -> list[int]:
    offer = offers.open_of_case(a_case(case).case_id)
    return [numbered.number for numbered in offer.openings] if offer else []


def test_an_offer_comes_back_as_it_was(database: Database) -> None:
    offers = OfferStore(database)
    assert offers.put(an_offer(1)) == an_offer(1)
    assert offers.open_of_case(a_case(1).case_id) == an_offer(1)
    assert offers.get("of_1") == an_offer(1)
    assert offers.get("of_9") is None


def test_numbering_goes_on_over_the_people_of_one_phone(database: Database) -> None:
    offers = OfferStore(database)
    offers.put(an_offer(1))
    stored = offers.put(an_offer(2, made_at=NOON + MINUTE))
    offers.put(an_offer(3, phone="+12085550143"))
    assert [numbered.number for numbered in stored.openings] == [4, 5, 6]
    assert (numbers(offers, 1), numbers(offers, 2), numbers(offers, 3)) == ([1, 2, 3], [4, 5, 6], [1, 2, 3])
    assert [offer.id for offer in offers.open_for_phone(ANN)] == ["of_1", "of_2"]


def test_a_new_offer_withdraws_the_older_one_of_its_case(database: Database) -> None:
    offers = OfferStore(database)
    offers.put(an_offer(1))
    offers.put(an_offer(1, id="of_1b", made_at=NOON + MINUTE))
    states = [(offer.id, offer.state) for offer in offers.of_case(a_case(1).case_id)]
    assert states == [("of_1", "withdrawn"), ("of_1b", "open")]


def test_an_open_offer_of_the_same_id_is_kept_and_a_closed_one_replaced(database: Database) -> None:
    offers = OfferStore(database)
    offers.put(an_offer(1))
    assert len(offers.put(an_offer(1, openings=2)).openings) == 3
    offers.close(a_case(1).case_id, "answered", NOON)
    assert len(offers.put(an_offer(1, openings=2)).openings) == 2
    assert numbers(offers, 1) == [4, 5], "the text that was answered names the first three"


def test_numbers_of_a_closed_offer_book_no_more(database: Database) -> None:
    offers = OfferStore(database)
    offers.put(an_offer(1))
    offers.close(a_case(1).case_id, "answered", NOON)
    assert offers.open_for_phone(ANN) == []
    assert offers.open_of_case(a_case(1).case_id) is None
    assert offers.of_case(a_case(1).case_id)[0].state == "answered"


def test_unanswered_offers_are_counted_by_time_and_office(database: Database) -> None:
    offers = OfferStore(database)
    for number, office in ((1, "boise"), (2, "meridian"), (3, "phoenix"), (4, "boise"), (5, "boise")):
        offers.put(an_offer(number, openings=1 if number == 2 else 3, location=office))
    offers.close(a_case(4).case_id, "withdrawn", NOON)
    first, second, third = (numbered.opening for numbered in an_offer(1).openings)
    mine = a_case(5).case_id

    def counted(begin: datetime = first.start, end: datetime = third.stop) -> dict[OfferedTime, int]:
        found = offers.unanswered(["boise", "meridian"], begin, end, mine)
        return {each._replace(offers=1): each.offers for each in found}

    assert counted() == {OfferedTime.of(first): 2, OfferedTime.of(second): 1, OfferedTime.of(third): 1}
    assert counted(end=second.start) == {OfferedTime.of(first): 2}, "nothing that begins later is read"
    assert OfferedTime.of(first) in counted(begin=first.stop - MINUTE), "what began before may still overlap"


def test_an_opening_keeps_its_office(database: Database) -> None:
    offers, offer = OfferStore(database), an_offer(1)
    there = [each.model_copy(update={"opening": _at(each.opening, "meridian")}) for each in offer.openings]
    stored = offers.put(offer.model_copy(update={"openings": tuple(there)}))
    found = offers.open_of_case(offer.case_id)
    assert found == stored
    assert {each.opening.location for each in found.openings} == {"meridian"}


def _at(opening: Opening, office: str) -> Opening:
    return opening.model_copy(update={"location": office})


def told(offers: OfferStore, at: datetime, case: int = 1, **fields: Any) -> list[int]:
    """The numbers of a new offer, told to the phone then."""
    offers.put(an_offer(case, id=f"of_{case}_{at:%m%d%H%M}", made_at=at, **fields))
    return numbers(offers, case)


def test_a_number_is_not_given_again_while_an_older_text_may_be_answered(database: Database) -> None:
    offers = OfferStore(database)
    assert told(offers, NOON) == [1, 2, 3]
    assert told(offers, NOON + DAY) == [4, 5, 6]
    assert told(offers, NOON + 2 * DAY) == [7, 8, 9], "two days late a 2 is nobody's number"
    offers.close(a_case(1).case_id, "answered", NOON + 2 * DAY)
    assert told(offers, NOON + DAY + IN_MIND - MINUTE) == [10, 11, 12]
    offers.close(a_case(1).case_id, "withdrawn", NOON + 2 * IN_MIND)
    assert told(offers, NOON + 2 * IN_MIND + MINUTE, case=2) == [1, 2, 3], "long over: single digits again"


def test_it_counts_from_the_end_of_an_offer_that_stood_long(database: Database) -> None:
    offers, much_later = OfferStore(database), NOON + 5 * IN_MIND
    told(offers, NOON)
    assert told(offers, much_later) == [4, 5, 6], "a minute ago the 2 of the old text still booked"
    told(offers, NOON, case=2, phone="+12085550143")
    offers.close(a_case(2).case_id, "withdrawn", much_later)
    assert told(offers, much_later + IN_MIND - MINUTE, case=3, phone="+12085550143") == [4, 5, 6]


def test_a_number_that_was_taken_back_is_not_given_to_another_time(database: Database) -> None:
    offers = OfferStore(database)
    told(offers, NOON)
    offers.withdraw(offers.open_for_phone(ANN)[0].id, [3], NOON + MINUTE)
    assert told(offers, NOON + HOUR) == [4, 5, 6]
    offers.withdraw(offers.open_for_phone(ANN)[0].id, [4, 5, 6], NOON + HOUR)
    assert offers.open_for_phone(ANN) == []
    assert told(offers, NOON + DAY) == [7, 8, 9]


def test_an_offer_that_is_made_again_has_new_numbers_if_its_text_may_have_gone(database: Database) -> None:
    offers, mine = OfferStore(database), a_case(1).case_id
    assert told(offers, NOON) == [1, 2, 3]
    offers.close(mine, "unsent", NOON)
    assert told(offers, NOON) == [1, 2, 3], "nobody was told of them"
    offers.close(mine, "withdrawn", NOON)
    assert told(offers, NOON) == [4, 5, 6]


def test_the_lowest_numbers_in_a_row_are_taken(database: Database) -> None:
    offers = OfferStore(database)
    told(offers, NOON)
    told(offers, NOON + DAY, case=2)
    offers.close(a_case(1).case_id, "withdrawn", NOON + DAY)
    after = NOON + DAY + IN_MIND
    assert told(offers, after, case=3) == [1, 2, 3]
    offers.close(a_case(3).case_id, "unsent", after)
    assert told(offers, after + MINUTE, case=4, openings=2) == [1, 2]
    assert told(offers, after + 2 * MINUTE, case=5) == [7, 8, 9], "case 2 is still open, and one free number is too few"


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    acts=st.lists(
        st.tuples(st.integers(0, 3), st.sampled_from(["offer", "withdrawn", "answered"]), st.integers(0, 200)),
        max_size=25,
    )
)
def test_a_number_never_means_two_times_within_the_days_of_its_text(
    sqlite_database: Database, acts: list[tuple[int, str, int]]
) -> None:
    offers, now, phone = OfferStore(sqlite_database), NOON, f"+1208555{next(_phones):04}"
    meant: dict[int, datetime] = {}
    for at, (case, act, hours) in enumerate(acts):
        now += hours * HOUR
        if act == "offer":
            offers.put(an_offer(case, id=f"{phone}-{at}", case_id=f"{phone}-{case}", phone=phone, made_at=now))
            fresh = [
                each.number for o in offers.open_for_phone(phone) if o.id.endswith(f"-{at}") for each in o.openings
            ]
            assert all(meant.get(number, now) <= now for number in fresh)
        else:
            offers.close(f"{phone}-{case}", act, now)
        standing = [each.number for offer in offers.open_for_phone(phone) for each in offer.openings]
        assert len(standing) == len(set(standing))
        meant |= dict.fromkeys(standing, now + IN_MIND)


def test_offers_made_at_once_to_one_phone_share_no_number(database: Database) -> None:
    offers = OfferStore(database)
    threads = [Thread(target=offers.put, args=(an_offer(number),)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(number for case in range(8) for number in numbers(offers, case)) == list(range(1, 25))
