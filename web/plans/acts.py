"""What staff do with a plan: each is a form that acts once and comes back to the window."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from fastapi import APIRouter, Depends, Response

from domain.money import format_usd, parse_cents
from domain.payment_plan import edit
from domain.payment_plan.edit import ChargeEdit, EditRefusedError
from domain.payment_plan.installments import most_installments
from domain.payment_plan.overcharge import mend_overcharge
from domain.payment_plan.plan import PaymentPlan
from domain.payment_plan.schedule import expected_charges
from domain.plan_life import By, PlanRefusedError, Step, in_force
from domain.plan_money import balance_due, kept_cents, kept_to_principal, over_cents, owed_by
from domain.plan_records import PAYOFF, SETTLED, CollectionState, PlanRecord, Proposal
from domain.reg_z import MOST_INSTALLMENTS_WITHOUT_BOX
from web.console.forms import fields
from web.plans.desk import PlanDeskPage, desk
from web.plans.office import shown_window
from web.plans.reader import office_key
from web.plans.trouble import PlanRoute
from web.plans.window import basis, read_draft, unpacked
from web.site import Signer

routes = APIRouter(prefix="/console/plans", route_class=PlanRoute)

Form = Mapping[str, str]

_MONEY_MOVED = frozenset({"payment", "charge", "mend", "refund", "principal"})
_ABOUT_MONEY = _MONEY_MOVED | {"pause", "close", "reopen", "delete", "activate"}
"""Acts after which money that is being collected must be looked at again."""

_ONCE = frozenset({"payment", "refund", "charge", "principal"})
"""Acts that would count twice when their form comes twice. Its id is kept before it acts: whatever dies, it is never
done twice, and whoever finds it undone repeats it from the page."""

_SENT_BEFORE = "This form was sent before; what it says is done once. Look below before you repeat it."
_EARLIER = "An earlier date than was signed wants a new signature; change the terms instead."
_RAISED_BY_HAND = (
    "The schedule is changed. What it made fall due was not signed for today, so the card is not charged for it: the "
    "payer finds it on the page of the plan, or pays at the desk."
)
_PAID_BY_HAND = (
    "The charge is added. It was not signed, so the card is not charged for it: the payer gets a link to pay it, or "
    "pays at the desk."
)


@routes.post("/new")
async def new(at: PlanDeskPage = Depends(desk), form: dict[str, str] = Depends(fields)) -> Response:
    """A draft of a case's procedures, or of a treatment plan of the PMS."""
    command = at.check("new", form)
    try:
        record = await asyncio.to_thread(_draft, at, form, command)
    except (ValueError, KeyError) as refused:
        return at.message("No plan was made", str(refused).strip("'"), 400)
    return at.to(f"/console/plans/{record.id}")


@routes.post("/{plan_id}/{act}")
async def do(
    plan_id: str, act: str, at: PlanDeskPage = Depends(desk), form: dict[str, str] = Depends(fields)
) -> Response:
    """One act on a plan; refused ones say why, on the window."""
    record = await asyncio.to_thread(at.plan, plan_id)
    command = at.check(plan_id, form)
    if act not in ACTS:
        return at.message("No such page", "This is no act of a payment plan.", 404)
    by = at.by(at.place(record.location), form)
    if act in _ONCE and not await asyncio.to_thread(at.deps.plans.begin_act, plan_id, command, at.now):
        return at.to(f"/console/plans/{plan_id}", done=_SENT_BEFORE)
    try:
        done = await asyncio.to_thread(ACTS[act], at, record, form, by)
    except (PlanRefusedError, EditRefusedError, ValueError, KeyError) as refused:
        await asyncio.to_thread(at.deps.plans.forget_act, command)
        text = str(refused).strip("'")
        typed = form.get("note", "") if act == "about" else ""
        return await asyncio.to_thread(
            lambda: shown_window(at, at.plan(plan_id), wrong=text, typed_note=typed, status=400)
        )
    if act in _ABOUT_MONEY:
        await _tell_workflows(at, plan_id)
    answer = at.to(done if done.startswith("/") else f"/console/plans/{plan_id}", **_said(done))
    answer.set_cookie("staff_name", by, max_age=31_536_000, path="/console", httponly=True, samesite="strict")
    return answer


