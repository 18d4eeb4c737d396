"""From the acceptance to the chair: by page, by reply, with and without a deposit."""

from datetime import timedelta

from domain.case import CaseState
from tests.stack import Stack
from tests.story import textable
from workflows.contracts import case as wire


async def test_a_choice_without_a_deposit_books(stack: Stack) -> None:
    story = await stack.accept(stack.plan("fillings"))
    assert story.state == CaseState.OFFERING
    opening = story.openings()[0]
    outcome = await story.choose()
    assert outcome.kind is wire.ChoiceKind.BOOKED
    assert (await story.end()).state is CaseState.BOOKED
    [appointment] = await story.appointments()
    assert appointment["AptNum"] == int(story.row.appointment_id)
    assert appointment["start"] == opening.start.isoformat()
    assert (str(appointment["op"]), appointment["pattern"]) == (opening.operatory_id, opening.pattern)
    assert len(await story.texts()) == 2
    assert await stack.practice.get("conflicts") == []


async def test_the_worked_example_books_the_surgeon_for_two_hours_with_500_dollars_down(stack: Stack) -> None:
    """An implant and, months later, its crown: only the surgery is booked."""
    story = await stack.accept(stack.plan("implant"))
    row = story.row
    assert (row.tier, row.path, row.deposit_cents) == ("surgical", "link", 50_000)
    assert [p.code for p in row.procedures] == ["D6010"]
    assert row.first_offer_due_at == row.accepted_at + timedelta(minutes=15)
    assert {opening.minutes for opening in story.openings()} == {120}
    kinds = {p.id: p.kind.value for p in stack.stores.mirror.providers(row.account)}
    assert {kinds[opening.provider_id] for opening in story.openings()} == {"surgeon"}

    outcome = await story.choose()
    assert outcome.kind is wire.ChoiceKind.PAY
    assert outcome.expires_at == stack.now + timedelta(minutes=35)
    assert (await story.pay())["payment_status"] == "paid"
    await stack.deliver()

    assert (await story.end()).state is CaseState.BOOKED
    [appointment] = await story.appointments()
    assert appointment["minutes"] == 120
    assert [p["code"] for p in appointment["procs"]] == ["D6010"]
    records = await stack.practice.records()
    [payment] = [p for p in records["payments"] if str(p["PatNum"]) == row.patient_id]
    assert float(payment["PayAmt"]) == 500.0
    [split] = [s for s in records["paysplits"] if s["PayNum"] == payment["PayNum"]]
    assert split["UnearnedType"] != 0, "a deposit is a prepayment, not the payment of a procedure"
    assert len([c for c in records["commlogs"] if str(c["PatNum"]) == row.patient_id]) == 1


async def test_the_text_comes_within_the_tier_s_deadline_and_names_three_openings(stack: Stack) -> None:
    story = await stack.accept(stack.plan("crown"))
    offered, due = story.row.first_offered_at, story.row.first_offer_due_at
    assert offered is not None
    assert due is not None
    assert offered <= due
    [text] = await story.texts()
    assert all(f"{number} " in text["text"] or f"{number})" in text["text"] for number in (1, 2, 3)), text["text"]
    assert f"{stack.parts.settings.url}/b/" in text["text"]


async def test_a_reply_of_2_books_the_second_opening(stack: Stack) -> None:
    story = await stack.accept(stack.plan("fillings"))
    wanted = story.openings()[1]
    await story.reply("2")
    assert (await story.end()).state is CaseState.BOOKED
    [appointment] = await story.appointments()
    assert appointment["start"] == wanted.start.isoformat()


async def test_a_reply_where_a_deposit_is_due_gets_the_pay_link_once(stack: Stack) -> None:
    story = await stack.accept(stack.plan("implant"))
    await story.reply("1")
    texts = await story.texts()
    assert len(texts) == 2
    assert "/pay" in texts[1]["text"]
    assert story.state == CaseState.AWAITING_DEPOSIT
    await story.pay()
    await stack.deliver()
    assert (await story.end()).state is CaseState.BOOKED


