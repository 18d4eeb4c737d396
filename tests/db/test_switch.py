from db.session import Database
from db.stores.switch import TextingSwitch
from tests.db.samples import HOUR, MINUTE, NOON


def test_a_stop_is_made_once_and_stands_until_it_is_lifted(database: Database) -> None:
    switch = TextingSwitch(database)
    assert switch.halt("north", "unregistered", NOON)
    assert not switch.halt("north", "wrong keys", NOON + MINUTE)
    assert switch.stop("north", "offer", "spam", NOON)
    assert switch.stop("south", "nudge", "spam", NOON)
    assert (switch.halted("north"), switch.halted("south")) == ("unregistered", "")
    assert switch.stopped("north") == {"offer": "spam"}
    assert [(s.location, s.template) for s in switch.stops()] == [("north", ""), ("north", "offer"), ("south", "nudge")]
    assert switch.lift("north", NOON + HOUR) == "unregistered"
    assert switch.lift("north", NOON + HOUR) == ""
    assert switch.stopped("north") == {"offer": "spam"}


def test_what_a_text_from_before_the_lifting_says_is_old_news(database: Database) -> None:
    switch = TextingSwitch(database)
    switch.stop("north", "offer", "spam", NOON)
    switch.lift("north", NOON + HOUR, "offer")
    assert not switch.stop("north", "offer", "spam", NOON + MINUTE)
    assert switch.stop("north", "offer", "spam", NOON + 2 * HOUR)
    assert switch.halt("north", "unregistered", NOON), "that is another matter"
