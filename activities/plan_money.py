"""Money of plans at the card processor: a card allowed, a payment by page, what a refund or a dispute takes back.

Our rows decide what was paid; the processor's word is asked before any of them changes.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from hashlib import sha256

from activities.plan_claims import PlanBusyError, PlanClaims, owed_now
from activities.plan_desk import PlanDesk
from activities.plan_pauses import PlanPauses
from activities.plan_ports import CollectionStore, PlanStore
from activities.plan_steps import AUTOMATIC, PATIENT, PlanSteps
from activities.ports import Clock
from connectors.base import Checkout, CheckoutRequest, Vendors
from connectors.errors import NotFound
from domain import plan_life as life
from domain.money import Cents, format_usd
from domain.payment_plan.plan import PaymentPlan
from domain.plan_ledger import TYPED
from domain.plan_life import By, CollectionMovedError, PlanChangedError, PlanRefusedError, Step
from domain.plan_money import on_plan_cents, payoff_cents, receive, receive_on_principal, take_back
from domain.plan_records import (
    IN_FORCE,
    NOT_TAKEN,
    PAYOFF,
    UNSETTLED,
    Collection,
    CollectionState,
    Moved,
    PlanCard,
    PlanRecord,
    PlanState,
)

_TRIES = 8
_JUST_NOW = "This payment is being made just now; look again in a minute."
_PAYING = frozenset({CollectionState.PAYING})
_PAGE_LIFE = timedelta(hours=1)
_MAY_PAY = UNSETTLED - {CollectionState.CHARGING}


class PlanMoney:
    def __init__(
        self,
        plans: PlanStore,
        collections: CollectionStore,
        steps: PlanSteps,
        desk: PlanDesk,
        vendors: Vendors,
        clock: Clock,
    ) -> None:
        self._plans = plans
        self._collections = collections
        self._steps = steps
        self._desk = desk
        self._vendors = vendors
        self._clock = clock
        self.claims = PlanClaims(plans, collections, self.end_page)
        self._pauses = PlanPauses(plans, collections, steps)

    # --- the card

    def card_page(self, plan_id: str, back: str) -> str:
        """The processor's page that saves a card and takes nothing; it leads back to `back`. The one that is open
        already when there is one: a card that is saved on a page we forgot would never be charged."""
        record = self._plans.get(plan_id)
        if record.state not in IN_FORCE:
            raise PlanRefusedError("A card can be given once the plan is signed, and while it is open.")
        payments, now = self._vendors.payments(record.location), self._clock.now()
        if record.card_checkout_id:
            known = payments.checkout(record.card_checkout_id)
            if known.status == "open":
                return known.url
            self.keep_card(plan_id)
        request = CheckoutRequest(
            key=f"card:{plan_id}:{int(now.timestamp())}:{_short(back)}",
            amount_cents=0,
            expires_at=now + _PAGE_LIFE,
            success_url=f"{back}/card",
            cancel_url=back,
            reference=plan_id,
        )
        page = payments.setup_card(request)
        self._plans.mark(plan_id, {"card_checkout_id": page.id})
        return page.url

    def keep_card(self, plan_id: str) -> PlanRecord:
        """Keep the card that the page saved, and put a signed plan to work; nothing changes while none was saved."""
        record = self._plans.get(plan_id)
        if not record.card_checkout_id or record.state not in IN_FORCE:
            return record
        payments = self._vendors.payments(record.location)
        if not payments.checkout(record.card_checkout_id).paid:
            return record
        try:
            found = payments.card_of(record.card_checkout_id)
        except NotFound:
            return record
        card = PlanCard.model_validate(found.model_dump())
        self._steps.take(plan_id, lambda now, who: life.with_card(now, card, who), PATIENT)
        return self._desk.activate(plan_id)

    # --- paying by page

    def pay_page(self, collection_id: str, back: str) -> str:
        """The processor's page for one date's money; the page that is open already when there is one."""
        row = self._collection(collection_id)
        record = self._plans.get(row.plan_id)
        payments = self._vendors.payments(row.location)
        if row.code == PAYOFF:
            raise PlanRefusedError("Ask for the page that pays off the plan again.")
        row = self.with_lost_page(row)
        if row.checkout_id:
            open_page = payments.checkout(row.checkout_id)
            if open_page.paid:
                self.take_payment(row.id)
                return back
            if open_page.status == "open":
                return open_page.url
        attempt = row.attempt + 1
        fresh, as_read = {"checkout_id": "", "checkout_url": "", "attempt": attempt}, _as_read(row)
        opening = Moved(row.id, _MAY_PAY, CollectionState.PAYING, fresh, as_read)
        amount = self._claimed(row.plan_id, opening, owed_now)
        if not amount:
            raise PlanRefusedError("Nothing is due on this date any more.", "payment_over")
        page = payments.open_checkout(
            CheckoutRequest(
                key=f"page:{row.id}:{attempt}:{_short(back)}",
                amount_cents=amount,
                expires_at=self._clock.now() + _PAGE_LIFE,
                success_url=f"{back}/paid",
                cancel_url=back,
                reference=row.id,
                save_card=record.autopay,
            )
        )
        return self._opened(row, page, attempt)

    def _claimed(self, plan_id: str, opening: Moved, most: Callable[[PlanRecord, Collection, date], Cents]) -> Cents:
        """What this page may take. Raises PlanRefusedError while another payment of the plan is being made."""
        for _ in range(_TRIES):
            record = self._plans.get(plan_id)
            try:
                return self.claims.claim(record, opening, self._steps.today(record.location), most)
            except PlanChangedError:
                continue
            except (PlanBusyError, CollectionMovedError):
                break
        raise PlanRefusedError(_JUST_NOW, "just_now")

    def _opened(self, row: Collection, page: Checkout, attempt: int) -> str:
        """The address of a page whose money is still claimed; one that lost it, also to another page, is ended."""
        kept = {"checkout_id": page.id, "checkout_url": page.url}
        if not self._collections.move(row.id, _PAYING, CollectionState.PAYING, kept, {"attempt": attempt}):
            self._vendors.payments(row.location).expire_checkout(page.id)
            raise PlanRefusedError(_JUST_NOW, "just_now")
        return page.url

    def end_page(self, row: Collection) -> None:
        """End a page for good, so that its money may be asked for elsewhere; settled when the payer was faster."""
        payments = self._vendors.payments(row.location)
        row = self.with_lost_page(row)
        if row.checkout_id and payments.expire_checkout(row.checkout_id).paid and self.take_payment(row.id):
            return
        over = CollectionState.CANCELED if row.code == PAYOFF else CollectionState.ACTION_NEEDED
        self._collections.move(row.id, {CollectionState.PAYING}, over)

    def with_lost_page(self, row: Collection) -> Collection:
        """The row with the page that was made for it, though whoever made it did not live to keep it."""
        if row.checkout_id or row.state is not CollectionState.PAYING:
            return row
        if (lost := self._vendors.payments(row.location).find_checkout(row.id)) is None:
            return row
        found = {"checkout_id": lost.id, "checkout_url": lost.url}
        self._collections.move(row.id, _PAYING, CollectionState.PAYING, found, _as_read(row))
        return self._collection(row.id)

    def take_payment(self, collection_id: str) -> bool:
        """Whether the page of this collection was paid; then it is settled, and a card saved there replaces the old."""
        row = self._collection(collection_id)
        if not row.checkout_id:
            return False
        payments = self._vendors.payments(row.location)
        page = payments.checkout(row.checkout_id)
        if not page.paid:
            if row.code == PAYOFF and page.status != "open":
                self._collections.move(row.id, {CollectionState.PAYING}, CollectionState.CANCELED)
            return False
        if row.state in NOT_TAKEN:
            self._keep_paying_card(row)
            self.settle(row, page.payment_id, page.amount_cents)
        return True

    def _keep_paying_card(self, row: Collection) -> None:
        """The card that was saved while paying is the one to charge from now on; the old one is let go."""
        record = self._plans.get(row.plan_id)
        if row.code == PAYOFF or not record.autopay or record.state not in IN_FORCE:
            return
        with suppress(NotFound):
            found = self._vendors.payments(row.location).card_of(row.checkout_id)
            card = PlanCard.model_validate(found.model_dump())
            if card != record.card:
                self._steps.take(row.plan_id, lambda now, who: life.with_card(now, card, who), PATIENT)

    def payoff_page(self, plan_id: str, back: str) -> str:
        """The processor's page that pays off all work done so far; the one that is open already when it still fits."""
        record = self._plans.get(plan_id)
        if record.plan is None or record.state is not PlanState.ACTIVE:
            raise PlanRefusedError("Only a plan that is at work can be paid off.")
        today = self._steps.today(record.location)
        amount = payoff_cents(record.plan, today)
        for row in self._collections.of_plan(plan_id):
            if row.code == PAYOFF and row.state is CollectionState.PAYING:
                url = self._open_payoff(row, amount, back)
                if url:
                    return url
        if not amount:
            raise PlanRefusedError("Nothing is left to pay.", "nothing_left")
        row = self._collections.open_page(plan_id, record.location, today, amount, PAYOFF)
        self._claim_all(row)
        page = self._vendors.payments(row.location).open_checkout(
            CheckoutRequest(
                key=f"page:{row.id}:1:{_short(back)}",
                amount_cents=amount,
                expires_at=self._clock.now() + _PAGE_LIFE,
                success_url=f"{back}/paid",
                cancel_url=back,
                reference=row.id,
            )
        )
        return self._opened(row, page, row.attempt)

    def _claim_all(self, row: Collection) -> None:
        """All that is left is asked for at once: no card and no other page may take a part of it meanwhile."""

        def whole(record: PlanRecord, row: Collection, today: date) -> Cents:
            left = payoff_cents(record.plan, today) if record.plan is not None else 0
            return left if left == row.amount_cents else 0

        claimed = 0
        with suppress(PlanRefusedError):
            claimed = self._claimed(row.plan_id, Moved(row.id, _PAYING, CollectionState.PAYING), whole)
        if not claimed:
            self._collections.move(row.id, _PAYING, CollectionState.CANCELED)
            raise PlanRefusedError(_JUST_NOW, "just_now")

    def _open_payoff(self, row: Collection, amount: Cents, back: str) -> str:
        """Where an earlier wish to pay it off leads; "" when it is over, since the amount is another one by now."""
        if row.checkout_id:
            payments = self._vendors.payments(row.location)
            page = payments.checkout(row.checkout_id)
            if page.status == "open" and not page.paid and row.amount_cents == amount:
                return page.url
            if payments.expire_checkout(row.checkout_id).paid and self.take_payment(row.id):
                return back
        self._collections.move(row.id, {CollectionState.PAYING}, CollectionState.CANCELED)
        return ""

    # --- settling

    def settle(self, row: Collection, payment_id: str, cents: Cents) -> None:
        """The money is there: on the plan and on the collection, once and together."""
        now = self._clock.now()
        fields = {"payment_id": payment_id, "paid_cents": cents, "paid_at": now}
        moved = Moved(row.id, NOT_TAKEN, CollectionState.PAID, fields)
        whole = row.code == PAYOFF
        text = f"{format_usd(cents)} paid by card {'to pay off the plan' if whole else f'for {row.day}'}"
        take = receive_on_principal if whole else receive
        paid = _money(text, "paid", lambda plan, day: take(plan, cents, day, row.id))
        try:
            self._steps.take(row.plan_id, paid, moved=moved)
        except CollectionMovedError:
            return

    def record_payment(
        self, plan_id: str, cents: Cents, note: str, by: str, *, on_principal: bool = False
    ) -> PlanRecord:
        """Money taken at the desk; staff enter it in the PMS themselves. What is more than is due pays the next
        charges, or lowers the principal today."""
        if cents <= 0:
            raise PlanRefusedError("Give an amount above zero.")
        rest = "; what is not due yet lowers the principal" if on_principal else ""
        text = f"{format_usd(cents)} taken at the desk{rest}. {note}".strip()
        take = receive_on_principal if on_principal else receive
        return self._steps.take(plan_id, _money(text, "paid", lambda p, day: take(p, cents, day, TYPED)), by)

    def refund(self, collection_id: str, cents: Cents, by: str) -> Collection:
        """Give back part or all of a card payment. Raises PlanRefusedError when less than that is left of it."""
        row = self._collection(collection_id)
        left = row.paid_cents - row.refunded_cents
        if row.state is not CollectionState.PAID or not 0 < cents <= left:
            raise PlanRefusedError(f"{format_usd(left)} of this payment can be given back.")
        self._vendors.payments(row.location).refund(row.payment_id, cents, f"refund:{row.id}:{row.refunded_cents}")
        return self.went_back(row, row.refunded_cents + cents, by)

    def went_back(self, row: Collection, refunded_cents: Cents, by: str = AUTOMATIC) -> Collection:
        """The processor returned this much of the payment in all; what is news of it comes off the plan."""
        news = refunded_cents - row.refunded_cents
        if news <= 0:
            return row
        state = CollectionState.REFUNDED if refunded_cents >= row.paid_cents else CollectionState.PAID
        both = frozenset({CollectionState.PAID, CollectionState.DISPUTED})
        fields, known = {"refunded_cents": refunded_cents}, {"refunded_cents": row.refunded_cents}
        text = f"{format_usd(news)} of the payment for {row.day} went back to the card"
        back = _money(text, "refund", lambda plan, day: take_back(plan, min(news, on_plan_cents(plan)), day))
        # The page that gave it back and the processor's webhook may both be here: the first one counts it.
        with suppress(CollectionMovedError):
            self._steps.take(row.plan_id, back, by, moved=Moved(row.id, both, state, fields, known))
        return self._collection(row.id)

    def look_at_returns(self, row: Collection) -> Cents:
        """Ask the processor how much of this payment is with the payer again, by refund or lost dispute, and put the
        plan right. Returns the news: below zero when a refund failed and the money is ours again."""
        gone = self._gone(row)
        if gone > row.refunded_cents:
            self.went_back(row, gone)
        elif gone < row.refunded_cents:
            self._came_again(row, gone)
        return gone - row.refunded_cents

    def _gone(self, row: Collection) -> Cents:
        payments = self._vendors.payments(row.location)
        dispute = payments.dispute(row.payment_id)
        lost = dispute.amount_cents if dispute is not None and dispute.standing == "lost" else 0
        return min(row.paid_cents, payments.refunded_cents(row.payment_id) + lost)

    def _came_again(self, row: Collection, refunded_cents: Cents) -> None:
        news = row.refunded_cents - refunded_cents
        fields, known = {"refunded_cents": refunded_cents}, {"refunded_cents": row.refunded_cents}
        moved = Moved(row.id, frozenset({row.state}), CollectionState.PAID, fields, known)
        text = f"a refund of {format_usd(news)} of the payment for {row.day} failed; the money is here again"
        back = _money(text, "refund", lambda plan, day: receive(plan, news, day, row.id))
        with suppress(CollectionMovedError):
            self._steps.take(row.plan_id, back, moved=moved)

    def disputed(self, row: Collection) -> bool:
        """The payer disputes it with their bank: nothing more is charged until a person says so. False when it was
        known."""
        why = f"the payment for {row.day} is disputed"
        return self._dispute_step(row, CollectionState.PAID, CollectionState.DISPUTED, why)

    def dispute_won(self, row: Collection) -> bool:
        """The payment counts again. The card stays untouched until a person lets it go on: who disputed one charge may
        dispute the next."""
        why = f"the dispute of {row.day} is won; let the card go on when the payer agrees"
        return self._dispute_step(row, CollectionState.DISPUTED, CollectionState.PAID, why)

    def dispute_lost(self, row: Collection) -> None:
        """The bank gave the payer the money: it comes off the plan, and no card is charged for it again by itself."""
        if self._gone(row) > row.refunded_cents:
            self.disputed(row)
            self.look_at_returns(self._collection(row.id))

    def _dispute_step(self, row: Collection, before: CollectionState, after: CollectionState, paused: str) -> bool:
        """Both at once. What a person let go on meanwhile is not stopped again by a dispute that is won."""

        def work(record: PlanRecord, who: By) -> Step:
            if after is CollectionState.PAID and not record.paused:
                return Step(record, (who.event("dispute", paused),))
            return Step(record.model_copy(update={"paused": paused}), (who.event("paused", paused),))

        try:
            self._steps.take(row.plan_id, work, moved=Moved(row.id, frozenset({before}), after))
        except CollectionMovedError:
            return False
        return True

    def pause(self, plan_id: str, why: str, by: str = AUTOMATIC) -> None:
        """Stop charging this plan's card; "" lets it go on."""
        self._pauses.set(plan_id, why, by)

    def _collection(self, collection_id: str) -> Collection:
        found = self._collections.get(collection_id)
        if found is None:
            raise PlanRefusedError("There is no such payment.")
        return found


def _as_read(row: Collection) -> dict[str, object]:
    return {"attempt": row.attempt, "checkout_id": row.checkout_id}


def _short(address: str) -> str:
    """Two of the payer's links lead back to different addresses, so they are different requests to the processor."""
    return sha256(address.encode()).hexdigest()[:8]


def _money(
    text: str, kind: str, change: Callable[[PaymentPlan, date], PaymentPlan]
) -> Callable[[PlanRecord, By], Step]:
    def work(record: PlanRecord, who: By) -> Step:
        if record.plan is None:
            raise PlanRefusedError("This plan is not signed; nothing can be paid on it.")
        return life.in_force(record, change(record.plan, who.today), who.event(kind, text))

    return work
