"""What follows a booking, and what may die on the way to it."""

from datetime import datetime, timedelta

import pytest

from db.stores.offers import OfferStore
from domain.case import CaseState, Outcome
from domain.records import DepositState
from tests.stack import Stack
from tests.story import Story
from tests.workflows.test_deposit import holding, money, told
from workflows.contracts import case as wire


async def booked_with_deposit(stack: Stack) -> Story:
    story = await holding(stack)
    await story.pay()
    await stack.deliver()
    await story.end()
    return story


async def live_appointments(story: Story) -> list[str]:
    return [str(a["AptNum"]) for a in await story.appointments() if a["status"] == "Scheduled"]


async def test_cancelling_gives_the_deposit_back_and_the_plan_goes_on(stack: Stack) -> None:
    story = await booked_with_deposit(stack)
    answer = await stack.gateway.cancel_booking(story.case_id, "patient", "page-cancel-0001")
    await stack.settle()
    assert answer.done == "cancelled"
    assert await live_appointments(story) == []
    assert [d.state for d in story.deposits()] == [DepositState.REFUNDED]
    charged, refunded = await money(stack)
    assert charged == refunded > 0
    splits = (await stack.practice.records())["payments"]
    mine = [float(p["PayAmt"]) for p in splits if str(p["PatNum"]) == story.row.patient_id]
    assert sum(mine) == 0
    (again,) = [c for c in stack.open_cases() if c.patient_id == story.row.patient_id]
    assert [t.kind for t in stack.stores.tasks.open_of_case(again.case_id)] == ["cancelled"]
    [text] = [text["text"] for text in await story.texts() if "called off" in text["text"]]
    assert "Your deposit goes back to your card" in text
    assert told(story) == [], "said already"


async def test_moving_keeps_one_appointment_and_the_deposit(stack: Stack) -> None:
    story = await booked_with_deposit(stack)
    await stack.move(stack.now + timedelta(minutes=5))
    before = story.row.booked_start
    assert before is not None
    other = next(o for o in stack.parts.openings.all_for(story.row, stack.now) if o.start != before)
    outcome = await stack.gateway.reschedule(story.case_id, other, "page-move-0001")
    assert outcome.kind is wire.ChoiceKind.BOOKED
    budget = stack.parts.locations.get("boise").budget
    held = stack.stores.holds.taken(budget, before, before + timedelta(hours=1), stack.now)
    assert not held, "who waits for the chair gets it at once"
    assert story.row.booked_start == other.start != before
    assert await live_appointments(story) == [story.row.appointment_id]
    charged, refunded = await money(stack)
    assert charged > 0
    assert refunded == 0


async def test_a_provider_who_is_out_is_told_of_in_time(stack: Stack) -> None:
    story = await booked_with_deposit(stack)
    start = story.row.booked_start
    assert start is not None
    await stack.advance(days=1)
    await stack.gateway.displace(story.case_id, start)
    await stack.advance(minutes=5)
    assert story.row.displaced
    assert any("sorry" in text["text"] for text in await story.texts())
    (again,) = [c for c in stack.open_cases() if c.patient_id == story.row.patient_id]
    assert len(stack.stores.tasks.open_of_case(again.case_id)) == 1