def _said(done: str) -> dict[str, str]:
    return {} if done.startswith("/") else {"done": done}


async def _tell_workflows(at: PlanDeskPage, plan_id: str) -> None:
    """Money that is being collected looks again: the plan may be closed, paused or paid."""
    for row in await asyncio.to_thread(at.deps.collections.of_plan, plan_id):
        if row.state not in SETTLED and row.started:
            await at.deps.door.look_again(row, "the office changed the plan")


def _draft(at: PlanDeskPage, form: Form, command: str) -> PlanRecord:
    case_id, by = form.get("case", ""), form.get("by", "") or at.staff_name or "staff"
    if case_id:
        return at.deps.desk.from_case(case_id, by, form.get("template", ""))
    given = (form.get("location", ""), form.get("patient", "").strip(), form.get("treatment_plan", "").strip())
    if not all(given):
        raise PlanRefusedError("Give the location, the patient's number and the treatment plan's number.")
    return at.deps.desk.from_treatment_plan(*given, by, command)


def _terms(at: PlanDeskPage, record: PlanRecord, form: Form, by: str) -> str:
    draft = read_draft(record, form, unpacked(at, record, form))
    if draft.proposal is None:
        raise PlanRefusedError(draft.problem)
    if form.get("basis", "") != basis(record):
        raise PlanRefusedError(
            "Somebody else changed these terms since you opened the page, so yours were not saved. Below are theirs; "
            "look at them, then change what is still to be changed."
        )
    at.deps.desk.propose(record.id, draft.proposal, by)
    return "Saved. Offer it, so that it can be signed."


def _template(at: PlanDeskPage, record: PlanRecord, form: Form, by: str) -> str:
    template = at.deps.desk.catalogue(record.location).template(form.get("template", ""))
    production = record.newest_production
    terms = template.terms(at.today(record.location), sum(item.amount_cents for item in production))
    at.deps.desk.propose(record.id, Proposal(terms, production), by)
    return f"Terms set to “{template.name}”."


def _about(at: PlanDeskPage, record: PlanRecord, form: Form, by: str) -> str:
    cash = form.get("cash_price", "").strip()
    insured = tuple(item.id for item in record.newest_production if form.get(f"insured_{item.id}"))
    changes: dict[str, Any] = {
        "category": form.get("category", ""),
        "autopay": bool(form.get("autopay")),
        "insured": insured,
        "note": form.get("note", record.note).strip(),
    }
    if record.plan is None:
        changes["cash_price_cents"] = parse_cents(cash) if cash else None
    # A form without what it was read at is one that nobody opened here.
    seen, guarantor = form.get("seen", "") or "nothing", form.get("guarantor", "").strip()
    at.deps.desk.describe(record.id, by, seen=seen, guarantor_id=guarantor, **changes)
    return "Saved."


def _offer(at: PlanDeskPage, record: PlanRecord, form: Form, by: str) -> str:
    version = at.deps.desk.offer(record.id, by)
    return f"Version {version.number} can be signed until {version.valid_until}. Text it, or open it on a tablet here."


def _send(at: PlanDeskPage, record: PlanRecord, form: Form, by: str) -> str:
    return at.deps.send_offer(record.id)


def _tablet(at: PlanDeskPage, record: PlanRecord, form: Form, by: str) -> str:
    """The same page as by text, opened here; the office's key stands for the date of birth."""
    token = at.deps.page_links.address(record).rsplit("/", 1)[1]
    link = at.deps.links.find(token)
    assert link is not None, "a link that was just made is there"
    key = office_key(Signer(at.deps.signing_key), link.token_hash, at.now)
    return f"/p/{token}/office?key={key}"


def _close(at: PlanDeskPage, record: PlanRecord, form: Form, by: str) -> str:
    at.deps.desk.close(record.id, by)
    return "The plan is closed and the card permission is cleared."


def _reopen(at: PlanDeskPage, record: PlanRecord, form: Form, by: str) -> str:
    at.deps.desk.reopen(record.id, by)
    return "The plan is open again. The card must be given anew."


def _delete(at: PlanDeskPage, record: PlanRecord, form: Form, by: str) -> str:
    for row in at.deps.collections.of_plan(record.id):
        if row.state is CollectionState.PAYING:
            at.deps.money.end_page(row)
    at.deps.desk.delete(record.id, by)
    return "/console/plans"


