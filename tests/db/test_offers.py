from datetime import datetime
from threading import Thread

from db.session import Database
from db.stores.offers import OfferStore
from domain.crowd import OfferedTime
from domain.slots import Opening
from tests.db.samples import ANN, MINUTE, NOON, a_case, an_offer


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
    offers.close(a_case(1).case_id, "answered")
    assert len(offers.put(an_offer(1, openings=2)).openings) == 2
    assert numbers(offers, 1) == [1, 2]


def test_numbers_of_a_closed_offer_book_no_more(database: Database) -> None:
    offers = OfferStore(database)
    offers.put(an_offer(1))
    offers.close(a_case(1).case_id, "answered")
    assert offers.open_for_phone(ANN) == []
    assert offers.open_of_case(a_case(1).case_id) is None
    assert offers.of_case(a_case(1).case_id)[0].state == "answered"


def test_unanswered_offers_are_counted_by_time_and_office(database: Database) -> None:
    offers = OfferStore(database)
    for number, office in ((1, "boise"), (2, "meridian"), (3, "phoenix"), (4, "boise"), (5, "boise")):
        offers.put(an_offer(number, openings=1 if number == 2 else 3, location=office))
    offers.close(a_case(4).case_id, "withdrawn")
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


def test_offers_made_at_once_to_one_phone_share_no_number(database: Database) -> None:
    offers = OfferStore(database)
    threads = [Thread(target=offers.put, args=(an_offer(number),)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(number for case in range(8) for number in numbers(offers, case)) == list(range(1, 25))
