"""The payer's pages, all under ``/p/{token}``: read, sign, give a card, pay what is due."""

import asyncio
import re

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from domain.payment_plan.rows import schedule_rows
from domain.plan_life import PlanRefusedError, sign_problems, waits_for_signature
from domain.plan_money import balance_due, payoff_cents, pays_whole
from domain.plan_records import (
    PAYOFF,
    SETTLED,
    Collection,
    CollectionState,
    PlanState,
    PlanVersion,
    Signature,
)
from domain.plan_words import box_words, payment_words, sale_price_note
from runtime.letters import unprintable
from web.booking.forms import fields
from web.booking.identity import given_date
from web.plans.paper import SCRIPTS
from web.plans.papers import lost_letters
from web.plans.reader import Reader, found, opened, opens_office
from web.plans.trouble import PlanRoute
from web.site import Turned, client_address

routes = APIRouter(route_class=PlanRoute)

_DRAWN = re.compile(r"(?:M\d{1,3} \d{1,3}(?:L\d{1,3} \d{1,3})+)+")
_MOST_DRAWN = 15_000


@routes.get("")
def home(reader: Reader = Depends(opened)) -> Response:
    """What the link opens: the offer to sign, or the plan and what is due."""
    plan = reader.plan
    if plan.state is PlanState.DELETED:
        return reader.message("plan_title", reader.say("gone_plan"), status=410)
    version = open_offer(reader)
    if version is not None and not _stale(reader, version):
        read = version.language == reader.say.language
        return offer_page(reader, version) if read else _language_page(reader, version)
    if version is not None and plan.plan is None:
        return reader.message("plan_title", reader.say("offer_ended", phone=reader.phone), status=410)
    if plan.state is PlanState.DRAFT:
        return reader.message("plan_title", reader.say("draft_plan"))
    return plan_page(reader, stale=version is not None)


@routes.post("/language")
async def language(reader: Reader = Depends(opened), form: dict[str, str] = Depends(fields)) -> Response:
    """The offer that waits, in the reader's language: a paper of its own, since what is signed is what was read."""
    reader.check(form)
    if not reader.deps.limiter.allow(f"plan language {reader.link.token_hash}", reader.deps.limits.birth_dates):
        return reader.message("slow_title", reader.say("slow"), status=429)
    try:
        await asyncio.to_thread(reader.deps.desk.offer_in, reader.plan.id, reader.say.language)
    except PlanRefusedError as refused:
        return reader.message("plan_title", reader.say(refused.word), status=409)
    return reader.to()


@routes.get("/who")
def who(reader: Reader = Depends(found), then: str = "") -> Response:
    if reader.plan.birthdate is None:
        return reader.message("who_unknown_title", reader.say("who_unknown"))
    return reader.page("plan_who.html", then=then, left=0)


@routes.post("/who")
def who_is_it(reader: Reader = Depends(found), form: dict[str, str] = Depends(fields)) -> Response:
    """The right date of birth opens the pages of this link for a day; five wrong ones close it."""
    reader.check(form)
    if not reader.deps.limiter.allow(f"plan birth {reader.link.token_hash}", reader.deps.limits.birth_dates):
        return reader.message("slow_title", reader.say("slow"), status=429)
    if reader.plan.birthdate is None:
        return reader.message("who_unknown_title", reader.say("who_unknown"))
    if given_date(form) != reader.plan.birthdate:
        left = reader.count_failure()
        if not left:
            return reader.message("closed_title", reader.say("closed"), status=410)
        return reader.page("plan_who.html", status=400, then=form.get("then", ""), left=left)
    answer = reader.to(_ours(form.get("then", "")))
    reader.remember(answer, "who")
    return answer


@routes.get("/office")
def office(reader: Reader = Depends(found), key: str = "") -> Response:
    """Staff opened this page on their tablet for the patient in front of them."""
    answer = reader.to()
    if opens_office(reader.signer, reader.link.token_hash, key, reader.now):
        reader.remember(answer, "office")
    return answer