def _activate(at: PlanDeskPage, record: PlanRecord, form: Form, by: str) -> str:
    at.deps.desk.activate(record.id, by)
    return "The plan is at work."


def _pause(at: PlanDeskPage, record: PlanRecord, form: Form, by: str) -> str:
    at.deps.money.pause(record.id, "" if record.paused else f"paused by {by}", by)
    return "The card may be charged again." if record.paused else "The card is not charged until you let it go on."


def _payment(at: PlanDeskPage, record: PlanRecord, form: Form, by: str) -> str:
    amount, about = parse_cents(form.get("amount", "")), form.get("about", "").strip()
    at.deps.money.record_payment(record.id, amount, about, by, on_principal=form.get("rest") == "principal")
    return "The payment is on the plan. Enter it in the practice management system too."


def _refund(at: PlanDeskPage, record: PlanRecord, form: Form, by: str) -> str:
    row = at.deps.collections.get(form.get("collection", ""))
    if row is None or row.plan_id != record.id:
        raise PlanRefusedError("There is no such payment on this plan.")
    at.deps.money.refund(row.id, parse_cents(form.get("amount", "")), by)
    return "The money goes back to the card. Enter the refund in the practice management system too."


def _mend(at: PlanDeskPage, record: PlanRecord, form: Form, by: str) -> str:
    _changed(at, record, by, "mended", "the overcharge is taken off", mend_overcharge)
    return "The overcharge is taken off the plan."


def _principal(at: PlanDeskPage, record: PlanRecord, form: Form, by: str) -> str:
    """What the payer gives early by themselves is no payment that was agreed, so that it makes no more of those."""

    def work(now: PlanRecord, who: By) -> Step:
        if now.plan is None:
            raise PlanRefusedError("This plan is not signed yet; nothing was paid on it.")
        held = kept_cents(now.plan) + over_cents(now.plan)
        text = f"{format_usd(held)} that was held for coming charges pays on principal, as far as work is done"
        return in_force(now, kept_to_principal(now.plan, who.today), who.event("paid", text))

    at.deps.steps.take(record.id, work, by)
    return "It lowers the principal from today on. Do the same in the practice management system."


def _charge(at: PlanDeskPage, record: PlanRecord, form: Form, by: str) -> str:
    """Delete, zero out, change or add a charge; not while a card may be charged for it at this moment."""
    if any(row.state is CollectionState.CHARGING for row in at.deps.collections.of_plan(record.id)):
        raise PlanRefusedError("A card of this plan is being charged just now; look again in a minute.")
    what = form.get("what", "")
    number = int(form.get("number") or 0)
    typed = date.fromisoformat(form["day"]) if form.get("day") else None
    day = typed or at.today(record.location)
    before = at.plan(record.id)
    moved = date.fromisoformat(form["to_day"]) if form.get("to_day") else None
    principal = parse_cents(form["principal"]) if form.get("principal") else None
    changes: dict[str, Callable[[PaymentPlan, date], PaymentPlan]] = {
        "delete": lambda plan, today: edit.delete_charge(plan, today, number),
        "zero": lambda plan, today: edit.zero_out(plan, today, day),
        "add": lambda plan, today: _added(plan, today, day, form.get("note", "")),
        "edit": lambda plan, _: _posted(
            plan, number, ChargeEdit(principal_cents=principal, to_date=typed, note=form.get("note") or None)
        ),
        "coming": lambda plan, today: _coming(
            plan,
            today,
            day,
            ChargeEdit(principal_cents=principal, to_date=moved, note=form.get("note") or None),
            form.get("item", ""),
        ),
    }
    if what not in changes:
        raise PlanRefusedError("Choose what to do with the charge.")
    if moved is not None and moved < day and what == "coming":
        raise PlanRefusedError(_EARLIER)
    _changed(at, record, by, "charge", f"{what} by hand: {number or day}", changes[what])
    if what == "edit" and _ask_by_page(at, before):
        return _RAISED_BY_HAND
    return _PAID_BY_HAND if what == "add" else "The schedule is changed."


