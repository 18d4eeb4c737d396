from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from db.session import Database
from db.stores.plan_collections import CollectionStore
from db.stores.plan_days import PlanDayStore
from db.stores.plan_posting import PlanPostingStore
from db.stores.plans import PlanStore
from domain.plan_law import shown
from domain.plan_life import (
    CollectionMovedError,
    PlanChangedError,
    PlanRefusedError,
    activated,
    card_released,
    closed,
    offered,
    signed,
    with_card,
)
from domain.plan_records import (
    NOT_IN_PMS,
    UNSETTLED,
    CollectionState,
    Moved,
    PlanCard,
    PlanDay,
    PlanDifference,
    PlanRecord,
    PlanState,
    PlanVersion,
    Signature,
)
from tests.db.plan_samples import NOW, PAULA, TODAY, a_plan, a_proposal, an_item

CARD = PlanCard(customer_id="cus_1", payment_method_id="pm_1", brand="visa", last4="4242")
TYPED = Signature(name="Ann Example", how="typed", mark="Ann Example", address="192.0.2.7")


def a_version(plan: PlanRecord, number: int = 1) -> PlanVersion:
    assert plan.proposal is not None
    return PlanVersion(
        plan_id=plan.id,
        number=number,
        proposal=plan.proposal,
        shown=shown(plan.shown_plan, TODAY),
        words="I will pay.",
        offered_at=NOW,
        offered_by="paula",
        valid_until=TODAY + timedelta(days=14),
        agreement=b"%PDF-1.4 one",
        agreement_sha256="abc",
    )


def at_work(store: PlanStore, plan: PlanRecord) -> PlanRecord:
    """The plan offered, signed and put to work."""
    store.add(plan, ())
    version = a_version(plan)
    plan = store.save(offered(plan, 1, PAULA).record, (), version=version)
    step = signed(plan, version, TYPED, "abc", PAULA)
    plan = store.save(step.record, step.events)
    step = activated(plan, PAULA)
    return store.save(step.record, step.events, owed=step.owed)


def test_released_cards_are_found_until_they_are_off_and_only_plans_in_force_charge_one(database: Database) -> None:
    store = PlanStore(database)
    first, second = (with_card(at_work(store, a_plan(number)), CARD, PAULA).record for number in (1, 2))
    second = store.save(second, ())
    first = store.save(first, ())
    assert set(store.charging(CARD.payment_method_id)) == {first.id, second.id}
    assert list(store.charging("pm_other")) == []
    assert list(store.with_released_cards("north")) == []
    ended = store.save(closed(first, PAULA).record, ())
    assert [plan.released_cards for plan in store.with_released_cards("north")] == [(CARD,)]
    assert list(store.with_released_cards("south")) == []
    assert list(store.charging(CARD.payment_method_id)) == [second.id]
    store.save(card_released(ended, CARD, "off", PAULA).record, ())
    assert list(store.with_released_cards("north")) == []


def test_a_plan_comes_back_as_it_was(database: Database) -> None:
    store = PlanStore(database)
    plan = a_plan(proposal=a_proposal(apr_percent=Decimal("9.9"), locked=True), insured=("9",))
    assert store.add(plan, [PAULA.event("draft", "made")])
    assert not store.add(plan, [])
    assert store.get(plan.id) == plan
    assert [(line.kind, line.actor) for line in store.events(plan.id)] == [("draft", "paula")]
    with pytest.raises(KeyError, match="pp_9"):
        store.get("pp_9")


def test_a_plan_in_force_keeps_charges_money_and_documents(database: Database) -> None:
    store = PlanStore(database)
    plan = at_work(store, a_plan(proposal=a_proposal(an_item(), down_payment_cents=10_000)))
    kept = store.get(plan.id)
    assert kept == plan
    assert kept.plan is not None
    assert kept.plan.charges[0].principal_cents == 10_000
    version = store.version(plan.id, 1)
    assert version is not None
    assert version.agreement == b"%PDF-1.4 one"
    assert version.shown == shown(a_plan(proposal=version.proposal).shown_plan, TODAY)
    collections = CollectionStore(database).of_plan(plan.id)
    assert [(each.day, each.amount_cents, each.state) for each in collections] == [
        (TODAY, 10_000, CollectionState.WAITING)
    ]