async def test_a_family_on_one_phone_shares_one_numbering(stack: Stack) -> None:
    """1-3 are Ann's, 4-6 are Ben's; 5 books Ben's second opening and leaves Ann's offer as it is."""
    first, second = stack.plan("fillings"), stack.plan("onlay")
    shared = stack.patient_of(first)["phone"]
    await stack.practice.post(
        "patient", pat_num=stack.patient_of(second)["PatNum"], fields={"WirelessPhone": shared.removeprefix("+1")}
    )
    ann, ben = await stack.accept(first), await stack.accept(second)
    # the cap of one unasked text a day holds per phone: Ben's offer comes tomorrow
    await stack.advance(to=ben.due + timedelta(minutes=1))
    numbered = ben.numbered()
    assert [each.number for each in numbered] == [4, 5, 6]
    await ann.reply("5")
    assert ben.state == CaseState.BOOKED
    assert ben.row.booked_start == numbered[1].opening.start
    assert ann.state == CaseState.OFFERING
    assert await ann.appointments() == []


async def test_numbers_of_an_old_offer_never_book(stack: Stack) -> None:
    story = await stack.accept(stack.plan("fillings"))
    await story.reply("another time please")
    assert len(await story.texts()) == 2
    await story.reply("7")
    assert story.state == CaseState.OFFERING
    assert await story.appointments() == []
    assert len(await story.texts()) == 3


async def test_the_same_form_sent_twice_books_once(stack: Stack) -> None:
    story = await stack.accept(stack.plan("fillings"))
    opening = story.openings()[0]
    choice = wire.ChooseOpening(opening=opening, command_id="form-1")
    first = await stack.gateway.choose(story.case_id, choice)
    second = await stack.gateway.choose(story.case_id, choice)
    assert first.kind is second.kind is wire.ChoiceKind.BOOKED
    assert len(await story.appointments()) == 1


async def test_a_time_taken_by_phone_while_it_is_held_is_lost_and_fresh_openings_come_at_once(stack: Stack) -> None:
    story = await stack.accept(stack.plan("implant"))
    opening = story.openings()[0]
    await story.choose()
    other = stack.patient_of(stack.plan("crown"))["PatNum"]
    zone = stack.parts.locations.get("boise").tz
    await stack.practice.post(
        "book_by_phone",
        pat_num=other,
        at=opening.start.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S"),
        op=int(opening.operatory_id),
        prov=int(opening.provider_id),
        minutes=opening.minutes,
    )
    await story.pay()
    await stack.deliver()
    assert await story.appointments() == []
    assert story.state == CaseState.OFFERING
    assert opening.key not in {fresh.key for fresh in story.openings()}
    assert len(story.openings()) == 3
    assert await stack.practice.get("conflicts") == []
    # the deposit is carried: the next choice asks for no second one
    outcome = await story.choose(key="form-2")
    assert outcome.kind is wire.ChoiceKind.BOOKED
    assert len(story.deposits()) == 1
    assert len((await stack.practice.get("stripe/records"))["charges"]) == 1


async def test_an_unsure_visit_is_a_call(stack: Stack) -> None:
    """Two crowns of two providers: nobody guesses which comes first."""
    plan = stack.plan("two_crowns")
    story = await stack.accept(plan)
    assert story.row.path in ("link", "callback")
    if len({p.provider_id for p in story.row.procedures}) > 1:
        assert story.row.path == "callback"


async def test_the_patient_in_the_building_is_the_front_desk_s_at_once(stack: Stack) -> None:
    plan = stack.plan("fillings")
    zone = stack.parts.locations.get("boise").tz
    at = (stack.now - timedelta(minutes=20)).astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
    patient = stack.patient_of(plan)["PatNum"]
    await stack.practice.post("book_by_phone", pat_num=patient, at=at, op=101, prov=101, minutes=60)
    await stack.advance(minutes=1)
    story = await stack.accept(plan)
    assert story.row.path == "same_visit"
    [task] = story.open_tasks()
    assert task.kind == "same_visit"
    assert "Openings that fit:" in task.text
    assert len(await story.texts()) == 1, "the text goes too"


async def test_everybody_textable_is_adult_and_english(stack: Stack) -> None:
    """The harness picks patients whom nothing keeps from being texted."""
    patient = stack.patient_of(stack.plan())
    assert textable(patient)
