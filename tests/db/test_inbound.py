from db.session import Database
from db.stores.inbound import InboundStore, SuppressionStore
from domain.records import InboundText
from tests.db.samples import ANN, HOUR, MINUTE, NOON

TEXT = InboundText(sid="SM1", sender=ANN, recipient="+12085550100", body="2", received_at=NOON)


def test_a_text_delivered_twice_is_one(database: Database) -> None:
    inbound = InboundStore(database)
    assert inbound.add(TEXT)
    assert not inbound.add(TEXT)
    assert inbound.unhandled() == [TEXT]
    assert inbound.get("SM9") is None


def test_a_handled_text_keeps_what_was_made_of_it(database: Database) -> None:
    inbound = InboundStore(database)
    later = TEXT.model_copy(update={"sid": "SM0", "received_at": NOON + MINUTE})
    inbound.add(later)
    inbound.add(TEXT)
    inbound.handled("SM1", NOON, intent="choose", case_id="c", urgent=True)
    assert inbound.get("SM1") == TEXT.model_copy(update={"intent": "choose", "case_id": "c", "urgent": True})
    assert inbound.unhandled() == [later]
    assert [text.sid for text in inbound.of_phone(ANN)] == ["SM1", "SM0"]


def test_a_suppression_stands_until_it_is_lifted(database: Database) -> None:
    numbers = SuppressionStore(database)
    assert not numbers.is_suppressed(ANN)
    numbers.suppress(ANN, "stop", "text", NOON)
    numbers.suppress(ANN, "21610", "twilio", NOON + MINUTE)
    assert numbers.is_suppressed(ANN)
    assert [entry.reason for entry in numbers.untold()] == ["stop"]
    assert numbers.lift(ANN, NOON + HOUR)
    assert not numbers.lift(ANN, NOON + HOUR)
    assert not numbers.is_suppressed(ANN)
    assert numbers.untold()[0].lifted_at == NOON + HOUR
    numbers.suppress(ANN, "21610", "carrier", NOON + 2 * HOUR, NOON)
    assert not numbers.is_suppressed(ANN), "news of a text from before the START"
    numbers.suppress(ANN, "stop again", "text", NOON + 2 * HOUR)
    assert numbers.is_suppressed(ANN)


def test_a_word_is_told_once_and_a_newer_one_again(database: Database) -> None:
    numbers = SuppressionStore(database)
    numbers.suppress(ANN, "stop", "reply", NOON)
    [stopped] = numbers.untold()
    numbers.lift(ANN, NOON + MINUTE)
    numbers.told(stopped, NOON + MINUTE)
    [lifted] = numbers.untold()
    assert lifted.lifted_at == NOON + MINUTE
    numbers.told(lifted, NOON + HOUR)
    assert numbers.untold() == []
    numbers.suppress(ANN, "the chart says no", "pms", NOON + 2 * HOUR)
    assert numbers.untold() == [], "it came from there"
    numbers.suppress(ANN, "stop", "reply", NOON + 3 * HOUR)
    assert [entry.source for entry in numbers.untold()] == ["reply"], "the phone's own word counts more"