def test_a_write_from_an_older_reading_is_refused(database: Database) -> None:
    store = PlanStore(database)
    store.add(a_plan(), ())
    first = store.get("pp_1")
    second = store.get("pp_1")
    store.save(first.model_copy(update={"category": "Ortho"}), [PAULA.event("category", "Ortho")])
    with pytest.raises(PlanChangedError):
        store.save(second.model_copy(update={"category": "Implant"}), [PAULA.event("category", "Implant")])
    assert store.get("pp_1").category == "Ortho"
    assert [line.text for line in store.events("pp_1")] == ["Ortho"]


def test_an_item_is_on_one_plan_only_until_that_is_deleted(database: Database) -> None:
    store = PlanStore(database)
    store.add(a_plan(1), ())
    with pytest.raises(PlanRefusedError, match="one plan only"):
        store.add(a_plan(2, proposal=a_proposal(an_item(1))), ())
    assert store.find("pp_2") is None
    assert store.item_plan("opendental:north", "1") == "pp_1"
    store.save(store.get("pp_1").model_copy(update={"state": PlanState.DELETED}), ())
    assert store.add(a_plan(2, proposal=a_proposal(an_item(1))), ())


def test_the_run_of_a_day_finds_what_is_due_in_its_location(database: Database) -> None:
    store = PlanStore(database)
    plan = at_work(store, a_plan(1))
    at_work(store, a_plan(2, location="south"))
    store.add(a_plan(3), ())
    posting = PlanPostingStore(database)
    assert posting.due_page("north", date(2026, 12, 22), 5).records == ()
    page = posting.due_page("north", date(2026, 12, 23), 1)
    assert page.records == (plan,)
    assert page.full
    assert posting.any_in_force("south")
    assert not posting.any_in_force("west")
    near = posting.near_page("north", date(2026, 12, 20), date(2026, 12, 23), None, 5)
    assert ([each.id for each in near.records], near.last) == ([plan.id], None)


def test_money_of_one_date_waits_in_one_row_until_it_is_taken(database: Database) -> None:
    store, collections = PlanStore(database), CollectionStore(database)
    plan = at_work(store, a_plan())
    plan = store.save(plan, (), owed=[(TODAY, 5_000)])
    plan = store.save(plan, (), owed=[(TODAY, 2_500)])
    (first,) = collections.of_plan(plan.id)
    assert first.amount_cents == 7_500
    assert collections.not_started("north") == [first]
    collections.set(first.id, {"started": True})
    store.save(plan, (), owed=[(TODAY, 1_000)])
    assert [(each.number, each.amount_cents) for each in collections.of_plan(plan.id)] == [(1, 7_500), (2, 1_000)]
    assert collections.of_plan(plan.id)[1].workflow_id == "charge/pp_1/2026-11-23/2"


def test_money_is_settled_once_and_with_its_plan(database: Database) -> None:
    store, collections = PlanStore(database), CollectionStore(database)
    plan = store.save(at_work(store, a_plan()), (), owed=[(TODAY, 5_000)])
    (row,) = collections.of_plan(plan.id)
    paid = Moved(row.id, UNSETTLED, CollectionState.PAID, {"payment_id": "pi_1", "paid_cents": 5_000, "paid_at": NOW})
    plan = store.save(plan, [PAULA.event("paid", "one")], moved=paid)
    with pytest.raises(CollectionMovedError):
        store.save(plan, [PAULA.event("paid", "two")], moved=paid)
    assert store.get(plan.id).revision == plan.revision
    assert [line.text for line in store.events(plan.id) if line.kind == "paid"] == ["one"]
    found = collections.by_payment("pi_1")
    assert found is not None
    assert found.state is CollectionState.PAID
    assert not collections.move(row.id, [CollectionState.WAITING], CollectionState.CHARGING)


