"""``python -m tests.replay.record_plans``: plays stories of payment plans and keeps their histories."""

import argparse
import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from runtime.ending import end_process
from tests.replay.record import keep
from tests.stack import Stack, make_template, running
from tests.workflows.plan_office import ASKING, DECLINING, GOOD, PlanStory, a_plan


async def paid_at_once(stack: Stack) -> PlanStory:
    return await _charged(stack, GOOD)


async def declined_to_a_person_then_paid(stack: Stack) -> PlanStory:
    plan = await _charged(stack, DECLINING)
    for days in (1, 2, 3):
        await plan.days(days)
    await plan.give_card(GOOD)
    await plan.run()
    return plan


async def confirmed_on_a_page(stack: Stack) -> PlanStory:
    plan = await _charged(stack, ASKING)
    await plan.pay_page(plan.money()[0], GOOD)
    await plan.run()
    return plan


STORIES: list[Callable[[Stack], Awaitable[PlanStory]]] = [
    paid_at_once,
    declined_to_a_person_then_paid,
    confirmed_on_a_page,
]


async def _charged(stack: Stack, card: str) -> PlanStory:
    plan = await a_plan(stack, number_of_payments=1)
    plan.offer_and_sign()
    await plan.give_card(card)
    await plan.to(plan.row.shown_plan.terms.first_payment)
    return plan


async def record(version: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        template = await make_template(Path(folder) / "template")
        for number, play in enumerate(STORIES):
            async with running(template, Path(folder) / str(number), encrypted=False) as stack:
                plan = await play(stack)
                assert plan.states() == ["paid"], plan.states()
                posting = f"posting/boise/{plan.money()[0].day.isoformat()}"
                for kind, workflow_id in (("charge", plan.money()[0].workflow_id), ("posting", posting)):
                    await keep(stack, workflow_id, f"plan_{kind}.{version}.{play.__name__}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.replay.record_plans", description=__doc__)
    parser.add_argument("--version", default="v1", help="the part of the file names that tells histories apart")
    asyncio.run(record(parser.parse_args().version))
    end_process(0)
