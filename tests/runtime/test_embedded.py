"""On the embedded server: search attributes, the order of a burst, a worker that is killed, a server that restarts."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import fmean

import pytest

from db.stores.cases import CaseStore
from domain.records import CaseRecord
from tests.embedded import Embedded, embedded
from tests.served import working
from workflows.contracts import case as wire

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
async def product(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Embedded]:
    async with embedded(tmp_path_factory.mktemp("embedded")) as started:
        yield started


def order_read(product: Embedded, cases: list[CaseRecord]) -> list[str]:
    """The cases in the order in which they were routed."""
    store: CaseStore = product.parts.stores.cases
    moments = {c.case_id: next(e.at for e in store.events(c.case_id) if e.kind == "classified") for c in cases}
    return sorted(moments, key=lambda case_id: moments[case_id])


async def test_cases_are_found_by_their_location(product: Embedded) -> None:
    [case] = await product.accept("phoenix", 2, ("fillings",), 1)
    async with asyncio.timeout(20):
        while True:
            found = [w.id async for w in product.client.list_workflows('ChairtimeLocation = "phoenix"')]
            if case.case_id in found:
                break
            await asyncio.sleep(0.2)
    described = await product.client.get_workflow_handle(case.case_id).describe()
    assert {pair.key.name for pair in described.typed_search_attributes} <= {"ChairtimeLocation", "BuildIds"}


async def test_a_burst_at_one_location_does_not_delay_another_s_first_offer(product: Embedded) -> None:
    burst = await product.accept("boise", 1, ("crown", "fillings", "onlay", "implant", "two_crowns"), 40)
    late = await product.accept("phoenix", 2, ("crown",), 4)
    async with working(product.parts, product.client):
        await product.until_read([*burst, *late])
    order = order_read(product, [*burst, *late])
    places = [order.index(case.case_id) for case in late]
    assert fmean(places) < 30, f"of 44 they came as number {places}; behind the burst it would be 40 to 43"


async def priority_of_a_check(product: Embedded, case_id: str) -> int:
    """The priority with which this case, told to look again, asks the PMS."""
    async with asyncio.timeout(60):
        while True:
            await product.gateway.look_again(case_id, "a trial")
            history = await product.client.get_workflow_handle(case_id).fetch_history()
            for called in (event.activity_task_scheduled_event_attributes for event in history.events):
                if called.activity_type.name == "check_case":
                    return called.priority.priority_key
            await asyncio.sleep(0.2)


async def test_a_surgical_offer_overtakes_add_on_work(product: Embedded) -> None:
    """Their calls carry the tier, by which the server drains the queue of the PMS."""
    pool = await product.accept("boise", 1, ("deep_cleaning", "night_guard", "sealants", "wisdom_teeth"), 20)
    async with working(product.parts, product.client):
        await product.until_read(pool)
        tiers = {case.case_id: product.parts.stores.cases.get(case.case_id).tier for case in pool}
        assert {"surgical", "add-on"} <= set(tiers.values()), tiers
        for tier, wanted in (("surgical", 1), ("add-on", 4)):
            case_id = next(case_id for case_id, found in tiers.items() if found == tier)
            assert await priority_of_a_check(product, case_id) == wanted


def start_worker(home: Path, settings: dict[str, str]) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "cli.py", "worker"]
    with (home / "worker.log").open("ab") as log:
        return subprocess.Popen(command, cwd=ROOT, env={**os.environ, **settings}, stdout=log, stderr=log)


@asynccontextmanager
async def worker_process(product: Embedded, home: Path) -> AsyncIterator["subprocess.Popen[bytes]"]:
    settings = product.parts.settings
    ours = {
        "CHAIRTIME_HOME": str(settings.home),
        "CHAIRTIME_LOCATIONS": str(settings.locations),
        "CHAIRTIME_TEMPORAL_ADDRESS": product.client.service_client.config.target_host,
        "CHAIRTIME_WEB_PORT": str(settings.web_port),
    }
    process = start_worker(home, ours)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.wait(10)


async def test_a_killed_worker_is_followed_by_one_that_goes_on(product: Embedded, tmp_path: Path) -> None:
    """Killed while the patient is paying; the news of the payment waits for the next worker."""
    async with worker_process(product, tmp_path) as first:
        [case] = await product.accept("boise", 1, ("implant_graft",), 1)
        await product.until_read([case])
        row = product.parts.stores.cases.get(case.case_id)
        opening = product.parts.openings.ranked(row, 1, product.parts.clock.now())[0]
        choice = wire.ChooseOpening(opening=opening, command_id="form-1", policy_from="203.0.113.7")
        outcome = await product.gateway.choose(case.case_id, choice)
        assert outcome.kind is wire.ChoiceKind.PAY
        first.send_signal(signal.SIGKILL)
        first.wait(10)
    [deposit] = product.parts.stores.deposits.of_case(case.case_id)
    await product.practice.post("stripe/pay", session=deposit.checkout_id)
    await product.gateway.deposit_paid(case.case_id, deposit.id)
    async with worker_process(product, tmp_path):
        ended = await asyncio.wait_for(product.client.get_workflow_handle(case.case_id).result(), 60)
    assert ended["state"] == "booked"
    assert len(await product.practice.appointments(case.patient_id)) == 1