@routes.get("/agreement.pdf")
def agreement(reader: Reader = Depends(opened)) -> Response:
    """The paper: the offer that is open, else the last one signed."""
    version = open_offer(reader) or signed_version(reader)
    if version is None:
        return reader.to()
    content = version.signed_agreement or version.agreement
    headers = {"Content-Disposition": 'inline; filename="payment-plan.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)


@routes.post("/sign")
async def sign(request: Request, reader: Reader = Depends(opened), form: dict[str, str] = Depends(fields)) -> Response:
    """Sign what was read: the offer's number and the hash of its paper come back with the form."""
    reader.check(form)
    version = await asyncio.to_thread(open_offer, reader)
    if version is None or version.language != reader.say.language:
        return reader.to()
    missing = [name for name in ("agree", "read") if not form.get(name)]
    if missing:
        return offer_page(reader, version, wrong=reader.say("sign_agree" if "agree" in missing else "sign_read"))
    if lost := unprintable(form.get("name", "")):
        return offer_page(reader, version, wrong=reader.say("sign_letters", letters=" ".join(lost)))
    number = form.get("number", "")
    desk, signature = reader.deps.desk, _signature(request, reader, form)
    try:
        plan = await asyncio.to_thread(
            desk.sign, reader.plan.id, int(number) if number.isdecimal() else 0, form.get("sha256", ""), signature
        )
    except PlanRefusedError as refused:
        return offer_page(reader, version, wrong=reader.say(refused.word))
    await reader.deps.settle_case(plan)
    return reader.to()


@routes.post("/card")
async def card(reader: Reader = Depends(opened), form: dict[str, str] = Depends(fields)) -> Response:
    """To the card processor's page, which saves a card and takes nothing."""
    reader.check(form)
    try:
        url = await asyncio.to_thread(reader.deps.money.card_page, reader.plan.id, reader.back)
    except PlanRefusedError as refused:
        return reader.message("plan_title", reader.say(refused.word), status=409)
    return RedirectResponse(url, 303)


@routes.get("/card")
async def card_given(reader: Reader = Depends(found)) -> Response:
    """Back from the card page: keep the card; whoever waits for it looks again."""
    await asyncio.to_thread(reader.deps.money.keep_card, reader.plan.id)
    for row in await asyncio.to_thread(reader.deps.collections.of_plan, reader.plan.id):
        if row.state not in SETTLED and row.started:
            await reader.deps.door.look_again(row, "a card was given")
    return reader.to()


@routes.get("/pay/{collection_id}")
def pay(collection_id: str, reader: Reader = Depends(opened)) -> Response:
    """One date's money and the way to pay it."""
    row = _mine(reader, collection_id)
    due = owed(reader, row)
    if row.state in SETTLED or not due:
        return reader.message("plan_title", reader.say("payment_over"))
    return reader.page("plan_pay.html", row=row, due=due)


@routes.post("/pay/{collection_id}")
async def pay_it(
    collection_id: str, reader: Reader = Depends(opened), form: dict[str, str] = Depends(fields)
) -> Response:
    """To the card processor's pay page."""
    reader.check(form)
    row = await asyncio.to_thread(_mine, reader, collection_id)
    if row.state in SETTLED:
        return reader.message("plan_title", reader.say("payment_over"), status=409)
    try:
        url = await asyncio.to_thread(reader.deps.money.pay_page, row.id, reader.back)
    except PlanRefusedError as refused:
        return reader.message("plan_title", reader.say(refused.word), status=409)
    return RedirectResponse(url, 303)


@routes.post("/payoff")
async def pay_off(reader: Reader = Depends(opened), form: dict[str, str] = Depends(fields)) -> Response:
    """To the card processor's page that pays off all work done so far."""
    reader.check(form)
    try:
        url = await asyncio.to_thread(reader.deps.money.payoff_page, reader.plan.id, reader.back)
    except PlanRefusedError as refused:
        return reader.message("plan_title", reader.say(refused.word), status=409)
    return RedirectResponse(url, 303)


@routes.get("/paid")
async def paid(reader: Reader = Depends(found)) -> Response:
    """Back from paying: ask the processor itself, then say what it said."""
    took = False
    for row in await asyncio.to_thread(reader.deps.collections.of_plan, reader.plan.id):
        if row.state is CollectionState.PAYING and await asyncio.to_thread(reader.deps.money.take_payment, row.id):
            await reader.deps.door.look_again(row, "paid by page")
            took = True
        took = took or (row.state is CollectionState.PAID and row.checkout_id != "")
    return reader.message(
        "paid_title" if took else "pay_wait_title", reader.say("paid_lead" if took else "unpaid_lead")
    )


def offer_page(reader: Reader, version: PlanVersion, wrong: str = "") -> Response:
    """Everything that the law and the agreement say, and the form that signs it."""
    frequency = version.proposal.terms.frequency
    shown, language = version.shown, reader.say.language
    rest_from = shown.on if shown.changes else None
    return reader.page(
        "plan_offer.html",
        status=400 if wrong else 200,
        script=SCRIPTS["signature"],
        version=version,
        shown=shown,
        box=(box := shown.box),
        box_lines=box_words(box, language, shown.estimated, rest_from) if box else [],
        sale_price_note=sale_price_note(box, language) if box else "",
        estimate=[payment_words(line, frequency, language) for line in shown.estimate],
        words=_paragraphs(version.words),
        card_words=_paragraphs(version.card_words),
        changed=reader.plan.plan is not None,
        wrong=wrong,
        lost=" ".join(lost_letters(version)),
        total=shown.principal_cents,
    )


def plan_page(reader: Reader, *, stale: bool = False) -> Response:
    """The plan in force: the card, what is due, the schedule with a line for today. `stale`: an offer of new terms is
    out that can no longer be signed."""
    record = reader.plan
    assert record.plan is not None
    schedule = schedule_rows(record.plan, reader.today)
    coming = schedule.coming
    rows = reader.deps.collections.of_plan(record.id)
    due = [(row, owed(reader, row)) for row in rows if _payable(reader, row)]
    in_all = balance_due(record.plan, reader.today)
    return reader.page(
        "plan_home.html",
        schedule=schedule,
        following=coming[0] if coming else None,
        all_charged=sum(row.principal_cents for row in schedule.rows) >= record.plan.principal_cents,
        due=due,
        in_all=in_all if in_all < sum(cents for _, cents in due) else 0,
        paid=sum(row.payment_cents for row in schedule.rows),
        to_come=sum(row.due_cents for row in coming),
        payoff=payoff_cents(record.plan, reader.today) if coming and record.state is PlanState.ACTIVE else 0,
        whole=pays_whole(record.plan, reader.today),
        saved=sum(row.interest_cents for row in coming),
        signed=signed_version(reader),
        stale=stale,
    )


def _language_page(reader: Reader, version: PlanVersion) -> Response:
    """The offer was written in another language than that of the page: both ways on, and nothing to sign yet."""
    return reader.page("plan_language.html", written=version.language)


def _stale(reader: Reader, version: PlanVersion) -> bool:
    """Whether an offer that is out can no longer be signed as it is."""
    return bool(sign_problems(reader.plan, version, version.agreement_sha256, reader.today))


def open_offer(reader: Reader) -> PlanVersion | None:
    """The version that waits for a signature."""
    version = reader.deps.plans.version(reader.plan.id, reader.plan.version)
    return version if version is not None and waits_for_signature(reader.plan, version) else None


def signed_version(reader: Reader) -> PlanVersion | None:
    plan = reader.plan
    return reader.deps.plans.version(plan.id, plan.signed_version) if plan.signed_version else None


def owed(reader: Reader, row: Collection) -> int:
    """What is still to be paid of one date's money."""
    plan = reader.plan.plan
    return min(row.amount_cents, balance_due(plan, max(row.day, reader.today))) if plan else 0


def _payable(reader: Reader, row: Collection) -> bool:
    trying = {CollectionState.WAITING, CollectionState.CHARGING}
    return row.code != PAYOFF and row.state not in SETTLED | trying and owed(reader, row) > 0


def _mine(reader: Reader, collection_id: str) -> Collection:
    row = reader.deps.collections.get(collection_id)
    if row is None or row.plan_id != reader.plan.id:
        raise Turned(reader.message("unknown_title", reader.say("unknown"), status=404))
    return row


def _signature(request: Request, reader: Reader, form: dict[str, str]) -> Signature:
    name, drawn = form.get("name", "")[:80], form.get("drawn", "")
    is_drawn = 0 < len(drawn) <= _MOST_DRAWN and _DRAWN.fullmatch(drawn) is not None
    return Signature(
        name=name,
        how="drawn" if is_drawn else "typed",
        mark=drawn if is_drawn else name,
        address=client_address(request),
        device=request.headers.get("user-agent", "")[:160],
        in_office=reader.in_office,
        consent=f"{reader.say('sign_screen', phone=reader.phone)} {reader.say('sign_read')}",
    )


def _paragraphs(text: str) -> list[str]:
    return [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]


def _ours(then: str) -> str:
    """An address below this link, never one elsewhere."""
    return then if re.fullmatch(r"(/[a-z0-9_.-]+){0,2}", then) else ""