async def test_a_death_between_the_booking_and_its_row_loses_nothing(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    close = OfferStore.close
    died: list[str] = []

    def dying(store: OfferStore, case_id: str, state: str, at: datetime) -> None:
        if state == "answered" and not died:
            died.append(case_id)
            raise RuntimeError("killed here")
        close(store, case_id, state, at)

    monkeypatch.setattr(OfferStore, "close", dying)
    story = await holding(stack)
    await story.pay()
    await stack.deliver()
    await stack.advance(minutes=10)
    assert died
    assert story.state == "booked"
    assert await live_appointments(story) == [story.row.appointment_id]


async def test_waiving_while_the_patient_pays_books_the_held_time(stack: Stack) -> None:
    story = await holding(stack)
    await stack.gateway.waive_deposit(story.case_id, wire.WaiveDeposit(by="paula", reason="regular"), "waive-1")
    await stack.settle()
    await story.end()
    assert story.state == "booked"
    assert await money(stack) == (0, 0)


async def test_a_ledger_that_refuses_is_tried_again_and_nothing_more_is_sent(stack: Stack) -> None:
    await stack.practice.fault(vendor="opendental", method="POST", path="payments$", kind="status", status=401)
    story = await holding(stack)
    await story.pay()
    await stack.deliver()
    await stack.advance(hours=30)
    assert story.state == "booked"
    assert {t.step for t in stack.stores.outbox.of_case(story.case_id)} == {"offer", "booked"}
    assert [t.kind for t in story.open_tasks()] == ["trouble"]
    await stack.practice.recover()
    await stack.advance(hours=1)
    await story.end()
    assert story.deposits()[-1].ledger_id
    assert story.open_tasks() == []


async def test_not_now_is_the_last_word_also_after_paying(stack: Stack) -> None:
    story = await holding(stack)
    await stack.practice.fault(vendor="stripe", kind="drop")
    await story.pay()
    await story.respond(wire.NotNow(until=stack.now + timedelta(days=14), reason="busy"), "later-1")
    await stack.advance(minutes=60)
    assert story.state == "paused"
    charged, refunded = await money(stack)
    assert charged == refunded > 0
    assert await live_appointments(story) == []


async def test_the_reminder_of_an_unpaid_hold_arrives(stack: Stack) -> None:
    story = await holding(stack)
    await stack.advance(minutes=30)
    assert any(t.template == "deposit_reminder" and t.sid for t in stack.stores.outbox.of_case(story.case_id))


async def displaced(stack: Stack) -> tuple[Story, Story]:
    """A booked visit whose provider is out, and the case that sees it through."""
    story = await booked_with_deposit(stack)
    await stack.advance(days=1)
    assert story.row.booked_start is not None
    await stack.gateway.displace(story.case_id, story.row.booked_start)
    await stack.advance(minutes=5)
    (again,) = [c for c in stack.open_cases() if c.patient_id == story.row.patient_id]
    return story, Story(stack, again.case_id)


async def test_a_patient_who_moves_a_displaced_visit_closes_what_a_person_was_asked(stack: Stack) -> None:
    story, again = await displaced(stack)
    other = next(o for o in stack.parts.openings.all_for(story.row, stack.now) if o.start != story.row.booked_start)
    await stack.gateway.reschedule(story.case_id, other, "page-move-0002")
    assert (await again.end()).state is CaseState.BOOKED_ELSEWHERE
    assert again.open_tasks() == []
    assert again.row.end_reason == "the booked visit has a new time"
    assert not story.row.displaced
    assert await live_appointments(story) == [story.row.appointment_id]


async def test_a_displaced_visit_stands_until_it_is_moved(stack: Stack) -> None:
    """Looking at it again must not take the standing appointment for a new booking and close the case."""
    story, again = await displaced(stack)
    assert [p.id for p in again.row.procedures] == [p.id for p in story.row.procedures]
    await stack.gateway.look_again(again.case_id, "something changed")
    await stack.settle()
    assert len(again.open_tasks()) == 1
    assert story.row.displaced


async def test_choosing_in_the_case_of_a_displaced_visit_moves_it_and_asks_for_no_second_deposit(stack: Stack) -> None:
    story, again = await displaced(stack)
    before = story.row.booked_start
    await again.resolve(Outcome.RESUME_TEXTS, note="wants texts")
    await stack.advance(hours=24)
    assert len(again.openings()) == 3, again.timeline
    outcome = await again.choose(key="form-9")
    assert outcome.kind is wire.ChoiceKind.BOOKED
    assert (await again.end()).state is CaseState.BOOKED_ELSEWHERE
    assert story.row.booked_start == outcome.start != before
    assert await live_appointments(story) == [story.row.appointment_id]
    assert await money(stack) == (50_000, 0)


async def test_cancelling_a_displaced_visit_leaves_one_case(stack: Stack) -> None:
    story, again = await displaced(stack)
    await stack.gateway.cancel_booking(story.case_id, "patient", "page-cancel-0002")
    await stack.settle()
    assert (await again.end()).state is CaseState.BOOKED_ELSEWHERE
    (left,) = [c for c in stack.open_cases() if c.patient_id == story.row.patient_id]
    assert [t.kind for t in stack.stores.tasks.open_of_case(left.case_id)] == ["cancelled"]


async def test_a_refund_that_is_refused_after_a_cancellation_goes_to_a_person(stack: Stack) -> None:
    story = await booked_with_deposit(stack)
    await stack.practice.fault(vendor="stripe", method="POST", path="refunds", kind="status", status=401)
    answer = await stack.gateway.cancel_booking(story.case_id, "patient", "page-cancel-0003")
    await stack.settle()
    assert answer.done == "cancelled"
    (again,) = [c for c in stack.open_cases() if c.patient_id == story.row.patient_id]
    assert {t.kind for t in stack.stores.tasks.open_of_case(again.case_id)} == {"cancelled", "refund_failed"}
    assert any("called off" in text["text"] for text in await story.texts())


async def paid_unheard(stack: Stack) -> Story:
    """The deposit is paid, nobody has heard of it yet, and Stripe refuses to give anything back."""
    story = await holding(stack)
    await stack.practice.fault(vendor="stripe", kind="drop")
    await stack.practice.fault(vendor="stripe", method="POST", path="refunds", kind="status", status=401)
    await story.pay()
    return story


async def test_an_end_whose_refund_is_refused_is_reached_once_it_works(stack: Stack) -> None:
    story = await paid_unheard(stack)
    await story.respond(wire.Declined(reason="no more"), "decline-1")
    assert [task.kind for task in story.open_tasks()] == ["trouble"]
    sent = len(await story.texts())
    await stack.advance(hours=30)
    assert len(story.open_tasks()) == 1
    assert len(await story.texts()) == sent, "nothing is sent to somebody who declined"
    await stack.practice.recover()
    await stack.advance(hours=1)
    assert (await story.end()).state is CaseState.DECLINED
    assert story.open_tasks() == []
    assert await money(stack) == (50_000, 50_000)


async def test_a_person_may_end_it_while_the_refund_is_refused(stack: Stack) -> None:
    story = await paid_unheard(stack)
    await story.respond(wire.Declined(reason="no more"), "decline-1")
    await story.resolve(Outcome.OTHER, note="paid back in cash")
    end = await story.end()
    assert end.state is CaseState.HANDED_OVER
    assert "paula sees to it" in end.why
    assert story.open_tasks() == []
    [last] = [e for e in stack.stores.cases.events(story.case_id) if e.kind == "handed_over"]
    assert last.actor == "paula"


async def test_staff_move_a_visit_in_their_own_name_and_the_patient_hears_of_it(stack: Stack) -> None:
    story = await booked_with_deposit(stack)
    await stack.advance(days=1)
    other = next(o for o in stack.parts.openings.all_for(story.row, stack.now) if o.start != story.row.booked_start)
    outcome = await stack.gateway.reschedule(story.case_id, other, "console-move-0001", "Paula Reyes")
    assert outcome.kind is wire.ChoiceKind.BOOKED
    [moved] = [e for e in stack.stores.cases.events(story.case_id) if e.kind == "moved"]
    assert (moved.actor, moved.text) == ("Paula Reyes", "visit moved by Paula Reyes")
    assert await live_appointments(story) == [story.row.appointment_id]
    assert any("visit is moved" in text["text"] for text in await story.texts())


async def test_a_displaced_visit_that_is_called_off_late_costs_the_patient_nothing(stack: Stack) -> None:
    story = await booked_with_deposit(stack)
    start = story.row.booked_start
    assert start is not None
    await stack.move(start - timedelta(hours=3))
    await stack.gateway.displace(story.case_id, start)
    await stack.until(lambda: story.row.displaced)
    await stack.gateway.cancel_booking(story.case_id, "patient", "page-cancel-0001")
    charged, refunded = await money(stack)
    assert charged == refunded > 0
    assert not [task for task in story.open_tasks() if task.kind == "deposit_decision"]


async def moved_by_staff(stack: Stack, story: Story, key: str = "console-move-0009") -> None:
    other = next(o for o in stack.parts.openings.all_for(story.row, stack.now) if o.start != story.row.booked_start)
    outcome = await stack.gateway.reschedule(story.case_id, other, key, "Paula Reyes")
    assert outcome.kind is wire.ChoiceKind.BOOKED


async def test_a_patient_who_gets_no_texts_is_called_about_what_staff_changed(stack: Stack) -> None:
    story = await booked_with_deposit(stack)
    stack.stores.suppressions.suppress(story.row.phone, "stop", "reply", stack.now)
    await moved_by_staff(stack, story)
    [task] = story.open_tasks()
    assert task.kind == "call"
    assert "moved by Paula Reyes" in task.text
    assert (story.row.next_at, story.row.next_what) == (None, "")


async def test_what_staff_move_at_night_is_told_in_the_morning(stack: Stack) -> None:
    story = await booked_with_deposit(stack)
    await stack.advance(to=stack.now.replace(hour=9, minute=0) + timedelta(days=1))  # 2 in the morning in Boise
    texts = len(await story.texts())
    await moved_by_staff(stack, story)
    assert len(await story.texts()) == texts
    await stack.advance(hours=12)
    [told] = [t for t in stack.stores.outbox.of_case(story.case_id) if t.template == "rescheduled"]
    assert 8 <= told.created_at.astimezone(stack.parts.locations.get("boise").tz).hour < 21


async def test_an_apology_that_waits_is_not_sent_for_a_visit_that_was_moved(stack: Stack) -> None:
    story = await booked_with_deposit(stack)
    start = story.row.booked_start
    assert start is not None
    await stack.advance(to=stack.now.replace(hour=9, minute=0) + timedelta(days=1))
    await stack.gateway.displace(story.case_id, start)
    await stack.until(lambda: story.row.displaced)
    await moved_by_staff(stack, story)
    await stack.move(stack.now + timedelta(hours=8))
    await stack.until(lambda: any(t.template == "rescheduled" for t in stack.stores.outbox.of_case(story.case_id)))
    templates = [t.template for t in stack.stores.outbox.of_case(story.case_id)]
    assert "rescheduled" in templates
    assert "paused_apology" not in templates


async def test_a_cancellation_that_the_pms_refuses_for_good_is_a_person_s(stack: Stack) -> None:
    story = await booked_with_deposit(stack)
    await stack.practice.fault(vendor="opendental", method="PUT", path="/appointments", kind="status", status=401)
    answer = await stack.gateway.cancel_booking(story.case_id, "patient", "page-cancel-0009")
    assert answer.done == "refused"
    assert [task.kind for task in story.open_tasks()] == ["change_refused"]
    assert (story.row.next_at, story.row.owner) == (None, ""), "nothing waits in a case that has ended"
    assert story.row.changing == ""
    assert await live_appointments(story) == [story.row.appointment_id]


async def test_a_move_that_the_pms_refuses_for_good_frees_the_new_chair(stack: Stack) -> None:
    story = await booked_with_deposit(stack)
    other = next(o for o in stack.parts.openings.all_for(story.row, stack.now) if o.start != story.row.booked_start)
    await stack.practice.fault(vendor="opendental", method="POST", path="/appointments", kind="status", status=401)
    outcome = await stack.gateway.reschedule(story.case_id, other, "page-move-0009")
    assert (outcome.kind, outcome.why) == (wire.ChoiceKind.REFUSED, "the PMS refuses it (AuthFailed)")
    assert [task.kind for task in story.open_tasks()] == ["change_refused"]
    assert stack.stores.holds.live_of_case(story.case_id) is None
    assert stack.parts.openings.still_free(story.row, other, stack.now)