def test_an_offer_ends_the_one_before_it(database: Database) -> None:
    store = PlanStore(database)
    store.add(a_plan(), ())
    plan = store.save(offered(store.get("pp_1"), 1, PAULA).record, (), version=a_version(a_plan(), 1))
    store.save(offered(plan, 2, PAULA).record, (), version=a_version(a_plan(), 2))
    assert [each.withdrawn_at for each in store.versions("pp_1")] == [NOW, None]


def test_documents_and_pms_plans_wait_until_they_are_there(database: Database) -> None:
    store = PlanStore(database)
    store.add(a_plan(), ())
    version = a_version(a_plan())
    plan = store.save(offered(a_plan(), 1, PAULA).record, (), version=version)
    assert store.not_filed("north") == []
    done = version.model_copy(update={"signature": TYPED, "signed_at": NOW, "signed_agreement": b"%PDF two"})
    step = signed(plan, version, TYPED, "abc", PAULA)
    plan = store.save(step.record, (), version=done)
    step = activated(plan, PAULA)
    store.save(step.record, ())
    assert [each.signed_agreement for each in store.not_filed("north")] == [b"%PDF two"]
    store.filed("pp_1", 1, "88")
    assert store.not_filed("north") == []
    assert [each.id for each in store.not_in_pms("north")] == ["pp_1"]
    store.mark("pp_1", {"pms_plan_id": "12"})
    assert store.not_in_pms("north") == []
    assert [each.id for each in store.to_compare("north", TODAY)] == ["pp_1"]
    store.mark("pp_1", {"compared_on": TODAY})
    assert store.to_compare("north", TODAY) == []
    with pytest.raises(ValueError, match="state"):
        store.mark("pp_1", {"state": PlanState.CLOSED})


def test_lists_are_by_location_state_and_name(database: Database) -> None:
    store = PlanStore(database)
    store.add(a_plan(1), ())
    store.add(a_plan(2, last_name="Berg", case_id="case/1", deposit_id="dep_1"), ())
    store.add(a_plan(3, state=PlanState.DELETED), ())
    assert {each.id for each in store.of_location("north")} == {"pp_1", "pp_2"}
    assert [each.id for each in store.of_location(name="ber")] == ["pp_2"]
    assert [each.id for each in store.of_location("north", PlanState.DELETED)] == ["pp_3"]
    assert [each.id for each in store.of_case("case/1")] == ["pp_2"]
    assert [each.id for each in store.of_deposit("dep_1")] == ["pp_2"]


def test_days_and_differences(database: Database) -> None:
    days = PlanDayStore(database)
    PlanStore(database).add(a_plan(), ())
    assert days.last("north") is None
    days.done(PlanDay(location="north", day=TODAY, done_at=NOW, plans=3, charged_cents=100))
    days.done(PlanDay(location="north", day=TODAY, done_at=NOW, plans=0, charged_cents=0))
    last = days.last("north")
    assert last is not None
    assert last.plans == 3
    row = PlanDifference(
        plan_id="pp_1",
        day=TODAY,
        our_principal_cents=1,
        our_interest_cents=0,
        pms_principal_cents=0,
        pms_interest_cents=0,
        explanation="why",
        seen_on=TODAY,
    )
    days.replace_differences("pp_1", [row])
    assert days.differences("north") == [row]
    days.replace_differences("pp_1", [])
    assert days.differences(plan_id="pp_1") == []


def test_plans_that_the_pms_is_not_told_of_do_not_hold_up_those_behind_them(database: Database) -> None:
    store = PlanStore(database)
    for number in range(1, 4):
        at_work(store, a_plan(number))
    assert len(store.not_in_pms("north", limit=2)) == 2
    for number in (1, 2):
        store.mark(f"pp_{number}", {"pms_plan_id": NOT_IN_PMS})
    empty = store.get("pp_3")
    store.mark("pp_3", {"pms_plan_id": "12"})
    assert [each.id for each in store.to_tell_pms("north", limit=1)] == ["pp_3"]
    store.mark("pp_3", {"pms_plan_id": ""})
    assert empty.plan is not None
    store.save(store.get("pp_3").model_copy(update={"plan": replace(empty.plan, production=())}), ())
    at_work(store, a_plan(4))
    assert [each.id for each in store.not_in_pms("north", limit=1)] == ["pp_4"], "nothing to attach there"
