"""The web app: webhooks, the patient's pages, the staff's console, health. Wiring only."""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from fastapi import FastAPI
from temporalio.client import Client

from connectors.errors import ConnectorError
from domain.deposit_decisions import CardFacts
from domain.plan_records import PlanRecord
from runtime.temporal import keyring_of
from web import health
from web.booking.deps import BookingDeps
from web.booking.room import router as booking_pages
from web.console.deps import ConsoleDeps
from web.console.room import router as console_pages
from web.plans.deps import PlanPagesDeps
from web.plans.room import card_of
from web.plans.room import router as plan_pages
from web.site import SecurityHeaders, answer_for_faults
from web.webhooks import opendental, stripe, twilio
from web.webhooks.receiving import WebhookDeps
from wiring import Parts
from workflows.contracts.case import CostSettled, Response, WaiveDeposit
from workflows.gateway import CaseGone
from workflows.plan_gateway import PlanGateway


def create_app(parts: Parts, client: Client, wake_inbox: Callable[[], None]) -> FastAPI:
    """``wake_inbox`` runs after a webhook is stored; a no-op where the loops are another process."""
    app = FastAPI(title="Chairtime", docs_url=None, redoc_url=None, openapi_url=None)
    https = parts.settings.url.startswith("https://")
    app.add_middleware(SecurityHeaders, https=https)
    app.add_exception_handler(Exception, answer_for_faults(https=https))
    hooks = _webhook_deps(parts, wake_inbox)
    for routes in (twilio.router(hooks), stripe.router(hooks), opendental.router(hooks)):
        app.include_router(routes)
    app.include_router(booking_pages(_booking_deps(parts, client)))
    plans = plan_pages_deps(parts, client)
    app.include_router(plan_pages(plans))
    app.include_router(console_pages(_console_deps(parts, client, plans)))
    app.include_router(health.router(health_deps(parts, client)))
    return app


def plan_pages_deps(parts: Parts, client: Client) -> PlanPagesDeps:
    """The pages of payment plans, for payers and staff."""
    gateway, plans = parts.gateway(client), parts.plans

    async def settle_case(plan: PlanRecord) -> None:
        """A signed plan takes the place of the deposit; what was paid already counts as its down payment."""
        if plan.case_id:
            said = WaiveDeposit(by="chairtime", reason="a payment plan was signed")
            with contextlib.suppress(CaseGone):
                await gateway.waive_deposit(plan.case_id, said, f"plan-{plan.id}-{plan.signed_version}")
                way = Response(command=CostSettled(result="plan_signed"))
                await gateway.respond(plan.case_id, way, f"plan-way-{plan.id}-{plan.signed_version}")

    return PlanPagesDeps(
        plans=plans.plans,
        collections=plans.collections,
        days=plans.days,
        desk=plans.desk,
        money=plans.money,
        steps=plans.steps,
        links=parts.stores.links,
        page_links=plans.page_links,
        door=PlanGateway(gateway),
        locations=parts.locations,
        clock=parts.clock,
        public_url=parts.settings.url,
        signing_key=keyring_of(parts.settings).derived("web forms"),
        send_offer=plans.send_offer,
        offer_case=plans.offer_case,
        texting_stops=parts.stores.switch.stops,
        settle_case=settle_case,
        providers=lambda account: {each.id: each.name for each in parts.stores.mirror.providers(account)},
    )


def _webhook_deps(parts: Parts, wake_inbox: Callable[[], None]) -> WebhookDeps:
    return WebhookDeps(
        inbox=parts.stores.inbox,
        locations=parts.locations,
        secrets=parts.vendors,
        clock=parts.clock,
        real_now=lambda: datetime.now(UTC),
        public_url=parts.settings.url,
        wake=wake_inbox,
    )


def _booking_deps(parts: Parts, client: Client) -> BookingDeps:
    s, gateway = parts.stores, parts.gateway(client)

    async def send_new_link(case_id: str) -> bool:
        return await asyncio.to_thread(parts.send_new_link, case_id)

    return BookingDeps(
        cases=s.cases,
        links=s.links,
        offers=s.offers,
        holds=s.holds,
        deposits=s.deposits,
        suppressions=s.suppressions,
        ask_person=parts.reply_tasks.asked,
        search=parts.openings,
        gateway=gateway,
        changes=gateway,
        locations=parts.locations,
        clock=parts.clock,
        public_url=parts.settings.url,
        signing_key=keyring_of(parts.settings).derived("web forms"),
        send_new_link=send_new_link,
    )


def _console_deps(parts: Parts, client: Client, plans: PlanPagesDeps) -> ConsoleDeps:
    s = parts.stores
    return ConsoleDeps(
        cases=s.cases,
        board=s.board,
        work=s.work,
        tasks=s.tasks,
        outbox=s.outbox,
        inbound=s.inbound,
        suppressions=s.suppressions,
        switch=s.switch,
        offers=s.offers,
        holds=s.holds,
        deposits=s.deposits,
        mirror=s.mirror,
        search=parts.openings,
        numbers=s.numbers,
        heartbeats=s.heartbeats,
        inbox=s.inbox,
        rules=s.rules,
        gateway=parts.gateway(client),
        locations=parts.locations,
        clock=parts.clock,
        signing_key=keyring_of(parts.settings).derived("web forms"),
        folder_rules=parts.rules.folder_files,
        plan_card=partial(card_of, plans),
        card_facts=partial(card_facts, parts),
    )


def card_facts(parts: Parts, location: str, payment_id: str) -> CardFacts | None:
    """What the card processor says of a payment now; None when it does not answer. Nothing of it is kept or logged."""
    try:
        return parts.vendors.payments(location).card_facts(payment_id)
    except ConnectorError:
        return None


def health_deps(parts: Parts, client: Client) -> health.HealthDeps:
    """What ``/healthz`` looks at; a worker that serves its own health uses it too."""

    def count_states() -> dict[str, int]:
        return {str(state): count for state, count in parts.stores.board.counts().items()}

    return health.HealthDeps(
        temporal_ready=parts.gateway(client).ready,
        check_database=parts.stores.database.check,
        heartbeats=parts.stores.heartbeats,
        count_states=count_states,
        texting_stops=parts.stores.switch.stops,
        clock=parts.clock,
    )