def _posted(plan: PaymentPlan, number: int, change: ChargeEdit) -> PaymentPlan:
    """The posted charge changed: never to an earlier date, nor so that its date comes to more than one payment."""
    old = plan.charge(number)
    if change.to_date is not None and change.to_date < old.date:
        raise PlanRefusedError(_EARLIER)
    changed = edit.edit_posted(plan, number, change)
    day = changed.charge(number).date
    total = sum(each.total_cents for each in changed.charges if each.date == day)
    before = sum(each.total_cents for each in plan.charges if each.date == day)
    if total > max(plan.payment_cents, before if day == old.date else 0):
        raise EditRefusedError(
            f"{format_usd(total)} on {day} is more than the payment of {format_usd(plan.payment_cents)} that was "
            "signed; give less, or change the terms and have them signed"
        )
    return changed


def _ask_by_page(at: PlanDeskPage, before: PlanRecord) -> bool:
    """Whether the change made more fall due than any date asks for; the payer is asked for that by a page."""
    today, now = at.today(before.location), at.plan(before.id)
    if before.plan is None or now.plan is None:
        return False
    rows = at.deps.collections.of_plan(now.id)
    asked = sum(row.amount_cents for row in rows if row.state not in SETTLED and row.code != PAYOFF)
    due = balance_due(now.plan, today)
    cents = min(due - balance_due(before.plan, today), due - asked)
    if cents > 0:
        at.deps.collections.open_page(now.id, now.location, today, cents, "by_hand")
    return cents > 0


def _coming(plan: PaymentPlan, today: date, day: date, change: ChargeEdit, item: str) -> PaymentPlan:
    """The coming charge changed, of all items or of one. Moved to a later date it leaves its own date empty: the engine
    would charge the next period there, sooner than was signed."""
    if item:
        changed = edit.edit_item_coming(plan, today, day, item, change)
    else:
        changed = edit.edit_coming(plan, today, day, change)
    left = change.to_date not in (None, day) and any(row.date == day for row in expected_charges(changed, today))
    return edit.zero_out(changed, today, day) if left else changed


def _added(plan: PaymentPlan, today: date, day: date, note: str) -> PaymentPlan:
    """Nobody signed this date, so its money is never taken from the card by itself; it needs a date of its own."""
    if day in {each.date for each in (*plan.charges, *expected_charges(plan, today))}:
        raise EditRefusedError(f"{day} has a charge already; add this one on another date")
    return edit.add_charge(plan, today, day, note)


def _changed(
    at: PlanDeskPage,
    record: PlanRecord,
    by: str,
    kind: str,
    text: str,
    change: Callable[[PaymentPlan, date], PaymentPlan],
) -> None:
    def work(now: PlanRecord, who: By) -> Step:
        if now.plan is None:
            raise PlanRefusedError("This plan is not signed yet; change its terms instead.")
        plan = change(now.plan, who.today)
        _refuse_more_payments(at, now, plan, who.today)
        step = in_force(now, plan, who.event(kind, text))
        # What today's run has still to reach, it makes owed itself.
        reached = min(who.today, plan.posted_through or who.today)
        new = owed_by(plan, len(now.plan.charges), reached) if len(plan.charges) > len(now.plan.charges) else ()
        return Step(step.record, step.events, new)

    at.deps.steps.take(record.id, work, by)


def _refuse_more_payments(at: PlanDeskPage, now: PlanRecord, plan: PaymentPlan, today: date) -> None:
    """More than four payments want the disclosures; a change by hand may not make them of a plan signed without."""
    signed = at.deps.plans.version(now.id, now.signed_version)
    most = most_installments(plan, today)
    if signed is not None and not signed.shown.box_required and most > MOST_INSTALLMENTS_WITHOUT_BOX:
        raise PlanRefusedError(
            f"This would make {most} payments, but {signed.shown.installments} were signed; "
            "change the terms instead and have them signed."
        )


ACTS: Mapping[str, Callable[[PlanDeskPage, PlanRecord, Form, str], str]] = {
    "terms": _terms,
    "template": _template,
    "about": _about,
    "offer": _offer,
    "send": _send,
    "tablet": _tablet,
    "close": _close,
    "reopen": _reopen,
    "delete": _delete,
    "activate": _activate,
    "pause": _pause,
    "payment": _payment,
    "refund": _refund,
    "mend": _mend,
    "principal": _principal,
    "charge": _charge,
}
