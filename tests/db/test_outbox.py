from threading import Thread

import pytest

from db.session import Database
from db.stores.outbox import OutboxStore
from domain.records import FINAL_TEXT_STATES, TextState
from tests.db.samples import ANN, HOUR, MINUTE, NOON, a_case, a_text


def state_of(outbox: OutboxStore, number: int = 1) -> TextState:
    text = outbox.get(f"tx_{number}")
    assert text is not None
    return text.state


def test_one_text_per_case_step_and_number(database: Database) -> None:
    outbox = OutboxStore(database)
    assert outbox.add(a_text(1)) == a_text(1)
    again = a_text(1, id="tx_other", body="another body")
    assert outbox.add(again) == a_text(1)
    assert outbox.by_key(a_case(1).case_id, "first_offer", ANN) == a_text(1)
    assert outbox.by_key(a_case(1).case_id, "nudge", ANN) is None


def test_only_one_sender_begins(database: Database) -> None:
    outbox = OutboxStore(database)
    outbox.add(a_text(1))
    began: list[bool] = []
    threads = [Thread(target=lambda: began.append(outbox.begin("tx_1"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert began.count(True) == 1
    text = outbox.get("tx_1")
    assert text is not None
    assert (text.state, text.attempts) == (TextState.SENDING, 1)


def test_callbacks_out_of_order_never_take_a_state_back(database: Database) -> None:
    outbox = OutboxStore(database)
    outbox.add(a_text(1))
    outbox.begin("tx_1")
    outbox.settle("tx_1", TextState.DELIVERED, at=NOON)
    outbox.settle("tx_1", TextState.SENT, sid="SM1", at=NOON + MINUTE)
    outbox.settle("tx_1", TextState.FAILED, error_code="30008", at=NOON + MINUTE)
    text = outbox.get("tx_1")
    assert text is not None
    assert (text.state, text.sid, text.sent_at, text.error_code) == (TextState.DELIVERED, "SM1", NOON, "")
    assert outbox.by_sid("SM1") == text


def test_a_text_surely_not_taken_is_queued_again_and_a_sent_one_never(database: Database) -> None:
    outbox = OutboxStore(database)
    outbox.add(a_text(1))
    outbox.begin("tx_1")
    outbox.settle("tx_1", TextState.QUEUED)
    assert outbox.begin("tx_1")
    outbox.settle("tx_1", TextState.SENT, sid="SM1", at=NOON)
    outbox.settle("tx_1", TextState.QUEUED)
    assert state_of(outbox) is TextState.SENT


@pytest.mark.parametrize("final", sorted(FINAL_TEXT_STATES))
def test_a_final_state_is_final(database: Database, final: TextState) -> None:
    outbox = OutboxStore(database)
    outbox.add(a_text(1))
    outbox.settle("tx_1", final)
    for state in TextState:
        outbox.settle("tx_1", state)
    assert state_of(outbox) is final
    assert not outbox.begin("tx_1")


def test_settling_an_unknown_text_says_so(database: Database) -> None:
    with pytest.raises(KeyError, match="tx_9"):
        OutboxStore(database).settle("tx_9", TextState.SENT)


def test_caps_count_campaign_texts_that_may_have_gone_out(database: Database) -> None:
    outbox = OutboxStore(database)
    for number, state in enumerate(TextState):
        outbox.add(a_text(number, state=state, created_at=NOON + MINUTE * number))
    outbox.add(a_text(20, kind="answer", state=TextState.SENT))
    outbox.add(a_text(21, to="+12085550143", state=TextState.SENT))
    outbox.add(a_text(22, created_at=NOON - HOUR, sent_at=NOON + HOUR, state=TextState.SENT))
    outbox.add(a_text(23, created_at=NOON - HOUR, state=TextState.SENT))
    gone = ("sending", "unknown", "sent", "delivered", "undelivered", "person")
    expected = [NOON + MINUTE * number for number, state in enumerate(TextState) if state.value in gone]
    assert outbox.unasked_sent(ANN, NOON) == [*expected, NOON + HOUR]


def test_what_reconciliation_looks_at(database: Database) -> None:
    outbox = OutboxStore(database)
    for number, state in enumerate((TextState.QUEUED, TextState.SENDING, TextState.UNKNOWN, TextState.DELIVERED)):
        outbox.add(a_text(number, state=state))
    outbox.add(a_text(8, state=TextState.UNKNOWN, created_at=NOON + HOUR))
    outbox.add(a_text(9, state=TextState.SENT, sent_at=NOON))
    assert [text.id for text in outbox.queued(NOON)] == ["tx_0"]
    assert [text.id for text in outbox.unsure(NOON + HOUR, 2 * MINUTE)] == ["tx_1", "tx_2"]
    assert [text.id for text in outbox.without_news(NOON - HOUR, NOON)] == ["tx_9"]
    assert outbox.without_news(NOON - HOUR, NOON - MINUTE) == outbox.without_news(NOON + MINUTE, NOON + HOUR) == []
    assert [text.id for text in outbox.of_case(a_case(8).case_id)] == ["tx_8"]
    assert len(outbox.of_phone(ANN)) == 6


def test_a_text_that_is_just_being_sent_is_left_alone_however_old_its_row(database: Database) -> None:
    outbox = OutboxStore(database)
    outbox.add(a_text(1))
    assert outbox.begin("tx_1", NOON + HOUR)
    assert outbox.unsure(NOON + HOUR + MINUTE, 2 * MINUTE) == []
    assert [text.id for text in outbox.unsure(NOON + HOUR + 2 * MINUTE, 2 * MINUTE)] == ["tx_1"]


def test_decisions_are_kept_with_their_reason(database: Database) -> None:
    outbox = OutboxStore(database)
    for allowed in (False, True):
        outbox.log_decision(
            at=NOON, case_id="c", phone=ANN, template="nudge", allowed=allowed, rule="hours", local_time="05:00"
        )
    assert [(row.allowed, row.rule, row.local_time) for row in outbox.decisions_of_case("c")] == [
        (False, "hours", "05:00"),
        (True, "hours", "05:00"),
    ]


def test_a_family_shares_the_last_place_under_a_cap(database: Database) -> None:
    outbox = OutboxStore(database)

    def admit(number: int) -> None:
        text = a_text(number)
        outbox.add_if((text.case_id, text.step, ANN), NOON - HOUR, lambda sent: None if sent else text)

    threads = [Thread(target=admit, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [kept] = outbox.of_phone(ANN)
    key = (kept.case_id, kept.step, ANN)
    assert outbox.add_if(key, NOON - HOUR, lambda _: None) == kept, "what is there is there"


def test_a_queued_text_waits_until_its_time(database: Database) -> None:
    outbox = OutboxStore(database)
    outbox.add(a_text(1))
    outbox.wait("tx_1", NOON + HOUR, "caps")
    assert outbox.queued(NOON) == []
    assert [(text.id, text.why) for text in outbox.queued(NOON + HOUR)] == [("tx_1", "caps")]


def test_who_did_not_hear_is_listed_until_they_did(database: Database) -> None:
    outbox = OutboxStore(database)
    for number, state in enumerate(TextState):
        outbox.add(a_text(number, state=state, to=f"+1208555010{number}"))
    silent = {text.state.value for text in outbox.untold()}
    assert silent == {"undelivered", "failed", "lapsed", "person"}
    for text in outbox.untold():
        outbox.told(text.id, NOON)
    assert outbox.untold() == []
